"""Past scores, days of activity and customers for tests of monitoring."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from pipeline.activity import DAILY, ActivitySums
from pipeline.dataset import FloatArray, day_number
from pipeline.features import NAMES, FeatureTable
from store.results.packing import packed_days, packed_numbers

FIRST = date(2026, 1, 5)  # a Monday


def day(after: int) -> int:
    """Days since 1970 of the day so many days after the first."""
    return day_number(FIRST) + after


def packed(scores: Mapping[str, Mapping[int, float]]) -> dict[str, tuple[bytes, bytes]]:
    """Past scores by customer and day after the first, as they lie in the results."""
    return {
        name: (
            packed_days(FIRST + timedelta(days=after) for after in sorted(known)),
            packed_numbers(known[after] for after in sorted(known)),
        )
        for name, known in scores.items()
    }


def sums(counts: Sequence[float] | FloatArray, measure: str = "watches") -> ActivitySums:
    """So many of one thing on each day from the first on; nothing else happened."""
    days = np.zeros((len(counts), len(DAILY)))
    days[:, DAILY.index(measure)] = counts
    nothing = np.zeros(0)
    return ActivitySums(
        first_day=day_number(FIRST),
        days=days,
        months=np.zeros((0, len(DAILY))),
        month_days=np.zeros(0, dtype=np.int64),
        watchers=nothing,
        watchers_lately=nothing,
        rating_sum=nothing,
        rating_count=nothing,
    )


def table(columns: Mapping[str, FloatArray], as_of: int = 0) -> FeatureTable:
    """Customers of whom these features are known and no others."""
    rows = len(next(iter(columns.values())))
    values = np.full((rows, len(NAMES)), np.nan)
    for name, column in columns.items():
        values[:, NAMES.index(name)] = column
    return FeatureTable(
        customer_ids=np.array([f"c{number:05d}" for number in range(rows)], dtype=object),
        as_of_day=np.full(rows, day(as_of), dtype=np.int32),
        values=values,
    )
