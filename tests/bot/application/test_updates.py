"""Every kind of update is read as what it means for us, or as nothing."""

from functools import partial
from typing import Any

import pytest
from telegram import Bot

from bot.application.updates import Event, Left, Moved, Question, lane_of, read_update

ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
by_ann = partial(Question, name="Ann")
US = {"id": 42, "is_bot": True, "first_name": "Matinee", "username": "matinee_bot"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ann"}
GROUP = {"id": -5, "type": "supergroup", "title": "Staff"}


class NamedBot(Bot):
    """A bot that knows its name without asking Telegram."""

    id = 42
    username = "matinee_bot"


BOT = NamedBot("42:token")


def read(**body: Any) -> Event | None:
    return read_update({"update_id": 1, **body}, BOT)


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    return {"message_id": 9, "date": 1_700_000_000, "chat": chat, "from": ANN, **content}


def in_group(text: str, **content: Any) -> Event | None:
    return read(message=message(GROUP, text=text, **content))


def test_reads_a_question() -> None:
    assert read(message=message(text=" /churn 42 ")) == by_ann(
        chat_id=7, user_id=7, line="/churn 42", message_id=9
    )


def test_a_picture_is_a_question_without_words() -> None:
    photo = [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]

    assert read(message=message(photo=photo)) == by_ann(chat_id=7, user_id=7, line="", message_id=9)
    assert read(message=message(GROUP, photo=photo)) is None


@pytest.mark.parametrize(
    ("text", "addressed"),
    [
        ("/churn 42", True),
        ("/churn@matinee_bot 42", True),
        ("/churn@Matinee_Bot 42", True),
        ("/churn@other_bot 42", False),
        ("who is at risk?", False),
    ],
)
def test_in_a_group_it_must_be_addressed(text: str, addressed: bool) -> None:
    assert in_group(text) == by_ann(chat_id=-5, user_id=7, line=text, message_id=9, addressed=addressed)


def test_a_mention_addresses_it_and_is_left_out() -> None:
    mention = {"type": "mention", "offset": 3, "length": 12}

    assert in_group("😀 @matinee_bot user 42", entities=[mention]) == by_ann(
        chat_id=-5, user_id=7, line="😀  user 42", message_id=9
    )


def test_a_mention_of_somebody_else_does_not() -> None:
    question = in_group("@somebody user 42", entities=[{"type": "mention", "offset": 0, "length": 9}])

    assert isinstance(question, Question)
    assert not question.addressed


@pytest.mark.parametrize(("author", "addressed"), [(US, True), (ANN, False)])
def test_an_answer_to_it_addresses_it(author: dict[str, Any], addressed: bool) -> None:
    earlier = {**message(GROUP, text="At risk"), "from": author}
    question = in_group("and next week?", reply_to_message=earlier)

    assert isinstance(question, Question)
    assert question.addressed is addressed


def test_reads_a_pressed_button() -> None:
    card = {**message(text="Card"), "from": US}
    query = {"id": "q", "from": ANN, "chat_instance": "1", "data": "v1:/user 42", "message": card}

    assert read(callback_query=query) == by_ann(
        chat_id=7, user_id=7, callback_id="q", callback="v1:/user 42", pressed_message=9
    )


def test_a_button_below_a_picture_or_an_old_message_cannot_replace_it() -> None:
    photo = [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]
    old = {"chat": PRIVATE, "message_id": 9, "date": 0}
    for below in (message(photo=photo), old):
        query = {"id": "q", "from": ANN, "chat_instance": "1", "data": "v1:/user 42", "message": below}
        question = read(callback_query=query)
        assert isinstance(question, Question)
        assert question.pressed_message is None


def test_a_button_of_an_inline_message_is_none_of_ours() -> None:
    query = {"id": "q", "from": ANN, "chat_instance": "1", "data": "x", "inline_message_id": "i"}

    assert read(callback_query=query) is None


@pytest.mark.parametrize(("status", "expected"), [("kicked", Left(chat_id=7)), ("member", None)])
def test_hears_of_being_blocked(status: str, expected: Event | None) -> None:
    member = {"user": US, "status": status, "until_date": 0}
    change = {
        "chat": PRIVATE,
        "from": ANN,
        "date": 1_700_000_000,
        "old_chat_member": {"user": US, "status": "member"},
        "new_chat_member": member if status == "kicked" else {"user": US, "status": status},
    }

    assert read(my_chat_member=change) == expected


def test_follows_a_group_that_moved() -> None:
    assert read(message=message(GROUP, migrate_to_chat_id=-100)) == Moved(old_chat_id=-5, new_chat_id=-100)


def test_an_edited_message_was_answered_when_it_was_new() -> None:
    assert read(edited_message=message(text="/churn 43", edit_date=1_700_000_001)) is None


def test_bots_are_not_answered_and_nobody_is_nobody() -> None:
    assert read(message={**message(text="/churn"), "from": {**ANN, "is_bot": True}}) is None
    nobody = message(text="/churn")
    del nobody["from"]
    question = read(message=nobody)
    assert isinstance(question, Question)
    assert question.user_id is None


def test_what_cannot_be_read_raises() -> None:
    with pytest.raises((KeyError, TypeError, AttributeError)):
        read(message={"message_id": "?"})


@pytest.mark.parametrize(
    ("body", "lane"),
    [
        ({"message": message(text="x")}, 7),
        ({"callback_query": {"message": message(GROUP)}}, -5),
        ({"my_chat_member": {"chat": GROUP}}, -5),
        ({"message": {"chat": {"id": "seven"}}}, 0),
        ({"message": {"chat": 7}}, 0),
        ({"message": 7}, 0),
        ({"poll": {}}, 0),
    ],
)
def test_finds_the_chat_without_trusting_the_rest(body: dict[str, Any], lane: int) -> None:
    assert lane_of({"update_id": 1, **body}) == lane
