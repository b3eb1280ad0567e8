"""A real process answers real HTTP: what staff see, what strangers do not, what it is made of."""

import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.results.schema import VERSION
from tests.end_to_end.service import GROUP, OWNER, STRANGER, SUPPORT, Service
from tests.standin import BOT_NAME, Standin, fresh_token
from tests.standin.methods import BOT

FORBIDDEN = ("numpy", "pandas", "sklearn", "lightgbm", "nltk", "joblib", "matplotlib", "sqlite_utils")
MOST_MEGABYTES = 60
# What measuring coverage keeps of each line that ran; it follows into every process that tests start.
COVERAGE_MEGABYTES = 15


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with Standin(fresh_token()) as running:
        yield running


@pytest.fixture(scope="module")
def service(standin: Standin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("service"), standin) as running:
        yield running


def asked(standin: Standin, person: int, text: str, **more: int) -> str:
    """The text of the answer to one question."""
    before = len(standin.posts(more.get("chat_id", person)))
    standin.says(person, text, **more)
    return standin.answer(more.get("chat_id", person), after=before).text


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_is_light_before_anybody_asks(service: Service) -> None:
    measured = any(name.startswith("COVERAGE_PROCESS") for name in os.environ)

    assert service.resident_megabytes() < MOST_MEGABYTES + measured * COVERAGE_MEGABYTES


def test_answers_with_the_risk_and_the_day_the_data_ends(standin: Standin, service: Service) -> None:
    answer = asked(standin, SUPPORT, "/churn 42")

    assert "Zoë <b>O’Brien</b> & Söhne" in answer
    assert "81" in answer
    assert "22 Nov 2026" in answer


def test_a_button_answers_at_once_and_its_spinner_stops(standin: Standin, service: Service) -> None:
    asked(standin, OWNER, "/user 42")
    card = standin.posts(OWNER)[-1]
    before = (len(standin.posts(OWNER)), card.edits)

    standin.presses(OWNER, card, card.captions[0])

    standin.wait(lambda: (len(standin.posts(OWNER)), card.edits) != before, what="an answer to the button")
    standin.wait(lambda: not standin.chats.pressed, what="the spinner stops")


def test_a_stale_button_is_answered_kindly(standin: Standin, service: Service) -> None:
    asked(standin, OWNER, "/status")
    before = len(standin.posts(OWNER))

    standin.presses(OWNER, standin.posts(OWNER)[-1], forged="v0:old")

    standin.wait(lambda: any("older version" in words for words in standin.chats.answers.values()))
    assert len(standin.posts(OWNER)) == before


def test_a_stranger_is_told_nothing(standin: Standin, service: Service) -> None:
    card = standin.posts(OWNER)[-1]
    for text in ("/start", "/churn 42", "42", "/help", "/start guess"):
        standin.says(STRANGER, text)
    standin.presses(STRANGER, card, forged="v1:/user 42")
    standin.says(STRANGER, "/churn 42", chat_id=GROUP)
    standin.says(OWNER, "/churn 42", chat_id=-501)
    asked(standin, SUPPORT, "/whoami")
    standin.wait(lambda: not standin.waiting)

    assert standin.posts(STRANGER) == standin.posts(GROUP) == standin.posts(-501) == []
    assert [words for words in standin.chats.answers.values() if "older version" not in words and words] == []
    assert str(STRANGER) not in standin.chats.menus


def test_answers_in_a_staff_group_only_when_addressed(standin: Standin, service: Service) -> None:
    standin.says(SUPPORT, "did you see 42?", chat_id=GROUP)
    answer = asked(standin, SUPPORT, f"/churn@{BOT_NAME} 42", chat_id=GROUP)

    assert "81" in answer
    assert len(standin.posts(GROUP)) == 1
    assert standin.calls("sendMessage")[-1]["reply_parameters"]


