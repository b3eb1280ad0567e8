"""Drift: what is healthy is not called moved, however few customers there are."""

import numpy as np
import pytest

from pipeline.monitoring.drift import (
    UNWATCHED,
    limit_for,
    moved,
    reference_of,
    stability_index,
)
from tests.pipeline.monitoring.scenes import day, table

NAME = "days_active_30"


def test_the_index_of_a_hand_example() -> None:
    index = stability_index(np.array([50.0, 50.0]), np.array([75.0, 25.0]))

    assert index == pytest.approx(0.25 * np.log(1.5) - 0.25 * np.log(0.5))


def test_nobody_before_and_nobody_now_is_no_drift() -> None:
    assert stability_index(np.zeros(3), np.zeros(3)) == 0.0


@pytest.mark.parametrize(
    ("before", "now", "limit"), [(100, 100, 0.18 + 3 * np.sqrt(18) * 0.02), (10_000, 10_000, 0.25)]
)
def test_the_limit_grows_as_samples_shrink(before: int, now: int, limit: float) -> None:
    assert limit_for(10, before, now) == pytest.approx(limit)


@pytest.mark.parametrize("customers", [60, 300, 5_000])
def test_healthy_data_do_not_move(customers: int) -> None:
    source = np.random.default_rng(3)
    alarms = sum(
        len(
            moved(
                reference_of(table({NAME: source.gamma(2, 3, customers)}), [NAME]),
                table({NAME: source.gamma(2, 3, customers)}),
            )
        )
        for _ in range(300)
    )

    assert alarms <= 0.03 * 300


def test_what_moved_is_named_with_medians_the_furthest_first() -> None:
    source = np.random.default_rng(4)
    before = table({"days_active_7": source.gamma(2, 3, 900), NAME: source.gamma(2, 3, 900)}, as_of=10)
    now = table({"days_active_7": source.gamma(2, 5, 900), NAME: source.gamma(2, 9, 900)}, as_of=40)

    reference = reference_of(before, ["days_active_7", NAME])
    found = moved(reference, now)

    assert (reference.day, reference.customers) == (day(10), 900)
    assert [one.name for one in found] == [NAME, "days_active_7"]
    assert found[0].median_before == pytest.approx(5, abs=0.5)
    assert found[0].median_now == pytest.approx(15, abs=1.5)
    assert found[0].stability_index > found[0].limit == 0.25


def test_what_is_known_of_nobody_any_more_has_moved() -> None:
    before = table({NAME: np.arange(400.0)})

    (found,) = moved(reference_of(before, [NAME]), table({NAME: np.full(400, np.nan)}))

    assert np.isnan(found.median_now)


def test_what_was_known_of_nobody_and_what_grows_with_the_calendar_is_not_watched() -> None:
    names = [NAME, "spend_30", *UNWATCHED]
    columns = {name: np.arange(50.0) for name in names} | {"spend_30": np.full(50, np.nan)}

    assert list(reference_of(table(columns), names).features) == [NAME]


def test_a_feature_that_is_nearly_always_zero_has_one_edge() -> None:
    values = np.zeros(200)
    values[:30] = 1.0
    reference = reference_of(table({NAME: values}), [NAME])

    assert reference.features[NAME].edges.tolist() == [1.0]
    assert moved(reference, table({NAME: values})) == ()
    assert len(moved(reference, table({NAME: 1.0 - values}))) == 1
