"""Telegram's limits are kept for every order of messages, and nobody waits longer than they ask."""

import asyncio
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.limits import Limiter, Limits, Pace
from tests.bot.delivery.virtual_time import in_virtual_time

LIMITS = Limits()
ANN, BEN, GROUP = 1, 2, -3

chats = st.integers(1, 40)
wishes = st.lists(
    st.tuples(st.sampled_from([ANN, BEN, GROUP, *range(10, 60)]), st.integers(1, 10), st.booleans()),
    max_size=120,
)


def sent_at(wishes: list[tuple[int, int, bool]]) -> list[tuple[float, int]]:
    """When each message goes if each wish waits just as long as it is told."""
    pace, now, sent = Pace(LIMITS), 100.0, []
    for chat_id, messages, urgent in wishes:
        while wait := max(
            pace.overall_wait(now, messages, urgent=urgent), pace.chat_wait(chat_id, now, messages)
        ):
            now += wait + 1e-6
        pace.take(chat_id, now, messages)
        sent += [(now, chat_id)] * messages
    return sent


def most_in_window(times: list[float], seconds: float) -> int:
    """The largest number of messages within any window."""
    return max((sum(start <= time < start + seconds for time in times) for start in times), default=0)


@given(wishes)
def test_never_more_than_30_leave_in_a_second(wishes: list[tuple[int, int, bool]]) -> None:
    assert most_in_window([time for time, _ in sent_at(wishes)], 1.0) <= 30


@given(st.lists(st.just((ANN, 1, True)), max_size=40))
def test_one_chat_gets_three_at_once_and_one_a_second_then(wishes: list[tuple[int, int, bool]]) -> None:
    times = [time for time, _ in sent_at(wishes)]

    assert most_in_window(times, 0.5) <= 3
    assert most_in_window(times, 10.0) <= 13


@given(st.lists(st.tuples(st.just(GROUP), st.integers(1, 4), st.booleans()), max_size=40))
def test_a_group_gets_at_most_20_in_a_minute(wishes: list[tuple[int, int, bool]]) -> None:
    assert most_in_window([time for time, _ in sent_at(wishes)], 60.0 - 1e-3) <= 20


def test_in_the_long_run_25_leave_in_a_second() -> None:
    times = [time for time, _ in sent_at([(chat_id, 1, True) for chat_id in range(10, 1010)])]

    assert most_in_window(times, 1.0) == 30
    assert times[-1] - times[0] == pytest.approx((1000 - 30) / 25, abs=0.1)


def test_a_quiet_bot_answers_thirty_people_at_once_and_sends_five_digests() -> None:
    answers, digests = Pace(LIMITS), Pace(LIMITS)
    for chat_id in range(1, 31):
        assert answers.overall_wait(0.0, urgent=True) == 0
        answers.take(chat_id, 0.0)
    for chat_id in range(1, 6):
        assert digests.overall_wait(0.0) == 0
        digests.take(chat_id, 0.0)

    assert answers.overall_wait(0.0, urgent=True) == pytest.approx(1.0)
    assert digests.overall_wait(0.0) == pytest.approx(1 / 25)
    assert digests.overall_wait(0.0, urgent=True) == 0, "whoever asks does not wait for digests"


def test_what_is_larger_than_a_burst_goes_after_a_pause_and_is_paid_for() -> None:
    pace = Pace(LIMITS)
    pace.take(ANN, 0.0, 10)

    assert pace.chat_wait(ANN, 0.0, 10) == pytest.approx(10)
    assert pace.chat_wait(ANN, 10.0, 10) == 0


def test_a_held_chat_waits_alone() -> None:
    pace = Pace(LIMITS)
    pace.hold(ANN, 30.0)

    assert pace.chat_wait(ANN, 0.0) == pytest.approx(30)
    assert pace.chat_wait(BEN, 0.0) == 0


def test_chats_that_are_quiet_are_forgotten() -> None:
    pace = Pace(LIMITS)
    pace.hold(-7, 1e9)
    for chat_id in range(5000):
        pace.take(chat_id, float(chat_id * 10))

    assert len(pace._chats) < 520
    assert pace.chat_wait(-7, 50_000.0) > 0


class Clock:
    """The event loop's own time, so that waiting and measuring agree."""

    def __call__(self) -> float:
        return asyncio.get_running_loop().time()


QUICK = Limits(per_second=200.0, burst=1, answer_burst=1, chat_per_second=1000.0, chat_burst=1000)


async def served_in_order(limits: Limits, wishes: list[tuple[int, bool]]) -> list[tuple[int, bool, float]]:
    limiter, clock = Limiter(limits, Clock()), Clock()
    start, order = clock(), []

    async def wish(chat_id: int, urgent: bool) -> None:
        await limiter.turn(chat_id, urgent=urgent)
        order.append((chat_id, urgent, clock() - start))

    await asyncio.gather(*(wish(chat_id, urgent) for chat_id, urgent in wishes))
    assert limiter.depth == 0
    return order


@in_virtual_time
async def test_answers_go_before_what_is_pushed() -> None:
    order = await served_in_order(QUICK, [(ANN, False), (BEN, False), (3, False), (4, True), (5, True)])

    assert [chat_id for chat_id, _, _ in order] == [ANN, 4, 5, BEN, 3]


@in_virtual_time
async def test_at_twenty_questions_a_second_hardly_anybody_waits_for_his_turn() -> None:
    limiter, clock, fate, waits = Limiter(LIMITS, Clock()), Clock(), random.Random(1), []

    async def ask(chat_id: int) -> None:
        asked = clock()
        await limiter.turn(chat_id, urgent=True)
        waits.append(clock() - asked)

    questions = []
    for number in range(2000):
        await asyncio.sleep(fate.expovariate(20))
        questions.append(asyncio.create_task(ask(number % 100)))
    await asyncio.gather(*questions)

    assert sum(wait > 0 for wait in waits) < 0.05 * len(waits)


@in_virtual_time
async def test_each_chat_keeps_its_order_and_all_are_served() -> None:
    wishes = [(number % 7, True) for number in range(40)]

    order = await served_in_order(QUICK, wishes)

    assert Counter(chat for chat, _, _ in order) == Counter(chat for chat, _ in wishes)
    assert order[-1][2] == pytest.approx(39 / 200, abs=0.005)


@in_virtual_time
async def test_a_pause_in_one_chat_holds_nobody_else_up() -> None:
    limiter = Limiter(LIMITS, Clock())
    limiter.hold(ANN, 0.2)
    start = Clock()()
    held = asyncio.create_task(limiter.turn(ANN, urgent=True))
    await limiter.turn(BEN, urgent=True)

    assert Clock()() == start
    await held
    assert Clock()() - start == pytest.approx(0.2, abs=0.001)


@in_virtual_time
async def test_who_gives_up_leaves_his_turn_to_the_others() -> None:
    limiter = Limiter(QUICK, Clock())
    await limiter.turn(ANN, urgent=True)
    impatient = asyncio.create_task(limiter.turn(BEN, urgent=True))
    patient = asyncio.create_task(limiter.turn(3, urgent=True))
    await asyncio.sleep(0)
    impatient.cancel()

    await asyncio.wait_for(patient, 1.0)
    assert limiter.depth == 0


@in_virtual_time
async def test_turning_pages_is_as_quick_as_a_person_is() -> None:
    limiter, start = Limiter(LIMITS, Clock()), Clock()()
    for _ in range(5):
        await limiter.turn(GROUP, urgent=True, in_place=True)

    assert Clock()() - start == 0
