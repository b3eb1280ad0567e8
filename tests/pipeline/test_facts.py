"""Facts: single events by day, whole months before, and who was active when."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.activity import activity
from pipeline.config import ComputeConfig
from pipeline.dataset import Dataset, day_number
from pipeline.fact_rows import attribute_values, fact_rows
from pipeline.facts import Entries, Facts, facts
from tests.pipeline.building import build_dataset, order, rating, refund, watch

ONE = ComputeConfig(processes=1)
ROWS = [
    watch("ann", "2026-01-30 20:00", "heat", minutes=90, progress=0.95),
    watch("ann", "2026-01-30 22:00", "heat", minutes=10, progress=0.1),
    watch("bob", "2026-02-28 20:00", "heat"),
    rating("bob", "2026-03-01", "alien", 5),
    rating("ann", "2026-03-01", "alien", 3),
    order("ann", "2026-03-01", 9.99),
    refund("ann", "2026-03-02", 4.99),
]


def collected(dataset: Dataset, most_events: int = 1000) -> Facts:
    return facts(dataset, activity(dataset, ONE), ONE, like_share=0.7, most_events=most_events)


def listed(entries: Entries) -> list[tuple[float, ...]]:
    columns = (entries.day, entries.customer, entries.title, entries.count, entries.amount, entries.marked)
    first = day_number(pd.Timestamp("2026-01-01").date())
    return [(row[0] - first, *row[1:]) for row in zip(*(column.tolist() for column in columns), strict=True)]


@pytest.mark.parametrize("partitions", [1, 3])
def test_keeps_single_events_whatever_the_partitions(tmp_path: Path, partitions: int) -> None:
    found = collected(build_dataset(tmp_path, ROWS, partitions=partitions))

    # Customers by id: ann 0, bob 1; titles: alien 0, heat 1; days since the first of January.
    assert listed(found.events["watch"]) == [(29, 0, 1, 1, 90, 1), (29, 0, 1, 1, 10, 0), (58, 1, 1, 1, 0, 0)]
    assert listed(found.events["rating"]) == [(59, 0, 0, 1, 3, 0), (59, 1, 0, 1, 5, 1)]
    assert listed(found.events["order"]) == [(59, 0, -1, 1, 9.99, 0)]
    assert listed(found.events["refund"]) == [(60, 0, -1, 1, -4.99, 0)]
    assert found.by_customer == {}
    assert found.customers == 2


def test_knows_who_was_active_but_for_refunds(tmp_path: Path) -> None:
    found = collected(build_dataset(tmp_path, ROWS))

    first = day_number(pd.Timestamp("2026-01-01").date())
    assert {day - first: bits for day, bits in found.active.items()} == {29: b"\1", 58: b"\2", 59: b"\3"}


@pytest.mark.parametrize("partitions", [1, 3])
def test_sums_whole_months_where_single_events_are_too_many(tmp_path: Path, partitions: int) -> None:
    found = collected(build_dataset(tmp_path, ROWS, partitions=partitions), most_events=3)

    assert listed(found.events["watch"]) == []
    assert listed(found.by_customer["watch"]) == [(0, 0, -1, 2, 100, 1), (31, 1, -1, 1, 0, 0)]
    assert listed(found.by_title["watch"]) == [(0, -1, 1, 2, 100, 1), (31, -1, 1, 1, 0, 0)]
    assert listed(found.by_title["order"]) == []


def test_what_is_the_same_everywhere_takes_no_room(tmp_path: Path) -> None:
    rows = {(row[0], row[2]): row for row in fact_rows(collected(build_dataset(tmp_path, ROWS)))}

    day = day_number(pd.Timestamp("2026-02-28").date())
    stream, grain, _, entries, customers, titles, counts, amounts, marked, unknown = rows[("watch", day)]
    assert (stream, grain, entries) == ("watch", "event", 1)
    assert customers == np.array([1], "u4").tobytes()
    assert titles == np.array([1], "i4").tobytes()
    assert (counts, amounts, marked, unknown) == (None, None, None, b"\1")


def test_only_columns_of_few_values_group_customers() -> None:
    people = pd.DataFrame(
        {
            "customer_id": [str(number) for number in range(150)],
            "device": ["tv", "phone", ""] * 50,
            "city": [f"city {number}" for number in range(150)],
            "same": ["x"] * 150,
        }
    )

    assert list(attribute_values(people)) == [("device", "phone", 50), ("device", "tv", 50)]
