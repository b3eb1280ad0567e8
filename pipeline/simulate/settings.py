"""What can be set for a simulated service, and what is known of it afterwards."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.dataset import BoolArray, FloatArray, IntArray, day_number
from pipeline.errors import ConfigError

# States change every so many days; a month is six steps.
STEP_DAYS = 5
DAYS_PER_MONTH = 30.44


@dataclass(frozen=True, kw_only=True)
class SimulationConfig:
    """How large a service is simulated, and until when.

    Attributes:
        customers: ≥ 1.
        titles: ≥ 4.
        months: Of history, rounded to whole steps.
        watches_per_month: Mean of an engaged customer.
        last_day: Last day of the data.
        horizon_days: True churn is "no activity in so many days after ``last_day``".
        dirt: Spoil one to three in a hundred rows, as real deliveries are; False for exact experiments.
        seed: Fixes every random choice.
    """

    customers: int = 2000
    titles: int = 400
    months: int = 18
    watches_per_month: float = 14.0
    last_day: date = date(2026, 6, 30)
    horizon_days: int = 30
    format: Literal["csv", "parquet"] = "csv"
    dirt: bool = True
    seed: int = 7

    def __post_init__(self) -> None:
        if self.customers < 1 or self.titles < 4 or self.months < 1 or self.horizon_days < 1:
            raise ConfigError(
                f"A service needs at least 1 customer, 4 titles, 1 month and a horizon of 1 day; asked for "
                f"{self.customers}, {self.titles}, {self.months} and {self.horizon_days}."
            )

    @property
    def steps(self) -> int:
        """Steps of ``STEP_DAYS`` that end with ``last_day``."""
        return max(1, round(self.months * DAYS_PER_MONTH / STEP_DAYS))

    @property
    def end(self) -> int:
        """The day after the last, in days since 1970."""
        return day_number(self.last_day + timedelta(days=1))

    @property
    def start(self) -> int:
        """The first day, in days since 1970."""
        return self.end - self.steps * STEP_DAYS


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What only the simulator knows; every array is by customer, sorted by id; shape (n,).

    Attributes:
        churn_probability: Of no activity in the horizon after the last day, given the customer's true state.
        churn_probability_seen: The same given only what was seen: nobody can do better.
        left: What then happened, in one future drawn from these probabilities.
        segment: ``power``, ``regular`` or ``casual``: how much he watches when engaged.
        state: ``engaged``, ``slowing``, ``sleeping`` or ``gone`` on the last day.
        favourites: Genres of his favourite taste cluster.
        watches, ratings, orders: Clean rows written.
    """

    customer_ids: npt.NDArray[np.object_]
    churn_probability: FloatArray
    churn_probability_seen: FloatArray
    left: BoolArray
    segment: npt.NDArray[np.object_]
    state: npt.NDArray[np.object_]
    favourites: npt.NDArray[np.object_]
    watches: IntArray
    ratings: IntArray
    orders: IntArray
