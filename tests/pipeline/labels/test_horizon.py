"""After how many quiet days a customer counts as gone."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import ComputeConfig
from pipeline.dataset import DAY_US, Dataset, day_number
from pipeline.labels import ReturnCurve, choose_horizon, horizon, return_curve
from tests.pipeline.building import Event, build_dataset, watch

ALONE = ComputeConfig(processes=1)
START = 20_000


def visits(who: str, *days: int) -> list[Event]:
    return [watch(who, (START + day) * DAY_US) for day in days]


def test_the_return_curve_counts_each_customer_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(horizon, "LEAST_SPELLS", 1)
    events = [
        # Three spells of a third: back after 2 and after 2 days, then watched until day 30.
        *visits("ann", 0, 2, 4),
        # Two spells of a half: back after 10 days, then quiet for 20.
        *visits("bob", 0, 10),
        # One whole spell: never back in 30 days.
        *visits("cat", 0),
        *visits("end", 30),
    ]
    curve = return_curve(build_dataset(tmp_path, events, partitions=3), ALONE)
    after_two = (2 / 3) / 3
    after_ten = after_two + (1 - after_two) * 0.5 / (1 / 3 + 1 + 1)

    assert curve.days.tolist() == list(range(21))
    assert curve.returned[[0, 1, 2, 9, 10, 20]] == pytest.approx(
        [0, 0, after_two, after_two, after_ten, after_ten]
    )
    # Seven spells; of the four that last longer than two days, one ends by a return, after ten.
    assert curve.returning_after(2) == pytest.approx(1 / 4)
    assert curve.returning_after(10) == 0
    assert np.isnan(curve.returning_after(500)), "the curve says nothing of so long"


def test_where_all_return_nobody_is_left_to_return() -> None:
    def curve(*returned: float) -> ReturnCurve:
        share = np.array(returned)
        return ReturnCurve(days=np.arange(len(share)), returned=share, spells_returned=share)

    assert curve(0.0, 1.0, 1.0).returning_after(1) == 0.0
    assert curve(0.0, 1.0, 1.0).nobody_leaves
    assert not curve(0.0, 0.9).nobody_leaves


def regulars(folder: Path, *, span: int, gap: int, leave: int) -> Dataset:
    """200 customers who come every ``gap`` days; of five, one leaves for good on a day of his own."""
    events = []
    for number in range(200):
        last = 10 + (number * 7) % leave if number % 5 == 0 else span
        events += visits(f"customer {number}", *range(number % gap, last, gap))
    return build_dataset(folder, [*events, *visits("end", span)], partitions=2)


def test_the_horizon_is_when_most_of_those_who_return_have(tmp_path: Path) -> None:
    choice = choose_horizon(regulars(tmp_path, span=400, gap=25, leave=390), ALONE)

    assert choice.q80_days == 25
    assert choice.horizon_days == 14
    assert choice.reason == (
        "80 % of those who come back have done so after 25 quiet days; "
        "moved from 30, within which 2 of 164 left"
    )


def test_a_short_history_allows_a_short_horizon_only(tmp_path: Path) -> None:
    choice = choose_horizon(regulars(tmp_path, span=80, gap=25, leave=30), ALONE)

    assert choice.horizon_days == 14
    assert "14 is the longest horizon that 80 days of data allow" in choice.reason


def test_where_nearly_everybody_leaves_a_longer_horizon_is_tried(tmp_path: Path) -> None:
    events = [event for number in range(2000) for event in visits(f"u{number}", number // 20)]
    events += [event for number in range(100) for event in visits(f"r{number}", number, number + 6)]
    choice = choose_horizon(build_dataset(tmp_path, events), ALONE)

    assert choice.q80_days == 6
    assert choice.horizon_days == 14
    assert "moved from 7" in choice.reason


def test_where_nobody_comes_back_any_horizon_is_as_good(tmp_path: Path) -> None:
    events = [event for number in range(60) for event in visits(f"u{number}", 2 * number)]
    choice = choose_horizon(build_dataset(tmp_path, events), ALONE)

    assert choice.q80_days is None
    assert choice.horizon_days == 14
    assert choice.reason == "nobody ever came back, so that 14 days are as good as any other"


def test_a_few_days_of_data_are_answered_too(tmp_path: Path) -> None:
    events = [event for number in range(60) for event in visits(f"u{number}", 0, 2, 4)]
    choice = choose_horizon(build_dataset(tmp_path, events), ALONE)

    assert (choice.horizon_days, choice.q80_days) == (7, 2)


def test_an_empty_data_set_has_a_horizon(tmp_path: Path) -> None:
    assert choose_horizon(build_dataset(tmp_path, []), ALONE).horizon_days == 7


@pytest.mark.real_data
def test_cdnow_is_judged_by_ninety_days(tmp_path: Path, real_data: Path) -> None:
    lines = (real_data / "cdnow" / "CDNOW_master.txt").read_text(encoding="utf-8").split("\n")
    fields = [line.split() for line in lines[1:] if line.strip()]
    events = [
        Event(who=row[0], at=_day(row[1]) * DAY_US, kind="order", amount=float(row[3])) for row in fields
    ]
    choice = choose_horizon(build_dataset(tmp_path, events, partitions=2), ALONE)

    assert (choice.horizon_days, choice.q80_days) == (90, 168)
    assert choice.curve.returning_after(90) == pytest.approx(0.40, abs=0.01)


def _day(text: str) -> int:
    return day_number(date(int(text[:4]), int(text[4:6]), int(text[6:])))


def test_where_nobody_is_active_the_horizon_stays(tmp_path: Path) -> None:
    """A club whose members have all but stopped does not count as gone after a week."""
    events = [event for number in range(30) for event in visits(f"u{number}", *range(0, 200, 14))]
    choice = choose_horizon(build_dataset(tmp_path, [*events, *visits("late", 399)]), ALONE)

    assert choice.horizon_days == 14
    assert "0 of 0" not in choice.reason


def test_too_few_visits_are_not_called_visits_without_return(tmp_path: Path) -> None:
    choice = choose_horizon(build_dataset(tmp_path, visits("alone", *range(0, 160, 7))), ALONE)

    assert choice.reason == "too few came back to measure it, so that 30 days are as good as any other"
