"""Each chat in order, the chats side by side, and a flood waits outside."""

import asyncio
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.application.lanes import Lanes


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), max_size=60))
async def test_each_chat_is_answered_in_order(updates: list[tuple[int, int]]) -> None:
    done: list[tuple[int, int]] = []

    async def work(chat: int, number: int, pauses: int) -> None:
        for _ in range(pauses):
            await asyncio.sleep(0)
        done.append((chat, number))

    lanes = Lanes()
    for number, (chat, pauses) in enumerate(updates):
        lanes.put(chat, partial(work, chat, number, pauses))
    assert await lanes.drain(10) == 0

    for chat in range(1, 6):
        mine = [number for each, number in done if each == chat]
        assert mine == sorted(mine)
    assert len(done) == len(updates)
    assert lanes.depth == 0


async def test_a_slow_chat_holds_nobody_else_up() -> None:
    lanes, slow, quick = Lanes(), asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        await slow.wait()

    async def answer() -> None:
        quick.set()

    lanes.put(1, wait)
    lanes.put(2, answer)
    await asyncio.wait_for(quick.wait(), 1)
    slow.set()
    assert await lanes.drain(1) == 0


async def test_a_failure_is_logged_and_the_lane_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    lanes, answered = Lanes(), asyncio.Event()

    async def fail() -> None:
        raise RuntimeError("no answer")

    async def answer() -> None:
        answered.set()

    lanes.put(1, fail)
    lanes.put(1, answer)
    await lanes.drain(1)
    assert answered.is_set()
    assert "no answer" in caplog.text


async def test_a_flood_waits_until_there_is_room() -> None:
    lanes, gate = Lanes(most_waiting=2), asyncio.Event()

    async def wait() -> None:
        await gate.wait()

    lanes.put(1, wait)
    await asyncio.wait_for(lanes.room(), 1)
    lanes.put(2, wait)
    waiting = asyncio.create_task(lanes.room())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    gate.set()
    await asyncio.wait_for(waiting, 1)
    await lanes.drain(1)


async def test_what_does_not_finish_in_time_is_counted_as_left() -> None:
    lanes = Lanes()

    async def wait() -> None:
        await asyncio.sleep(60)

    for _ in range(3):
        lanes.put(1, wait)
    lanes.put(2, wait)
    await asyncio.sleep(0)

    assert await lanes.drain(0.01) == 4
    assert lanes.depth == 0


async def test_of_a_hundred_who_ask_at_once_the_first_is_answered_before_the_last_is_begun() -> None:
    lanes, begun, begun_when_answered = Lanes(), [], []

    async def work(chat: int) -> None:
        begun.append(chat)
        await asyncio.sleep(0)
        begun_when_answered.append(len(begun))

    for chat in range(100):
        lanes.put(chat, partial(work, chat))
    while len(begun_when_answered) < 100:
        await asyncio.sleep(0)

    assert begun == list(range(100))
    assert begun_when_answered[0] < 5


async def test_what_has_not_set_out_when_it_ends_is_done_too() -> None:
    lanes, done = Lanes(), []

    async def work(chat: int) -> None:
        done.append(chat)

    for chat in range(10):
        lanes.put(chat, partial(work, chat))

    assert await lanes.drain(1) == 0
    assert done == list(range(10))
