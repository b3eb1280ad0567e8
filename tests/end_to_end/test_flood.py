"""A hundred chats at once in bad weather: each question is answered once, in order, and nothing stops it."""

import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.state import State
from tests.end_to_end.service import OWNER, Service, until
from tests.standin import Standin, fresh_token

PEOPLE = range(1000, 1100)
TWICE = 20


@pytest.fixture
def standin() -> Iterator[Standin]:
    with Standin(fresh_token()) as running:
        yield running


@pytest.fixture
def service(tmp_path: Path, standin: Standin) -> Service:
    """Not started yet; a hundred people may ask it."""
    ready = Service(tmp_path, standin)
    configuration = tmp_path / "matinee.toml"
    words = configuration.read_text(encoding="utf-8")
    listed = f"support = [{', '.join(map(str, PEOPLE))}]"
    configuration.write_text(words.replace("support = [13]", listed), encoding="utf-8")
    return ready


def test_a_hundred_chats_at_once_in_bad_weather_and_killed_meanwhile(
    standin: Standin, service: Service
) -> None:
    standin.backwards = True
    updates = [standin.says(person, "/churn 42") for person in PEOPLE]
    updates += [standin.says(person, "/churn 1007") for person in PEOPLE[:TWICE]]
    unreadable = standin.update(message={"message_id": "?", "chat": {"id": PEOPLE[0]}})
    again = {update: dict(standin.waiting[update]) for update in updates[:50]}
    standin.fault("getUpdates", "drop_before", times=2)
    standin.fault("sendMessage", "500", times=10, skip=5)
    standin.fault("sendMessage", "429", times=5, skip=20, retry_after=1)
    with service, closing(State(service.output / "matinee.db")) as state:
        standin.wait(lambda: len(standin.chats.posts) >= 20, what="the first answers")
        service.kill()
        service.start()
        for update, body in again.items():
            standin.repeat(update, body)
        standin.wait(lambda: len(standin.chats.posts) >= len(updates) - 1, seconds=30, what="all answers")
        until(lambda: state.inbox_depth() == 0)
        standin.says(OWNER, "/status")
        status = standin.answer(OWNER).text
        assert service.stop(signal.SIGTERM) == 0
        buried = state._one("SELECT buried FROM inbox WHERE update_id = ?", unreadable)

    texts = [[post.text for post in standin.posts(person)] for person in PEOPLE]
    assert sum(map(len, texts)) >= len(updates) - 1, "a kill costs one answer at most"
    assert all(["Zoë" in text for text in mine] in ([True, False], [True], [False]) for mine in texts)
    assert max(map(len, texts[TWICE:])) == 1
    assert "Waiting: 0 questions, 0 messages to send" in status
    assert buried is not None
    assert "cannot be read" in buried["buried"]
