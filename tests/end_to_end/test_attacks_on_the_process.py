"""Attacks on the real process over real HTTP: what is pressed, sent and replayed by those who may not."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.state import State
from tests.end_to_end.service import GROUP, OWNER, STRANGER, SUPPORT, Service
from tests.standin import Standin, fresh_token

VIEWER, SECOND = 501, 502


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with Standin(fresh_token()) as running:
        yield running


@pytest.fixture(scope="module")
def service(standin: Standin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("attacked"), standin) as running:
        yield running


def asked(standin: Standin, person: int, text: str) -> str:
    before = len(standin.posts(person))
    standin.says(person, text)
    return standin.answer(person, after=before).text


def settled(standin: Standin) -> None:
    """Everything sent before was handled: the same lane answers in order, and others were quiet."""
    asked(standin, OWNER, "/whoami")
    standin.wait(lambda: not standin.waiting and not standin.chats.pressed)


def test_a_customer_is_linked_once_and_a_replayed_link_is_silence(standin: Standin, service: Service) -> None:
    secret = asked(standin, SUPPORT, "/link 42").rpartition("=")[2]
    standin.says(VIEWER, f"/start {secret}")
    question = standin.answer(VIEWER)
    assert "z***@example.org" in question.text
    assert "Zoë" not in question.text

    standin.presses(VIEWER, question, "Confirm")
    standin.answer(VIEWER, after=1)
    standin.says(SECOND, f"/start {secret}")
    standin.presses(SECOND, question, forged=f"v1:/start {secret} yes")
    settled(standin)

    assert standin.posts(SECOND) == []
    assert str(SECOND) not in standin.chats.menus
    standin.wait(lambda: str(VIEWER) in standin.chats.menus)
    assert "user" not in [command["command"] for command in standin.chats.menus[str(VIEWER)]]


def test_a_viewer_gets_nothing_of_others_by_forged_buttons(standin: Standin, service: Service) -> None:
    own = standin.posts(VIEWER)[-1]
    forged = (
        "v1:/user 1007",
        "v1:/resolve saved 1007",
        "v1:/export atrisk",
        "v1:/who",
        "v1:/forget 1007 yes",
    )
    before = len(standin.posts(VIEWER))
    for number, data in enumerate(forged, 1):
        standin.presses(VIEWER, own, forged=data)
        standin.wait(lambda number=number: len(standin.posts(VIEWER)) == before + number)  # type: ignore[misc]

    answers = standin.posts(VIEWER)[before:]
    refusals = ["is not open to you" in post.text or "Try /forget me" in post.text for post in answers]
    assert refusals == [True] * len(forged)
    assert not any("Ann Lee" in post.text for post in answers)


def test_a_button_pressed_in_anothers_chat_does_nothing(standin: Standin, service: Service) -> None:
    asked(standin, SUPPORT, "/user 42")
    card = standin.posts(SUPPORT)[-1]
    before = (len(standin.posts(SUPPORT)), card.edits)
    for person in (STRANGER, VIEWER, SECOND):
        standin.presses(person, card, forged="v1:/saved 42")
    settled(standin)

    assert (len(standin.posts(SUPPORT)), card.edits) == before
    assert standin.posts(STRANGER) == standin.posts(SECOND) == []
    with closing(State(service.output / "matinee.db")) as state:
        assert state.contacts("42") == ()


def test_staff_outside_their_groups_and_guests_inside_are_strangers(
    standin: Standin, service: Service
) -> None:
    standin.says(OWNER, "/who", chat_id=-999)
    standin.says(VIEWER, "/recommend", chat_id=GROUP)
    settled(standin)

    assert standin.posts(-999) == standin.posts(GROUP) == []


def test_guesses_are_silence_and_soon_not_even_looked_at(standin: Standin, service: Service) -> None:
    for number in range(20):
        standin.says(STRANGER, f"/start {number:022}")
    settled(standin)
    standin.wait(lambda: not standin.waiting)

    assert standin.posts(STRANGER) == []
    with closing(State(service.output / "matinee.db")) as state:
        failures = state.link_failures(STRANGER)
    assert failures is not None
    assert failures.failures == 5


def test_no_secret_stands_in_the_log_or_in_the_file(standin: Standin, service: Service) -> None:
    secret = asked(standin, OWNER, "/invite support Ann").rpartition("=")[2].strip()
    assert len(secret) == 22
    settled(standin)

    assert service.stop() == 0
    assert secret not in service.words()
    assert all(secret.encode() not in path.read_bytes() for path in service.output.glob("matinee.db*"))


def test_who_starts_a_bot_without_an_owner_owns_it_by_the_printed_code(tmp_path: Path) -> None:
    with Standin(fresh_token()) as standin:
        service = Service(tmp_path, standin)
        path = tmp_path / "matinee.toml"
        path.write_text(path.read_text(encoding="utf-8").replace(f"owners = [{OWNER}]", "owners = []"))
        with service:
            code = service.words().partition("/start ")[2].split()[0]
            assert "as owner" in asked(standin, 77, f"/start {code}")
            standin.says(78, f"/start {code}")
            assert (
                "person may ask me" in asked(standin, 77, "/who")
                or "people may ask me" in standin.posts(77)[-1].text
            )
            assert standin.posts(78) == []
            assert service.stop() == 0
