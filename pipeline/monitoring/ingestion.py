"""Whether the import brought what it usually brings: days too thin or too full, scores that jump together."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.activity import DAILY, ActivitySums
from pipeline.dataset import FloatArray
from pipeline.monitoring.history import NEWEST_KEPT, ScoreHistory

COUNTED = ("active_customers", "watches", "ratings", "orders")
# The newest days but the very last, which may be half loaded …
NEWEST_DAYS = 3
# … against the same weekday of so many weeks before.
WEEKS_BEFORE, FEWEST_WEEKS = 6, 4
FEWEST_EXPECTED = 50.0
# What has lasted for most of so many days is no fault of the import any more.
SETTLED_DAYS = 3
SIGMAS = 3.0
# Less than 56 % or more than 180 % of what is usual: half a delivery, or one delivered twice.
LEAST_FACTOR = 1.8
TO_SIGMA = 1.4826
FEWEST_STEPS, LEAST_JUMP = 5, 0.05


@dataclass(frozen=True, kw_only=True)
class OddDay:
    """A day on which far more or less happened than usual on such a day of the week."""

    day: int
    measure: str
    found: float
    usual: float

    @property
    def size(self) -> float:
        """By how many doublings or halvings it is off."""
        return float(abs(np.log2((self.found + 1) / (self.usual + 1))))


def odd_days(sums: ActivitySums, last_day: int) -> tuple[OddDay, ...]:
    """The odd ones among the newest whole days, the oddest first.

    Args:
        sums: Of each day.
        last_day: Watermark as days since 1970-01-01.
    """
    found = []
    for measure in COUNTED:
        counts = sums.days[:, DAILY.index(measure)]
        for place in range(last_day - NEWEST_DAYS, last_day):
            odd = _odd(counts, place - sums.first_day)
            if odd is not None:
                found.append(OddDay(day=place, measure=measure, found=odd[0], usual=odd[1]))
    return tuple(sorted(found, key=lambda one: (-one.size, -one.day, one.measure)))


def _odd(counts: FloatArray, row: int) -> tuple[float, float] | None:
    """What was found on a day and what is usual; None where that is about the same, or not known."""
    start = row - 7 * WEEKS_BEFORE
    if start < 0:
        start = row % 7 if row >= 7 * FEWEST_WEEKS else row
    weeks = counts[start:row]
    if len(weeks) < 7 * FEWEST_WEEKS:
        return None
    by_weekday = weeks.reshape(-1, 7)
    usual = np.median(by_weekday, axis=0)
    if usual[0] < FEWEST_EXPECTED:
        return None
    # What remains when the day of the week is known: a robust σ of it, never finer than counting is.
    rest = np.log((by_weekday + 1) / (usual + 1))
    sigma = max(TO_SIGMA * float(np.median(np.abs(rest))), float(1 / np.sqrt(usual[0])))
    off = float(np.log((counts[row] + 1) / (usual[0] + 1)))
    # Where the days before were as far off, that is how things are now; alerts would wait for weeks.
    moved = off - float(np.median(rest[-1, -SETTLED_DAYS:]))
    limit = max(SIGMAS * sigma, np.log(LEAST_FACTOR))
    return (float(counts[row]), float(usual[0])) if min(abs(off), abs(moved)) > limit else None


def jumped(history: ScoreHistory, day: int, mean: float, customers: int) -> float | None:
    """The mean score before, if today's jumped away from it as it never does; else None.

    The mean of few customers moves by itself; half a unit is the most that one of them can spread. What
    comes back to where it was two runs ago was repaired, and what stays at the new level for a second run,
    while no day is odd, is how things are now: a jump holds alerts back for one run.

    Args:
        history: Past scores, of the same model and horizon.
        day: Today's watermark.
        mean: Today's mean score.
        customers: Who has a score today.
    """
    means = [history.mean(each) for each in history.days if each < day][-NEWEST_KEPT:]
    steps = [after - before for before, after in pairwise(means)]
    if len(steps) < FEWEST_STEPS:
        return None
    middle = float(np.median(steps))
    sigma = TO_SIGMA * float(np.median(np.abs(np.array(steps) - middle)))
    noise = SIGMAS * 0.5 / np.sqrt(max(customers, 1))
    limit = max(SIGMAS * sigma, noise, LEAST_JUMP)
    return means[-1] if all(abs(mean - level - middle) > limit for level in means[-2:]) else None
