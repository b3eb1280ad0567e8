"""The five things segments are made from, taken from the features of each customer.

Nine correlated features made smaller, less stable groups than these five (CHURN.md §5), and five can be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.dataset import FloatArray

Worth = Literal["money", "minutes", "events"]
TrendDays = Literal[0, 30, 90]

RECENCY, RATE, AMOUNT, BASKET, TREND = range(5)
MONTH_DAYS = 30.0
# Below this share of customers with an amount, money (or minutes) would be a column of zeros.
FEWEST_WITH_AMOUNT = 0.05
# A longer trend is worth a change of all segments only when the history is long enough for two of it.
UPGRADE_AFTER_DAYS = 360.0

_AMOUNT_NAMES: dict[Worth, tuple[str, str]] = {
    "money": ("monthly_spend", "average_order_value"),
    "minutes": ("watch_minutes_per_month", "session_minutes_mean"),
    "events": ("watches_and_ratings_per_month", "watches_and_ratings_per_active_day"),
}


class FeatureColumns(Protocol):
    """What segments need of a ``FeatureTable``: ids, and ``PROFILE_FEATURES`` by name."""

    @property
    def customer_ids(self) -> npt.NDArray[np.object_]:
        """One id for each row."""
        ...

    def column(self, name: str) -> FloatArray:
        """One feature; NaN where unknown."""
        ...


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Which five features stand for behaviour in this business; the same for every table of a run.

    Attributes:
        worth: Money where customers spend, else minutes watched, else watches and ratings.
        trend_days: Activity in this many days is compared with as many before; 0: history too short.
    """

    worth: Worth
    trend_days: TrendDays

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the five columns, with unit."""
        amount, basket = _AMOUNT_NAMES[self.worth]
        return ("days_since_last_activity", "days_active_per_month", amount, basket, "activity_trend")


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What each customer does, in plain units.

    Attributes:
        customer_ids: shape (n,), sorted.
        values: shape (n, 5), finite: days since the last activity, active days a month, amount a month,
            amount each time, and the logarithm of activity now over activity before.
        minutes_per_month: shape (n,), beside money, for descriptions; None without minutes.
    """

    customer_ids: npt.NDArray[np.object_]
    values: FloatArray
    measure: Measure
    minutes_per_month: FloatArray | None = None


def choose_measure(
    table: FeatureColumns, others: Sequence[FeatureColumns] = (), previous: Measure | None = None
) -> Measure:
    """Which five features describe this business.

    Args:
        table: Features as of the run.
        others: Earlier tables that will be compared with it, with less history.
        previous: Of the last run; kept while it can be, because a change of measure changes all segments.
    """
    columns = _unordered(table)
    worth = _worth(columns, None if previous is None else previous.worth)
    possible: list[TrendDays] = [days for days in _TREND_WINDOWS if columns.knows_trend(days)]
    everywhere = [days for days in possible if all(_unordered(one).knows_trend(days) for one in others)]
    trend_days = (everywhere or possible[::-1] or [0])[0]
    young = float(columns["tenure_days"].max(initial=0.0)) < UPGRADE_AFTER_DAYS
    if previous is not None and previous.trend_days in everywhere and young:
        trend_days = previous.trend_days
    return Measure(worth=worth, trend_days=trend_days)


def behaviour_of(table: FeatureColumns, measure: Measure) -> Behaviour:
    """Take the five from a table of features, rows sorted by customer.

    Args:
        table: One row per customer with a history.
        measure: The same for all tables of a run.
    """
    columns = _Columns(table, np.argsort(table.customer_ids, kind="stable"))
    amount, basket = _amounts(columns, measure.worth)
    values = np.column_stack(
        [
            columns["days_since_last_activity"],
            columns.per_month(columns["days_active"]),
            amount,
            basket,
            _trend(columns, measure.trend_days),
        ]
    ).reshape(-1, 5)
    minutes = columns.per_month(columns["watch_minutes"])
    beside_money = measure.worth == "money" and _is_used(minutes)
    return Behaviour(
        customer_ids=columns.customer_ids,
        values=values,
        measure=measure,
        minutes_per_month=minutes if beside_money else None,
    )


def knows_trend(table: FeatureColumns, measure: Measure) -> bool:
    """Whether the history before this table is long enough for the trend that ``measure`` compares."""
    return measure.trend_days == 0 or _unordered(table).knows_trend(measure.trend_days)


# Days compared → active days in that window, and in the window with the one before it (or that one alone).
_TREND_WINDOWS: dict[TrendDays, tuple[str, str]] = {
    90: ("days_active_90", "days_active_180"),
    30: ("days_active_30", "days_active_previous_30"),
}


class _Columns:
    """Columns of a table in one order, what is missing set to zero."""

    def __init__(self, table: FeatureColumns, order: npt.NDArray[np.intp]) -> None:
        self._table = table
        self._order = order
        self.customer_ids = table.customer_ids[order]

    def __getitem__(self, name: str) -> FloatArray:
        raw = np.asarray(self._table.column(name), dtype=np.float64)[self._order]
        return np.nan_to_num(raw, nan=0.0, posinf=0.0, neginf=0.0)

    def knows_trend(self, days: TrendDays) -> bool:
        """Whether the history is long enough to compare so many days with as many before."""
        return bool(np.isfinite(self._table.column(_TREND_WINDOWS[days][1])).any())

    def per_month(self, total: FloatArray) -> FloatArray:
        """A total over the whole history as a rate; the first month counts in full."""
        rate: FloatArray = total * MONTH_DAYS / np.maximum(self["tenure_days"], MONTH_DAYS)
        return rate


def _unordered(table: FeatureColumns) -> _Columns:
    return _Columns(table, np.arange(len(table.customer_ids)))


def _is_used(amounts: FloatArray, *, fewest: float = FEWEST_WITH_AMOUNT) -> bool:
    return len(amounts) > 0 and float((amounts > 0).mean()) >= fewest


def _worth(columns: _Columns, before: Worth | None) -> Worth:
    amounts: dict[Worth, str] = {"money": "monthly_spend", "minutes": "watch_minutes"}
    for worth, name in amounts.items():
        fewest = FEWEST_WITH_AMOUNT / 2 if worth == before else FEWEST_WITH_AMOUNT
        if _is_used(columns[name], fewest=fewest):
            return worth
    return "events"


def _amounts(columns: _Columns, worth: Worth) -> tuple[FloatArray, FloatArray]:
    if worth == "money":
        return columns["monthly_spend"], columns["average_order_value"]
    if worth == "minutes":
        return columns.per_month(columns["watch_minutes"]), columns["session_minutes_mean"]
    events = columns["watch_count"] + columns["rating_count"]
    return columns.per_month(events), events / np.maximum(columns["days_active"], 1.0)


def _trend(columns: _Columns, trend_days: TrendDays) -> FloatArray:
    if trend_days == 0:
        return np.zeros_like(columns["days_active"])
    now, before = (columns[name] for name in _TREND_WINDOWS[trend_days])
    if trend_days == 90:
        before = np.maximum(before - now, 0.0)
    trend: FloatArray = np.log((now + 0.5) / (before + 0.5))
    return trend
