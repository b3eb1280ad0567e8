"""How many segments: the number that comes back when the customers are drawn anew.

Silhouette alone always says two and the elbow always four (CHURN.md §5; Schubert 2022), so stability decides
with the silhouette, and all three curves are shown.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from pipeline.dataset import FloatArray, IntArray
from pipeline.segments.model import nearest

REFITS = 20
SAMPLE = 10_000
STARTS = 5
REFIT_STARTS = 3
LEAST_STABILITY = 0.75
LEAST_SHARE = 0.03
LEAST_CUSTOMERS = 30
# A new number of segments must be clearly better than the one people know.
HYSTERESIS = 0.05
TIE = 0.005
SHUFFLES = 5
SHUFFLE_SAMPLE = 4_000
NULL_MARGIN = 0.02
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One number of segments, tried.

    Attributes:
        centres: shape (count, 5), standardised.
        stability: Mean adjusted Rand index of 20 refits on resampled customers.
        smallest: Customers in the smallest segment.
        inertia: Mean squared distance to the own centre.
    """

    count: int
    centres: FloatArray
    stability: float
    silhouette: float
    smallest: int
    inertia: float

    @property
    def score(self) -> float:
        """What the choice is made by."""
        return self.silhouette + 0.5 * self.stability


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The chosen number of segments and what it was chosen from.

    Attributes:
        elbow: Where adding segments stops paying, by the largest distance to the chord.
        null_silhouette: Of shuffled data, in which nothing is left to find.
        admissible: The choice is stable and has no tiny segment.
    """

    chosen: Candidate
    candidates: tuple[Candidate, ...]
    elbow: int
    null_silhouette: float
    admissible: bool

    @property
    def natural(self) -> bool:
        """Whether the groups are more than a cut through a cloud."""
        return self.chosen.silhouette > self.null_silhouette + NULL_MARGIN


def choose(points: FloatArray, counts: Sequence[int], seed: int, warm: FloatArray | None = None) -> Choice:
    """Try each of ``counts`` and choose.

    Args:
        points: Standardised, shape (n, 5), with at least ``max(counts)`` distinct rows.
        counts: Numbers of segments, ascending.
        seed: Fixes samples, resamples and starts.
        warm: Centres of the previous run, standardised, shape (k, 5): where the search for k begins, and
            the number that is kept unless another is clearly better.
    """
    sample = points[_some(len(points), SAMPLE, seed)]
    tried = [_centres(points, count, seed, warm) for count in counts]
    silhouettes = silhouettes_of(sample, [nearest(sample, centres) for centres in tried])
    candidates = tuple(
        _candidate(points, sample, centres, silhouette, seed)
        for centres, silhouette in zip(tried, silhouettes, strict=True)
    )
    total = float(((points - points.mean(axis=0)) ** 2).sum(axis=1).mean())
    elbow = elbow_of([1, *counts], [total, *(candidate.inertia for candidate in candidates)])
    chosen, admissible = pick(candidates, len(points), elbow, None if warm is None else len(warm))
    return Choice(
        chosen=chosen,
        candidates=candidates,
        elbow=elbow,
        null_silhouette=_null_silhouette(points, chosen.count, seed),
        admissible=admissible,
    )


def pick(
    candidates: Sequence[Candidate], customers: int, elbow: int, previous_count: int | None
) -> tuple[Candidate, bool]:
    """The best candidate, and whether it is stable with segments of a useful size.

    Where none is, size is given up first, then stability.
    """
    fewest = max(LEAST_SHARE * customers, LEAST_CUSTOMERS)
    stable = [one for one in candidates if one.stability >= LEAST_STABILITY]
    usable = [one for one in stable if one.smallest >= fewest]
    pool = usable or stable or list(candidates)
    best = max(one.score for one in pool)
    near = [one for one in pool if one.score >= best - TIE]
    winner = min(near, key=lambda one: (abs(one.count - elbow), one.count))
    kept = [one for one in pool if one.count == previous_count and winner.score < one.score + HYSTERESIS]
    return (kept or [winner])[0], bool(usable)


def elbow_of(counts: Sequence[int], inertias: Sequence[float]) -> int:
    """The count farthest below the line from the first, which is no segments, to the last (kneedle)."""
    x = np.asarray(counts, dtype=np.float64)
    y = np.asarray(inertias, dtype=np.float64)
    across = (x - x[0]) / max(x[-1] - x[0], 1.0)
    down = (y[0] - y) / max(y[0] - y[-1], 1e-12)
    return int(counts[1 + int(np.argmax((down - across)[1:]))])


def settle(points: FloatArray, centres: FloatArray) -> FloatArray:
    """Move centres until no customer changes his segment, so that starting there again changes nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct points than centres
        model = KMeans(n_clusters=len(centres), init=centres, n_init=1, tol=0.0, max_iter=1_000).fit(points)
    settled: FloatArray = model.cluster_centers_
    return settled


