"""What a segmentation is made of once it is found: scaling, centres, numbers, names."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipeline.dataset import FloatArray, IntArray
from pipeline.segments.behaviour import AMOUNT, RATE, RECENCY, TREND, Measure

WINSOR_PERCENT = (1.0, 99.0)
# Narrower than this, a feature does not tell customers apart (its unit is a logarithm).
LEAST_SPREAD = 1e-9


def logs(values: FloatArray) -> FloatArray:
    """Amounts on a logarithmic scale, sign kept (refunds); the trend is a logarithm already."""
    scaled: FloatArray = np.sign(values) * np.log1p(np.abs(values))
    scaled[:, TREND] = values[:, TREND]
    return scaled


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """Winsorise at the 1st and 99th percentile, then standardise; each shape (5,), in logarithms."""

    low: FloatArray
    high: FloatArray
    mean: FloatArray
    spread: FloatArray

    @classmethod
    def fit(cls, log_values: FloatArray) -> "Scaling":
        """Learn from ``log_values``, shape (n ≥ 1, 5); a constant feature weighs nothing."""
        low, high = np.percentile(log_values, WINSOR_PERCENT, axis=0)
        clipped = np.clip(log_values, low, high)
        spread = clipped.std(axis=0)
        return cls(
            low=low,
            high=high,
            mean=clipped.mean(axis=0),
            spread=np.where(spread > LEAST_SPREAD, spread, 1.0),
        )

    def constant(self) -> tuple[int, ...]:
        """Columns in which everybody is the same, but for the outermost per cent."""
        return tuple(int(i) for i in np.flatnonzero(self.high - self.low <= LEAST_SPREAD))

    def scaled(self, log_values: FloatArray) -> FloatArray:
        """In standard deviations from the mean, shape (n, 5)."""
        result: FloatArray = (np.clip(log_values, self.low, self.high) - self.mean) / self.spread
        return result

    def unscaled(self, scaled: FloatArray) -> FloatArray:
        """Back to logarithms."""
        result: FloatArray = scaled * self.spread + self.mean
        return result


@dataclass(frozen=True, kw_only=True)
class SegmentModel:
    """Assigns customers to segments; kept for the next retrain, so that segments stay recognisable.

    Attributes:
        kind: ``centres`` of K-Means, or the fixed ``rules`` for a small business.
        centres: shape (k, 5), in logarithms, so that they outlive the scaling of their run.
        numbers: shape (k,): the number of each segment, kept across retrains.
        names: One per segment, in the order of ``numbers``.
        next_number: The number a new segment would get; a number is never used again.
        big_amount: For ``rules``: from this monthly amount on, a customer is one of the best.
    """

    kind: Literal["centres", "rules"]
    measure: Measure
    numbers: tuple[int, ...]
    names: tuple[str, ...]
    next_number: int
    scaling: Scaling | None = None
    centres: FloatArray | None = None
    big_amount: float = 0.0

    def assign(self, values: FloatArray) -> IntArray:
        """The number of each customer's segment.

        Args:
            values: As in ``Behaviour.values`` under the same measure; shape (n, 5).

        Returns:
            Shape (n,).
        """
        if self.scaling is None or self.centres is None:
            places = _by_rules(values, self.big_amount)
        else:
            places = nearest(self.scaling.scaled(logs(values)), self.scaling.scaled(self.centres))
        return np.asarray(self.numbers, dtype=np.int64)[places]


def nearest(points: FloatArray, centres: FloatArray) -> IntArray:
    """For each point, the place of the nearest centre; the first of equally near ones; shape (n,)."""
    distances = (centres**2).sum(axis=1) - 2.0 * points @ centres.T
    places: IntArray = np.argmin(distances, axis=1).astype(np.int64)
    return places


QUIET_DAYS = 45.0
REGULAR_DAYS_A_MONTH = 4.0
BIG_TIMES_MEDIAN = 2.0
RULE_NAMES = ("best customers", "regulars", "occasional customers", "gone quiet")
BEST, REGULAR, OCCASIONAL, QUIET = range(4)


def rules_for(values: FloatArray, measure: Measure, previous: SegmentModel | None = None) -> SegmentModel:
    """Fixed rules of recency, frequency and amount, for a business too small to find groups in.

    A rule keeps its number from run to run. One without customers yet has only a number for the time being,
    from ``next_number`` on, so that people see numbers without a hole.

    Args:
        values: shape (n ≥ 1, 5).
        measure: What the values are.
        previous: The last run's model; what it numbered otherwise is not numbered again.
    """
    amounts = values[:, AMOUNT]
    paying = amounts[amounts > 0]
    big_amount = BIG_TIMES_MEDIAN * float(np.median(paying)) if len(paying) else float("inf")
    free = 1 if previous is None else previous.next_number
    known: dict[int, int] = {}
    if previous is not None and previous.kind == "rules":
        known = {rule: number for rule, number in enumerate(previous.numbers) if number < free}
    for rule in sorted(set(_by_rules(values, big_amount).tolist()) - set(known)):
        known[rule], free = free, free + 1
    idle = [rule for rule in range(len(RULE_NAMES)) if rule not in known]
    known |= {rule: free + place for place, rule in enumerate(idle)}
    return SegmentModel(
        kind="rules",
        measure=measure,
        numbers=tuple(known[rule] for rule in range(len(RULE_NAMES))),
        names=RULE_NAMES,
        next_number=free,
        big_amount=big_amount,
    )


def _by_rules(values: FloatArray, big_amount: float) -> IntArray:
    """The place of each customer's rule in ``RULE_NAMES``; shape (n,)."""
    return np.select(
        [
            values[:, RECENCY] > QUIET_DAYS,
            values[:, AMOUNT] >= big_amount,
            values[:, RATE] >= REGULAR_DAYS_A_MONTH,
        ],
        [QUIET, BEST, REGULAR],
        default=OCCASIONAL,
    ).astype(np.int64)
