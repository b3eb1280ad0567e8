"""What happened, in small arrays, for exact answers to questions in plain language.

Every whole month is summed by customer and by title; the newest events are kept one by one too, for periods
that begin or end within a month. Who was active is kept for every day, as one bit for each customer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from pipeline.activity import ActivitySums
from pipeline.config import ComputeConfig
from pipeline.dataset import BoolArray, Dataset, FloatArray, IntArray, Partition, day_number
from pipeline.fact_sums import Columns, by_customer, by_device, by_title, changes, summed
from pipeline.features.fixed import MICRO
from pipeline.features.sessions import MINUTE_US, cut_sessions
from pipeline.partitions import spread
from pipeline.tables import ORDER, RATING, REFUND, WATCH

# About 40 MB; so many are added up in a fifth of a second without numpy.
MOST_EVENTS = 3_000_000
# As ``completion_share`` of the features: a watch that came this far was watched to its end.
COMPLETED = 0.9
STREAMS = ("watch", "rating", "session", "order", "refund")
# Only of these it is asked which title they were about.
OF_TITLES = frozenset({"watch", "rating"})
SUMMED = ("count", "amount", "marked", "known")


@dataclass(frozen=True, kw_only=True)
class Entries:
    """Events of one stream, or sums of them; every array has shape (n,).

    Attributes:
        period: Days since the first day of the facts, or place of the month among all months.
        customer: Place among all customers sorted by id; empty in sums over customers.
        title: Code, -1 for none; empty in sums over titles.
        count: Events; empty where each is one.
        amount: Minutes, stars or money, summed.
        marked: Of the events, those completed (watch) or liked (rating).
        known: Of the events, those with a progress (watch) or an amount.
    """

    period: npt.NDArray[np.uint16]
    customer: npt.NDArray[np.uint32]
    title: npt.NDArray[np.int32]
    count: IntArray
    amount: FloatArray
    marked: IntArray
    known: IntArray


@dataclass(frozen=True, kw_only=True)
class StreamFacts:
    """One stream.

    Attributes:
        single: Its newest events, by day, then customer.
        by_customer, by_title: Its sums by month, in order of the month, then customer or title.
        daily: ``SUMMED`` for each day; shape (d, 4).
        by_device: ``SUMMED`` of watches for each day and device, the last one unknown; shape (d × e, 4).
    """

    single: Entries
    by_customer: Entries
    by_title: Entries
    daily: FloatArray
    by_device: FloatArray


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What happened, small enough to be published.

    Attributes:
        first_day: The first day of the data, since 1970-01-01.
        first_single_day: From this day on single events are kept.
        month_days: The first day of each month, since 1970-01-01.
        active_day, active_customer: Who was active when, each pair once; shape (p,).
        customers: How many there are.
        devices: Names of the devices of watches; empty where no source tells.
    """

    first_day: int
    first_single_day: int
    month_days: IntArray
    streams: Mapping[str, StreamFacts]
    active_day: npt.NDArray[np.uint16]
    active_customer: npt.NDArray[np.uint32]
    customers: int
    devices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Period:
    """Days since 1970-01-01, and the month of each day by its place."""

    first: int
    last: int
    first_single: int
    months: int
    month_of: npt.NDArray[np.uint16]


def facts(
    dataset: Dataset,
    sums: ActivitySums,
    compute: ComputeConfig,
    *,
    like_share: float,
    most_events: int = MOST_EVENTS,
) -> Facts:
    """Collect the facts of a data set.

    Args:
        dataset: What was read.
        sums: The same data summed by day: tells from which day on single events are few enough.
        compute: How the work is spread.
        like_share: A rating of at least this share of its scale is a like.
        most_events: Single events are kept up to about so many, the newest.
    """
    last = day_number(dataset.manifest.watermark)
    every = np.arange(sums.first_day, last + 1)
    period = _Period(
        first=sums.first_day,
        last=last,
        first_single=_first_single_day(sums, most_events),
        months=len(sums.month_days),
        month_of=(np.searchsorted(sums.month_days, every, side="right") - 1).astype(np.uint16),
    )
    parts = spread(_of_partition, dataset.numbers, dataset, period, like_share, compute=compute)
    places = _places(dataset)
    for part, place in zip(parts, places, strict=True):
        for columns in part.values():
            if "customer" in columns:
                columns["customer"] = place[columns["customer"]]
    active = {
        name: np.concatenate([part["active"][name] for part in parts]) for name in ("period", "customer")
    }
    return Facts(
        first_day=period.first,
        first_single_day=period.first_single,
        month_days=sums.month_days,
        streams={name: _joined(parts, name, period, dataset.manifest.titles) for name in STREAMS},
        active_day=active["period"],
        active_customer=active["customer"],
        customers=sum(map(len, places)),
        devices=dataset.manifest.devices,
    )


def _first_single_day(sums: ActivitySums, most_events: int) -> int:
    # Watches, ratings and orders; sessions are at most as many as these.
    daily = sums.days[:, [2, 4, 5]].sum(axis=1)[::-1].cumsum()
    kept = int(np.searchsorted(daily, most_events, side="right"))
    return sums.first_day + len(daily) - kept


def _places(dataset: Dataset) -> list[npt.NDArray[np.uint32]]:
    """For each partition, the place of each of its customers among all, sorted by id."""
    ids = [
        np.asarray(pq.read_table(dataset.customers_path(number), columns=["customer_id"])["customer_id"])
        for number in dataset.numbers
    ]
    lengths = np.cumsum([len(each) for each in ids])
    order = np.argsort(np.concatenate(ids).astype(object), kind="stable")
    place = np.empty(len(order), dtype=np.uint32)
    place[order] = np.arange(len(order))
    return np.split(place, lengths[:-1])


