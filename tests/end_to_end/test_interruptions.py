"""Killed, stopped, doubled, restarted: no update is lost or answered twice, each digest arrives once."""

import re
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.payloads import to_json
from bot.replies import Reply
from store.state import State
from tests.end_to_end.service import OWNER, Service, until
from tests.standin import Standin, fresh_token

PEOPLE = range(100, 112)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def standin() -> Iterator[Standin]:
    with Standin(fresh_token()) as running:
        yield running


@pytest.fixture
def service(tmp_path: Path, standin: Standin) -> Iterator[Service]:
    with Service(tmp_path, standin) as running:
        yield running


def answers(standin: Standin) -> list[int]:
    return [len(standin.posts(person)) for person in PEOPLE]


def state_of(service: Service) -> closing[State]:
    return closing(State(service.output / "matinee.db"))


def test_killed_in_the_middle_it_answers_everybody_once(standin: Standin, service: Service) -> None:
    standin.fault("sendMessage", "late", times=10_000, seconds=0.4)
    for person in PEOPLE:
        for customer in ("42", "1007"):
            standin.says(person, f"/churn {customer}")
    standin.wait(lambda: len(standin.calls("sendMessage")) >= 5, what="the first answers leave")
    # Eight are under way at a time, and wait for Telegram's answer now.
    standin.wait(lambda: len(standin.calls("sendMessage")) >= 8, what="all of them")
    time.sleep(0.05)

    service.kill()
    standin.faults.clear()
    service.start()

    standin.wait(lambda: answers(standin) == [2] * len(PEOPLE), seconds=20, what="two answers for each")
    assert service.stop() == 0
    assert answers(standin) == [2] * len(PEOPLE)
    assert all("Zoë" in standin.posts(person)[0].text for person in PEOPLE)
    with state_of(service) as state:
        assert state.inbox_depth() == 0


def test_told_to_stop_it_finishes_what_it_began(standin: Standin, service: Service) -> None:
    standin.fault("sendMessage", "late", times=10_000, seconds=0.4)
    for person in PEOPLE:
        standin.says(person, "/churn 42")
    standin.wait(lambda: not standin.waiting, what="all questions are taken")
    assert answers(standin) != [1] * len(PEOPLE), "some are still being answered"

    assert service.stop(signal.SIGTERM) == 0

    assert answers(standin) == [1] * len(PEOPLE)


def test_a_digest_arrives_once_across_a_crash(standin: Standin, service: Service) -> None:
    digest = to_json(Reply(text="Good morning"))
    standin.fault("sendMessage", "late", seconds=5, times=3)
    with state_of(service) as state:
        for person in (OWNER, 100, 101):
            state.enqueue(f"digest:2026-01-01:{person}", "digest", person, digest, NOW)
    standin.wait(lambda: len(standin.calls("sendMessage")) >= 3, what="the digests leave")
    time.sleep(0.01)

    service.kill()
    service.start()

    with state_of(service) as state:
        until(lambda: state.outbox_depth() == 0)
        assert not state.enqueue(f"digest:2026-01-01:{OWNER}", "digest", OWNER, digest, NOW)
    assert service.stop() == 0
    assert [len(standin.posts(person)) for person in (OWNER, 100, 101)] == [1, 1, 1]


def test_a_second_one_on_this_machine_says_so_and_ends(
    standin: Standin, service: Service, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    second = Service(other, standin).start(wait=False)

    assert second.wait() == 1
    assert "already answers for this bot" in second.words()
    assert service.process.poll() is None


def test_a_second_one_elsewhere_makes_it_stop_and_say_so(standin: Standin, service: Service) -> None:
    standin.fault("getUpdates", "409", times=99)
    standin.says(OWNER, "/whoami")

    assert service.wait() == 1
    assert "Another process polls for this bot" in service.words()
    assert "Traceback" not in service.words()


def test_a_refused_token_is_said(standin: Standin, tmp_path: Path) -> None:
    service = Service(tmp_path, standin, token="1:" + "x" * 35).start(wait=False)

    assert service.wait() == 1
    assert "Telegram refuses the token" in service.words()


def test_without_a_token_it_tells_how_to_get_one_in_five_lines(standin: Standin, tmp_path: Path) -> None:
    service = Service(tmp_path, standin, token="").start(wait=False)

    assert service.wait() == 2
    told = service.words().split("MODULES")[0].strip().splitlines()
    assert len(told) == 5
    assert "@BotFather" in service.words()
    assert "matinee chat" in told[-1]


def test_it_waits_for_telegram_to_be_there(standin: Standin, tmp_path: Path) -> None:
    standin.fault("getMe", "500", times=2)
    with Service(tmp_path, standin) as service:
        standin.says(OWNER, "/whoami")
        standin.answer(OWNER)

        assert service.words().count("Telegram cannot be reached") == 1
        assert service.stop() == 0


def test_a_defect_at_the_start_is_logged_without_the_token(standin: Standin, tmp_path: Path) -> None:
    service = Service(tmp_path, standin)
    (service.output / "matinee.db").write_text("no database")
    service.start(wait=False)

    assert service.wait() != 0
    assert "matinee.db" in service.words() or "not a database" in service.words()
    assert standin.token not in service.words()


def test_who_starts_it_gets_a_code_that_makes_him_the_owner_once(standin: Standin, tmp_path: Path) -> None:
    service = Service(tmp_path, standin)
    configuration = tmp_path / "matinee.toml"
    words = configuration.read_text(encoding="utf-8").replace(f"owners = [{OWNER}]", "")
    configuration.write_text(words, encoding="utf-8")
    with service:
        (code,) = re.findall(r"^/start (\S+)$", service.words(), re.MULTILINE)
        standin.says(OWNER, f"/start {code}")
        standin.wait(lambda: str(OWNER) in standin.chats.menus, what="the owner's menu")
        standin.says(999, f"/start {code}")
        standin.says(OWNER, "/whoami")
        standin.answer(OWNER, after=1)

        assert "owner" in standin.posts(OWNER)[1].text
        assert "999" not in standin.chats.menus
        assert service.stop() == 0
    with Service(tmp_path, standin) as again:
        assert again.words().count("Nobody owns this bot yet") == 1
