"""From an update to its answer, with everything that can go wrong on the way."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.application import Application, StoppedError
from bot.commands import COMMANDS
from bot.queries import Queries
from bot.replies import Asker, Button, Reply
from store.records import Role
from store.state import State
from store.state.records import Member, Subscription
from tests.bot.application.conftest import (
    GROUP,
    OWNER,
    RETENTION,
    SETTINGS,
    STRANGER,
    SUPPORT,
    built,
    running,
    until,
)
from tests.standin import Standin

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LONG_LINE = "/atrisk " + "very " * 20


@pytest.fixture
def bot(standin: Standin, queries: Queries) -> Application:
    return built(standin, queries)


def answering(monkeypatch: pytest.MonkeyPatch, reply: Reply | Exception) -> list[str]:
    """Let every command answer the same; returns the lines asked."""
    asked: list[str] = []

    def answer(line: str, asker: Asker, queries: Queries) -> Reply | None:
        asked.append(line)
        if isinstance(reply, Exception):
            raise reply
        return None if asker.role == "stranger" else reply

    monkeypatch.setattr("bot.application.answering.answer", answer)
    return asked


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


async def test_a_defect_is_logged_in_full_and_apologised_for_in_one_line(
    standin: Standin, bot: Application, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answering(monkeypatch, ZeroDivisionError("secret detail"))
    async with running(bot):
        standin.says(STRANGER, "/churn")
        standin.says(SUPPORT, "/churn")
        await until(lambda: standin.posts(SUPPORT))

    (post,) = standin.posts(SUPPORT)
    reference = post.text.split()[-1].rstrip(".")
    assert post.text.startswith("Sorry, something went wrong on my side.")
    assert f"Reference {reference}" in caplog.text
    assert "secret detail" in caplog.text
    assert "secret" not in post.text
    assert standin.posts(STRANGER) == []


async def test_what_telegram_refuses_is_apologised_for(
    standin: Standin, bot: Application, caplog: pytest.LogCaptureFixture
) -> None:
    standin.fault("sendMessage", "400", text="Bad Request: something is wrong")
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: standin.posts(SUPPORT))

    assert "something went wrong" in standin.posts(SUPPORT)[0].text
    assert "omething is wrong" in caplog.text


async def test_a_failing_apology_ends_there(
    standin: Standin, queries: Queries, bot: Application, caplog: pytest.LogCaptureFixture
) -> None:
    standin.fault("sendMessage", "400", times=9, text="Bad Request: chat not found")
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: "could not be answered" in caplog.text)

    assert queries.state.inbox_depth() == 0


async def test_an_answer_that_may_have_arrived_is_not_repeated(
    standin: Standin, queries: Queries, bot: Application
) -> None:
    standin.fault("sendMessage", "late", seconds=1.0)
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: standin.posts(SUPPORT))
        await until(lambda: queries.state.inbox_depth() == 0)

    assert len(standin.posts(SUPPORT)) == 1


async def test_an_answer_that_cannot_be_sent_now_waits_in_the_outbox(
    standin: Standin, queries: Queries, bot: Application
) -> None:
    fault = standin.fault("sendMessage", "500", times=7)
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: queries.state.outbox_depth() == 1)
        await until(lambda: fault.times == 0)

    (row,) = queries.state.outbox_rows("queued")
    assert (row.kind, row.chat_id, row.attempts) == ("answer", SUPPORT, 1)


async def test_who_blocked_the_bot_is_unsubscribed(
    standin: Standin, queries: Queries, bot: Application
) -> None:
    for person in (SUPPORT, RETENTION):
        queries.state.subscribe(Subscription(chat_id=person, kind="digest", user_id=person))
    standin.fault("sendMessage", "403", chat_id=SUPPORT, text="Forbidden: bot was blocked by the user")
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        us = {"id": 700000002, "is_bot": True, "first_name": "S", "username": "standin_bot"}
        standin.update(
            my_chat_member={
                "chat": {"id": RETENTION, "type": "private", "first_name": "R"},
                "from": {"id": RETENTION, "is_bot": False, "first_name": "R"},
                "date": 1_700_000_000,
                "old_chat_member": {"user": us, "status": "member"},
                "new_chat_member": {"user": us, "status": "kicked", "until_date": 0},
            }
        )
        await until(lambda: not queries.state.subscriptions("digest"))
        await until(lambda: len(standin.posts(OWNER)) == 2)


async def test_a_moved_group_is_followed_both_ways(
    standin: Standin, queries: Queries, bot: Application
) -> None:
    queries.state.subscribe(Subscription(chat_id=GROUP, kind="digest", user_id=OWNER))
    standin.fault("sendMessage", "migrated", chat_id=GROUP, text="-600")
    async with running(bot):
        standin.says(SUPPORT, "/whoami", chat_id=GROUP)
        await until(lambda: standin.posts(-600))
        assert queries.state.subscriptions("digest")[0].chat_id == -600
        standin.says(SUPPORT, "", chat_id=-600, migrate_to_chat_id=-700)
        await until(lambda: queries.state.subscriptions("digest")[0].chat_id == -700)


async def test_what_the_last_process_left_comes_first_and_what_was_leaving_not_again(
    standin: Standin, queries: Queries, bot: Application
) -> None:
    person = {"id": SUPPORT, "is_bot": False, "first_name": "S"}
    message = {"message_id": 1, "date": 1_700_000_000, "chat": {**person, "type": "private"}, "from": person}
    for number in (1, 2):
        update = {"update_id": number, "message": {**message, "text": "/whoami"}}
        queries.state.receive(number, json.dumps(update), NOON)
    queries.state.begin_answer(1, NOON)
    async with running(bot):
        await until(lambda: standin.posts(SUPPORT))
        await until(lambda: queries.state.inbox_depth() == 0)

    assert len(standin.posts(SUPPORT)) == 1


async def test_another_bots_updates_do_not_hide_this_ones(
    standin: Standin, queries: Queries, bot: Application
) -> None:
    queries.state.note("bot_id", "1")
    queries.state.receive(1000, "", NOON)
    queries.state.finish(1000, NOON)
    async with running(bot):
        assert standin.says(SUPPORT, "/whoami") == 1000
        await until(lambda: standin.posts(SUPPORT))


async def test_an_update_that_cannot_be_read_is_set_aside(
    standin: Standin, queries: Queries, bot: Application, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(bot):
        standin.update(message={"message_id": "?"})
        standin.update(poll={})
        await until(lambda: "it is set aside" in caplog.text)
        await until(lambda: queries.state.inbox_depth() == 0)


async def test_typing_is_shown_when_it_takes_longer(
    standin: Standin, bot: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.application.presence.SHOW_AFTER_SECONDS", 0.01)
    standin.fault("sendMessage", "late", seconds=0.2)
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: standin.chats.actions)

    assert standin.chats.actions == [(SUPPORT, "typing")]


async def test_menus_follow_the_role(standin: Standin, queries: Queries) -> None:
    state: State = queries.state
    viewer = Member(user_id=50, chat_id=50, role="viewer", added_at=NOON, customer_id="42")
    async with running(built(standin, queries)):
        standin.says(SUPPORT, "/whoami")
        standin.says(SUPPORT, "/whoami", chat_id=GROUP)
        standin.says(STRANGER, "/whoami")
        state.save_member(viewer)
        standin.says(50, "/whoami")
        await until(lambda: set(standin.chats.menus) == {str(SUPPORT), "50"})
        assert names(standin, SUPPORT) == menu("support")
        assert names(standin, 50) == menu("viewer")
        state.save_member(replace(viewer, role="retention", added_by=OWNER))
        standin.says(50, "/whoami")
        await until(lambda: names(standin, 50) == menu("retention"))
    asked = len(standin.calls("setMyCommands"))
    async with running(built(standin, queries)):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: len(standin.posts(SUPPORT)) == 2)
        state.remove_member(50)
        standin.says(50, "/whoami")
        await until(lambda: "50" not in standin.chats.menus)

    assert len(standin.calls("setMyCommands")) == asked, "a menu that is right is not set again"


def names(standin: Standin, person: int) -> list[str]:
    return [command["command"] for command in standin.chats.menus[str(person)]]


def menu(role: Role) -> list[str]:
    return [command.name for command in COMMANDS if command.menu and role in command.roles]


async def test_a_menu_that_cannot_be_set_costs_nobody_the_answer(
    standin: Standin, bot: Application, caplog: pytest.LogCaptureFixture
) -> None:
    standin.fault("setMyCommands", "400", times=1)
    standin.fault("deleteMyCommands", "500", times=1)
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: f"The menu of chat {SUPPORT} could not be set" in caplog.text)
        standin.says(SUPPORT, "/whoami")
        await until(lambda: str(SUPPORT) in standin.chats.menus)

    assert "The general menu could not be removed" in caplog.text


async def test_two_processes_on_one_bot_are_detected(standin: Standin, bot: Application) -> None:
    standin.fault("getUpdates", "409", times=9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.application.polling.CONFLICT_WAIT_SECONDS", 0.01)
        with pytest.raises(StoppedError, match="Another process polls for this bot"):
            await bot.run(asyncio.Event())


async def test_one_conflict_is_the_end_of_a_killed_process(
    standin: Standin, bot: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.application.polling.CONFLICT_WAIT_SECONDS", 0.01)
    standin.fault("getUpdates", "409", times=2)
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: standin.posts(SUPPORT))


async def test_a_refused_token_is_said(standin: Standin, queries: Queries) -> None:
    stranger = built(standin, queries, replace(SETTINGS, token="1:" + "x" * 35))

    with pytest.raises(StoppedError, match="Telegram refuses the token"):
        await stranger.run(asyncio.Event())


async def test_a_token_revoked_while_it_runs_is_said(standin: Standin, bot: Application) -> None:
    task = asyncio.create_task(bot.run(asyncio.Event()))
    await until(lambda: standin.polls)
    standin.token = "2:" + "y" * 35
    standin.update(poll={})

    with pytest.raises(StoppedError, match="revoked"):
        await asyncio.wait_for(task, 5)


async def test_it_says_once_that_telegram_cannot_be_reached_and_goes_on_trying(
    standin: Standin, bot: Application, caplog: pytest.LogCaptureFixture
) -> None:
    standin.fault("getMe", "500", times=3)
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: standin.posts(SUPPORT))

    assert caplog.text.count("Telegram cannot be reached") == 1


async def test_it_can_be_stopped_while_it_waits_for_telegram(standin: Standin, bot: Application) -> None:
    standin.fault("getMe", "500", times=99)
    async with running(bot):
        await until(lambda: standin.calls("getMe"))

    assert standin.polls == 0


@pytest.mark.parametrize("kind", ["500", "drop_before", "garbage", "429"])
async def test_polling_outlives_failures(
    standin: Standin, bot: Application, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.application.polling.FIRST_WAIT_SECONDS", 0.01)
        standin.fault("getUpdates", kind, times=2, retry_after=1)
        async with running(bot):
            standin.says(SUPPORT, "/whoami")
            await until(lambda: standin.posts(SUPPORT))

    assert caplog.text.count("Telegram cannot be reached") == 1
    assert caplog.text.count("Telegram answers again") == 1


async def test_what_cannot_be_kept_is_not_confirmed(
    standin: Standin, queries: Queries, bot: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.application.polling.LONGEST_WAIT_SECONDS", 0.1)
    real, failures = State.secure, iter([OSError("disk full")])

    def secure(state: State) -> None:
        for failure in failures:
            raise failure
        real(state)

    monkeypatch.setattr(State, "secure", secure)
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: not standin.waiting)

    assert len(standin.posts(SUPPORT)) == 1


async def test_the_end_is_orderly_even_if_the_last_batch_cannot_be_confirmed(
    standin: Standin, queries: Queries, bot: Application
) -> None:
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: standin.posts(SUPPORT))
        standin.fault("getUpdates", "500", times=9)

    assert queries.state.inbox_depth() == 0


async def test_what_is_not_answered_in_time_is_left_for_the_next_start(
    standin: Standin, queries: Queries, bot: Application, caplog: pytest.LogCaptureFixture
) -> None:
    bot.patience = replace(bot.patience, drain_seconds=0.05)
    bot.answering.sender._limiter.hold(SUPPORT, 60)
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: queries.state.inbox_depth() == 1)

    assert queries.state.inbox_depth() == 1
    assert "1 updates are not answered yet" in caplog.text
