"""The import: half a delivery, one delivered twice, and scores that jump."""

import numpy as np
import pytest

from pipeline.dataset import FloatArray
from pipeline.monitoring import ScoreHistory
from pipeline.monitoring.ingestion import OddDay, jumped, odd_days
from tests.pipeline.monitoring.scenes import day, packed, sums

WEEK = np.array([100.0, 90, 95, 110, 150, 200, 180])
LAST = 69


def usual(weeks: int = 10) -> FloatArray:
    counts = np.tile(WEEK, weeks) * np.random.default_rng(1).normal(1, 0.05, 7 * weeks)
    return counts.round()


def changed(after: int, factor: float) -> tuple[OddDay, ...]:
    counts = usual()
    counts[after] = np.round(counts[after] * factor)
    return odd_days(sums(counts), day(LAST))


def test_a_usual_week_is_not_odd() -> None:
    assert odd_days(sums(usual()), day(LAST)) == ()


@pytest.mark.parametrize("factor", [0.4, 2.0])
def test_half_a_delivery_and_a_double_one_are_odd(factor: float) -> None:
    (found,) = changed(LAST - 1, factor)

    assert (found.day, found.measure) == (day(LAST - 1), "watches")
    assert found.usual == pytest.approx(WEEK[(LAST - 1) % 7], rel=0.08)
    assert found.found == pytest.approx(factor * found.usual, rel=0.15)


def test_a_day_without_anything_is_odd() -> None:
    (found,) = changed(LAST - 3, 0.0)

    assert found.found == 0


def test_the_last_day_may_be_half_loaded() -> None:
    assert changed(LAST, 0.3) == ()


def test_what_is_older_than_three_days_was_told_before() -> None:
    assert changed(LAST - 4, 0.3) == ()


def test_a_quiet_weekday_is_compared_with_its_own_kind() -> None:
    counts = usual()
    assert WEEK[(LAST - 5) % 7] < 0.6 * WEEK[(LAST - 1) % 7]

    assert odd_days(sums(counts), day(LAST)) == ()


def test_the_oddest_day_comes_first() -> None:
    counts = usual()
    counts[LAST - 1] *= 0.4
    counts[LAST - 2] *= 0.1

    assert [one.day for one in odd_days(sums(counts), day(LAST))] == [day(LAST - 2), day(LAST - 1)]


def test_small_numbers_and_short_histories_are_not_judged() -> None:
    few = usual() * 0.1
    few[LAST - 1] = 0
    short = usual(4)
    short[-2] = 0

    assert odd_days(sums(few), day(LAST)) == ()
    assert odd_days(sums(short), day(27)) == ()


@pytest.mark.parametrize("factor", [0.4, 2.5])
def test_a_new_level_is_odd_for_two_days_and_then_how_things_are(factor: float) -> None:
    def found(since: int) -> list[int]:
        counts = usual()
        counts[-since:] *= factor
        return [one.day - day(LAST) for one in odd_days(sums(counts), day(LAST))]

    assert found(2) == [-1], "the last day itself is not judged"
    assert sorted(found(4)) == [-3, -2]
    assert found(6) == []


def test_five_weeks_are_history_enough() -> None:
    counts = usual(5)
    counts[-2] = 0

    assert len(odd_days(sums(counts), day(34))) == 1


def steady(days: int, mean: float = 0.3) -> ScoreHistory:
    """Means that waver by a thousandth from day to day."""
    return ScoreHistory.of(packed({"ann": {after: mean + 0.001 * (after % 2) for after in range(days)}}))


def test_scores_that_jump_together_are_told() -> None:
    assert jumped(steady(8), day(8), 0.42, 5_000) == pytest.approx(0.301)


@pytest.mark.parametrize(
    ("runs", "mean", "customers"),
    [
        pytest.param(8, 0.34, 5_000, id="a small step"),
        pytest.param(8, 0.42, 100, id="few customers"),
        pytest.param(5, 0.42, 5_000, id="few runs"),
    ],
)
def test_other_steps_are_not_told(runs: int, mean: float, customers: int) -> None:
    assert jumped(steady(runs), day(runs), mean, customers) is None


def test_a_jump_holds_alerts_back_for_one_run_whether_it_stays_or_is_repaired() -> None:
    means = {after: 0.3 + 0.001 * (after % 2) for after in range(8)} | {8: 0.42}
    after = ScoreHistory.of(packed({"ann": means}))

    assert jumped(after, day(9), 0.425, 5_000) is None
    assert jumped(after, day(9), 0.302, 5_000) is None
    assert jumped(after, day(9), 0.6, 5_000) == pytest.approx(0.42)


def test_a_run_repeated_on_the_same_day_is_compared_with_the_day_before() -> None:
    assert jumped(steady(8), day(7), 0.42, 5_000) == pytest.approx(0.3)
