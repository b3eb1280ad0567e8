"""How good a probability is: ranking, calibration and decisions, each by a definition that ignores row order.

``left`` is True for those to be found (who left); shape (n,). ``score`` ranks, ``probability`` is also meant
as one. A figure that cannot be known (one class only) is NaN, never an exception.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.dataset import BoolArray, FloatArray, IntArray

# A probability of exactly 0 or 1 would make one mistake infinitely bad.
LEAST_PROBABILITY = 1e-6
BINS = 10


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Rows sorted by score from the highest, ties in one group: what all ranking metrics need.

    Attributes:
        order: Row numbers, highest score first; shape (n,).
        ends: Where each group of equal scores ends in ``order``; shape (groups,).
    """

    order: IntArray
    ends: IntArray

    def sums(self, weights: FloatArray) -> FloatArray:
        """Running sum of row weights at the end of each group of equal scores."""
        running: FloatArray = np.cumsum(weights[self.order])[self.ends - 1]
        return running


def rank(score: FloatArray) -> Ranking:
    """Sort rows by score once, so that many weighted metrics can be read off."""
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]) + 1, len(score))
    return Ranking(order=order, ends=ends[ends > 0])


def _whole(left: BoolArray, weights: FloatArray | None) -> FloatArray:
    return np.ones(len(left)) if weights is None else weights


def auc_of(ranking: Ranking, left: BoolArray, weights: FloatArray | None = None) -> float:
    """Area under the ROC curve, ties by mid-ranks; rows count ``weights`` times."""
    weight = _whole(left, weights)
    hits, misses = ranking.sums(weight * left), ranking.sums(weight * ~left)
    if not len(hits) or hits[-1] == 0 or misses[-1] == 0:
        return float("nan")
    new_hits = np.diff(hits, prepend=0.0)
    above = misses - np.diff(misses, prepend=0.0) / 2
    return float(1.0 - (new_hits @ above) / (hits[-1] * misses[-1]))


def pr_auc_of(ranking: Ranking, left: BoolArray, weights: FloatArray | None = None) -> float:
    """Average precision: the mean precision at each hit, whole groups of ties at a time."""
    weight = _whole(left, weights)
    hits, all_rows = ranking.sums(weight * left), ranking.sums(weight)
    if not len(hits) or hits[-1] == 0 or hits[-1] == all_rows[-1]:
        return float("nan")
    precision = hits / np.maximum(all_rows, 1e-300)
    return float(np.diff(hits, prepend=0.0) @ precision / hits[-1])


def auc(left: BoolArray, score: FloatArray) -> float:
    """Area under the ROC curve, ties by mid-ranks; NaN for one class."""
    return auc_of(rank(score), left)


def pr_auc(left: BoolArray, score: FloatArray) -> float:
    """Area under the precision-recall curve as average precision; NaN for one class."""
    return pr_auc_of(rank(score), left)


def squared_errors(left: BoolArray, probability: FloatArray) -> FloatArray:
    """What each row adds to the Brier score; shape (n,)."""
    errors: FloatArray = (probability - left) ** 2
    return errors


