"""Whether published scores came true: those of earlier runs against who was in fact active afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.churn.calibration import LEAST_GAP, SIGMAS
from pipeline.config import ComputeConfig
from pipeline.dataset import Dataset, FloatArray, day_number
from pipeline.labels import label_table
from pipeline.monitoring.history import Cohort, ScoreHistory

# So many of the newest closed cohorts are taken together.
ROLLING_COHORTS = 5
FEWEST_CUSTOMERS = 100
# A cumulative sum forgets half a standard error each horizon; four in a row are not chance.
SLACK, MOST_CUSUM = 0.5, 4.0


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What was said of closed cohorts, and what happened.

    Attributes:
        first_day, last_day: Watermarks of the runs that said it, as days since 1970-01-01.
        cohorts: How many runs.
        customers: Scored in one of them, on average.
        said: Mean probability of leaving.
        happened: Share that left.
        error: Standard error of the difference. Cohorts share customers and days, so that many are no surer
            than one: it is the mean of theirs.
        creeping: A smaller gap that comes the same way time after time.
    """

    first_day: int
    last_day: int
    cohorts: int
    customers: int
    said: float
    happened: float
    error: float
    creeping: "Creeping"

    @property
    def gap(self) -> float:
        """Said less happened."""
        return self.said - self.happened

    @property
    def is_off(self) -> bool:
        """Whether the gap, at once or time after time, is neither chance nor too small to matter."""
        return self.customers >= FEWEST_CUSTOMERS and (self.jumps or self.creeping.is_off)

    @property
    def jumps(self) -> bool:
        """Whether the newest cohorts alone prove it."""
        return abs(self.gap) > max(SIGMAS * self.error, LEAST_GAP)


@dataclass(frozen=True, kw_only=True)
class Creeping:
    """The larger of the two cumulative sums of standardised gaps (CUSUM): scores too high, or too low.

    Attributes:
        size: In standard errors; since it was last 0 …
        since_day: … the first watermark of it …
        gap: … and the mean of said less happened.

    References:
        Page (1954), "Continuous inspection schemes", Biometrika 41.
    """

    size: float = 0.0
    since_day: int = 0
    gap: float = 0.0

    @property
    def is_off(self) -> bool:
        """Whether it is neither chance nor too small to matter."""
        return self.size > MOST_CUSUM and abs(self.gap) > LEAST_GAP


@dataclass(frozen=True, kw_only=True)
class Closed:
    """One closed cohort: what was said of it, and what happened."""

    day: int
    customers: int
    said: float
    happened: float
    error: float


def creeping(cohorts: Sequence[Closed], horizon_days: int) -> Creeping:
    """Sum up the standardised gaps of closed cohorts, oldest first.

    Cohorts less than a horizon apart share days: each weighs as much of a horizon as is new in it.
    """
    found = [_summed(cohorts, horizon_days, sign) for sign in (1, -1)]
    return max(found, key=lambda one: one.size)


def _summed(cohorts: Sequence[Closed], horizon_days: int, sign: int) -> Creeping:
    size, since, weights, gaps = 0.0, 0, 0.0, 0.0
    for before, one in zip((None, *cohorts), cohorts, strict=False):
        weight = 1.0 if before is None else min(1.0, (one.day - before.day) / horizon_days)
        gap = one.said - one.happened
        size = max(0.0, size + weight * (sign * gap / max(one.error, 1e-9) - SLACK))
        if size == 0.0:
            since, weights, gaps = 0, 0.0, 0.0
            continue
        since = since or one.day
        weights, gaps = weights + weight, gaps + weight * gap
    return Creeping(size=size, since_day=since, gap=gaps / weights if weights else 0.0)


def calibration_of(
    history: ScoreHistory, dataset: Dataset, horizon_days: int, compute: ComputeConfig, *, since: int
) -> Calibration | None:
    """Compare closed cohorts with what happened, the newest together and all one by one; None without any.

    Args:
        history: Past scores.
        dataset: Says who was active.
        horizon_days: Of the scores.
        compute: How to spread the reading.
        since: The first watermark whose scores are of this horizon.
    """
    # Day d's scores are of the window from d + 1 on; the last loaded day may be incomplete.
    newest = day_number(dataset.manifest.watermark) - horizon_days - 1
    days = [day for day in history.days if since <= day <= newest]
    if not days:
        return None
    labels = label_table(dataset, [day + 1 for day in days], horizon_days, compute)
    cohorts = []
    for day in days:
        then = labels.at(day + 1)
        said, left = _matched(history.at(day), pd.Index(then.customer_ids), then.left.astype(np.float64))
        if len(said):
            cohorts.append(
                Closed(
                    day=day,
                    customers=len(said),
                    said=float(said.mean()),
                    happened=float(left.mean()),
                    error=float(np.sqrt((said * (1 - said)).sum())) / len(said),
                )
            )
    return _pooled(cohorts, horizon_days) if cohorts else None


def _matched(cohort: Cohort, ids: pd.Index, left: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What was said and what happened, of those who are still in the data; shape (n,) each."""
    place = ids.get_indexer(pd.Index(cohort.customer_ids))
    known = place >= 0
    return cohort.probability[known], left[place[known]]


def _pooled(cohorts: Sequence[Closed], horizon_days: int) -> Calibration:
    newest = cohorts[-ROLLING_COHORTS:]
    return Calibration(
        first_day=newest[0].day,
        last_day=newest[-1].day,
        cohorts=len(newest),
        customers=round(float(np.mean([one.customers for one in newest]))),
        said=float(np.mean([one.said for one in newest])),
        happened=float(np.mean([one.happened for one in newest])),
        error=float(np.mean([one.error for one in newest])),
        creeping=creeping(cohorts, horizon_days),
    )
