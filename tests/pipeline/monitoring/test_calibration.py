"""Past scores against what happened."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.config import ComputeConfig
from pipeline.dataset import Dataset, day_from_number
from pipeline.monitoring import ScoreHistory
from pipeline.monitoring.calibration import Calibration, calibration_of
from tests.pipeline.building import Event, build_dataset, watch
from tests.pipeline.monitoring.scenes import day, packed

ALONE = ComputeConfig(processes=1)
CUSTOMERS, HORIZON, LAST = 200, 30, 100


@pytest.fixture(scope="module")
def half_left(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Everybody comes on day 40; half come again on day 65, and on the last day 100."""
    rows: list[Event] = []
    for number in range(CUSTOMERS):
        days = (40, 65, LAST) if number % 2 else (40,)
        rows += [watch(name(number), day_from_number(day(after))) for after in days]
    return build_dataset(tmp_path_factory.mktemp("half"), rows)


def name(number: int) -> str:
    return f"c{number:03d}"


def said(share: float, *days: int) -> ScoreHistory:
    return ScoreHistory.of(packed({name(number): dict.fromkeys(days, share) for number in range(CUSTOMERS)}))


def compared(history: ScoreHistory, dataset: Dataset, since: int = 0) -> Calibration | None:
    return calibration_of(history, dataset, HORIZON, ALONE, since=day(since))


def test_what_was_said_is_compared_with_what_happened(half_left: Dataset) -> None:
    found = compared(said(0.25, 45, 50), half_left)

    assert found is not None
    assert (found.first_day, found.last_day) == (day(45), day(50))
    assert (found.cohorts, found.customers) == (2, CUSTOMERS)
    assert found.said == pytest.approx(0.25)
    assert found.happened == 0.5
    assert found.error == pytest.approx(np.sqrt(0.25 * 0.75 / CUSTOMERS))
    assert found.is_off


def test_what_came_true_is_not_off(half_left: Dataset) -> None:
    found = compared(said(0.46, 45), half_left)

    assert found is not None
    assert found.gap == pytest.approx(-0.04)
    assert not found.is_off


def test_a_large_gap_of_few_customers_is_chance() -> None:
    few = Calibration(first_day=0, last_day=0, cohorts=1, customers=40, said=0.1, happened=0.5, error=0.01)

    assert not few.is_off


@pytest.mark.parametrize("after", [LAST - HORIZON, LAST - HORIZON - 0])
def test_a_window_that_reaches_into_the_last_day_is_still_open(half_left: Dataset, after: int) -> None:
    assert compared(said(0.25, after), half_left) is None


def test_scores_of_another_horizon_are_left_out(half_left: Dataset) -> None:
    found = compared(said(0.25, 45, 50, 55), half_left, since=50)

    assert found is not None
    assert (found.first_day, found.cohorts) == (day(50), 2)


def test_of_many_cohorts_the_newest_five_are_taken(half_left: Dataset) -> None:
    found = compared(said(0.25, *range(41, 60, 2)), half_left)

    assert found is not None
    assert (found.first_day, found.last_day, found.cohorts) == (day(51), day(59), 5)


def test_customers_who_are_no_longer_in_the_data_are_left_out(half_left: Dataset, tmp_path: Path) -> None:
    history = ScoreHistory.of(packed({"stranger": {45: 0.5}}))

    assert compared(history, half_left) is None
