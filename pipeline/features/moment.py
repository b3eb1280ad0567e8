"""The features of one partition at one moment: a few look-ups into its running sums."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.dataset import DAY_US, FloatArray, IntArray
from pipeline.features.days import TOTALS, WINDOWED, CustomerDays
from pipeline.features.dictionary import HALF_LIVES_DAYS, NAMES, TREND_WINDOWS_DAYS, WINDOWS_DAYS
from pipeline.features.fixed import FINE, MICRO, spread
from pipeline.features.sessions import MINUTE_US

MONTH_DAYS = 30.0
# A rate over fewer days than a month would make a newcomer of one day look like a power user.
LEAST_TENURE_DAYS = 30.0
LAST_GAPS = 3
# What each window sums: the feature's name, its column in ``windowed``, its scale.
MEASURES = (("days_active", "active", 1), ("spend", "spend", MICRO), ("watch_minutes", "minutes", MICRO))
LOG_SUMS = 3

Columns = dict[str, npt.NDArray[np.float64]]


@dataclass(frozen=True, kw_only=True)
class _Moment:
    """Where the customers who were active before a day stand in the arrays of ``days``.

    Attributes:
        who: Their codes; every other array has their number of places.
        first, end: Their day rows before the moment.
        active_first, active_end: Their active days before it.
    """

    days: CustomerDays
    day: int
    first_day: int
    who: IntArray
    first: IntArray
    end: IntArray
    active_first: IntArray
    active_end: IntArray
    totals: Mapping[str, IntArray]

    @property
    def history_days(self) -> int:
        return self.day - self.first_day


def features_at(days: CustomerDays, day: int, first_day: int) -> tuple[IntArray, FloatArray, FloatArray]:
    """The features of the customers with any activity before 00:00 UTC of ``day``, as far as they tell alone.

    Returns:
        Their codes, shape (n,); the features in the order of ``NAMES``, shape (n, F), where those of
        ``completion`` still await what is known of everybody; number, sum and sum of squares of their
        log gaps, shape (n, 3).
    """
    moment = _moment(days, day, first_day)
    recency = (day - days.active_day[moment.active_end - 1]).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = (
            {"days_since_last_activity": recency}
            | _life(moment)
            | _windows(moment)
            | _fading_activity(moment)
            | _gaps(moment)
            | _own_lateness(moment, recency)
            | _money(moment)
            | _sessions(moment)
            | _watching(moment)
        )
        columns["recent_share_90"] = columns["days_active_90"] / columns["days_active"]
    values = np.empty((len(NAMES), len(moment.who)))
    for place, name in enumerate(NAMES):
        values[place] = columns.get(name, np.nan)
    return moment.who, values.T, _log_sums(moment)


def _moment(days: CustomerDays, day: int, first_day: int) -> _Moment:
    end = days.rows_before(day)
    active_end = days.windowed[end, 0]
    who = np.flatnonzero(active_end > days.active_offsets[:-1])
    first, end = days.offsets[:-1][who], end[who]
    sums = (days.totals[end] - days.totals[first]).T
    return _Moment(
        days=days,
        day=day,
        first_day=first_day,
        who=who,
        first=first,
        end=end,
        active_first=days.active_offsets[:-1][who],
        active_end=active_end[who],
        totals=dict(zip(TOTALS, sums, strict=True)),
    )


def _life(moment: _Moment) -> Columns:
    start = moment.days.active_day[moment.active_first]
    tenure = (moment.day - start).astype(np.float64)
    active = (moment.active_end - moment.active_first).astype(np.float64)
    return {
        "tenure_days": tenure,
        "days_active": active,
        "days_active_per_month": active / np.maximum(tenure, LEAST_TENURE_DAYS) * MONTH_DAYS,
        "event_count": moment.totals["events"].astype(np.float64),
        "left_censored": (start == moment.first_day).astype(np.float64),
    }


def _windows(moment: _Moment) -> Columns:
    """Sums over the last days and over as many before; NaN where the data does not reach that far back."""
    days = moment.days
    at_end = days.windowed[moment.end]
    backs = sorted({*WINDOWS_DAYS, *(2 * window for window in TREND_WINDOWS_DAYS)})
    since = {
        back: at_end - days.windowed[days.rows_before(moment.day - back, moment.who)]
        for back in backs
        if back <= moment.history_days
    }
    unknown = np.full(len(moment.who), np.nan)
    columns: Columns = {}
    for name, source, scale in MEASURES:
        place = WINDOWED.index(source)
        sums = {back: sum_[:, place] / scale for back, sum_ in since.items()}
        for window in WINDOWS_DAYS:
            columns[f"{name}_{window}"] = sums.get(window, unknown)
        for window in TREND_WINDOWS_DAYS:
            earlier = unknown
            if 2 * window in since:
                # Subtracted before scaling: whole numbers leave no crumbs where nothing was spent.
                earlier = (since[2 * window] - since[window])[:, place] / scale
            columns[f"{name}_previous_{window}"] = earlier
            columns[f"{name}_trend_{window}"] = _trend(sums.get(window, unknown), earlier)
    return columns


def _trend(now: FloatArray, earlier: FloatArray) -> FloatArray:
    trend: FloatArray = np.log((np.maximum(now, 0.0) + 0.5) / (np.maximum(earlier, 0.0) + 0.5))
    return trend


def _fading_activity(moment: _Moment) -> Columns:
    sums = moment.days.fading[moment.active_end - 1]
    age = moment.day - moment.days.fading_from
    return {
        f"activity_ewma_{half_life}": sums[:, place] * np.exp2(-age / half_life)
        for place, half_life in enumerate(HALF_LIVES_DAYS)
    }


def _gaps(moment: _Moment) -> Columns:
    days, end = moment.days, moment.active_end
    count = end - moment.active_first - 1
    last_day = days.active_day[end - 1]
    span = (last_day - days.active_day[moment.active_first]).astype(np.float64)
    mean = np.where(count > 0, span / count, np.nan)
    squares = (days.gap_sums[end, 0] - days.gap_sums[moment.active_first, 0]).astype(np.float64)
    lately = np.minimum(count, LAST_GAPS)
    lately_mean = (last_day - days.active_day[end - 1 - lately]) / lately
    return {
        "gap_mean_days": mean,
        "gap_cv": spread(count, span, squares) / mean,
        "longest_gap_days": np.where(count > 0, days.gap_max_days[end - 1], np.nan),
        "last_gap_days": np.where(count > 0, days.gap_days[end - 1], np.nan),
        "last_gaps_ratio": np.where(count > 0, lately_mean / mean, np.nan),
    }


def _log_sums(moment: _Moment) -> FloatArray:
    first, end = moment.active_first, moment.active_end
    sums = np.empty((len(moment.who), LOG_SUMS))
    sums[:, 0] = end - first - 1
    sums[:, 1:] = (moment.days.gap_sums[end, 1:] - moment.days.gap_sums[first, 1:]) / FINE
    return sums


def _own_lateness(moment: _Moment, recency: FloatArray) -> Columns:
    end = moment.active_end
    count = end - moment.active_first - 1
    longest = np.where(count > 0, moment.days.gap_max_days[end - 1], np.nan)
    return {
        "own_gaps_longer_share": _longer_gaps(moment, recency) / (count + 1),
        "quiet_to_longest_gap": recency / longest,
    }


def _longer_gaps(moment: _Moment, recency: FloatArray) -> IntArray:
    """How many of a customer's gaps before the moment are longer than his present quiet."""
    if not len(moment.who):
        return np.zeros(0, dtype=np.int64)
    days = moment.days
    quiet = np.zeros(len(days.customer_ids), dtype=np.int64)
    quiet[moment.who] = recency
    longer = np.zeros(len(days.gap_days) + 1, dtype=np.int64)
    np.greater(days.gap_days, np.repeat(quiet, np.diff(days.active_offsets)), out=longer[:-1])
    bounds = np.column_stack((moment.active_first, moment.active_end)).ravel()
    counts: IntArray = np.add.reduceat(longer, bounds)[::2]
    return counts


