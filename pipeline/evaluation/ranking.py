"""How good a list of titles is: accuracy, variety and what chance would have done.

A list is a row of title codes, best first, ``NO_TITLE`` behind its end. Truth is a sparse customers × titles
matrix whose non-zero entries are what people went on to like. Customers without truth count nowhere.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

NO_TITLE = -1
RESAMPLES = 1_000


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean and where it lies with the given confidence."""

    mean: float
    low: float
    high: float


def hits(lists: Codes, truth: sp.csr_matrix) -> npt.NDArray[np.bool_]:
    """Tell which listed titles the customer went on to like.

    Args:
        lists: Title codes; shape (n, k).
        truth: shape (n, t).

    Returns:
        shape (n, k).
    """
    rows, columns = truth.nonzero()
    wanted = np.sort(rows.astype(np.int64) * truth.shape[1] + columns)
    keys = np.arange(len(lists), dtype=np.int64)[:, None] * truth.shape[1] + lists
    if not len(wanted):
        return np.zeros(lists.shape, dtype=np.bool_)
    place = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    return np.asarray((wanted[place] == keys) & (lists != NO_TITLE))


def relevant(truth: sp.csr_matrix) -> npt.NDArray[np.int64]:
    """How many titles each customer went on to like; shape (n,)."""
    return np.asarray(np.diff(truth.indptr), dtype=np.int64)


def ndcg(hit: npt.NDArray[np.bool_], wanted: npt.NDArray[np.int64], k: int) -> Floats:
    """Discounted gain of the first ``k`` relative to the best list, 0 to 1; NaN where nothing is wanted.

    References:
        Järvelin and Kekäläinen (2002), "Cumulated gain-based evaluation of IR techniques", TOIS 20(4).
    """
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    shown = hit[:, :k]
    gain = shown @ discount[: shown.shape[1]]
    best = np.concatenate(([np.nan], np.cumsum(discount)))[np.minimum(wanted, k)]
    return np.asarray(gain / best)


def average_precision(hit: npt.NDArray[np.bool_], wanted: npt.NDArray[np.int64], k: int) -> Floats:
    """Sum of precision at each hit among the first ``k``, per title wanted; NaN where nothing is."""
    shown = hit[:, :k]
    precision = np.cumsum(shown, axis=1) / np.arange(1, shown.shape[1] + 1)
    return _per_wanted((precision * shown).sum(axis=1), wanted)


def recall(hit: npt.NDArray[np.bool_], wanted: npt.NDArray[np.int64], k: int) -> Floats:
    """Share of the wanted titles among the first ``k``; NaN where nothing is wanted."""
    return _per_wanted(hit[:, :k].sum(axis=1).astype(np.float64), wanted)


def hit_rate(hit: npt.NDArray[np.bool_], wanted: npt.NDArray[np.int64], k: int) -> Floats:
    """1 where any of the first ``k`` was wanted, else 0; NaN where nothing is wanted."""
    return np.where(wanted > 0, hit[:, :k].any(axis=1).astype(np.float64), np.nan)


def _per_wanted(total: Floats, wanted: npt.NDArray[np.int64]) -> Floats:
    return np.where(wanted > 0, total / np.maximum(wanted, 1), np.nan)


def coverage(lists: Codes, titles: int, k: int) -> float:
    """Share of all titles that anybody is shown among the first ``k``."""
    shown = np.unique(lists[:, :k])
    return float(np.count_nonzero(shown != NO_TITLE)) / max(titles, 1)


def novelty_bits(lists: Codes, watchers: npt.NDArray[np.int64], customers: int, k: int) -> float:
    """How unusual the shown titles are: mean of −log₂ of the share of customers who know them.

    A title nobody knows counts like one that half a customer knows.

    References:
        Zhou et al. (2010), "Solving the apparent diversity-accuracy dilemma", PNAS 107(10).
    """
    shown = lists[:, :k]
    codes = shown[shown != NO_TITLE]
    if not len(codes):
        return 0.0
    share = np.maximum(watchers[codes], 0.5) / max(customers, 1)
    return float(-np.log2(np.minimum(share, 1.0)).mean())


def mean_popularity(lists: Codes, watchers: npt.NDArray[np.int64], customers: int, k: int) -> float:
    """Share of customers who know the average title shown."""
    shown = lists[:, :k]
    codes = shown[shown != NO_TITLE]
    return float(watchers[codes].mean()) / max(customers, 1) if len(codes) else 0.0


def interval(values: Floats, *, confidence: float = 0.95, seed: int = 7) -> Interval:
    """Mean over customers and its bootstrap interval; customers with NaN are left out.

    Args:
        values: One per customer, or the difference of two models on the same customers; shape (n,).
        confidence: Share of resamples inside.
        seed: Fixes the resampling.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(mean=0.0, low=0.0, high=0.0)
    generator = np.random.default_rng(seed)
    means = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        means[number] = known[generator.integers(0, len(known), len(known))].mean()
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(mean=float(known.mean()), low=float(low), high=float(high))
