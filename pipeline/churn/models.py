"""The learned parts of the score: a ridge logistic regression, boosted trees, and a forest for comparison.

Each takes feature values of shape (n, f), NaN where unknown, and says how likely each row is to leave. One
thread each: what runs side by side is decided in ``pipeline.partitions``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from pipeline.dataset import BoolArray, FloatArray, IntArray

# Below this many rows trees only learn noise.
FEWEST_TREE_ROWS = 300
# Quieter is never safer; it costs nothing and makes the trees explainable.
RISING = frozenset({"days_since_last_activity"})
FOREST_TREES = 100
FOREST_ROWS = 10_000


def signed_log(values: FloatArray) -> FloatArray:
    """sign(x)·ln(1 + |x|): heavy tails become lines, zero stays zero; NaN stays NaN."""
    logged: FloatArray = np.sign(values) * np.log1p(np.abs(values))
    return logged


def unsigned_log(logged: FloatArray) -> FloatArray:
    """The inverse of ``signed_log``."""
    values: FloatArray = np.sign(logged) * np.expm1(np.abs(logged))
    return values


def finite(values: FloatArray) -> FloatArray:
    """Infinities are unknown, like NaN."""
    return np.where(np.isfinite(values), values, np.nan)


@dataclass(frozen=True, kw_only=True)
class LinearModel:
    """Logistic regression on logged, standardised features with indicators of what is missing.

    Attributes:
        fill: What stands for a missing value, in logs; shape (f,).
        flagged: Features that have an indicator; shape (m,).
        centre, scale: Of each column of the design; shape (f + m,).
        weights: shape (f + m,).
    """

    fill: FloatArray
    flagged: IntArray
    centre: FloatArray
    scale: FloatArray
    weights: FloatArray
    intercept: float

    def _design(self, values: FloatArray) -> FloatArray:
        return (_columns(values, self.fill, self.flagged) - self.centre) / self.scale

    def score(self, values: FloatArray) -> FloatArray:
        """Log-odds of leaving; shape (n,)."""
        odds: FloatArray = self._design(values) @ self.weights + self.intercept
        return odds

    def contributions(self, values: FloatArray) -> FloatArray:
        """What each feature adds to the log-odds, against the average training row; shape (n, f)."""
        parts = self._design(values) * self.weights
        features = len(self.fill)
        whole: FloatArray = parts[:, :features].copy()
        # A feature listed twice would lose one of its parts by ``+=``, but each has one indicator.
        whole[:, self.flagged] += parts[:, features:]
        return whole

    def importance(self) -> FloatArray:
        """Size of each feature's standardised weight; shape (f,)."""
        size: FloatArray = np.abs(self.weights[: len(self.fill)])
        return size


def _columns(values: FloatArray, fill: FloatArray, flagged: IntArray) -> FloatArray:
    logged = signed_log(finite(values))
    missing = np.isnan(logged)
    return np.hstack((np.where(missing, fill, logged), missing[:, flagged].astype(np.float64)))


def freedom(rows: int) -> float:
    """How far weights may leave zero (``C`` of scikit-learn): the fewer rows, the less."""
    return float(np.clip(rows / 30_000, 0.003, 0.1))


def fit_linear(values: FloatArray, left: BoolArray) -> LinearModel:
    """Fit the logistic regression; both classes must be there.

    Args:
        values: shape (n, f); no column all NaN.
        left: shape (n,).
    """
    logged = signed_log(finite(values))
    fill = np.nanmedian(logged, axis=0)
    share = np.isnan(logged).mean(axis=0)
    flagged = np.flatnonzero((share > 0) & (share < 1))
    columns = _columns(values, fill, flagged)
    centre, scale = columns.mean(axis=0), columns.std(axis=0)
    scale = np.where(scale > 1e-12, scale, 1.0)
    fitted = LogisticRegression(C=freedom(len(values)), max_iter=500, tol=1e-5)
    fitted.fit((columns - centre) / scale, left)
    return LinearModel(
        fill=fill,
        flagged=flagged,
        centre=centre,
        scale=scale,
        weights=np.asarray(fitted.coef_[0], dtype=np.float64),
        intercept=float(fitted.intercept_[0]),
    )


@dataclass(frozen=True, kw_only=True)
class TreeModel:
    """Gradient-boosted trees (LightGBM)."""

    booster: Any

    def score(self, values: FloatArray) -> FloatArray:
        """Log-odds of leaving; shape (n,)."""
        odds: FloatArray = self.booster.predict(finite(values), raw_score=True, num_threads=1)
        return odds

    def contributions(self, values: FloatArray) -> FloatArray:
        """Exact TreeSHAP in log-odds against the average training row; shape (n, f)."""
        if not len(values):
            return np.zeros(values.shape)
        parts: FloatArray = self.booster.predict(finite(values), pred_contrib=True, num_threads=1)
        return parts[:, :-1]

    def importance(self) -> FloatArray:
        """Share of the whole gain that each feature's splits brought; shape (f,)."""
        gain = np.asarray(self.booster.feature_importance("gain"), dtype=np.float64)
        shares: FloatArray = gain / max(float(gain.sum()), 1e-300)
        return shares


def fit_trees(
    values: FloatArray, left: BoolArray, names: Sequence[str], *, seed: int, trees: int = 150
) -> TreeModel:
    """Fit the boosted trees, deterministically.

    Args:
        values: shape (n, f).
        left: shape (n,).
        names: Of the features; those in ``RISING`` may only raise the risk.
        seed: Of the sampling of rows and features.
        trees: How many; few are enough for a test.
    """
    settings = {
        "objective": "binary",
        "learning_rate": 0.04 if trees >= 100 else 0.1,
        "num_leaves": 15,
        "min_child_samples": int(np.clip(len(values) / 100, 10, 100)),
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "feature_fraction": 0.6,
        "lambda_l2": 5.0,
        "monotone_constraints": [int(name in RISING) for name in names],
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    # Free text in a name would upset LightGBM's own file format.
    rows = lightgbm.Dataset(finite(values), label=left.astype(np.float64), free_raw_data=True)
    return TreeModel(booster=lightgbm.train(settings, rows, num_boost_round=trees))


@dataclass(frozen=True, kw_only=True)
class ForestModel:
    """A random forest, trained and shown because people ask for it; it serves nobody."""

    forest: Any
    fill: FloatArray

    def probability(self, values: FloatArray) -> FloatArray:
        """Chance of leaving; shape (n,)."""
        known = finite(values)
        chance: FloatArray = self.forest.predict_proba(np.where(np.isnan(known), self.fill, known))[:, 1]
        return chance

    def importance(self) -> FloatArray:
        """Share of the whole impurity decrease by feature; shape (f,)."""
        shares: FloatArray = self.forest.feature_importances_
        return shares


def fit_forest(
    values: FloatArray,
    left: BoolArray,
    *,
    seed: int,
    trees: int = FOREST_TREES,
    most_rows: int = FOREST_ROWS,
) -> ForestModel:
    """Fit the forest on at most ``most_rows``: more change little; both classes must be there."""
    if len(values) > most_rows:
        chosen = np.sort(np.random.default_rng(seed).choice(len(values), most_rows, replace=False))
        values, left = values[chosen], left[chosen]
    known = finite(values)
    fill = np.nanmedian(known, axis=0)
    forest = RandomForestClassifier(
        n_estimators=trees,
        min_samples_leaf=int(np.clip(len(values) / 500, 2, 20)),
        random_state=seed,
        n_jobs=1,
    )
    forest.fit(np.where(np.isnan(known), fill, known), left)
    return ForestModel(forest=forest, fill=fill)
