"""What happened on each day and with each title, summed over partitions."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.config import ComputeConfig
from pipeline.dataset import BoolArray, Dataset, FloatArray, IntArray, Partition, day_number
from pipeline.partitions import spread
from pipeline.tables import ORDER, RATING, REFUND, WATCH

LATELY_DAYS = 30

DAILY = ("active_customers", "new_customers", "watches", "watch_minutes", "ratings", "orders", "revenue")


@dataclass(frozen=True, kw_only=True)
class ActivitySums:
    """Sums that add up over partitions.

    Attributes:
        days: ``DAILY`` for each day from the first to the last; shape (d, 7).
        months: The same for each month, by first day of the month; a customer counts once a month.
        month_days: First day of each month as days since 1970-01-01; shape (m,).
        watchers, watchers_lately: Distinct customers per title; shape (t,).
        rating_sum, rating_count: On the source's own scale; shape (t,).
    """

    first_day: int
    days: FloatArray
    month_days: IntArray
    months: FloatArray
    watchers: FloatArray
    watchers_lately: FloatArray
    rating_sum: FloatArray
    rating_count: FloatArray


def activity(dataset: Dataset, compute: ComputeConfig) -> ActivitySums:
    """Sum up the whole data set."""
    manifest = dataset.manifest
    period = (day_number(manifest.first_day), day_number(manifest.watermark))
    parts = spread(_of_partition, dataset.numbers, dataset, period, manifest.titles, compute=compute)
    return ActivitySums(
        first_day=period[0],
        month_days=_month_starts(period),
        # In the order of partitions: a float sum depends on it, so it is fixed.
        **{name: np.sum([part[name] for part in parts], axis=0) for name in parts[0]},
    )


def _month_starts(period: tuple[int, int]) -> IntArray:
    first, last = (np.datetime64(day, "D").astype("datetime64[M]") for day in period)
    return np.arange(first, last + 1).astype("datetime64[D]").astype(np.int64)


def _of_partition(
    number: int, dataset: Dataset, period: tuple[int, int], titles: int
) -> dict[str, FloatArray]:
    partition = dataset.partition(number)
    day = np.clip(partition.day, *period)
    months = _month_starts(period)
    month = np.searchsorted(months, day, side="right") - 1
    return {
        "days": _per_period(partition, day - period[0], period[1] - period[0] + 1),
        "months": _per_period(partition, month, len(months)),
        **_per_title(partition, titles, period[1]),
    }


def _per_period(partition: Partition, slot: IntArray, slots: int) -> FloatArray:
    """Sum events into slots of time; shape (slots, 7)."""
    active = partition.kind != REFUND
    # Sorted already, as the events are: no other way to find what is there once is as quick.
    here = partition.customer[active] * slots + slot[active]
    seen = here[np.diff(here, prepend=-1) != 0]
    first = partition.offsets[:-1][np.diff(partition.offsets) > 0]
    revenue = np.nan_to_num(partition.amount)

    def summed(chosen: BoolArray, weights: FloatArray | None = None) -> FloatArray:
        values = None if weights is None else weights[chosen]
        return np.bincount(slot[chosen], values, slots).astype(np.float64)

    watch = partition.kind == WATCH
    return np.column_stack(
        [
            np.bincount(seen % slots, minlength=slots),
            np.bincount(slot[first], minlength=slots),
            summed(watch),
            summed(watch, np.nan_to_num(partition.minutes)),
            summed((partition.kind == RATING) | (watch & ~np.isnan(partition.rating))),
            summed(partition.kind == ORDER),
            summed((partition.kind == ORDER) | (partition.kind == REFUND), revenue),
        ]
    ).astype(np.float64)


def _per_title(partition: Partition, titles: int, last_day: int) -> dict[str, FloatArray]:
    known = partition.title >= 0
    rated = known & ~np.isnan(partition.rating_raw)
    lately = known & (partition.day > last_day - LATELY_DAYS)

    def watchers(chosen: BoolArray) -> FloatArray:
        pairs = pd.unique(partition.customer[chosen] * titles + partition.title[chosen])
        return np.bincount(pairs % max(titles, 1), minlength=titles).astype(np.float64)

    return {
        "watchers": watchers(known),
        "watchers_lately": watchers(lately),
        "rating_sum": np.bincount(partition.title[rated], partition.rating_raw[rated], titles).astype(
            np.float64
        ),
        "rating_count": np.bincount(partition.title[rated], minlength=titles).astype(np.float64),
    }
