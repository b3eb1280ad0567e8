"""What one run works with: the rows, how much effort to make, how to tell the reasons."""

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.churn import mbg
from pipeline.churn.blend import Recipe
from pipeline.churn.fallbacks import Situation
from pipeline.churn.material import Material
from pipeline.config import ChurnConfig, ComputeConfig

ALONE = ComputeConfig(processes=1)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Who gets reasons.

    Attributes:
        for_all: Up to so many customers, all of them: that costs seconds.
        first_in_line: Beyond, so many by probability × value …
        high: … and so many of the high band by probability.
    """

    for_all: int = 20_000
    first_in_line: int = 2_000
    high: int = 3_000


LIMITS = Limits()


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much is computed; less is enough for a test.

    Attributes:
        trees: Boosted trees.
        forest_trees: Of the forest that is only reported; 0 leaves it out.
        draws: Of the bootstrap.
        pictures: Draw them.
        limits: Who gets reasons.
    """

    trees: int = 150
    forest_trees: int = 100
    draws: int = 300
    pictures: bool = True
    limits: Limits = LIMITS


@dataclass(frozen=True, kw_only=True)
class Telling:
    """How reasons are told.

    Attributes:
        currency: Written behind money.
        reasons_for: Customers who get reasons however many there are.
        run_before: ``as_of`` of the run before, as days since 1970-01-01; None: when the model before was
            learned. While a worse successor is held back, that is longer ago than the last run.
        compute: How the work is spread.
    """

    currency: str = ""
    reasons_for: Collection[str] = ()
    run_before: int | None = None
    compute: ComputeConfig = ALONE


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run works with."""

    material: Material
    situation: Situation
    config: ChurnConfig
    compute: ComputeConfig
    telling: Telling
    effort: Effort

    def recipe(self, everybody: mbg.Histories) -> Recipe:
        """What to fit for a moment before which ``everybody`` had a history."""
        return Recipe(
            horizon_days=self.material.horizon_days,
            pattern=mbg.fit(everybody, seed=self.config.seed),
            resampling=self.config.resampling,
            seed=self.config.seed,
            trees=self.effort.trees,
            forest_trees=self.effort.forest_trees,
            draws=self.effort.draws,
        )
