"""Deep tests on a fuller stand-in, shared beside the project: Telegram's checks in detail, and its audit."""

import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SHARED
from tests.end_to_end.service import CONFIGURATION, GROUP, OWNER, STRANGER, SUPPORT
from tests.standin import fresh_token
from tests.store.publishing import publish_small

pytestmark = pytest.mark.tgstand

STAFF = range(100, 120)
LINES = (
    "/start",
    "/help",
    "/user 1007",
    "dora",
    "/churn user_00100",
    "/churn nobody",
    "/chrun 1007",
    "/atrisk 3",
    "/segment",
    "/recommend 1007 3",
    "/recommend",
    "/digest",
    "/model",
    "/status",
    "/title heat",
    "/subscribe digest 09:00 Europe/Berlin",
    "/whoami",
)


class Bot:
    """The serving process, started by the stand-in."""

    def __init__(self, stand: Any, folder: Path, more: str = "") -> None:
        publish_small(folder / "out")
        path = folder / "matinee.toml"
        path.write_text(CONFIGURATION.replace("[bot]", f"[bot]\n{more}"), encoding="utf-8")
        names = {"token": "MATINEE_TELEGRAM_TOKEN", "base_url": "MATINEE_TELEGRAM_API_ROOT"}
        command = [sys.executable, "-P", "-m", "jobs", "serve", "--config", str(path)]
        self.process = stand.run_bot(command, names=names)


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """A stand-in in a process of its own, and our side of it."""
    folder = SHARED / "tgstand"
    if not folder.is_dir():
        pytest.skip("the shared stand-in is not beside this checkout (../shared/tgstand)")
    monkeypatch.syspath_prepend(str(folder))
    from tgstand import Stand

    port = free_port()
    command = [sys.executable, "-B", "-m", "tgstand", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as server:
        try:
            wait_until_served(port)
            with Stand(f"http://127.0.0.1:{port}", token=fresh_token(), workdir=tmp_path / "logs") as running:
                yield running
        finally:
            server.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def wait_until_served(port: int) -> None:
    end = time.monotonic() + 15
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < end, "the stand-in did not start"
        time.sleep(0.05)


def audit(stand: Any, bot: Bot, **options: Any) -> list[str]:
    """What is wrong with the bot; a customer whose name looks like markup is not."""
    from tgstand import audit as examine

    findings = list(examine(stand, bot.process, **options))
    named = {
        f"message #{each['message']['message_id']} to {each['chat_id']} shows raw markup: '<b>'"
        for each in stand.events()
        if each["type"] in ("message", "edit") and "Zoë <b>" in each["message"].get("text", "")
    }
    return [finding for finding in findings if finding not in named]


def heard(user: Any) -> int:
    """How many of the bot's messages stand in a person's chat."""
    return sum(message.raw["from"]["is_bot"] for message in user.history())


def assert_once(people: list[Any], messages: int) -> None:
    """All heard that much and nobody more; at most one heard one less.

    An answer is noted in one breath with sending it, the note first. A kill within these few microseconds
    costs that one answer rather than giving it twice, and /status tells of it.
    """
    end = time.monotonic() + 20.0
    while sum(map(heard, people)) < len(people) * messages - 1:
        assert time.monotonic() < end, f"{[heard(person) for person in people]} messages"
        time.sleep(0.05)
    time.sleep(0.5)
    more = [heard(person) - messages for person in people]
    assert max(more) == 0
    assert sum(more) >= -1


def wait_for(user: Any, messages: int, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while heard(user) < messages:
        assert time.monotonic() < end, f"{heard(user)} of {messages} messages"
        time.sleep(0.05)


def test_nothing_is_found_when_people_ask_everything(stand: Any, tmp_path: Path) -> None:
    stand.limits(mode="enforce")
    bot = Bot(stand, tmp_path)
    askers = [stand.user(number, f"Person {number}", started=True) for number in (OWNER, SUPPORT, *STAFF)]
    waiting = [(asker, asker.send(line)) for asker, line in zip(askers, LINES, strict=False)]
    cards = [(asker, cursor.reply(timeout=10)) for asker, cursor in waiting]
    for asker, card in cards:
        for button in card.flat[:1]:
            asker.click(card, data=button["callback_data"]).answer(timeout=10)
    stand.drain()

    assert bot.process.stop() == 0
    assert audit(stand, bot, p95_ms=4000) == []


def test_a_stranger_a_forger_and_a_foreign_group_learn_nothing(stand: Any, tmp_path: Path) -> None:
    bot = Bot(stand, tmp_path)
    owner, stranger = stand.user(OWNER, "Olga", started=True), stand.user(STRANGER, "Sam", started=True)
    staff_group = stand.group(GROUP, [owner, stranger])
    card = owner.send("/user 1007", chat=staff_group).reply()
    foreign_group = stand.group(-501, [owner, stranger])
    for line in ("/start", "/start guess", "/user 1007", "1007", "/help", "/whoami"):
        stranger.send(line)
    stranger.send("/user 1007", chat=staff_group)
    owner.send("/user 1007", chat=foreign_group)
    stranger.click(card, data=card.flat[0]["callback_data"])
    stranger.click(card, data="v1:/user 1007", force=True)
    stand.drain()
    owner.send("/whoami").reply()

    assert heard(stranger) == 0
    assert stranger.menu() == []
    events = [
        each for each in stand.events() if each["type"] == "message" and each["chat_id"] in (GROUP, -501)
    ]
    assert len([each for each in events if each["message"]["from"]["is_bot"]]) == 1, "the owner's card"
    assert bot.process.stop() == 0
    assert audit(stand, bot) == []


def test_killed_after_a_second_it_answers_all_forty_once(stand: Any, tmp_path: Path) -> None:
    bot = Bot(stand, tmp_path)
    people = [stand.user(number, started=True) for number in STAFF]
    for _ in range(2):
        for person in people:
            person.send("/churn 1007")
    time.sleep(0.3)
    bot.process.restart(signal.SIGKILL)
    stand.redeliver(10)

    assert_once(people, 2)
    assert bot.process.stop() == 0
    assert audit(stand, bot, p95_ms=20_000) == []


def test_in_bad_weather_nobody_hears_a_thing_twice(stand: Any, tmp_path: Path) -> None:
    bot = Bot(stand, tmp_path)
    people = [stand.user(number, started=True) for number in STAFF]
    fate = random.Random(7)
    for kind in ("429", "http", "drop_before", "drop_after", "truncate", "garbage"):
        stand.fault(kind, "sendMessage", times=2, prob=0.5, after=fate.randint(0, 5), retry_after=1)
    stand.fault("http", "getUpdates", times=2)
    for person in people:
        person.send("/churn 1007")
    stand.drain()
    time.sleep(4.0)

    counts = [heard(person) for person in people]
    assert max(counts) == 1
    assert sum(counts) >= len(people) - 8, "only what may have arrived already is not sent again"
    assert bot.process.stop() == 0
    assert stand.token not in bot.process.output
    assert "Traceback" not in bot.process.output


def test_called_by_a_webhook_it_answers_once_across_a_kill_too(stand: Any, tmp_path: Path) -> None:
    port = free_port()
    address = f'webhook_url = "http://127.0.0.1:{port}"\nwebhook_listen = "127.0.0.1:{port}"'
    bot = Bot(stand, tmp_path, address)
    people = [stand.user(number, started=True) for number in STAFF]
    for person in people:
        person.send("/churn 1007")
    time.sleep(0.2)
    bot.process.restart(signal.SIGKILL)
    owner = stand.user(OWNER, "Olga", started=True)
    owner.send("/whoami")
    wait_for(owner, 1)

    assert_once(people, 1)
    assert bot.process.stop() == 0
    assert audit(stand, bot, p95_ms=20_000) == []
