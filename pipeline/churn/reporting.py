"""What was measured, as records, metrics and pictures."""

from collections.abc import Mapping
from math import isfinite

import numpy as np

from pipeline.churn import importance
from pipeline.churn.examination import (
    CONSTANT,
    FOREST,
    LINEAR,
    PATTERN,
    SERVED,
    TREES,
    Examined,
)
from pipeline.churn.importance import FamilyImportance
from pipeline.churn.training import Trained
from pipeline.evaluation import metrics as measures
from pipeline.evaluation import plots
from pipeline.evaluation.intervals import Measured
from pipeline.labels import ReturnCurve
from store.records import ModelReport

PAIRED = ("auc", "log_loss")
CHAMPION = "champion"
CAPTIONS = {
    "confusion": "Who was called, and who left",
    "importance": "AUC lost without a family of features",
    "calibration": "Risk that was said against what happened",
    "roc": "Found against false alarms",
    "precision_recall": "Precision against recall",
    "return_curve": "How soon customers come back",
}


def family_figures(models: Mapping[str, FamilyImportance], alone: Mapping[str, float]) -> dict[str, float]:
    """What the served score reads the risk from, by dotted name."""
    if SERVED not in models:
        return {}
    served = models[SERVED]
    figures = {"auc_lost": served.lost, "auc_alone": alone, "shap": served.shap}
    return {
        f"churn.family.{slug(name)}.{figure}": value
        for figure, families in figures.items()
        for name, value in families.items()
    }


def slug(model: str) -> str:
    """``MBG/NBD`` → ``mbg_nbd``: a model's part of a metric's name."""
    return model.lower().replace("/", "_").replace(" ", "_")


def flat_metrics(models: Mapping[str, Measured]) -> dict[str, float]:
    """Everything measured by dotted name; what is not known is left out.

    Each model's paired differences to MBG/NBD, to the constant rate and to the champion are added as
    ``churn.served.auc_minus_mbg_nbd`` with ``_low`` and ``_high``.
    """
    flat: dict[str, float] = {}
    for name, measured in models.items():
        values = measured.flat()
        for other in (PATTERN, CONSTANT, CHAMPION):
            if name not in {other, CONSTANT} and other in models:
                for figure in PAIRED:
                    difference = measured.minus(models[other], figure)
                    key = f"{figure}_minus_{slug(other)}"
                    values |= {
                        key: difference.value,
                        f"{key}_low": difference.low,
                        f"{key}_high": difference.high,
                    }
        flat |= {f"churn.{slug(name)}.{key}": value for key, value in values.items()}
    return {name: value for name, value in flat.items() if isfinite(value)}


def model_reports(
    examined: Examined, trained: Trained, families: Mapping[str, FamilyImportance], *, serves: bool
) -> tuple[ModelReport, ...]:
    """One report per model, the served one first.

    Args:
        examined: All models on the test anchor.
        trained: Whose parts they are.
        families: What they are worth to each learned model; joins its metrics as ``auc_lost.quiet_now`` and
            ``shap.quiet_now``.
        serves: The new score has passed the gates.
    """
    used = trained.blend.used
    sizes = {LINEAR: importance.by_name(used, trained.blend.linear.importance())}
    if trained.blend.trees is not None:
        sizes[TREES] = importance.by_name(used, trained.blend.trees.importance())
    if examined.forest is not None:
        sizes[FOREST] = importance.by_name(used, examined.forest.importance())
    if SERVED in families:
        sizes[SERVED] = dict(families[SERVED].lost)
    order = sorted(examined.measured, key=lambda name: name != SERVED)
    return tuple(
        ModelReport(
            task="churn",
            name=name,
            served=serves and name == SERVED,
            metrics={
                key: value
                for key, value in (examined.measured[name].flat() | _worth(families.get(name))).items()
                if isfinite(value)
            },
            confusion=confusion_of(examined, name),
            importance=sizes.get(name, {}),
        )
        for name in order
    )


def _worth(found: FamilyImportance | None) -> dict[str, float]:
    """What families are worth to one model, by metric."""
    if found is None:
        return {}
    figures = {"auc_lost": found.lost, "shap": found.shap}
    return {
        f"{figure}.{slug(family)}": value
        for figure, families in figures.items()
        for family, value in families.items()
    }


def bare_report(name: str, measured: Measured) -> ModelReport:
    """The serving model's report where only its metrics are known."""
    known = {key: value for key, value in measured.flat().items() if isfinite(value)}
    return ModelReport(task="churn", name=name, served=True, metrics=known)


def confusion_of(examined: Examined, name: str) -> tuple[int, int, int, int]:
    """Counts at the model's threshold."""
    table = measures.confusion(examined.test.left, examined.probability[name], examined.thresholds[name])
    negatives, false_alarms, missed, found = (int(count) for count in table)
    return negatives, false_alarms, missed, found


def curve_picture(curve: ReturnCurve, horizon_days: int) -> dict[str, bytes]:
    """The return curve, where anybody ever returned."""
    if not len(curve.days):
        return {}
    return {
        "return_curve": plots.return_curve(
            [float(day) for day in curve.days],
            [float(share) for share in curve.returned],
            horizon_days,
            curve.returning_after(horizon_days),
        )
    }


def pictures(examined: Examined, families: Mapping[str, float]) -> dict[str, bytes]:
    """PNG by name, of the served score on the test anchor."""
    left, served = examined.test.left, examined.probability[SERVED]
    shown = {
        name: examined.probability[name]
        for name in (SERVED, LINEAR, TREES, FOREST, PATTERN)
        if name in examined.probability
    }
    drawn = {
        "confusion": plots.confusion_matrix(confusion_of(examined, SERVED), examined.thresholds[SERVED]),
        "calibration": plots.calibration(left, served, examined.measured[SERVED].values["ece"]),
    }
    if families:
        drawn["importance"] = plots.bars(families, "What the risk is read from", "AUC lost without it")
    if examined.test.rarer:
        drawn |= {
            "roc": plots.roc_curves(left, shown),
            "precision_recall": plots.precision_recall(left, shown),
        }
    return drawn


def missing_shares(examined: Examined) -> dict[str, float]:
    """Share of missing values of each feature on the test anchor."""
    shares = 1 - np.isfinite(examined.test.values).mean(axis=0)
    return {name: float(share) for name, share in zip(examined.test.names, shares, strict=True)}