def surprises(left: BoolArray, probability: FloatArray) -> FloatArray:
    """What each row adds to the log loss, in nats; shape (n,)."""
    bounded = np.clip(probability, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    surprise: FloatArray = -np.log(np.where(left, bounded, 1 - bounded))
    return surprise


def _mean(values: FloatArray, weights: FloatArray | None = None) -> float:
    if not len(values):
        return float("nan")
    return float(np.average(values, weights=weights))


def brier(left: BoolArray, probability: FloatArray) -> float:
    """Mean squared error of the probabilities."""
    return _mean(squared_errors(left, probability))


def log_loss(left: BoolArray, probability: FloatArray) -> float:
    """Mean negative log-likelihood, in nats."""
    return _mean(surprises(left, probability))


def bins_of(probability: FloatArray, bins: int = BINS) -> IntArray:
    """Number of the bin of each row: equal mass, equal probabilities always together; shape (n,)."""
    ranking = rank(-probability)
    starts = np.concatenate(([0], ranking.ends[:-1]))
    middle = np.repeat((starts + ranking.ends) / 2, ranking.ends - starts)
    number = np.empty(len(probability), dtype=np.int64)
    number[ranking.order] = np.minimum(middle * bins / max(1, len(probability)), bins - 1).astype(np.int64)
    return number


def ece_of(bins: IntArray, left: BoolArray, probability: FloatArray, weights: FloatArray | None) -> float:
    """Expected calibration error over given bins; rows count ``weights`` times."""
    weight = _whole(left, weights)
    gaps = np.bincount(bins, weight * (probability - left), minlength=1)
    return float(np.abs(gaps).sum() / weight.sum()) if len(left) else float("nan")


def ece(left: BoolArray, probability: FloatArray) -> float:
    """Expected calibration error: mean gap between probability and rate over 10 bins of equal mass."""
    return ece_of(bins_of(probability), left, probability, None)


def top_share(score: FloatArray, share: float) -> FloatArray:
    """How much of each row stands in the top ``share``: 1, 0, or a part where ties cross the edge."""
    ranking = rank(score)
    wanted = share * len(score)
    starts = np.concatenate(([0], ranking.ends[:-1]))
    sizes = ranking.ends - starts
    part = np.empty(len(score))
    part[ranking.order] = np.repeat(np.clip((wanted - starts) / np.maximum(sizes, 1), 0, 1), sizes)
    return part


def lift(left: BoolArray, score: FloatArray, share: float = 0.1) -> float:
    """How many times the average rate the top ``share`` has; ties at the edge count by their mean."""
    part = top_share(score, share)
    if not left.any() or not part.sum():
        return float("nan")
    return float((part @ left / part.sum()) / left.mean())


def recall_in_top(left: BoolArray, score: FloatArray, share: float = 0.1) -> float:
    """Share of those who left that the top ``share`` holds."""
    return float(top_share(score, share) @ left / left.sum()) if left.any() else float("nan")


def precision_at(left: BoolArray, score: FloatArray, count: int) -> float:
    """Share of the ``count`` highest that left; ties at the edge count by their mean."""
    if len(left) < count:
        return float("nan")
    return float(top_share(score, count / len(left)) @ left / count)


def confusion(
    left: BoolArray, probability: FloatArray, threshold: float, weights: FloatArray | None = None
) -> tuple[float, float, float, float]:
    """True negatives, false positives, false negatives, true positives at ``threshold`` and above."""
    weight = _whole(left, weights)
    called = probability >= threshold
    return (
        float(weight[~called & ~left].sum()),
        float(weight[called & ~left].sum()),
        float(weight[~called & left].sum()),
        float(weight[called & left].sum()),
    )


def decisions(table: tuple[float, float, float, float]) -> dict[str, float]:
    """Accuracy, precision, recall and F1 of a confusion table; a share of nothing is 0."""
    negatives, false_alarms, missed, found = table
    whole = negatives + false_alarms + missed + found
    return {
        "accuracy": (negatives + found) / whole if whole else float("nan"),
        "precision": found / (found + false_alarms) if found + false_alarms else 0.0,
        "recall": found / (found + missed) if found + missed else 0.0,
        "f1": 2 * found / (2 * found + false_alarms + missed) if found + false_alarms + missed else 0.0,
    }


def best_threshold(left: BoolArray, probability: FloatArray) -> float:
    """The probability from which on calling "will leave" gives the best F1; 0.5 where nobody left.

    To be tuned on predictions of rows the model did not learn from, never on the test anchor.
    """
    if not left.any():
        return 0.5
    ranking = rank(probability)
    hits, called = ranking.sums(left.astype(np.float64)), ranking.sums(np.ones(len(left)))
    f1 = 2 * hits / (called + left.sum())
    return float(probability[ranking.order[ranking.ends[int(np.argmax(f1))] - 1]])


def calibration_slope(left: BoolArray, probability: FloatArray) -> tuple[float, float]:
    """Slope and intercept of the logistic line from logit(probability) to what happened, by Newton's method.

    1 and 0 for a calibrated score; a slope under 1 means the probabilities are too extreme.
    """
    z = logit(probability)
    design = np.column_stack((z, np.ones(len(z))))
    beta = np.array([1.0, 0.0])
    for _ in range(50):
        fitted = sigmoid(design @ beta)
        # A little ridge towards (1, 0) keeps separable and constant scores solvable.
        gradient = design.T @ (fitted - left) + 1e-3 * (beta - (1.0, 0.0))
        curvature = (design * (fitted * (1 - fitted))[:, None]).T @ design + 1e-3 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        beta = beta - np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    return float(beta[0]), float(beta[1])


def logit(probability: npt.ArrayLike) -> FloatArray:
    """ln(p / (1 − p)), bounded away from certainty."""
    bounded = np.clip(np.asarray(probability, dtype=np.float64), LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    odds: FloatArray = np.log(bounded / (1 - bounded))
    return odds


def sigmoid(z: npt.ArrayLike) -> FloatArray:
    """The inverse of ``logit``, safe for any z."""
    probability: FloatArray = 0.5 * (1 + np.tanh(np.asarray(z, dtype=np.float64) / 2))
    return probability


Metric = Callable[[BoolArray, FloatArray], float]
