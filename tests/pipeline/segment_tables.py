"""Small businesses made up for the tests of segments: features by name, without the events behind them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.dataset import FloatArray


@dataclass(frozen=True)
class Features:
    """What segments need of a table of features."""

    customer_ids: npt.NDArray[np.object_]
    columns: dict[str, FloatArray]

    def column(self, name: str) -> FloatArray:
        return self.columns[name]

    def rows(self, places: npt.NDArray[np.int64]) -> "Features":
        """Some rows, in that order."""
        return Features(
            self.customer_ids[places], {name: values[places] for name, values in self.columns.items()}
        )

    def changed(self, **columns: FloatArray) -> "Features":
        """The same customers with other values."""
        return Features(self.customer_ids, self.columns | columns)


# Days since the last activity, active days a month, spend a month, order value, days active now and before.
POWER = (2.0, 12.0, 90.0, 8.0, 36, 36)
FADING = (80.0, 0.6, 2.0, 6.0, 1, 12)
STEADY = (6.0, 3.0, 15.0, 5.0, 9, 9)
BIG = (40.0, 0.5, 30.0, 60.0, 2, 2)
KINDS = (POWER, FADING, STEADY, BIG)


def business(
    sizes: Sequence[int],
    kinds: Sequence[tuple[float, ...]] = KINDS,
    *,
    seed: int = 1,
    spread: float = 0.18,
    minutes: bool = True,
) -> Features:
    """Customers of several kinds, each around the kind's values by about ``spread``."""
    random = np.random.default_rng(seed)
    rows = np.vstack([np.tile(kind, (size, 1)) for kind, size in zip(kinds, sizes, strict=True)])
    rows = rows * np.exp(random.normal(0, spread, rows.shape)) if len(rows) else rows.reshape(0, 6)
    recency, rate, spend, basket, now, before = rows.T
    tenure = np.full(len(rows), 400.0)
    days = rate * tenure / 30
    zeros = np.zeros(len(rows))
    return Features(
        np.asarray([f"c{number:05d}" for number in range(len(rows))], dtype=object),
        {
            "days_since_last_activity": recency,
            "tenure_days": tenure,
            "days_active": days,
            "days_active_30": now / 3,
            "days_active_previous_30": before / 3,
            "days_active_90": now,
            "days_active_180": now + before,
            "monthly_spend": spend,
            "average_order_value": basket,
            "watch_minutes": days * 40 if minutes else zeros,
            "session_minutes_mean": np.full(len(rows), 40.0) if minutes else zeros,
            "watch_count": days,
            "rating_count": zeros,
        },
    )
