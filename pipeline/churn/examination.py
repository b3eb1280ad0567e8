"""Every model on the closed test anchor, which none has seen: baselines, learned models, the score."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.churn.blend import Recipe, telling
from pipeline.churn.models import ForestModel, finite, fit_forest, fit_linear
from pipeline.churn.rows import Rows
from pipeline.churn.training import Trained, fold_of
from pipeline.dataset import FloatArray
from pipeline.evaluation.intervals import Bootstrap, Measured
from pipeline.evaluation.metrics import best_threshold, sigmoid

RECENCY, RFM, PATTERN, CONSTANT = "recency rule", "RFM logistic", "MBG/NBD", "constant rate"
LINEAR, FOREST, TREES, SERVED = "logistic regression", "random forest", "LightGBM", "served"
MODELS = (RECENCY, RFM, PATTERN, CONSTANT, LINEAR, FOREST, TREES, SERVED)

RFM_FEATURES = ("days_since_last_activity", "days_active_per_month", "monthly_spend")


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What each model said of the test rows, and how good that was.

    Attributes:
        test: Eligible customers at the test anchor.
        probability: By model; shape (n,) each.
        measured: By model, with paired draws.
        thresholds: By model, tuned on training rows.
        forest: Kept for its importance; None where no forest was fitted.
    """

    test: Rows
    probability: Mapping[str, FloatArray]
    measured: Mapping[str, Measured]
    thresholds: Mapping[str, float]
    forest: ForestModel | None = None


def examine(trained: Trained, test: Rows, recipe: Recipe) -> Examined:
    """Score the test rows by every model and measure each with the same bootstrap.

    Args:
        trained: Knows nothing at or after the test anchor.
        test: At least one row.
        recipe: The one ``trained`` was trained by.
    """
    rows = trained.rows
    probability, thresholds = _baselines(rows, test, recipe)
    parts = trained.blend.parts(test.values)
    for part, name in (("linear", LINEAR), ("trees", TREES)):
        if part in parts and part in trained.thresholds:
            probability[name], thresholds[name] = sigmoid(parts[part]), trained.thresholds[part]
    forest = None
    if recipe.forest_trees:
        forest, thresholds[FOREST] = _forest(rows, trained, recipe)
        probability[FOREST] = forest.probability(test.values[:, trained.blend.kept])
    probability[SERVED], thresholds[SERVED] = trained.blend.probability(test.values), trained.threshold
    return Examined(
        test=test,
        probability=probability,
        measured=measured(probability, thresholds, test, recipe),
        thresholds=thresholds,
        forest=forest,
    )


def measured(
    probability: Mapping[str, FloatArray], thresholds: Mapping[str, float], test: Rows, recipe: Recipe
) -> dict[str, Measured]:
    """Measure several models on the same draws of the test rows."""
    bootstrap = Bootstrap(left=test.left, draws=recipe.draws, seed=recipe.seed)
    return {name: bootstrap.measure(probability[name], thresholds[name]) for name in probability}


def _newest(rows: Rows) -> Rows:
    """The newest anchor, or all of them where it holds one class only."""
    newest = rows.where(rows.as_of_day == rows.as_of_day.max())
    return newest if newest.rarer else rows


def _baselines(rows: Rows, test: Rows, recipe: Recipe) -> tuple[dict[str, FloatArray], dict[str, float]]:
    newest = _newest(rows)
    # The rate as it turned out, which no model was told: the hardest constant to beat.
    rate = float(test.left.mean())
    probability = {CONSTANT: np.full(len(test), rate)}
    thresholds = {CONSTANT: 0.5}
    for name, features in ((RECENCY, RFM_FEATURES[:1]), (RFM, RFM_FEATURES)):
        known = [feature for feature in features if np.isfinite(newest.column(feature)).any()]
        columns = np.column_stack([newest.column(feature) for feature in known])
        model = fit_linear(columns, newest.left)
        probability[name] = sigmoid(model.score(np.column_stack([test.column(each) for each in known])))
        thresholds[name] = best_threshold(newest.left, sigmoid(model.score(columns)))
    horizon = recipe.horizon_days
    probability[PATTERN] = recipe.pattern.leaves(test.histories, horizon)
    thresholds[PATTERN] = best_threshold(rows.left, recipe.pattern.leaves(rows.histories, horizon))
    return probability, thresholds


def _forest(rows: Rows, trained: Trained, recipe: Recipe) -> tuple[ForestModel, float]:
    """The forest, and a threshold tuned on a third of the customers by one that did not see them."""
    kept = trained.blend.kept
    values, held = rows.values[:, kept], fold_of(rows.customer_ids) == 0
    threshold = 0.5
    first = rows.where(~held)
    if held.any() and first.rarer:
        usable = telling(finite(values[~held]))
        without = fit_forest(
            values[~held][:, usable], first.left, seed=recipe.seed, trees=max(10, recipe.forest_trees // 2)
        )
        threshold = best_threshold(rows.left[held], without.probability(values[held][:, usable]))
    return fit_forest(values, rows.left, seed=recipe.seed, trees=recipe.forest_trees), threshold
