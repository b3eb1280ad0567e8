"""How many segments, and what they are made from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, silhouette_score

from pipeline.segments import Measure, behaviour_of, choose_measure
from pipeline.segments.choosing import Candidate, agreement_of, choose, elbow_of, pick, silhouettes_of
from pipeline.segments.continuity import numbers_for, structure_changes
from pipeline.segments.model import Scaling, SegmentModel, logs
from tests.pipeline.segment_tables import FADING, POWER, STEADY, business


def candidate(count: int, silhouette: float, stability: float, smallest: int = 500) -> Candidate:
    return Candidate(
        count=count,
        centres=np.zeros((count, 5)),
        stability=stability,
        silhouette=silhouette,
        smallest=smallest,
        inertia=1.0,
    )


def chosen(*candidates: Candidate, previous: int | None = None) -> tuple[int, bool]:
    winner, admissible = pick(candidates, customers=10_000, elbow=4, previous_count=previous)
    return winner.count, admissible


def test_silhouette_and_stability_choose_together() -> None:
    assert chosen(candidate(3, 0.30, 0.95), candidate(4, 0.32, 0.80), candidate(5, 0.31, 0.96)) == (5, True)


def test_what_does_not_come_back_or_is_tiny_is_not_chosen() -> None:
    assert chosen(candidate(3, 0.30, 0.80), candidate(4, 0.60, 0.70), candidate(5, 0.60, 0.9, 299)) == (
        3,
        True,
    )


def test_where_every_number_has_a_tiny_segment_stability_decides_and_then_the_best_of_all() -> None:
    assert chosen(candidate(3, 0.30, 0.80, 10), candidate(4, 0.60, 0.70)) == (3, False)
    assert chosen(candidate(3, 0.30, 0.60), candidate(4, 0.60, 0.70)) == (4, False)


def test_a_tie_goes_to_the_elbow() -> None:
    assert chosen(candidate(3, 0.302, 0.90), candidate(4, 0.300, 0.90), candidate(5, 0.301, 0.9)) == (4, True)


def test_the_number_people_know_stays_unless_another_is_clearly_better() -> None:
    assert chosen(candidate(3, 0.30, 0.90), candidate(4, 0.34, 0.90), previous=3) == (3, True)
    assert chosen(candidate(3, 0.30, 0.90), candidate(4, 0.36, 0.90), previous=3) == (4, True)
    assert chosen(candidate(3, 0.30, 0.70), candidate(4, 0.31, 0.90), previous=3) == (4, True)


def test_the_elbow_is_where_adding_stops_paying() -> None:
    assert elbow_of([1, 3, 4, 5, 6], [5.0, 2.0, 1.0, 0.9, 0.85]) == 4
    assert elbow_of([1, 3], [0.0, 0.0]) == 3


def test_finds_four_far_groups() -> None:
    corners = np.array([[5.0, 0, 0, 0, 0], [-5, 0, 0, 0, 0], [0, 5, 0, 0, 0], [0, 0, 5, 0, 0]])
    points = np.repeat(corners, 40, axis=0) + np.random.default_rng(3).normal(0, 0.3, (160, 5))

    choice = choose(points, (3, 4, 5, 6), seed=7)

    assert (choice.chosen.count, choice.elbow, choice.natural, choice.admissible) == (4, 4, True, True)
    assert choice.chosen.stability == pytest.approx(1.0)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), groups=st.integers(2, 5), rows=st.integers(12, 60))
def test_silhouettes_are_those_of_scikit_learn(seed: int, groups: int, rows: int) -> None:
    random = np.random.default_rng(seed)
    points = random.normal(size=(rows, 5))
    labels = np.concatenate([np.arange(groups), random.integers(0, groups, rows - groups)])

    first, second = silhouettes_of(points, [labels, labels % 2])

    assert first == pytest.approx(silhouette_score(points, labels))
    assert second == pytest.approx(silhouette_score(points, labels % 2))


@given(labels=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=40))
def test_the_agreement_is_that_of_scikit_learn(labels: list[tuple[int, int]]) -> None:
    first, second = np.array(labels).T

    assert agreement_of(first, second) == pytest.approx(adjusted_rand_score(first, second))


def test_measures_days_money_and_trend_in_plain_units() -> None:
    table = business((2,), (STEADY,), spread=0.0)

    behaviour = behaviour_of(table, choose_measure(table))

    assert behaviour.measure == Measure(worth="money", trend_days=90)
    assert behaviour.values.tolist() == [pytest.approx([6.0, 3.0, 15.0, 5.0, 0.0])] * 2
    assert behaviour.minutes_per_month is not None
    assert behaviour.minutes_per_month.tolist() == pytest.approx([120.0, 120.0])


def test_minutes_stand_in_for_money_and_titles_for_minutes() -> None:
    shop = business((40,), (POWER,))
    free = shop.changed(monthly_spend=np.zeros(40))
    rated = free.changed(watch_minutes=np.zeros(40))

    assert choose_measure(shop).worth == "money"
    assert choose_measure(free).worth == "minutes"
    assert choose_measure(rated).worth == "events"
    assert behaviour_of(rated, choose_measure(rated)).values[:, 3] == pytest.approx(np.ones(40))


def test_few_payers_do_not_end_a_measure_that_was_in_use() -> None:
    spend = np.where(np.arange(100) < 4, 9.0, 0.0)
    mostly_free = business((100,), (STEADY,)).changed(monthly_spend=spend)

    assert choose_measure(mostly_free).worth == "minutes"
    assert choose_measure(mostly_free, previous=Measure(worth="money", trend_days=90)).worth == "money"


def test_the_longest_trend_is_taken_that_all_tables_know() -> None:
    now = business((40,), (STEADY,))
    before = now.changed(days_active_180=np.full(40, np.nan))
    first = before.changed(days_active_previous_30=np.full(40, np.nan))

    assert choose_measure(now).trend_days == 90
    assert choose_measure(now, [before]).trend_days == 30
    assert choose_measure(now, [first]).trend_days == 30
    assert choose_measure(first).trend_days == 0


def test_a_short_trend_is_kept_until_the_history_is_long() -> None:
    known = Measure(worth="money", trend_days=30)
    shop = business((40,), (STEADY,))
    young = shop.changed(tenure_days=np.full(40, 200.0))

    assert choose_measure(young, previous=known).trend_days == 30
    assert choose_measure(shop, previous=known).trend_days == 90


@given(seed=st.integers(0, 1_000))
def test_scaling_forgets_the_outermost_per_cent_and_can_be_undone(seed: int) -> None:
    table = business((60, 60), (POWER, FADING), seed=seed, spread=0.5)
    log_values = logs(behaviour_of(table, choose_measure(table)).values)
    scaling = Scaling.fit(log_values)
    scaled = scaling.scaled(log_values)

    assert scaled.mean(axis=0) == pytest.approx(np.zeros(5), abs=1e-9)
    assert scaled.std(axis=0) == pytest.approx(np.ones(5))
    assert scaling.unscaled(scaled) == pytest.approx(np.clip(log_values, scaling.low, scaling.high))


def test_numbers_follow_the_nearest_centre_and_new_segments_are_numbered_from_the_largest() -> None:
    before = np.array([[2.0, 0, 0, 0, 0], [-2, 0, 0, 0, 0]])
    previous = SegmentModel(
        kind="centres",
        measure=Measure(worth="money", trend_days=90),
        numbers=(7, 4),
        names=("a", "b"),
        next_number=9,
    )
    now = np.array([[-2.2, 0, 0, 0, 0], [0, 4, 0, 0, 0], [2.1, 0, 0, 0, 0], [0, -4.0, 0, 0, 0]])

    assert numbers_for(now, np.array([5, 10, 5, 20]), previous, before) == ((4, 10, 7, 9), 11)
    assert numbers_for(before, np.array([5, 10]), None, None) == ((2, 1), 3)
    # The nearest one is too far to be the same segment.
    assert numbers_for(before[:1] + 1.6, np.array([5]), previous, before) == ((9,), 10)


def test_what_came_and_went_is_said_without_names_that_stayed() -> None:
    previous = SegmentModel(
        kind="centres",
        measure=Measure(worth="money", trend_days=90),
        numbers=(1, 2),
        names=("power users", "cooling down"),
        next_number=3,
    )

    assert structure_changes((1, 2), ("power users", "cooling down"), previous) == ()
    assert structure_changes((1, 3), ("power users", "new or rising"), previous) == (
        "The structure of the segments changed (new: “new or rising”; no longer there: “cooling down”).",
    )
    assert structure_changes((1,), ("power users",), previous) == (
        "The structure of the segments changed (no longer there: “cooling down”).",
    )
    assert structure_changes((3, 2), ("power users", "cooling down"), previous) == (
        "The structure of the segments changed.",
    )
    assert structure_changes((1,), ("power users",), None) == ()
