"""Whether published scores came true: those of earlier runs against who was in fact active afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.config import ComputeConfig
from pipeline.dataset import Dataset, FloatArray, day_number
from pipeline.labels import label_table
from pipeline.monitoring.history import Cohort, ScoreHistory

# So many of the newest closed cohorts are taken together.
ROLLING_COHORTS = 5
FEWEST_CUSTOMERS = 100
SIGMAS, LEAST_GAP = 3.0, 0.03


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
    """

    first_day: int
    last_day: int
    cohorts: int
    customers: int
    said: float
    happened: float
    error: float

    @property
    def gap(self) -> float:
        """Said less happened."""
        return self.said - self.happened

    @property
    def is_off(self) -> bool:
        """Whether the gap is neither chance nor too small to matter."""
        return self.customers >= FEWEST_CUSTOMERS and abs(self.gap) > max(SIGMAS * self.error, LEAST_GAP)


def calibration_of(
    history: ScoreHistory, dataset: Dataset, horizon_days: int, compute: ComputeConfig, *, since: int
) -> Calibration | None:
    """Compare the newest closed cohorts with what happened; None where none has closed.

    Args:
        history: Past scores.
        dataset: Says who was active.
        horizon_days: Of the scores.
        compute: How to spread the reading.
        since: The first watermark whose scores are of this horizon.
    """
    # Day d's scores are of the window from d + 1 on; the last loaded day may be incomplete.
    newest = day_number(dataset.manifest.watermark) - horizon_days - 1
    days = [day for day in history.days if since <= day <= newest][-ROLLING_COHORTS:]
    if not days:
        return None
    labels = label_table(dataset, [day + 1 for day in days], horizon_days, compute)
    pairs = []
    for day in days:
        then = labels.at(day + 1)
        pairs.append(_matched(history.at(day), pd.Index(then.customer_ids), then.left.astype(np.float64)))
    return _pooled(days, [pair for pair in pairs if len(pair[0])])


def _matched(cohort: Cohort, ids: pd.Index, left: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What was said and what happened, of those who are still in the data; shape (n,) each."""
    place = ids.get_indexer(pd.Index(cohort.customer_ids))
    known = place >= 0
    return cohort.probability[known], left[place[known]]


def _pooled(days: Sequence[int], pairs: Sequence[tuple[FloatArray, FloatArray]]) -> Calibration | None:
    if not pairs:
        return None
    errors = [np.sqrt((said * (1 - said)).sum()) / len(said) for said, _ in pairs]
    return Calibration(
        first_day=days[0],
        last_day=days[-1],
        cohorts=len(pairs),
        customers=round(float(np.mean([len(said) for said, _ in pairs]))),
        said=float(np.mean([said.mean() for said, _ in pairs])),
        happened=float(np.mean([left.mean() for _, left in pairs])),
        error=float(np.mean(errors)),
    )
