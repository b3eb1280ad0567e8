"""The scores of earlier runs as they were published: what was said before it could be known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.dataset import FloatArray, IntArray

# As ``store.results.packing`` says: days are uint16, probabilities float32.
_DAY, _NUMBER = np.dtype(np.uint16), np.dtype(np.float32)
SCORES_KEPT = 26
# So many are kept run by run; of the older ones only some, or nightly runs would forget every score before
# its horizon is over and nobody could say whether it was right.
NEWEST_KEPT = 12
LEAST_SPACING_DAYS = 7
SPACINGS_IN_A_HORIZON = 6


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Who was scored in one run, and how.

    Attributes:
        day: The run's watermark, as days since 1970-01-01; the scores speak of the days after it.
        customer_ids: shape (n,).
        probability: shape (n,).
    """

    day: int
    customer_ids: npt.NDArray[np.object_]
    probability: FloatArray


@dataclass(frozen=True, kw_only=True)
class _Alike:
    """Customers who were scored on the same days; probability has shape (n, len(days))."""

    days: IntArray
    customer_ids: npt.NDArray[np.object_]
    probability: FloatArray


@dataclass(frozen=True, kw_only=True)
class ScoreHistory:
    """All past scores that are kept."""

    groups: tuple[_Alike, ...]

    @classmethod
    def of(cls, past: Mapping[str, tuple[bytes, bytes]]) -> "ScoreHistory":
        """From days and probabilities by customer, packed as ``store.results.packing`` says."""
        alike: dict[bytes, list[tuple[str, bytes]]] = {}
        for customer_id, (days, values) in past.items():
            alike.setdefault(days, []).append((customer_id, values))
        return cls(
            groups=tuple(
                _Alike(
                    days=np.frombuffer(days, _DAY).astype(np.int64),
                    customer_ids=np.array([customer_id for customer_id, _ in rows], dtype=object),
                    probability=np.frombuffer(b"".join(values for _, values in rows), _NUMBER)
                    .reshape(len(rows), -1)
                    .astype(np.float64),
                )
                for days, rows in alike.items()
                if days
            )
        )

    @property
    def days(self) -> tuple[int, ...]:
        """Watermarks of the runs whose scores are kept, oldest first."""
        return tuple(sorted({int(day) for group in self.groups for day in group.days}))

    def at(self, day: int) -> Cohort:
        """Who was scored in the run of that watermark."""
        parts = [(group, np.flatnonzero(group.days == day)) for group in self.groups]
        chosen = [(group, int(column[0])) for group, column in parts if len(column)]
        return Cohort(
            day=day,
            customer_ids=np.concatenate([np.zeros(0, object), *(group.customer_ids for group, _ in chosen)]),
            probability=np.concatenate(
                [np.zeros(0), *(group.probability[:, column] for group, column in chosen)]
            ),
        )

    def mean(self, day: int) -> float:
        """Mean score of that run; NaN where nobody had one."""
        scores = self.at(day).probability
        return float(scores.mean()) if len(scores) else float("nan")


def kept_scores(days: Sequence[int], horizon_days: int | None) -> list[int]:
    """Which past scores are worth keeping: places in ``days``, ascending.

    The newest 12, and of those before only some, at least a week and a sixth of the horizon apart; 26 in all.
    So they reach back further than the horizon however often a run is made, and each closed horizon can be
    compared with what was said.

    Args:
        days: Ascending.
        horizon_days: None counts as a week.
    """
    spacing = max(LEAST_SPACING_DAYS, (horizon_days or 0) // SPACINGS_IN_A_HORIZON)
    border = max(0, len(days) - NEWEST_KEPT)
    kept: list[int] = []
    for place in range(border):
        if not kept or days[place] - days[kept[-1]] >= spacing:
            kept.append(place)
    return [*kept, *range(border, len(days))][-SCORES_KEPT:]
