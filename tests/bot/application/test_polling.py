"""Taking updates: none lost and none twice, whatever Telegram or another process does."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.application import Application, StoppedError
from bot.queries import Queries
from store.state import State
from tests.bot.application.conftest import (
    SETTINGS,
    SUPPORT,
    built,
    running,
    until,
)
from tests.standin import Standin

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LONG_LINE = "/atrisk " + "very " * 20


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


@pytest.mark.parametrize("kind", ["500", "drop_before", "garbage", "429"])
async def test_it_says_once_that_telegram_cannot_be_reached_and_goes_on_trying(
    standin: Standin, bot: Application, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    standin.fault("getMe", kind, times=3)
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
