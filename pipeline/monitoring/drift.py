"""Whether customers still look like those whom the score was learned and judged on.

The population stability index compares shares of ten bins: Σ (now − then)·ln(now/then). On healthy data its
mean is 9·(1/n + 1/m), which for a hundred customers is far above the customary limit of 0.25, so the limit
grows as samples shrink.

References:
    Yurdakul and Naranjo (2020), "Statistical properties of the population stability index", Journal of Risk
    Model Validation 14(4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from pipeline.dataset import FloatArray
from pipeline.features import FeatureTable

BINS = 10
CUSTOMARY_LIMIT = 0.25
SIGMAS = 3.0
# They grow with the calendar: on healthy data they move all the time …
GROWING = frozenset(
    {"tenure_days", "days_active_trend_180", "spend_trend_180", "recent_share_90", "longest_gap_days"}
)
# … and of these everybody without gaps of his own has the same value, which moves with everybody else's.
SHARED = frozenset({"usual_gap_days", "usual_gap_log_spread"})
UNWATCHED = GROWING | SHARED


@dataclass(frozen=True, kw_only=True)
class Bins:
    """How one feature was spread.

    Attributes:
        edges: Inner edges of the bins, ascending; from an edge on a value lies in the next bin.
        counts: Customers by bin, those of whom it is unknown last; shape (len(edges) + 2,).
        median: Of those of whom it is known.
    """

    edges: FloatArray
    counts: FloatArray
    median: float


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The population that a score was judged on, in bins; kept with the model.

    Attributes:
        day: ``as_of`` as days since 1970-01-01.
        customers: How many.
        features: By name.
    """

    day: int
    customers: int
    features: Mapping[str, Bins]


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A feature that is spread differently now."""

    name: str
    stability_index: float
    limit: float
    median_before: float
    median_now: float


def reference_of(table: FeatureTable, names: Sequence[str]) -> Reference:
    """Remember how features are spread; unwatched ones and those unknown of everybody are left out.

    Args:
        table: Customers of one moment; at least one row.
        names: Which features.
    """
    columns = {name: table.column(name) for name in names if name not in UNWATCHED}
    return Reference(
        day=int(table.as_of_day[0]),
        customers=len(table),
        features={name: _bins(values) for name, values in columns.items() if np.isfinite(values).any()},
    )


def _bins(values: FloatArray) -> Bins:
    known = values[np.isfinite(values)]
    edges = np.unique(np.quantile(known, np.arange(1, BINS) / BINS))
    edges = edges[edges > known.min()]
    return Bins(edges=edges, counts=_counted(values, edges), median=float(np.median(known)))


def _counted(values: FloatArray, edges: FloatArray) -> FloatArray:
    known = np.isfinite(values)
    inside = np.bincount(np.searchsorted(edges, values[known], side="right"), minlength=len(edges) + 1)
    return np.append(inside, (~known).sum()).astype(np.float64)


def stability_index(before: FloatArray, now: FloatArray) -> float:
    """PSI of two rows of counts; a bin that is empty in one counts as half a customer; 0 for nobody."""
    used = (before > 0) | (now > 0)
    if not used.any():
        return 0.0
    first, second = (np.maximum(counts[used], 0.5) for counts in (before, now))
    first, second = first / first.sum(), second / second.sum()
    return float(((second - first) * np.log(second / first)).sum())


def limit_for(bins: int, before: int, now: int) -> float:
    """Above it, a stability index is not chance: three σ over its mean on healthy data, 0.25 at least."""
    freedom, scale = max(bins - 1, 1), 1 / max(before, 1) + 1 / max(now, 1)
    return max(CUSTOMARY_LIMIT, freedom * scale + SIGMAS * sqrt(2 * freedom) * scale)


def moved(reference: Reference, table: FeatureTable) -> tuple[Moved, ...]:
    """The features that are spread differently, the furthest beyond its limit first.

    Args:
        reference: Of the served model.
        table: Today's active customers; at least one row.
    """
    found = []
    for name, bins in reference.features.items():
        values = table.column(name)
        counts = _counted(values, bins.edges)
        used = int(((bins.counts > 0) | (counts > 0)).sum())
        index = stability_index(bins.counts, counts)
        limit = limit_for(used, reference.customers, len(table))
        if index <= limit:
            continue
        known = values[np.isfinite(values)]
        found.append(
            Moved(
                name=name,
                stability_index=index,
                limit=limit,
                median_before=bins.median,
                median_now=float(np.median(known)) if len(known) else float("nan"),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.stability_index / one.limit, one.name)))
