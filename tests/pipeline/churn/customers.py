"""Small simulated businesses and rows for the tests of churn."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd

from pipeline.churn import ChurnFindings, ChurnModel
from pipeline.churn.material import FAMILY_OF
from pipeline.churn.rows import Rows
from pipeline.churn.run import Effort
from pipeline.config import ChurnConfig, ComputeConfig
from pipeline.dataset import DAY_US, EVENT_VALUES, BoolArray, FloatArray, day_number
from tests.pipeline.building import Event, watch

FIRST = date(2025, 1, 1)
ALONE = ComputeConfig(processes=1)
CONFIG = ChurnConfig(horizon_days=30, most_anchors=4)
# Enough for a test to see that every joint holds.
QUICK = Effort(trees=12, forest_trees=5, draws=40, pictures=False)
FAMILIES_OF_CHURN = FAMILY_OF


def iso(day: int) -> str:
    """Noon of a day of the simulation."""
    return f"{FIRST + timedelta(days=int(day))} 12:00"


def visits(who: str, days: list[int]) -> list[Event]:
    """One watch on each of those days."""
    return [watch(who, iso(day)) for day in days]


@cache
def business(customers: int = 240, span: int = 200, seed: int = 1, *, random: bool = False) -> pd.DataFrame:
    """Events of customers who come at their own pace and leave for good with their own chance.

    Args:
        customers: How many.
        span: Days.
        seed: Of the simulation.
        random: Nobody leaves, all come alike: nothing can be learned.
    """
    source = np.random.default_rng(seed)
    who: list[str] = []
    days: list[int] = []
    for number in range(customers):
        day = int(source.integers(0, span // 2)) if not random else int(source.integers(0, 20))
        pace = 12.0 if random else float(source.gamma(1.2, 6.0)) + 1
        stops = 0.0 if random else float(source.beta(1, 8))
        while day < span:
            who.append(f"c{number:04d}")
            days.append(day)
            if source.random() < stops:
                break
            day += max(1, int(source.exponential(pace)))
    amounts = np.where(source.random(len(who)) < 0.3, source.gamma(2, 10, len(who)).round(2), np.nan)
    return frame(who, days, amounts)


def frame(who: list[str], days: list[int], amounts: FloatArray | None = None) -> pd.DataFrame:
    """Events as ``build_dataset`` takes them: orders where there is an amount, watches elsewhere."""
    paid = np.full(len(who), np.nan) if amounts is None else amounts
    return pd.DataFrame(
        {
            "who": np.array(who, dtype=object),
            "at": (day_number(FIRST) + np.array(days, dtype=np.int64)) * DAY_US + DAY_US // 2,
            "kind": np.where(np.isfinite(paid), 2, 0).astype(np.int8),
            "title": np.array([None] * len(who), dtype=object),
        }
        | {name: paid if name == "amount" else np.full(len(who), np.nan) for name in EVENT_VALUES}
    )


def plain_rows(count: int, seed: int = 0) -> tuple[FloatArray, BoolArray]:
    """Five features, of which the first two say who leaves; the last has holes."""
    source = np.random.default_rng(seed)
    values = source.gamma(2, 5, (count, 5))
    values[source.random(count) < 0.2, 4] = np.nan
    odds = 0.25 * (values[:, 0] - 10) - 0.2 * (values[:, 1] - 10)
    left: BoolArray = source.random(count) < 1 / (1 + np.exp(-odds))
    return values, left


def fitted(findings: ChurnFindings) -> ChurnModel:
    """The model of a run that learned one."""
    assert findings.model is not None
    return findings.model


def rows(found: Rows | None) -> Rows:
    """The rows of a window that is there."""
    assert found is not None
    return found
