"""Single events in small arrays, by day, for exact answers to questions in plain language.

The newest events are kept one by one, by day; what is older is kept by customer and month, and by title and
month. Who was active on a day is kept for every day, as one bit for each customer.
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
from pipeline.features.fixed import MICRO
from pipeline.features.sessions import MINUTE_US, cut_sessions
from pipeline.partitions import spread
from pipeline.tables import ORDER, RATING, REFUND, WATCH

# About 60 MB; so many are added up in a third of a second without numpy.
MOST_EVENTS = 3_000_000
PARTS_AT_ONCE = 8
# As ``completion_share`` of the features: a watch that came this far was watched to its end.
COMPLETED = 0.9
# How the amounts of a stream lie in the file: money to the last cent, minutes and stars to seven digits.
AMOUNT_TYPES: Mapping[str, str] = {"watch": "f", "rating": "f", "session": "f", "order": "d", "refund": "d"}
STREAMS = tuple(AMOUNT_TYPES)


@dataclass(frozen=True, kw_only=True)
class Entries:
    """Rows of one stream, sorted by day or month, then customer; every array has shape (n,).

    Attributes:
        day: The day, or the first day of the month; days since 1970-01-01.
        customer: Place among all customers sorted by id; -1 in sums over customers.
        title: Code; -1 for none, and in sums over titles.
        count: Events in this row.
        amount: Minutes, stars or money, summed.
        marked: Of the events, those completed (watch) or liked (rating).
        known: Of the events, those with a progress (watch) or an amount.
    """

    day: IntArray
    customer: IntArray
    title: IntArray
    count: IntArray
    amount: FloatArray
    marked: IntArray
    known: IntArray


FIELDS = tuple(Entries.__dataclass_fields__)
Columns = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What happened, small enough to be published.

    Attributes:
        first_single_day: From this day on single events are kept.
        events: Single events by stream.
        by_customer, by_title: Whole months by stream; empty where every event is kept.
        active: For each day with activity, one bit for each customer, the lowest bit first.
        customers: How many there are.
    """

    first_single_day: int
    events: Mapping[str, Entries]
    by_customer: Mapping[str, Entries]
    by_title: Mapping[str, Entries]
    active: Mapping[int, bytes]
    customers: int


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
    first_single = _first_single_day(sums, most_events)
    last = day_number(dataset.manifest.watermark)
    whole = first_single <= sums.first_day
    parts = spread(
        _of_partition, dataset.numbers, dataset, first_single, last, like_share, whole, compute=compute
    )
    places = _places(dataset)
    for part, place in zip(parts, places, strict=True):
        for name, columns in part.items():
            if not name.startswith("title "):
                columns["customer"] = place[columns["customer"].astype(np.int64)]
    customers = sum(map(len, places))
    return Facts(
        first_single_day=first_single,
        events={name: _joined(parts, f"event {name}") for name in STREAMS},
        by_customer={} if whole else {name: _joined(parts, f"customer {name}") for name in STREAMS},
        by_title={} if whole else {name: _joined(parts, f"title {name}") for name in STREAMS},
        active=dict(_bitmaps(parts, customers)),
        customers=customers,
    )


def _first_single_day(sums: ActivitySums, most_events: int) -> int:
    # Watches, ratings and orders; sessions are at most as many as these.
    daily = sums.days[:, [2, 4, 5]].sum(axis=1)[::-1].cumsum()
    kept = int(np.searchsorted(daily, most_events, side="right"))
    return sums.first_day + len(daily) - kept


def _places(dataset: Dataset) -> list[IntArray]:
    """For each partition, the place of each of its customers among all, sorted by id."""
    ids = [
        np.asarray(pq.read_table(dataset.customers_path(number), columns=["customer_id"])["customer_id"])
        for number in dataset.numbers
    ]
    lengths = np.cumsum([len(each) for each in ids])
    order = np.argsort(np.concatenate(ids).astype(object), kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return np.split(place, lengths[:-1])


def _of_partition(
    number: int,
    dataset: Dataset,
    first_single: int,
    last: int,
    like_share: float,
    whole: bool,  # noqa: FBT001
) -> dict[str, Columns]:
    partition = dataset.partition(number)
    day, customer = np.minimum(partition.day, last), partition.customer
    found: dict[str, Columns] = {}
    for name, chosen, columns in _streams(partition, like_share):
        rows = {
            "day": day[chosen],
            "customer": customer[chosen],
            "title": partition.title[chosen].astype(np.int64),
            "count": np.ones(np.count_nonzero(chosen), dtype=np.int64),
            **{key: values[chosen] for key, values in columns.items()},
        }
        single = rows["day"] >= first_single
        found[f"event {name}"] = {key: values[single] for key, values in rows.items()}
        if not whole:
            month = rows["day"].astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]")
            monthly = rows | {"day": month.astype(np.int64)}
            found[f"customer {name}"] = _by_customer(monthly)
            found[f"title {name}"] = _by_title(monthly)
    active = partition.kind != REFUND
    # Sorted by customer and day already, as the events are.
    rows = {"day": day[active], "customer": customer[active]}
    new = (np.diff(rows["customer"], prepend=-1) != 0) | (np.diff(rows["day"], prepend=-1) != 0)
    pairs = {key: values[new] for key, values in rows.items()}
    order = np.argsort(pairs["day"], kind="stable")
    found["active"] = {key: values[order] for key, values in pairs.items()}
    return found


