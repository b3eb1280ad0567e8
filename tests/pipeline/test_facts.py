"""Facts: single events by day, sums of whole months, and who was active when."""

import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.activity import activity
from pipeline.config import ComputeConfig
from pipeline.dataset import Dataset, day_number
from pipeline.fact_rows import active_rows, fact_rows, packed, sum_rows
from pipeline.facts import Entries, Facts, facts
from pipeline.groupings import by_own_columns, by_text, of_titles
from store.results.packing import column_in
from tests.pipeline.building import build_dataset, order, rating, refund, watch

ONE = ComputeConfig(processes=1)
# The first of them, on the 30th of January, is day 0; there are three months.
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


def listed(entries: Entries, *names: str) -> list[tuple[float, ...]]:
    columns = [getattr(entries, name).tolist() for name in names]
    return list(zip(*columns, strict=True))


@pytest.mark.parametrize("partitions", [1, 3])
def test_keeps_single_events_whatever_the_partitions(tmp_path: Path, partitions: int) -> None:
    found = collected(build_dataset(tmp_path, ROWS, partitions=partitions))

    # Customers by id: ann 0, bob 1; titles: alien 0, heat 1.
    single = {name: stream.single for name, stream in found.streams.items()}
    titled = ("period", "customer", "title", "amount", "marked")
    assert listed(single["watch"], *titled) == [(0, 0, 1, 90, 1), (0, 0, 1, 10, 0), (29, 1, 1, 0, 0)]
    assert listed(single["rating"], *titled) == [(30, 0, 0, 3, 0), (30, 1, 0, 5, 1)]
    assert listed(single["order"], "period", "customer", "amount") == [(30, 0, 9.99)]
    assert listed(single["refund"], "period", "customer", "amount") == [(31, 0, -4.99)]
    assert found.customers == 2


@pytest.mark.parametrize("partitions", [1, 3])
def test_sums_whole_months_by_customer_and_by_title(tmp_path: Path, partitions: int) -> None:
    found = collected(build_dataset(tmp_path, ROWS, partitions=partitions), most_events=3)

    watched = found.streams["watch"]
    assert listed(watched.single, "period") == []
    sums = ("count", "amount", "marked")
    assert listed(watched.by_customer, "period", "customer", *sums) == [(0, 0, 2, 100, 1), (1, 1, 1, 0, 0)]
    assert listed(watched.by_title, "period", "title", *sums) == [(0, 1, 2, 100, 1), (1, 1, 1, 0, 0)]
    assert listed(found.streams["order"].by_title, "period") == []
    assert watched.daily[[0, 29]].tolist() == [[2, 100, 1, 2], [1, 0, 0, 0]]


def test_knows_who_was_active_but_for_refunds(tmp_path: Path) -> None:
    found = collected(build_dataset(tmp_path, ROWS))

    rows = [(span, day - found.first_day, zlib.decompress(bits)) for span, day, bits in active_rows(found)]
    january, february, march = (day - found.first_day for day in found.month_days.tolist())
    assert rows == [
        ("day", 0, b"\1"),
        ("day", 29, b"\2"),
        ("day", 30, b"\3"),
        ("month", january, b"\1"),
        ("month", february, b"\2"),
        ("month", march, b"\3"),
    ]


def test_rows_say_whose_the_numbers_are(tmp_path: Path) -> None:
    found = collected(build_dataset(tmp_path, ROWS))
    rows = {row[:3]: row[3:] for row in fact_rows(found)}

    day = day_number(pd.Timestamp("2026-02-28").date())
    entries, customers, titles, counts, amounts, marked, unknown = rows[("watch", "event", day)]
    assert entries == 1
    assert [list(column_in(kept)[0]) for kept in (customers, titles, unknown) if kept] == [[1], [1], [1]]
    assert (counts, amounts, marked) == (None, None, None)
    first = found.month_days.tolist()[0]
    entries, customers, titles, counts, amounts, *_ = rows[("watch", "customer ever", first)]
    assert (entries, customers, titles) == (2, b"\3", None)
    assert counts is not None
    assert list(column_in(counts)[0]) == [2, 1]
    entries, customers, titles, *_ = rows[("watch", "title ever", first)]
    assert (entries, customers, titles) == (1, None, b"\2")


def test_sums_each_day_and_each_month_of_a_dimension(tmp_path: Path) -> None:
    found = collected(build_dataset(tmp_path, ROWS))
    plan = by_text("plan", ["basic", None])
    titles = pd.DataFrame({"genres": [("Sci-Fi",), ("Crime", "Drama")], "kind": None, "language": None})
    rows = {row[:2]: row[2:] for row in sum_rows(found, [plan], list(of_titles(titles)))}

    width, counts, amounts, *_ = rows[("watch", "plan")]
    assert width == 2
    assert counts is not None
    # January, February, March: those on basic, those without a plan.
    assert list(column_in(counts)[0]) == [2, 0, 0, 1, 0, 0]
    assert amounts is not None
    assert list(column_in(amounts)[0]) == [100, 0, 0, 0, 0, 0]
    width, counts, *_ = rows[("watch", "genre")]
    assert counts is not None
    assert (width, list(column_in(counts)[0])) == (3, [2, 2, 0, 1, 1, 0, 0, 0, 0])
    width, counts, *_ = rows[("order", "")]
    assert counts is not None
    assert (width, sum(column_in(counts)[0])) == (1, 1)
    assert ("watch", "kind") not in rows


@pytest.mark.parametrize(
    ("values", "type_", "divisor"),
    [
        ([0, 255], "B", 1),
        ([0, 256], "H", 1),
        ([0, 70_000], "I", 1),
        ([-1, 5], "b", 1),
        ([9.99, 14.5], "H", 100),
        ([0.5, 2.1], "B", 10),
        ([1 / 60, 0.5], "B", 60),
        ([1 / 7, 0.5], "f", 1),
    ],
)
def test_columns_are_as_narrow_as_their_numbers_allow(values: list[float], type_: str, divisor: int) -> None:
    kept = packed(np.array(values))

    assert kept is not None
    numbers, found = column_in(kept)
    assert (chr(kept[0]), found) == (type_, divisor)
    assert [number / found for number in numbers] == pytest.approx(values, rel=1e-7)
    assert packed(np.array([3, 3]), usual=3) is None


def test_money_without_whole_cents_keeps_its_digits() -> None:
    kept = packed(np.array([1 / 7, 0.5]), is_money=True)

    assert kept is not None
    assert list(column_in(kept)[0]) == [1 / 7, 0.5]


def test_only_columns_of_few_values_group_customers() -> None:
    people = pd.DataFrame(
        {
            "customer_id": [str(number) for number in range(150)],
            "device": ["tv", "phone", ""] * 50,
            "city": [f"city {number}" for number in range(150)],
            "same": ["x"] * 150,
        }
    )

    (device,) = by_own_columns(people)
    assert (device.name, device.labels) == ("attribute:device", ("phone", "tv"))
    assert device.codes[:3].tolist() == [1, 0, 2]
    assert all(first != second for first, second in pairwise(device.codes.tolist()))