def _of_partition(number: int, dataset: Dataset, period: _Period, like_share: float) -> dict[str, Columns]:
    partition = dataset.partition(number)
    day = (np.clip(partition.day, period.first, period.last) - period.first).astype(np.uint16)
    customer = partition.customer.astype(np.int32)
    found: dict[str, Columns] = {}
    for name, chosen, values in _streams(partition, like_share):
        rows = {key: column[chosen] for key, column in values.items()}
        rows |= {"period": day[chosen], "customer": customer[chosen]}
        if name in OF_TITLES:
            rows["title"] = partition.title[chosen]
        single = rows["period"] >= period.first_single - period.first
        found[f"single {name}"] = {key: column[single] for key, column in rows.items()}
        found[f"daily {name}"] = summed(rows, rows["period"], len(period.month_of))
        if name == "watch" and dataset.manifest.devices:
            found["device watch"] = by_device(
                rows, dataset.devices(number)[chosen], len(dataset.manifest.devices), len(period.month_of)
            )
        rows["period"] = period.month_of[rows["period"]]
        found[f"customer {name}"] = by_customer(rows)
        if name in OF_TITLES:
            found[f"title {name}"] = by_title(rows, dataset.manifest.titles)
    active = partition.kind != REFUND
    # Sorted by customer and day already, as the events are.
    pairs = {"period": day[active], "customer": customer[active]}
    new = changes(pairs["customer"], pairs["period"])
    found["active"] = {key: values[new] for key, values in pairs.items()}
    return found


def _streams(
    partition: Partition, like_share: float
) -> Iterator[tuple[str, BoolArray, dict[str, npt.NDArray[Any]]]]:
    """Each stream with which events belong to it, and their amounts, marks and what is known."""
    watch, progress = partition.kind == WATCH, partition.progress
    finished = {"marked": progress >= COMPLETED, "known": ~np.isnan(progress)}
    yield "watch", watch, {"amount": np.nan_to_num(partition.minutes), **finished}
    rated = ((partition.kind == RATING) | watch) & ~np.isnan(partition.rating_raw)
    liked = {"marked": partition.rating >= like_share, "known": rated}
    yield "rating", rated, {"amount": partition.rating_raw, **liked}
    minutes = np.rint(np.nan_to_num(partition.minutes) * MICRO).astype(np.int64)
    sessions = cut_sessions(partition, partition.kind != REFUND, minutes)
    lasted = np.zeros(len(minutes))
    if len(minutes):
        begun = np.flatnonzero(sessions.starts)
        lasted[begun] = np.add.reduceat(sessions.length_us, begun) / MINUTE_US
    nothing = np.zeros(len(minutes), dtype=bool)
    yield "session", sessions.starts, {"amount": lasted, "marked": nothing, "known": ~nothing}
    money = {
        "amount": np.nan_to_num(partition.amount),
        "marked": nothing,
        "known": ~np.isnan(partition.amount),
    }
    yield "order", partition.kind == ORDER, money
    yield "refund", partition.kind == REFUND, money


def _joined(parts: list[dict[str, Columns]], name: str, period: _Period, titles: int) -> StreamFacts:
    return StreamFacts(
        single=_in_order(parts, f"single {name}"),
        by_customer=_in_order(parts, f"customer {name}"),
        by_title=_titles_joined(parts, f"title {name}", period.months, titles),
        daily=_added(parts, f"daily {name}"),
        by_device=_added(parts, f"device {name}"),
    )


def _added(parts: list[dict[str, Columns]], name: str) -> FloatArray:
    """``SUMMED`` over all partitions; shape (n, 4), without rows where no partition has any."""
    taken = [part.pop(name) for part in parts if name in part]
    if not taken:
        return np.zeros((0, len(SUMMED)))
    sums = [np.sum([each[column] for each in taken], axis=0) for column in SUMMED]
    return np.column_stack(sums).astype(np.float64)


def _in_order(parts: list[dict[str, Columns]], name: str) -> Entries:
    """All rows by period, then customer."""
    # Taken out, so that no more than one stream lies in memory twice.
    taken = [part.pop(name) for part in parts]
    rows = {field: np.concatenate([each[field] for each in taken]) for field in taken[0]}
    # A customer lies in one partition: his own order is kept, and nothing depends on the partitioning.
    order = np.lexsort((rows["customer"], rows["period"]))
    return _entries({field: values[order] for field, values in rows.items()})


def _titles_joined(parts: list[dict[str, Columns]], name: str, months: int, titles: int) -> Entries:
    dense = {field: np.zeros(months * titles) for field in SUMMED}
    for part in parts:
        sums = part.pop(name, {})
        for field in SUMMED if sums else ():
            dense[field][sums["slot"]] += sums[field]
    found = np.flatnonzero(dense["count"])
    sums = {field: values[found] for field, values in dense.items()}
    return _entries(
        {
            "period": (found // max(titles, 1)).astype(np.uint16),
            "title": (found % max(titles, 1)).astype(np.int32),
            **sums,
        }
    )


def _entries(rows: Columns) -> Entries:
    none = np.zeros(0, dtype=np.int64)
    return Entries(**{field: rows.get(field, none) for field in Entries.__dataclass_fields__})
