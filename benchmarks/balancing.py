"""What balancing the classes does to every learned model, before and after recalibration.

Printed by ``python -m benchmarks.churn``. MBG/NBD and the constant rate learn from no labels, so that nothing
of theirs could be balanced. Recalibration is Platt's, on out-of-fold scores of untouched training rows; the
test anchor is only measured.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from pipeline.churn.blend import Recipe, telling
from pipeline.churn.calibration import line
from pipeline.churn.examination import FOREST, LINEAR, RECENCY, RFM, RFM_FEATURES, SERVED, TREES
from pipeline.churn.models import fit_forest, fit_linear
from pipeline.churn.resampling import Resampling, resampled
from pipeline.churn.rows import Rows
from pipeline.churn.training import FOLDS, Trained, fold_of, train
from pipeline.config import ComputeConfig
from pipeline.dataset import BoolArray, FloatArray
from pipeline.evaluation.intervals import Bootstrap, Measured
from pipeline.evaluation.metrics import best_threshold, logit, sigmoid

WAYS: tuple[Resampling, ...] = ("none", "oversampling", "smote")
COMPUTE = ComputeConfig(processes=1)

Score = Callable[[FloatArray], FloatArray]
Fit = Callable[[FloatArray, BoolArray], Score]


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What is learned from and measured on.

    Attributes:
        training: Rows of all training anchors, capped.
        test: Of the test anchor.
        season: A year before it; None where the history is shorter.
        measured: Without balancing, by model, with draws paired to those made here.
    """

    training: Rows
    test: Rows
    season: Rows | None
    recipe: Recipe
    measured: dict[str, Measured]


@dataclass(frozen=True, kw_only=True)
class Learned:
    """Log-odds of one model: out of fold on ``rows``, and on the test anchor."""

    rows: Rows
    out_of_fold: FloatArray
    test: FloatArray


def _linear(values: FloatArray, left: BoolArray) -> Score:
    return fit_linear(values, left).score


def _forest_of(recipe: Recipe) -> Fit:
    def fit(values: FloatArray, left: BoolArray) -> Score:
        forest = fit_forest(values, left, seed=recipe.seed, trees=recipe.forest_trees)
        return lambda others: logit(forest.probability(others))

    return fit


def _learned(fit: Fit, rows: Rows, columns: list[str], bench: Bench, how: Resampling) -> Learned:
    """Fit on all rows and on two thirds of the customers each, balanced."""
    values, unseen = (np.column_stack([each.column(name) for name in columns]) for each in (rows, bench.test))

    def fitted(chosen: BoolArray) -> Score:
        return fit(*resampled(values[chosen], rows.left[chosen], how, bench.recipe.seed))

    folds, out_of_fold = fold_of(rows.customer_ids), np.zeros(len(rows))
    for fold in range(FOLDS):
        out_of_fold[folds == fold] = fitted(folds != fold)(values[folds == fold])
    return Learned(
        rows=rows, out_of_fold=out_of_fold, test=fitted(np.ones(len(rows), dtype=np.bool_))(unseen)
    )


def _simple(bench: Bench, how: Resampling) -> Iterator[tuple[str, Learned]]:
    """The rules of the newest training anchor, and the forest."""
    training = bench.training
    newest = training.where(training.as_of_day == training.as_of_day.max())
    for name, features in ((RECENCY, RFM_FEATURES[:1]), (RFM, RFM_FEATURES)):
        known = [feature for feature in features if np.isfinite(newest.column(feature)).any()]
        yield name, _learned(_linear, newest, known, bench, how)
    used = [training.names[place] for place in telling(training.values)]
    yield FOREST, _learned(_forest_of(bench.recipe), training, used, bench, how)


def _parts(bench: Bench, trained: Trained) -> Iterator[tuple[str, Learned]]:
    """The parts of the score."""
    parts = trained.blend.parts(bench.test.values)
    for part, name in (("linear", LINEAR), ("trees", TREES)):
        if part in parts and part in trained.out_of_fold:
            yield name, Learned(rows=trained.rows, out_of_fold=trained.out_of_fold[part], test=parts[part])


def _versions(bench: Bench, how: Resampling) -> Iterator[tuple[str, str, FloatArray, float]]:
    """Model, “raw” or “recalibrated”, its probabilities of the test rows, and its threshold."""
    recipe = replace(bench.recipe, resampling=how)
    trained = train(bench.training, bench.season, recipe, COMPUTE)
    for name, learned in (*_simple(bench, how), *_parts(bench, trained)):
        slope, intercept = line(learned.out_of_fold, learned.rows.left, always=True)
        for words, a, b in (("raw", 1.0, 0.0), ("recalibrated", slope, intercept)):
            threshold = best_threshold(learned.rows.left, sigmoid(a * learned.out_of_fold + b))
            yield name, words, sigmoid(a * learned.test + b), threshold
    raw = trained.blend.raw_score(bench.test.values)
    yield SERVED, "raw", sigmoid(raw), trained.thresholds["blend"]
    yield SERVED, "recalibrated", trained.blend.probability(bench.test.values), trained.threshold


def figure(measured: Measured, name: str) -> str:
    """A figure with its 95 % interval."""
    bounds = measured.interval(name)
    return f"{bounds.value:.3f} [{bounds.low:.3f},{bounds.high:.3f}]"


def difference(one: Measured, other: Measured, name: str) -> str:
    """A paired difference with its 95 % interval."""
    bounds = one.minus(other, name)
    return f"{bounds.value:+.4f} [{bounds.low:+.4f},{bounds.high:+.4f}]"


def print_balancing(bench: Bench) -> None:
    """Every learned model by each way, and what it differs from the same model without balancing."""
    bootstrap = Bootstrap(left=bench.test.left, draws=bench.recipe.draws, seed=bench.recipe.seed)
    print(
        f"  {'balancing':<13}{'model':<20}{'':<13}{'AUC':<20}{'log loss':<20}{'PR AUC':>7}{'Brier':>6}"
        f"{'ECE':>6}{'mean p':>7}{'F1':>6}{'F1 .5':>6}  minus the same model as it is: AUC, log loss"
    )
    for how in WAYS:
        for name, words, probability, threshold in _versions(bench, how):
            found = bootstrap.measure(probability, threshold)
            value, plain = found.values, bench.measured[name]
            print(
                f"  {how:<13}{name:<20}{words:<13}{figure(found, 'auc'):<20}{figure(found, 'log_loss'):<20}"
                f"{value['pr_auc']:>7.3f}{value['brier']:>6.3f}{value['ece']:>6.3f}"
                f"{value['mean_probability']:>7.3f}{value['f1']:>6.3f}{value['f1_at_half']:>6.3f}"
                f"  {difference(found, plain, 'auc')}  {difference(found, plain, 'log_loss')}",
                flush=True,
            )
