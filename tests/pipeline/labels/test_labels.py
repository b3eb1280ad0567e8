"""Who left: half-open windows, closed before anybody learns from them."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from pipeline.config import ComputeConfig
from pipeline.dataset import DAY_US, Manifest, day_from_number, day_number
from pipeline.errors import DataError
from pipeline.features import feature_table
from pipeline.labels import LabelTable, anchors, label_table, labels_of
from tests.pipeline.building import Event, build_dataset, order, refund, watch
from tests.pipeline.features.events import FIRST_DAY, events_between

ALONE = ComputeConfig(processes=1)
MAY = day_number(date(2026, 5, 1))


def manifest(first: date, watermark: date) -> Manifest:
    return Manifest(
        fingerprint="",
        partitions=1,
        customers=1,
        titles=0,
        events=1,
        first_day=first,
        watermark=watermark,
    )


def rows(table: LabelTable) -> dict[str, tuple[int, bool, bool]]:
    return {
        who: (int(recency), bool(eligible), bool(left))
        for who, recency, eligible, left in zip(
            table.customer_ids, table.recency_days, table.eligible, table.left, strict=True
        )
    }


def test_a_window_is_half_open(tmp_path: Path) -> None:
    events = [watch(who, "2026-04-30") for who in ("at the moment", "at its end", "just inside", "never")]
    events += [
        watch("at the moment", MAY * DAY_US),
        watch("at its end", (MAY + 30) * DAY_US),
        watch("just inside", (MAY + 30) * DAY_US - 1),
    ]

    assert rows(label_table(build_dataset(tmp_path, events), [MAY], 30, ALONE)) == {
        "at the moment": (1, True, False),
        "at its end": (1, True, True),
        "just inside": (1, True, False),
        "never": (1, True, True),
    }


def test_only_the_quiet_for_at_most_the_horizon_can_be_lost(tmp_path: Path) -> None:
    events = [
        order("thirty days", "2026-04-01 23:00", 5),
        order("thirty-one days", "2026-03-31 23:00", 5),
        order("later", "2026-05-03", 5),
        order("thirty-one days", "2026-05-03", 5),
    ]

    assert rows(labels_of(build_dataset(tmp_path, events).partition(0), [MAY], 30)) == {
        "thirty days": (30, True, True),
        "thirty-one days": (31, False, False),
    }


def test_a_refund_is_no_activity(tmp_path: Path) -> None:
    events = [order("ann", "2026-04-20", 5), refund("ann", "2026-05-02", 5), refund("bob", "2026-04-02", 5)]

    assert rows(labels_of(build_dataset(tmp_path, events).partition(0), [MAY], 30)) == {
        "ann": (11, True, True)
    }


def test_a_window_that_is_not_closed_is_refused(tmp_path: Path) -> None:
    dataset = build_dataset(tmp_path, [watch("ann", "2026-04-01"), watch("ann", "2026-05-30")])

    assert len(label_table(dataset, [MAY], 30, ALONE)) == 1
    with pytest.raises(
        DataError, match=r"within 30 days of 2026-05-02 is not known yet: the data ends on 2026-05-30"
    ):
        label_table(dataset, [MAY, MAY + 1], 30, ALONE)


def test_anchors_lie_a_third_of_the_horizon_apart_and_close_before_the_test() -> None:
    found = anchors(manifest(date(1997, 1, 1), date(1998, 6, 30)), 90, 24)

    assert found.test == day_number(date(1998, 4, 1))
    assert found.training[0] == found.test - 90
    assert {one - other for one, other in zip(found.training, found.training[1:], strict=False)} == {30}
    assert found.training[-1] - day_number(date(1997, 1, 1)) >= 45
    assert found.training[-1] - 30 - day_number(date(1997, 1, 1)) < 45


def test_anchors_are_at_most_as_many_as_asked_and_may_be_none() -> None:
    assert len(anchors(manifest(date(2020, 1, 1), date(2026, 1, 1)), 2, 24).training) == 24
    assert anchors(manifest(date(2026, 1, 1), date(2026, 3, 2)), 30, 24).training == ()


def test_too_short_a_history_has_no_anchor() -> None:
    with pytest.raises(DataError, match=r"spans 59 days .* needs 60"):
        anchors(manifest(date(2026, 1, 1), date(2026, 3, 1)), 30, 24)


@given(
    events=events_between(FIRST_DAY, FIRST_DAY + 60, at_least=1),
    future=events_between(FIRST_DAY + 60, FIRST_DAY + 90),
)
@settings(max_examples=25)
def test_what_comes_after_the_window_changes_nothing_and_rows_are_those_of_the_features(
    events: list[Event], future: list[Event]
) -> None:
    moments, closed = [FIRST_DAY + 30, FIRST_DAY + 40], day_from_number(FIRST_DAY + 90)
    with TemporaryDirectory() as folder:
        dataset = build_dataset(Path(folder), events + future, partitions=3, watermark=closed)
        labels = label_table(dataset, moments, 20, ALONE)
        table = feature_table(dataset, moments, ALONE)
    with TemporaryDirectory() as folder:
        earlier = build_dataset(Path(folder), events).partition(0)

    assert labels.customer_ids.tolist() == table.customer_ids.tolist()
    assert labels.as_of_day.tolist() == table.as_of_day.tolist()
    assert labels.recency_days.tolist() == table.column("days_since_last_activity").tolist()
    for day in moments:
        assert rows(labels.at(day)) == rows(labels_of(earlier, [day], 20))


def test_labels_of_chosen_customers_and_of_one_moment(tmp_path: Path) -> None:
    events = [watch(who, f"2026-04-{day}") for who in ("ann", "bob", "cat") for day in (1, 20)]
    dataset = build_dataset(tmp_path, [*events, watch("ann", "2026-06-30")], partitions=2)
    labels = label_table(dataset, [MAY, MAY - 15], 30, ALONE, only=["ann", "cat"])

    assert labels.customer_ids.tolist() == ["ann", "cat", "ann", "cat"]
    assert labels.at(MAY).left.tolist() == [True, True]
    assert labels.at(MAY - 15).left.tolist() == [False, False]
