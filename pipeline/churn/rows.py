"""Rows to learn from: one customer at one moment, what was known of him, and whether he left."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.churn.mbg import Histories
from pipeline.dataset import BoolArray, CodeArray, FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Eligible customers at one or several anchors.

    Attributes:
        names: Features, in the columns' order.
        values: shape (n, len(names)); NaN where unknown.
        customer_ids: shape (n,).
        as_of_day: shape (n,).
        left: No activity within the horizon; shape (n,). All False where the window is still open.
    """

    names: tuple[str, ...]
    values: FloatArray
    customer_ids: npt.NDArray[np.object_]
    as_of_day: CodeArray
    left: BoolArray

    def __len__(self) -> int:
        return len(self.values)

    def column(self, name: str) -> FloatArray:
        """One feature; shape (n,)."""
        return self.values[:, self.names.index(name)]

    def where(self, chosen: BoolArray | IntArray) -> "Rows":
        """Some of the rows, by mask or by number."""
        return Rows(
            names=self.names,
            values=self.values[chosen],
            customer_ids=self.customer_ids[chosen],
            as_of_day=self.as_of_day[chosen],
            left=self.left[chosen],
        )

    @property
    def customers(self) -> int:
        """How many different customers there are."""
        return len(np.unique(self.customer_ids.astype(str))) if len(self) else 0

    @property
    def rarer(self) -> int:
        """Rows of the rarer class."""
        return int(min(self.left.sum(), (~self.left).sum()))

    @property
    def histories(self) -> Histories:
        """What MBG/NBD needs to know; shape (n,) each."""
        return histories_of(self.names, self.values)


def histories_of(names: Sequence[str], values: FloatArray) -> Histories:
    """Read MBG/NBD's three numbers out of feature columns."""
    tenure = values[:, names.index("tenure_days")]
    quiet = values[:, names.index("days_since_last_activity")]
    return Histories(
        repeats=np.maximum(values[:, names.index("days_active")] - 1, 0),
        span_days=np.maximum(tenure - quiet, 0),
        observed_days=np.maximum(tenure, 0),
    )


def together(parts: Sequence[Rows]) -> Rows:
    """All rows of several, one after the other; at least one part."""
    return Rows(
        names=parts[0].names,
        values=np.concatenate([part.values for part in parts]),
        customer_ids=np.concatenate([part.customer_ids for part in parts]),
        as_of_day=np.concatenate([part.as_of_day for part in parts]),
        left=np.concatenate([part.left for part in parts]),
    )
