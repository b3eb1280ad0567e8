"""Past scores against what happened."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.config import ComputeConfig
from pipeline.dataset import Dataset, day_from_number
from pipeline.monitoring import ScoreHistory
from pipeline.monitoring.calibration import Calibration, Closed, Creeping, calibration_of, creeping
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


def pooled(gap: float = 0.0, customers: int = 500, slow: Creeping = Creeping()) -> Calibration:  # noqa: B008
    return Calibration(
        first_day=0,
        last_day=0,
        cohorts=1,
        customers=customers,
        said=0.3 + gap,
        happened=0.3,
        error=0.01,
        creeping=slow,
    )


@pytest.mark.parametrize(
    ("found", "is_off"),
    [
        pytest.param(pooled(-0.2), True, id="far off"),
        pytest.param(pooled(0.029), False, id="too little to matter"),
        pytest.param(pooled(-0.2, customers=40), False, id="few customers"),
        pytest.param(pooled(0.02, slow=Creeping(size=4.1, gap=0.04)), True, id="time after time"),
        pytest.param(
            pooled(0.02, slow=Creeping(size=9.0, gap=0.02)), False, id="time after time, too little"
        ),
        pytest.param(pooled(0.02, slow=Creeping(size=3.9, gap=0.04)), False, id="may still be chance"),
    ],
)
def test_what_is_off_is_neither_chance_nor_too_small_to_matter(found: Calibration, is_off: bool) -> None:
    assert found.is_off == is_off


def closed(*gaps: float, apart: int = HORIZON, error: float = 0.02) -> list[Closed]:
    return [
        Closed(day=100 + apart * place, customers=500, said=0.3 + gap, happened=0.3, error=error)
        for place, gap in enumerate(gaps)
    ]


def test_gaps_of_the_same_sign_add_up_and_others_are_forgotten() -> None:
    # Two standard errors each, half of one forgotten: 1.5 a horizon.
    high = creeping(closed(0.0, 0.04, 0.04, 0.04), HORIZON)
    assert high.size == pytest.approx(4.5)
    assert high.since_day == 130
    assert high.gap == pytest.approx(0.04)
    assert high.is_off

    low = creeping(closed(0.04, 0.04, -0.04, -0.04, -0.04), HORIZON)
    assert low.gap == pytest.approx(-0.04)
    assert not creeping(closed(0.04, -0.04, 0.04, -0.04), HORIZON).is_off
    assert creeping(closed(), HORIZON) == Creeping()


def test_cohorts_that_share_days_weigh_as_much_as_is_new_in_them() -> None:
    daily = creeping(closed(*[0.04] * 31, apart=1), HORIZON)

    assert daily.size == pytest.approx(creeping(closed(0.04, 0.04), HORIZON).size)


def test_healthy_cohorts_rarely_add_up() -> None:
    random = np.random.default_rng(5)
    # Fourteen weekly cohorts, each the mean of four weeks of which three are also the next one's.
    weeks = random.normal(0, 0.03 * 2, (400, 17))
    gaps = np.array([weeks[:, place : place + 4].mean(axis=1) for place in range(14)]).T

    alarms = [creeping(closed(*row, apart=7, error=0.03), 28).is_off for row in gaps]

    assert np.mean(alarms) < 0.02


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
