"""From an update to its answer."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.application import Application
from bot.queries import Queries
from bot.replies import Button, Reply
from tests.bot.application.conftest import (
    GROUP,
    STRANGER,
    SUPPORT,
    answering,
    running,
    until,
)
from tests.standin import Standin

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LONG_LINE = "/atrisk " + "very " * 20


async def test_answers_and_remembers_nothing_unfinished(
    standin: Standin, queries: Queries, bot: Application
) -> None:
    async with running(bot):
        standin.says(SUPPORT, "/churn 42")
        await until(lambda: standin.posts(SUPPORT))

    assert "Zoë <b>O’Brien</b> & Söhne" in standin.posts(SUPPORT)[0].text
    assert queries.state.inbox_depth() == 0
    assert queries.state.noted("last_poll")
    assert queries.state.noted("bot_name") == "standin_bot"
    assert standin.waiting == {}, "the last batch was confirmed"


async def test_buttons_edit_their_message_when_the_reply_wants_it(
    standin: Standin, bot: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = Reply(text="Page", edit=True, buttons=((Button("More", LONG_LINE), Button("Up", "/help")),))
    asked = answering(monkeypatch, reply)
    async with running(bot):
        standin.says(SUPPORT, "/atrisk")
        await until(lambda: standin.posts(SUPPORT))
        (post,) = standin.posts(SUPPORT)
        answering(monkeypatch, replace(reply, text="Page 2"))
        standin.presses(SUPPORT, post, "Up")
        await until(lambda: post.edits and not standin.chats.pressed)
        asked = answering(monkeypatch, replace(reply, text="New", edit=False))
        standin.presses(SUPPORT, post, "More")
        await until(lambda: len(standin.posts(SUPPORT)) == 2)

    assert [each.text for each in standin.posts(SUPPORT)] == ["Page 2", "New"]
    assert asked == [LONG_LINE]


async def test_a_press_of_another_version_is_explained_to_staff_only(
    standin: Standin, bot: Application
) -> None:
    async with running(bot):
        standin.says(SUPPORT, "/help")
        await until(lambda: standin.posts(SUPPORT))
        (post,) = standin.posts(SUPPORT)
        for person in (SUPPORT, STRANGER):
            standin.presses(person, post, forged="v0:/help")
        await until(lambda: len(standin.chats.answers) == 2)

    assert sorted(standin.chats.answers.values()) == [
        "",
        "This button is from an older version of me. /help shows what I can answer.",
    ]
    assert standin.posts(STRANGER) == []


async def test_an_old_press_is_answered_all_the_same(standin: Standin, bot: Application) -> None:
    standin.fault("answerCallbackQuery", "400", text="Bad Request: query is too old")
    async with running(bot):
        standin.says(SUPPORT, "/help")
        await until(lambda: standin.posts(SUPPORT))
        standin.presses(SUPPORT, standin.posts(SUPPORT)[0], forged="v1:/whoami")
        await until(lambda: len(standin.posts(SUPPORT)) == 2)


async def test_what_is_no_text_is_told_so_and_strangers_are_told_nothing(
    standin: Standin, bot: Application
) -> None:
    async with running(bot):
        standin.says(STRANGER, "")
        standin.says(STRANGER, "/churn 42", chat_id=GROUP)
        standin.says(SUPPORT, "")
        await until(lambda: standin.posts(SUPPORT))

    assert standin.posts(SUPPORT)[0].text == "I read text only. /help shows what I can answer."
    assert standin.posts(STRANGER) == standin.posts(GROUP) == []


async def test_talk_in_a_group_is_not_for_it(standin: Standin, bot: Application) -> None:
    async with running(bot):
        standin.says(SUPPORT, "42", chat_id=GROUP)
        standin.says(SUPPORT, "/whoami", chat_id=GROUP)
        await until(lambda: standin.posts(GROUP))

    assert len(standin.posts(GROUP)) == 1


async def test_typing_is_shown_when_it_takes_longer(
    standin: Standin, bot: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.application.presence.SHOW_AFTER_SECONDS", 0.01)
    standin.fault("sendMessage", "late", seconds=0.2)
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: standin.chats.actions)

    assert standin.chats.actions == [(SUPPORT, "typing")]