def test_answers_a_question_in_a_staff_group_only_when_addressed(standin: Standin, service: Service) -> None:
    before = len(standin.posts(GROUP))
    question = "how many customers"
    name = {"type": "mention", "offset": 0, "length": len(BOT_NAME) + 1}
    standin.says(SUPPORT, question, chat_id=GROUP)
    standin.says(SUPPORT, f"@{BOT_NAME} {question}", chat_id=GROUP, entities=[name])
    mentioned = standin.answer(GROUP, after=before).text
    standin.says(SUPPORT, question, chat_id=GROUP, reply_to_message={"from": BOT, "message_id": 1})
    replied = standin.answer(GROUP, after=before + 1).text
    standin.wait(lambda: not standin.waiting)

    assert "customers" in mentioned.splitlines()[0]
    assert replied == mentioned
    assert len(standin.posts(GROUP)) == before + 2


def test_each_role_has_its_menu_and_nobody_else_has_one(standin: Standin, service: Service) -> None:
    standin.wait(lambda: {str(OWNER), str(SUPPORT)} <= set(standin.chats.menus))

    assert "churn" in [command["command"] for command in standin.chats.menus[str(SUPPORT)]]
    assert "default" not in standin.chats.menus


def test_one_update_that_cannot_be_read_stops_nobody(standin: Standin, service: Service) -> None:
    standin.update(message={"message_id": "?", "chat": {"id": SUPPORT}})

    assert asked(standin, SUPPORT, "/whoami")
    assert "it is set aside" in service.words()


def test_what_comes_twice_or_in_the_wrong_order_is_answered_once_and_in_order(
    standin: Standin, service: Service
) -> None:
    before = len(standin.posts(RETENTION_CHAT))
    standin.backwards = True
    first = standin.says(RETENTION_CHAT, "/churn 42")
    second = standin.says(RETENTION_CHAT, "/churn 1007")
    body = {"message": standin.waiting[first]["message"]} if first in standin.waiting else None
    standin.answer(RETENTION_CHAT, after=before + 1)
    standin.backwards = False
    if body is not None:
        standin.repeat(first, body)
    standin.says(RETENTION_CHAT, "/whoami")

    standin.answer(RETENTION_CHAT, after=before + 2)
    texts = [post.text for post in standin.posts(RETENTION_CHAT)[before:]]
    assert len(texts) == 3
    assert second > first
    assert ["Zoë" in texts[0], "Ann Lee" in texts[1]] == [True, True]


RETENTION_CHAT = 100


@pytest.mark.parametrize("kind", ["429", "500"])
def test_what_telegram_refuses_for_now_arrives_later(standin: Standin, service: Service, kind: str) -> None:
    chat_id = 101 if kind == "429" else 102
    standin.fault("sendMessage", kind, chat_id=chat_id, retry_after=1)

    assert "81" in asked(standin, chat_id, "/churn 42")
    assert len(standin.posts(chat_id)) == 1


def test_a_chart_arrives_as_a_picture(standin: Standin, service: Service) -> None:
    before = len(standin.posts(103))
    standin.says(103, "/trend 42")

    picture = standin.answer(103, after=before + 1, seconds=30)
    assert picture.kind == "photo"
    assert len(picture.content) > 10_000


def test_it_stops_properly_without_having_imported_what_learns_or_written_the_token(
    standin: Standin, service: Service
) -> None:
    assert service.stop() == 0

    words = service.words()
    (modules,) = re.findall("^MODULES (.*)$", words, re.MULTILINE)
    loaded = {name.partition(".")[0] for name in modules.split()}
    assert loaded.isdisjoint(FORBIDDEN)
    assert "telegram" in loaded
    assert standin.token not in words
    assert standin.token.partition(":")[2] not in words
    assert "Traceback" not in words.replace("it is set aside\nTraceback", "")


def test_results_of_another_version_are_told_at_the_start_and_in_the_chat(tmp_path: Path) -> None:
    with Standin(fresh_token()) as standin:
        service = Service(tmp_path, standin)
        with closing(sqlite3.connect(service.output / "results.db")) as connection:
            connection.execute(f"PRAGMA user_version = {VERSION - 1}")
        with service:
            assert asked(standin, OWNER, "/atrisk").startswith(
                "The results here were made by another version"
            )
            assert "was made by an earlier version of Matinee" in service.words()
            assert "run “matinee retrain” once" in service.words()
            assert "owners can also send /retrain" in service.words()
            assert service.stop() == 0