def _streams(
    partition: Partition, like_share: float
) -> Iterator[tuple[str, BoolArray, dict[str, npt.NDArray[Any]]]]:
    watch = partition.kind == WATCH
    progress = partition.progress
    yield (
        "watch",
        watch,
        {
            "amount": np.nan_to_num(partition.minutes),
            "marked": (progress >= COMPLETED).astype(np.int64),
            "known": (~np.isnan(progress)).astype(np.int64),
        },
    )
    rated = ((partition.kind == RATING) | watch) & ~np.isnan(partition.rating_raw)
    liked = (partition.rating >= like_share).astype(np.int64)
    yield "rating", rated, {"amount": partition.rating_raw, "marked": liked, "known": rated.astype(np.int64)}
    minutes = np.rint(np.nan_to_num(partition.minutes) * MICRO).astype(np.int64)
    sessions = cut_sessions(partition, partition.kind != REFUND, minutes)
    lasted = np.zeros(len(minutes))
    if len(minutes):
        begun = np.flatnonzero(sessions.starts)
        lasted[begun] = np.add.reduceat(sessions.length_us, begun) / MINUTE_US
    nothing = np.zeros(len(minutes), dtype=np.int64)
    yield "session", sessions.starts, {"amount": lasted, "marked": nothing, "known": nothing + 1}
    known = (~np.isnan(partition.amount)).astype(np.int64)
    money = {"amount": np.nan_to_num(partition.amount), "marked": nothing, "known": known}
    yield "order", partition.kind == ORDER, money
    yield "refund", partition.kind == REFUND, money


SUMMED = ("count", "amount", "marked", "known")


def _by_customer(rows: Columns) -> Columns:
    """Rows summed by customer and month; they are in order of customer and time, so that runs are summed."""
    day, customer = rows["day"], rows["customer"]
    new = np.ones(len(day), dtype=bool)
    new[1:] = (day[1:] != day[:-1]) | (customer[1:] != customer[:-1])
    starts = np.flatnonzero(new)
    sums = {name: np.add.reduceat(rows[name], starts) if len(starts) else rows[name] for name in SUMMED}
    return {"day": day[starts], "customer": customer[starts], "title": np.full(len(starts), -1), **sums}


def _by_title(rows: Columns) -> Columns:
    """Rows summed by title and month, in that order; what has no title is in no sum."""
    named = rows["title"] >= 0
    rows = {name: values[named] for name, values in rows.items()}
    months, month = np.unique(rows["day"], return_inverse=True)
    width = int(rows["title"].max(initial=0)) + 1
    slot = month * width + rows["title"]
    found = np.flatnonzero(np.bincount(slot))
    sums = {name: np.bincount(slot, rows[name])[found] if len(found) else rows[name] for name in SUMMED}
    return {
        "day": months[found // width],
        "customer": np.full(len(found), -1),
        "title": found % width,
        **{name: values if name == "amount" else values.astype(np.int64) for name, values in sums.items()},
    }


def _joined(parts: list[dict[str, Columns]], name: str) -> Entries:
    # Taken out, so that no more than one stream lies in memory twice.
    taken = [part.pop(name) for part in parts]
    if name.startswith("title "):
        # Most titles are in every partition: summed a few at a time, the whole is hardly larger than a part.
        rows = taken[0]
        for first in range(0, len(taken), PARTS_AT_ONCE):
            rows = _by_title(_concatenated([rows, *taken[max(first, 1) : first + PARTS_AT_ONCE]]))
    else:
        rows = _concatenated(taken)
        # A customer lies in one partition: his own order is kept, and nothing depends on the partitioning.
        order = np.lexsort((rows["customer"], rows["day"]))
        rows = {field: values[order] for field, values in rows.items()}
    return Entries(**{field: rows[field] for field in FIELDS})


def _concatenated(parts: list[Columns]) -> Columns:
    return {field: np.concatenate([part[field] for part in parts]) for field in FIELDS}


def _bitmaps(parts: list[dict[str, Columns]], customers: int) -> Iterator[tuple[int, bytes]]:
    day, customer = (
        np.concatenate([part["active"][name] for part in parts]).astype(np.int64)
        for name in ("day", "customer")
    )
    order = np.argsort(day, kind="stable")
    day, customer = day[order], customer[order]
    days, starts = np.unique(day, return_index=True)
    for one, group in zip(days.tolist(), np.split(customer, starts[1:]), strict=True):
        bits = np.zeros(customers, dtype=bool)
        bits[group] = True
        yield one, np.packbits(bits, bitorder="little").tobytes()