def _money(moment: _Moment) -> Columns:
    totals, days, place = moment.totals, moment.days, WINDOWED.index("spend")
    items = totals["items"] / MICRO
    spend = (days.windowed[moment.end, place] - days.windowed[moment.first, place]) / MICRO
    tenure = moment.day - days.active_day[moment.active_first]
    return {
        "total_transactions": totals["orders"].astype(np.float64),
        "total_items": items,
        "items_per_event": items / totals["events"],
        "total_spend": spend,
        "monthly_spend": spend / np.maximum(tenure, LEAST_TENURE_DAYS) * MONTH_DAYS,
        **_order_values(moment),
    }


def _order_values(moment: _Moment) -> Columns:
    days, place = moment.days, TOTALS.index("paid_orders")
    first, end = days.totals[moment.first, place], days.totals[moment.end, place]
    paid = end - first
    total = moment.totals["order_amount"] / MICRO
    mean = np.where(paid > 0, total / paid, np.nan)
    # A place that exists even where nobody ever ordered.
    amounts = np.append(days.order_amounts, np.nan)
    whole, rest = (days.order_squares[end] - days.order_squares[first]).T
    apart = spread(paid, total - paid * amounts[first], whole + rest / FINE)
    return {
        "average_order_value": mean,
        "first_order_value": np.where(paid > 0, amounts[first], np.nan),
        "last_order_ratio": np.where((paid > 0) & (mean != 0), amounts[end - 1] / mean, np.nan),
        "order_value_cv": np.where(mean > 0, apart / mean, np.nan),
    }


def _sessions(moment: _Moment) -> Columns:
    totals = moment.totals
    sessions = totals["sessions"]
    gaps = sessions - 1
    gap_total = totals["session_gap_us"] / DAY_US
    longest = moment.days.session_gap_max_us[moment.end - 1] / DAY_US
    return {
        "sessions": sessions.astype(np.float64),
        "session_minutes_mean": totals["session_us"] / MINUTE_US / sessions,
        "session_gap_mean_days": np.where(gaps > 0, gap_total / gaps, np.nan),
        "session_gap_spread_days": spread(gaps, gap_total, totals["session_gap_squares"] / FINE),
        "session_gap_longest_days": np.where(gaps > 0, longest, np.nan),
    }


def _watching(moment: _Moment) -> Columns:
    totals, days = moment.totals, moment.days
    place = WINDOWED.index("minutes")
    minutes = (days.windowed[moment.end, place] - days.windowed[moment.first, place]) / MICRO
    ratings = totals["ratings"].astype(np.float64)
    return {
        "watch_count": totals["watches"].astype(np.float64),
        "watch_minutes": minutes,
        "completion_share": totals["completed"] / totals["progress_known"],
        "titles_watched": totals["titles"].astype(np.float64),
        "genres_watched": totals["genres"].astype(np.float64),
        "rating_count": ratings,
        "rating_mean": totals["rating_sum"] / FINE / ratings,
    }