def agreement_of(first: IntArray, second: IntArray) -> float:
    """How far two groupings of the same points agree beyond chance: 1 fully, about 0 by chance.

    Args:
        first: Labels from 0, shape (n,).
        second: The same, in any numbering.

    References:
        Hubert and Arabie (1985), "Comparing partitions", J. Classification 2: the adjusted Rand index.
    """
    width = int(second.max(initial=0)) + 1
    together = np.bincount(first * width + second).astype(np.float64)
    rows, columns = (np.bincount(labels).astype(np.float64) for labels in (first, second))
    both, left, right = (float((counts * (counts - 1) / 2).sum()) for counts in (together, rows, columns))
    chance = left * right / max(len(first) * (len(first) - 1) / 2, 1.0)
    most = (left + right) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def silhouettes_of(points: FloatArray, labellings: Sequence[IntArray]) -> list[float]:
    """Mean silhouette of several labellings of the same points, each distance computed once for all.

    Args:
        points: shape (n, d).
        labellings: Each shape (n,), from 0.

    References:
        Rousseeuw (1987), "Silhouettes", J. Comput. Appl. Math. 20. A lone member of a cluster counts 0.
    """
    members = [np.eye(int(labels.max(initial=0)) + 1)[labels] for labels in labellings]
    totals = [0.0] * len(labellings)
    squares = (points**2).sum(axis=1)
    for start in range(0, len(points), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        block = squares[rows, None] - 2.0 * points[rows] @ points.T + squares
        np.maximum(block, 0.0, out=block)
        np.sqrt(block, out=block)
        block[np.arange(len(block)), np.arange(start, start + len(block))] = 0.0
        for place, (labels, member) in enumerate(zip(labellings, members, strict=True)):
            totals[place] += _silhouette_sum(block @ member, labels[rows], member.sum(axis=0))
    return [total / max(len(points), 1) for total in totals]


def _silhouette_sum(sums: FloatArray, own: IntArray, sizes: FloatArray) -> float:
    rows = np.arange(len(own))
    own_size = sizes[own]
    inside = sums[rows, own] / np.maximum(own_size - 1.0, 1.0)
    others = np.where(sizes > 0, sums / np.maximum(sizes, 1.0), np.inf)
    others[rows, own] = np.inf
    outside = others.min(axis=1)
    widest = np.maximum(inside, outside)
    usable = (own_size > 1) & np.isfinite(outside) & (widest > 0)
    return float(((outside - inside)[usable] / widest[usable]).sum())


def _some(rows: int, most: int, seed: int) -> IntArray:
    if rows <= most:
        return np.arange(rows, dtype=np.int64)
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _centres(points: FloatArray, count: int, seed: int, warm: FloatArray | None) -> FloatArray:
    if warm is not None and len(warm) == count:
        return settle(points, warm)
    return _fit(points, count, seed, starts=STARTS)


def _fit(points: FloatArray, count: int, seed: int, *, starts: int) -> FloatArray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a resample may hold fewer distinct points
        fitted = KMeans(n_clusters=count, n_init=starts, random_state=seed).fit(points)
    centres: FloatArray = fitted.cluster_centers_
    return centres


def _candidate(
    points: FloatArray, sample: FloatArray, centres: FloatArray, silhouette: float, seed: int
) -> Candidate:
    labels = nearest(points, centres)
    return Candidate(
        count=len(centres),
        centres=centres,
        stability=_stability(sample, centres, seed),
        silhouette=silhouette,
        smallest=int(np.bincount(labels, minlength=len(centres)).min()),
        inertia=float(((points - centres[labels]) ** 2).sum(axis=1).mean()),
    )


def _stability(sample: FloatArray, centres: FloatArray, seed: int) -> float:
    reference = nearest(sample, centres)
    random = np.random.default_rng([seed, len(centres)])

    def agreement(refit: int) -> float:
        drawn = sample[random.integers(0, len(sample), len(sample))]
        again = _fit(drawn, len(centres), seed + refit, starts=REFIT_STARTS)
        return agreement_of(reference, nearest(sample, again))

    return _mean_of(agreement, REFITS)


def _null_silhouette(points: FloatArray, count: int, seed: int) -> float:
    """Silhouette where nothing can be found, the better of two ways to shuffle.

    Shuffling each feature on its own leaves no groups but no correlation either, and beside that, features
    that go together (minutes a month are visits times minutes) already look like groups; so the principal
    axes are shuffled too, which keeps correlations and lets groups vanish.
    """
    sample = points[_some(len(points), SHUFFLE_SAMPLE, seed)]
    axes = np.linalg.eigh(np.cov(sample, rowvar=False))[1]
    random = np.random.default_rng(seed)

    def silhouette_of_shuffled(columns: FloatArray, shuffle: int) -> float:
        shuffled = random.permuted(columns, axis=0)
        centres = _fit(shuffled, count, seed + shuffle, starts=REFIT_STARTS)
        return silhouettes_of(shuffled, [nearest(shuffled, centres)])[0]

    return max(
        _mean_of(lambda shuffle: silhouette_of_shuffled(sample, shuffle), SHUFFLES),
        _mean_of(lambda shuffle: silhouette_of_shuffled(sample @ axes, shuffle), SHUFFLES),
    )


def _mean_of(function: Callable[[int], float], times: int) -> float:
    return float(np.mean([function(number) for number in range(times)]))
