"""What can go wrong while an answer is made and sent, and who hears of it."""

from datetime import UTC, datetime

import pytest

from bot.access import end_subscriptions_of_strangers
from bot.application import Application
from bot.queries import Queries
from store.state.records import Subscription
from tests.bot.application.conftest import (
    GROUP,
    OWNER,
    RETENTION,
    SETTINGS,
    STRANGER,
    SUPPORT,
    answering,
    running,
    until,
)
from tests.standin import Standin

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LONG_LINE = "/atrisk " + "very " * 20


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
    assert queries.state.perhaps_answered(NOON) == 1


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
        standin.says(SUPPORT, "/whoami", chat_id=-700)
        standin.says(SUPPORT, "/whoami", chat_id=-800)
        await until(lambda: standin.posts(-700))

    assert "support" in standin.posts(-700)[0].text, "staff are staff there too"
    assert standin.posts(-800) == []
    assert end_subscriptions_of_strangers(queries.state, SETTINGS, NOON) == 0, "nor does a restart end it"
