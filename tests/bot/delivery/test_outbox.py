"""What is pushed arrives once: across failures, blocks, moved groups and restarts."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.delivery.buttons import Buttons
from bot.delivery.outbox import Outbox
from bot.delivery.sender import Sender
from bot.payloads import to_json
from bot.replies import Button, Reply
from store.state import State
from store.state.records import Member, Subscription
from tests.bot.delivery.conftest import READ_SECONDS
from tests.standin import Standin

OWNER, ANN, GROUP = 1, 7, -100
MORNING = datetime(2026, 11, 24, 9, tzinfo=UTC)
DIGEST = to_json(Reply(text="<b>Good morning</b>", buttons=((Button("At risk", "/atrisk"),),)))


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(state: State, sender: Sender, buttons: Buttons, clock: Clock) -> Outbox:
    return Outbox(state=state, sender=sender, buttons=buttons, now=clock, owners=lambda: (OWNER, ANN))


@asynccontextmanager
async def running(outbox: Outbox) -> AsyncIterator[None]:
    task = asyncio.create_task(outbox.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await outbox.stop(1.0)


async def until(true: Callable[[], object], looking: Outbox | None = None) -> None:
    """Let the outbox work until something holds."""
    for _ in range(500):
        if true():
            return
        if looking is not None:
            looking.look()
        await asyncio.sleep(0.01)
    raise AssertionError("it never came true")


def more_calls_than(standin: Standin, tried: int) -> bool:
    return len(standin.calls("sendMessage")) > tried


def tried(state: State, outbox: Outbox, times: int) -> bool:
    return not outbox._chats and [row.attempts for row in state.outbox_rows("queued")] == [times]


def states(state: State) -> list[str]:
    names = ("queued", "sending", "sent", "uncertain", "failed", "blocked")
    return [row.state for name in names for row in state.outbox_rows(name)]  # type: ignore[arg-type]


async def test_a_digest_arrives_once_without_a_sound(standin: Standin, state: State, outbox: Outbox) -> None:
    async with running(outbox):
        assert state.enqueue("digest:2026-11-24:7", "digest", ANN, DIGEST, MORNING)
        assert not state.enqueue("digest:2026-11-24:7", "digest", ANN, DIGEST, MORNING)
        outbox.look()
        await until(lambda: state.outbox_rows("sent"))

    (post,) = standin.posts(ANN)
    assert (post.text, post.captions, post.silent) == ("Good morning", ["At risk"], True)
    assert state.outbox_rows("sent")[0].message_id == post.message_id


async def test_one_chat_gets_its_messages_in_order(standin: Standin, state: State, outbox: Outbox) -> None:
    for number in range(5):
        state.enqueue(f"alerts:{number}", "alerts", ANN, to_json(Reply(text=str(number))), MORNING)
    async with running(outbox):
        await until(lambda: len(state.outbox_rows("sent")) == 5)

    assert [post.text for post in standin.posts(ANN)] == list("01234")
    assert not standin.posts(ANN)[0].silent


async def test_what_is_not_due_waits(standin: Standin, state: State, outbox: Outbox, clock: Clock) -> None:
    state.enqueue("digest:7", "digest", ANN, DIGEST, MORNING + timedelta(hours=1))
    async with running(outbox):
        await asyncio.sleep(0.05)
        assert standin.posts(ANN) == []
        clock.now += timedelta(hours=1)
        outbox.look()
        await until(lambda: state.outbox_rows("sent"))


@pytest.mark.parametrize(("kind", "pause"), [("429", timedelta(seconds=5)), ("500", timedelta(seconds=10))])
async def test_what_was_not_sent_is_queued_for_later(
    standin: Standin, state: State, outbox: Outbox, clock: Clock, kind: str, pause: timedelta
) -> None:
    standin.fault("sendMessage", kind, retry_after=5)
    state.enqueue("digest:7", "digest", ANN, DIGEST, MORNING)
    async with running(outbox):
        await until(lambda: any(row.attempts for row in state.outbox_rows("queued")))

    (row,) = state.outbox_rows("queued")
    assert (row.due_at, row.attempts) == (MORNING + pause, 1)
    assert standin.posts(ANN) == []


async def test_after_twelve_attempts_it_is_given_up(
    standin: Standin, state: State, outbox: Outbox, clock: Clock
) -> None:
    standin.fault("sendMessage", "500", times=99)
    state.enqueue("digest:7", "digest", ANN, DIGEST, MORNING)
    async with running(outbox):
        for _ in range(12):
            outbox.look()
            tried = len(standin.calls("sendMessage"))
            await until(partial(more_calls_than, standin, tried))
            await until(lambda: not outbox._chats)
            clock.now += timedelta(hours=2)

    assert states(state) == ["failed"]


async def test_what_may_have_arrived_is_not_sent_again(
    standin: Standin, state: State, outbox: Outbox
) -> None:
    standin.fault("sendMessage", "late", seconds=READ_SECONDS * 2)
    state.enqueue("digest:7", "digest", ANN, DIGEST, MORNING)
    async with running(outbox):
        await until(lambda: state.outbox_rows("uncertain"))

    assert len(standin.posts(ANN)) == 1


async def test_what_a_crash_left_half_sent_is_uncertain(
    standin: Standin, state: State, outbox: Outbox
) -> None:
    state.enqueue("digest:7", "digest", ANN, DIGEST, MORNING)
    state.sending(state.due(MORNING, 1)[0].id, MORNING)
    async with running(outbox):
        await asyncio.sleep(0.05)

    assert states(state) == ["uncertain"]
    assert standin.posts(ANN) == []


async def test_who_blocks_the_bot_is_unsubscribed_and_the_other_owners_hear_of_it(
    standin: Standin, state: State, outbox: Outbox
) -> None:
    for kind in ("digest", "alerts"):
        state.subscribe(Subscription(chat_id=ANN, kind=kind, user_id=ANN))
    standin.fault("sendMessage", "403", chat_id=ANN, text="Forbidden: bot was blocked by the user")
    state.enqueue("digest:7", "digest", ANN, DIGEST, MORNING)
    async with running(outbox):
        await until(lambda: standin.posts(OWNER), outbox)

    assert state.subscriptions("digest") == state.subscriptions("alerts") == ()
    assert len(state.outbox_rows("blocked")) == 1
    assert [(post.text, post.silent) for post in standin.posts(OWNER)] == [
        ("Chat 7 has blocked me; I ended its subscription to digest and alerts.", True)
    ]
    outbox.blocked(ANN)  # nothing is left to end, so nothing is said again
    assert state.outbox_depth() == 0


async def test_what_is_said_around_a_push_is_in_the_language_of_who_gets_it(
    standin: Standin, state: State, outbox: Outbox
) -> None:
    for user_id in (ANN, OWNER):
        member = Member(user_id=user_id, chat_id=user_id, role="owner", added_at=MORNING, language="de")
        state.save_member(member)
    state.subscribe(Subscription(chat_id=GROUP, kind="alerts", user_id=ANN))
    state.enqueue("long", "digest", ANN, to_json(Reply(text="word " * 9_000)), MORNING)
    outbox.blocked(GROUP)
    async with running(outbox):
        await until(lambda: standin.posts(OWNER) and standin.calls("sendDocument"), outbox)

    assert standin.posts(OWNER)[0].text == "Chat -100 hat mich blockiert; nicht mehr abonniert: Warnungen."
    assert "Die ganze Antwort" in str(standin.calls("sendDocument"))


async def test_a_moved_group_is_followed(standin: Standin, state: State, outbox: Outbox) -> None:
    state.subscribe(Subscription(chat_id=-5, kind="digest", user_id=ANN))
    standin.fault("sendMessage", "migrated", chat_id=-5, text=str(GROUP))
    state.enqueue("digest:-5", "digest", -5, DIGEST, MORNING)
    async with running(outbox):
        await until(lambda: standin.posts(GROUP), outbox)

    assert [each.chat_id for each in state.subscriptions("digest")] == [GROUP]


async def test_what_telegram_refuses_is_failed_and_the_next_goes_on(
    standin: Standin, state: State, outbox: Outbox
) -> None:
    standin.fault("sendMessage", "400", text="Bad Request: chat not found")
    state.enqueue("a", "notice", ANN, DIGEST, MORNING)
    state.enqueue("b", "notice", ANN, "no JSON", MORNING)
    state.enqueue("c", "notice", ANN, DIGEST, MORNING)
    async with running(outbox):
        await until(lambda: state.outbox_rows("sent"))

    assert states(state) == ["sent", "failed", "failed"]


async def test_what_still_waits_for_its_turn_stays_queued_when_it_stops(
    standin: Standin, state: State, outbox: Outbox
) -> None:
    outbox.sender._limiter.hold(ANN, 60)
    state.enqueue("digest:7", "digest", ANN, DIGEST, MORNING)
    async with running(outbox):
        await until(lambda: outbox._chats)

    assert states(state) == ["queued"]


async def test_what_leaves_for_too_long_is_uncertain_at_the_next_start(
    standin: Standin, state: State, outbox: Outbox
) -> None:
    outbox.sender.requests._bot.request._read_seconds = 60.0  # type: ignore[attr-defined]
    standin.fault("sendMessage", "late", seconds=5)
    state.enqueue("digest:7", "digest", ANN, DIGEST, MORNING)
    task = asyncio.create_task(outbox.run())
    await until(lambda: state.outbox_rows("sending") and standin.posts(ANN))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    began = time.monotonic()
    await outbox.stop(0.05)

    assert time.monotonic() - began < 2
    assert states(state) == ["sending"]
    assert state.interrupted(MORNING) == 1
    assert len(standin.posts(ANN)) == 1


async def test_each_attempt_waits_twice_as_long_as_the_one_before_up_to_an_hour(
    standin: Standin, state: State, outbox: Outbox, clock: Clock
) -> None:
    standin.fault("sendMessage", "500", times=10)
    state.enqueue("digest:7", "digest", ANN, DIGEST, MORNING)
    pauses = []
    async with running(outbox):
        for attempt in range(1, 11):
            await until(partial(tried, state, outbox, attempt), outbox)
            (row,) = state.outbox_rows("queued")
            pauses.append((row.due_at - clock.now).total_seconds())
            clock.now = row.due_at
        await until(lambda: state.outbox_rows("sent"), outbox)

    assert pauses == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]


async def test_a_stumble_is_logged_and_the_outbox_goes_on(
    standin: Standin, state: State, outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.sender = None  # type: ignore[assignment]
    state.enqueue("digest:7", "digest", ANN, DIGEST, MORNING)
    async with running(outbox):
        await until(lambda: "stumbled" in caplog.text)

    assert states(state) == ["queued"] or states(state) == ["sending"]
