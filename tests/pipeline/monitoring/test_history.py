"""Which past scores are kept, and how they are read back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.monitoring import ScoreHistory, kept_scores
from pipeline.monitoring.history import NEWEST_KEPT, SCORES_KEPT
from tests.pipeline.monitoring.scenes import day, packed


def after_runs(days: range, horizon_days: int) -> list[int]:
    kept: list[int] = []
    for each in days:
        kept = [*kept, each]
        kept = [kept[place] for place in kept_scores(kept, horizon_days)]
    return kept


@pytest.mark.parametrize(("horizon", "reach"), [(7, 90), (30, 90), (90, 190), (365, 790)])
def test_nightly_scores_reach_back_further_than_the_horizon(horizon: int, reach: int) -> None:
    kept = after_runs(range(2000), horizon)

    assert kept[-NEWEST_KEPT:] == list(range(2000 - NEWEST_KEPT, 2000))
    assert 1999 - kept[0] >= max(reach, horizon)
    assert len(kept) == SCORES_KEPT


def test_weekly_scores_are_all_kept_for_half_a_year() -> None:
    assert after_runs(range(0, 700, 7), 30) == list(range(700 - 7 * SCORES_KEPT, 700, 7))


@given(st.sets(st.integers(0, 5000), max_size=80), st.none() | st.integers(1, 400))
def test_the_newest_are_always_kept_and_never_more_than_fit(days: set[int], horizon: int | None) -> None:
    ordered = sorted(days)

    kept = kept_scores(ordered, horizon)

    assert kept == sorted(set(kept))
    assert len(kept) <= SCORES_KEPT
    newest = range(max(0, len(ordered) - NEWEST_KEPT), len(ordered))
    assert set(newest) <= set(kept)


def test_a_run_is_read_back_whoever_else_was_scored_when() -> None:
    history = ScoreHistory.of(
        packed({"ann": {1: 0.5, 4: 0.25}, "ben": {4: 0.75}, "cleo": {}, "dora": {1: 0.0, 4: 0.5}})
    )

    assert history.days == (day(1), day(4))
    assert history.mean(day(4)) == 0.5
    cohort = history.at(day(1))
    assert dict(zip(cohort.customer_ids, cohort.probability, strict=True)) == {"ann": 0.5, "dora": 0.0}


def test_a_run_without_scores_has_no_mean() -> None:
    assert np.isnan(ScoreHistory.of({}).mean(day(0)))
