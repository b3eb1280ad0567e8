"""Completes features by what is known of everybody: the common rhythm, and what was never recorded at all."""

from collections.abc import Iterable

import numpy as np

from pipeline.dataset import FloatArray
from pipeline.features.context import FeatureContext
from pipeline.features.dictionary import NAMES, column

# Weight of everybody's rhythm, in gaps.
SHRINKAGE_GAPS = 2.0
# Gaps are whole days, so that regular customers seem to have no spread at all.
LEAST_LOG_SPREAD = 0.1


def _named(*beginnings: str) -> tuple[int, ...]:
    return tuple(place for place, name in enumerate(NAMES) if name.startswith(beginnings))


# Sums of what nobody's events had before the moment are unknown, not 0.
NEEDING = {
    "amount": _named("spend_", "total_spend", "monthly_spend"),
    "minutes": _named("watch_minutes"),
    "items": _named("total_items", "items_per_event"),
    "title": _named("titles_watched"),
    "genre": _named("genres_watched"),
}


def complete(values: FloatArray, log_sums: FloatArray, day: int, context: FeatureContext) -> None:
    """Fill in what the features of one moment owe to everybody, in place.

    Args:
        values: From ``features_at``; shape (n, F).
        log_sums: From ``features_at``; shape (n, 3).
        day: The moment.
        context: Made for at least this moment.
    """
    for name, places in NEEDING.items():
        if context.known_from[name] >= day:
            values[:, places] = np.nan
    everybody = context.rhythm[day]
    recency = values[:, column("days_since_last_activity")]
    count, log_sum, log_squares = log_sums.T
    weight = count + SHRINKAGE_GAPS
    usual = (log_sum + SHRINKAGE_GAPS * everybody.mean) / weight
    # Nothing but rounding is left of a single gap's squares.
    own = np.maximum(log_squares - log_sum * log_sum / np.maximum(count, 1.0), 0.0)
    variance = (own + SHRINKAGE_GAPS * everybody.spread**2) / weight
    log_spread = np.maximum(np.sqrt(variance), LEAST_LOG_SPREAD)
    gap = np.exp(usual)
    _fill(
        values,
        (
            ("usual_gap_days", gap),
            ("usual_gap_log_spread", log_spread),
            ("overdue_ratio", recency / gap),
            ("overdue_z", (np.log(recency) - usual) / log_spread),
        ),
    )


def _fill(values: FloatArray, columns: Iterable[tuple[str, FloatArray]]) -> None:
    for name, filled in columns:
        values[:, column(name)] = filled
