"""The events of a partition, summed up by customer and day: all that features need, whatever the moment."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.dataset import DAY_US, BoolArray, FloatArray, IntArray, Partition
from pipeline.features.dictionary import HALF_LIVES_DAYS
from pipeline.features.fixed import FINE, MICRO, running_maximum, running_sum, whole_units
from pipeline.features.sessions import cut_sessions
from pipeline.features.taste import Genres, first_meetings, new_genres
from pipeline.tables import ORDER, RATING, REFUND, WATCH

Matrix = npt.NDArray[np.int64]

# Columns of ``CustomerDays.windowed``, which every window reads …
WINDOWED = ("active", "spend", "minutes")
# … and of ``CustomerDays.totals``, read once per moment.
TOTALS = (
    "events",
    "watches",
    "progress_known",
    "completed",
    "ratings",
    "rating_sum",
    "orders",
    "paid_orders",
    "order_amount",
    "items",
    "sessions",
    "session_us",
    "session_gap_us",
    "session_gap_squares",
    "titles",
    "genres",
)
COMPLETED_SHARE = 0.9
# About 62 years: the square, in ``FINE``, still fits into 64 bits.
LONGEST_GAP_DAYS = 22_900
# A customer's days are searched by one number: customer × DAY_SLOTS + day.
DAY_SLOTS = 1 << 24
DAY_ZERO = 1 << 23
# 2^1000 is near the largest float.
MOST_DOUBLINGS = 1000.0


@dataclass(frozen=True, kw_only=True)
class CustomerDays:
    """One row per customer and day on which anything happened, with running sums over the rows.

    Attributes:
        customer_ids: shape (c,).
        offsets: Customer i has the day rows ``offsets[i]:offsets[i + 1]``; shape (c + 1,).
        keys: customer × DAY_SLOTS + day + DAY_ZERO, ascending; shape (r,).
        windowed: Running sums of ``WINDOWED``; shape (r + 1, 3).
        totals: Running sums of ``TOTALS``; shape (r + 1, 16).
        session_gap_max_us: Longest so far; shape (r,).
        active_offsets: The same as ``offsets`` for the active days alone; shape (c + 1,).
        active_day: Days since 1970 of active days; shape (a,).
        gap_days: Since the customer's active day before; 0 for his first; shape (a,).
        gap_sums: Running sums of gap², of ln gap and (ln gap)² in ``FINE``; shape (a + 1, 3).
        gap_max_days: Longest so far; shape (a,).
        fading: Sum so far of 2^((day − fading_from) / half-life), per half-life; shape (a, 3).
        fading_from: Days since 1970.
        order_amounts: Known amounts of orders, in order; ``paid_orders`` counts them; shape (o,).
        order_squares: Running sums of their squared differences from the customer's first one: whole part,
            and the rest in ``FINE``; shape (o + 1, 2).
    """

    customer_ids: npt.NDArray[np.object_]
    offsets: IntArray
    keys: IntArray
    windowed: Matrix
    totals: Matrix
    session_gap_max_us: IntArray
    active_offsets: IntArray
    active_day: IntArray
    gap_days: IntArray
    gap_sums: Matrix
    gap_max_days: IntArray
    fading: FloatArray
    fading_from: int
    order_amounts: FloatArray
    order_squares: Matrix

    def rows_before(self, day: int, customers: IntArray | None = None) -> IntArray:
        """For each customer, the row after his last before ``day``."""
        if customers is None:
            customers = np.arange(len(self.customer_ids))
        return np.searchsorted(self.keys, customers * DAY_SLOTS + (day + DAY_ZERO))

    def active_before(self, day: int) -> IntArray:
        """For each customer, the active day after his last before ``day``."""
        rows: IntArray = self.windowed[self.rows_before(day), 0]
        return rows


def customer_days(partition: Partition, *, genres: Genres | None, fading_from: int = 0) -> CustomerDays:
    """Sum up a partition by customer and day; without genres only what ``active_before`` and gaps need.

    Args:
        partition: n events.
        genres: Of each title.
        fading_from: A day at or before which nothing happened, the same for all partitions.
    """
    rows = _day_rows(partition)
    active = partition.kind != REFUND
    active_rows = running_sum(active)[rows.ends]
    is_active = np.diff(active_rows, prepend=0) > 0
    sums = _window_values(partition) if genres is not None else {}
    windowed = _sampled(sums, rows.ends, WINDOWED)
    windowed[1:, 0] = np.cumsum(is_active)
    values, gap_us = (
        _total_values(partition, active, sums["minutes"], genres) if genres is not None else ({}, None)
    )
    active_offsets = windowed[rows.offsets, 0]
    gaps = _gaps(rows.day[is_active], active_offsets)
    paid = np.flatnonzero(_paid(partition)) if genres is not None else np.zeros(0, dtype=np.int64)
    amounts = partition.amount[paid]
    return CustomerDays(
        customer_ids=partition.customer_ids,
        offsets=rows.offsets,
        keys=rows.customer * DAY_SLOTS + (rows.day + DAY_ZERO),
        windowed=windowed,
        totals=_sampled(values, rows.ends, TOTALS),
        session_gap_max_us=_longest_so_far(gap_us, rows),
        active_offsets=active_offsets,
        fading=_fading(gaps.day, active_offsets, fading_from) if genres is not None else np.zeros((0, 3)),
        fading_from=fading_from,
        active_day=gaps.day,
        gap_days=gaps.gap_days,
        gap_sums=gaps.sums,
        gap_max_days=gaps.longest,
        order_amounts=amounts,
        order_squares=_squares(amounts, partition.customer[paid]),
    )


@dataclass(frozen=True, kw_only=True)
class _DayRows:
    offsets: IntArray
    customer: IntArray
    day: IntArray
    starts: IntArray
    ends: IntArray


def _day_rows(partition: Partition) -> _DayRows:
    day = partition.day
    begins = np.ones(len(day), dtype=np.bool_)
    np.not_equal(day[1:], day[:-1], out=begins[1:])
    first = partition.offsets[:-1]
    begins[first[first < len(day)]] = True
    starts = np.flatnonzero(begins)
    offsets = np.searchsorted(starts, partition.offsets)
    return _DayRows(
        offsets=offsets,
        customer=np.repeat(np.arange(len(first)), np.diff(offsets)),
        day=day[starts],
        starts=starts,
        ends=np.append(starts[1:], len(day)) if len(starts) else starts,
    )


def _sampled(values: Mapping[str, IntArray | BoolArray], ends: IntArray, names: tuple[str, ...]) -> Matrix:
    """Running sums of event values at the ends of the day rows; names without values stay 0."""
    sums = np.zeros((len(names), len(ends) + 1), dtype=np.int64)
    for place, name in enumerate(names):
        if name in values:
            np.take(running_sum(values[name]), ends, out=sums[place, 1:], mode="clip")
    return sums.T


def _window_values(partition: Partition) -> dict[str, IntArray]:
    return {
        "spend": whole_units(partition.amount, MICRO),
        "minutes": whole_units(partition.minutes, MICRO),
    }


def _paid(partition: Partition) -> BoolArray:
    paid: BoolArray = (partition.kind == ORDER) & np.isfinite(partition.amount)
    return paid


def _total_values(
    partition: Partition, active: BoolArray, minutes: IntArray, genres: Genres
) -> tuple[dict[str, IntArray | BoolArray], IntArray]:
    """Everything that is summed over a whole history, and the idle time before each event."""
    kind = partition.kind
    watched, rated, paid = kind == WATCH, kind == RATING, _paid(partition)
    sessions = cut_sessions(partition, active, minutes)
    meetings = first_meetings(partition)
    titles = np.zeros(len(kind), dtype=np.bool_)
    titles[meetings] = True
    added = np.zeros(len(kind), dtype=np.int64)
    added[meetings] = new_genres(partition, meetings, genres)
    gap_squares = np.zeros(len(kind), dtype=np.int64)
    found = np.flatnonzero(sessions.gap_us)
    gap_days = np.minimum(sessions.gap_us[found] / DAY_US, LONGEST_GAP_DAYS)
    gap_squares[found] = np.rint(gap_days**2 * FINE)
    return {
        "events": active,
        "watches": watched,
        "progress_known": watched & np.isfinite(partition.progress),
        "completed": watched & (partition.progress >= COMPLETED_SHARE),
        "ratings": rated & np.isfinite(partition.rating),
        "rating_sum": whole_units(partition.rating, FINE, rated),
        "orders": kind == ORDER,
        "paid_orders": paid,
        "order_amount": whole_units(partition.amount, MICRO, paid),
        "items": whole_units(partition.items, MICRO, active),
        "sessions": sessions.starts,
        "session_us": sessions.length_us,
        "session_gap_us": sessions.gap_us,
        "session_gap_squares": gap_squares,
        "titles": titles,
        "genres": added,
    }, sessions.gap_us


def _longest_so_far(gap_us: IntArray | None, rows: _DayRows) -> IntArray:
    if gap_us is None or not len(rows.starts):
        return np.zeros(0, dtype=np.int64)
    return running_maximum(np.maximum.reduceat(gap_us, rows.starts), rows.offsets)


@dataclass(frozen=True, kw_only=True)
class _Gaps:
    day: IntArray
    gap_days: IntArray
    sums: Matrix
    longest: IntArray


def _gaps(day: IntArray, offsets: IntArray) -> _Gaps:
    gap = np.diff(day, prepend=0)
    first = offsets[:-1]
    gap[first[first < len(day)]] = 0
    logarithm = np.log(np.maximum(gap, 1))
    return _Gaps(
        day=day,
        gap_days=gap,
        sums=np.column_stack(
            (
                running_sum(gap * gap),
                running_sum(whole_units(logarithm, FINE)),
                running_sum(whole_units(logarithm * logarithm, FINE)),
            )
        ),
        longest=running_maximum(gap, offsets),
    )


def _fading(day: IntArray, offsets: IntArray, fading_from: int) -> FloatArray:
    """Added up from each customer's own first day: floats, but no other customer's rounding enters."""
    age = (day - fading_from).astype(np.float64)
    terms = np.column_stack(
        [np.exp2(np.minimum(age / half_life, MOST_DOUBLINGS)) for half_life in HALF_LIVES_DAYS]
    )
    customer = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    return pd.DataFrame(terms).groupby(customer, sort=False).cumsum().to_numpy()


def _squares(amounts: FloatArray, customer: IntArray) -> Matrix:
    """From the first order, so that whoever always pays the same, however little, varies by exactly 0."""
    first = np.flatnonzero(np.diff(customer, prepend=-1))
    apart = amounts - np.repeat(amounts[first], np.diff(first, append=len(amounts)))
    squares = np.minimum(apart * apart, float(2**62))
    whole = np.floor(squares)
    return np.column_stack(
        (running_sum(whole.astype(np.int64)), running_sum(whole_units(squares - whole, FINE)))
    )
