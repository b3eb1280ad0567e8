"""The score: two learned models, shrunk towards MBG/NBD the more, the fewer customers they learned from.

z = (1 − w)·(logit p_linear + logit p_trees)/2 + w·logit p_MBG,  w = 300/(300 + n)
p = σ(slope·z + intercept + shift)
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from pipeline.churn.mbg import MbgNbd
from pipeline.churn.models import FEWEST_TREE_ROWS, LinearModel, TreeModel, finite, fit_linear, fit_trees
from pipeline.churn.resampling import Resampling, resampled
from pipeline.churn.rows import Rows, histories_of
from pipeline.dataset import FloatArray, IntArray
from pipeline.evaluation.metrics import logit, sigmoid

# As many customers as MBG/NBD's four numbers are worth.
PRIOR_CUSTOMERS = 300
# A score of this size is certainty enough; a tree's log-odds may run away on tiny data.
MOST_LOG_ODDS = 13.0


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What does not come from the rows.

    Attributes:
        horizon_days: Nothing for this long means gone.
        pattern: MBG/NBD, fitted at the moment that is to be predicted.
        trees: Boosted trees at most.
        forest_trees: Of the forest that is only reported.
        draws: Of the bootstrap.
    """

    horizon_days: int
    pattern: MbgNbd
    resampling: Resampling = "none"
    seed: int = 7
    trees: int = 150
    forest_trees: int = 100
    draws: int = 300


@dataclass(frozen=True, kw_only=True)
class Blend:
    """A fitted score.

    Attributes:
        names: The columns it must be given, in order.
        kept: Those it uses; the others said the same of everybody.
        trees: None where there were too few rows for trees.
        weight: Of MBG/NBD.
        slope, intercept: Recalibration; 1 and 0 unless needed.
        shift: Of the season, in log-odds.
    """

    names: tuple[str, ...]
    kept: IntArray
    linear: LinearModel
    trees: TreeModel | None
    pattern: MbgNbd
    horizon_days: int
    weight: float
    slope: float = 1.0
    intercept: float = 0.0
    shift: float = 0.0

    @property
    def used(self) -> tuple[str, ...]:
        """Names of the features it uses."""
        return tuple(self.names[place] for place in self.kept)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Names of the features that said the same of everybody."""
        return tuple(name for name in self.names if name not in set(self.used))

    def parts(self, values: FloatArray) -> dict[str, FloatArray]:
        """Log-odds of each part by name: ``linear``, ``trees`` (unless there are none), ``pattern``."""
        used = values[:, self.kept]
        parts = {"linear": self.linear.score(used)}
        if self.trees is not None:
            parts["trees"] = self.trees.score(used)
        parts["pattern"] = logit(self.pattern.leaves(histories_of(self.names, values), self.horizon_days))
        return {name: np.clip(part, -MOST_LOG_ODDS, MOST_LOG_ODDS) for name, part in parts.items()}

    def raw_score(self, values: FloatArray) -> FloatArray:
        """Z before recalibration and season; shape (n,)."""
        if not len(values):
            return np.zeros(0)
        parts = self.parts(values)
        learned = np.mean([parts[name] for name in parts if name != "pattern"], axis=0)
        z: FloatArray = (1 - self.weight) * learned + self.weight * parts["pattern"]
        return z

    def score(self, values: FloatArray) -> FloatArray:
        """Log-odds of leaving; shape (n,)."""
        return self.slope * self.raw_score(values) + self.intercept + self.shift

    def probability(self, values: FloatArray) -> FloatArray:
        """Chance of no activity within the horizon, for customers who are active; shape (n,)."""
        return sigmoid(self.score(values))

    def recalibrated(self, slope: float, intercept: float) -> Self:
        """The same with another line from its raw score to log-odds."""
        return replace(self, slope=slope, intercept=intercept)

    def shifted(self, shift: float) -> Self:
        """The same for another season."""
        return replace(self, shift=shift)


def telling(values: FloatArray) -> IntArray:
    """Columns that do not say the same of every row; what is missing of some counts as said."""
    known = finite(values)
    missing = np.isnan(known)
    low = np.where(missing, np.inf, known).min(axis=0, initial=np.inf)
    high = np.where(missing, -np.inf, known).max(axis=0, initial=-np.inf)
    some_missing = missing.any(axis=0) & ~missing.all(axis=0)
    return np.flatnonzero((high > low) | some_missing)


def fit_blend(rows: Rows, recipe: Recipe, customers: int | None = None) -> Blend:
    """Fit both models on the rows; both classes must be there.

    Args:
        rows: Of all anchors.
        recipe: What to fit.
        customers: How many the weight of MBG/NBD is to count on; None for those of the rows.
    """
    kept = telling(rows.values)
    names = [rows.names[place] for place in kept]
    values, left = resampled(rows.values[:, kept], rows.left, recipe.resampling, recipe.seed)
    trees = None
    if len(rows) >= FEWEST_TREE_ROWS:
        trees = fit_trees(values, left, names, seed=recipe.seed, trees=recipe.trees)
    return Blend(
        names=rows.names,
        kept=kept,
        linear=fit_linear(values, left),
        trees=trees,
        pattern=recipe.pattern,
        horizon_days=recipe.horizon_days,
        weight=PRIOR_CUSTOMERS / (PRIOR_CUSTOMERS + (customers or rows.customers)),
    )
