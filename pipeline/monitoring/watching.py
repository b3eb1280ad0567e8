"""All that is watched after a run has learned, as sentences and flags."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from pipeline.activity import ActivitySums
from pipeline.churn import ChurnFindings
from pipeline.churn.wording import counted, percent
from pipeline.config import ComputeConfig
from pipeline.dataset import Dataset, day_from_number, day_number
from pipeline.features import FeatureTable
from pipeline.monitoring.calibration import Calibration, calibration_of
from pipeline.monitoring.drift import Moved, Reference, moved, reference_of
from pipeline.monitoring.history import ScoreHistory
from pipeline.monitoring.ingestion import OddDay, jumped, odd_days

FEATURES_NAMED = 2
SERVING = frozenset({"served", "held"})
# The horizon has been this one since that day: scores of another say nothing of it.
HORIZON_SINCE = "monitoring.horizon_since"


@dataclass(frozen=True, kw_only=True)
class Present:
    """What this run found.

    Attributes:
        today: Features as of the run.
        closed: Features at the newest closed anchor, on which a new score was judged; None where there is
            none.
        past: Past scores by customer, packed as ``store.results.packing`` says.
    """

    dataset: Dataset
    churn: ChurnFindings
    today: FeatureTable
    closed: FeatureTable | None
    sums: ActivitySums
    past: Mapping[str, tuple[bytes, bytes]]


@dataclass(frozen=True, kw_only=True)
class Before:
    """What the run before left.

    Attributes:
        reference: The population its served model was judged on.
    """

    reference: Reference | None = None
    horizon_days: int | None = None
    model_name: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What people should know first, and what the next run will need.

    Attributes:
        messages: The import, then calibration, then drift; each with what to do. Empty where all is well.
        metrics: ``monitoring.…``; ``monitoring.ingestion_alarm`` is 1 where alerts have to wait.
        reference: To be kept with the models.
    """

    messages: tuple[str, ...]
    metrics: Mapping[str, float]
    reference: Reference | None


def watch(present: Present, before: Before, compute: ComputeConfig) -> Watched:
    """Watch the import, the calibration of past scores, and drift."""
    churn, manifest = present.churn, present.dataset.manifest
    history = ScoreHistory.of(present.past)
    today = day_number(manifest.watermark)
    same_horizon = before.horizon_days == churn.horizon_days
    since = before.metrics.get(HORIZON_SINCE, 0.0) if same_horizon else float(today)
    odd = odd_days(present.sums, today)
    # A model that was kept has the old name with a remark behind.
    names = {name.partition(" (")[0] for name in (before.model_name, churn.model_name)}
    same_score = same_horizon and len(names) == 1
    jump = _jump(churn, history, today) if same_score else None
    calibration = calibration_of(history, present.dataset, churn.horizon_days, compute, since=int(since))
    reference = _reference(present, before)
    active = present.today.where(_active(present.today, churn.horizon_days))
    drifted = moved(reference, active) if reference is not None and len(active) else ()
    metrics = {
        "monitoring.ingestion_alarm": float(bool(odd) or jump is not None),
        "monitoring.calibration_alarm": float(calibration is not None and calibration.is_off),
        "monitoring.features_moved": float(len(drifted)),
        HORIZON_SINCE: since,
    }
    if reference is not None:
        metrics["monitoring.features_watched"] = float(len(reference.features))
    if calibration is not None:
        metrics["monitoring.calibration_gap"] = calibration.gap
        metrics["monitoring.calibration_customers"] = float(calibration.customers)
        metrics["monitoring.calibration_cusum"] = calibration.creeping.size
    told = [_import_sentence(odd, jump), _calibration_sentence(calibration, churn)]
    if reference is not None and drifted:
        told.append(_drift_sentence(drifted, reference, churn.horizon_days))
    return Watched(messages=tuple(one for one in told if one), metrics=metrics, reference=reference)


def _active(table: FeatureTable, horizon_days: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    active: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
        table.column("days_since_last_activity") <= horizon_days
    )
    return active


def _reference(present: Present, before: Before) -> Reference | None:
    """Of the model that serves: a new one was judged at the closed anchor, a kept one when it was new."""
    churn, closed = present.churn, present.closed
    if churn.model is None or churn.status not in SERVING:
        return None
    if churn.status == "held" and before.reference is not None:
        return before.reference
    if closed is None:
        return None
    judged = closed.where(_active(closed, churn.horizon_days))
    return reference_of(judged, churn.model.served.used) if len(judged) else None


def _jump(churn: ChurnFindings, history: ScoreHistory, today: int) -> tuple[float, float] | None:
    """Mean score before and now, where it jumped."""
    scores = churn.probability[np.isfinite(churn.probability)]
    if not len(scores):
        return None
    mean = float(scores.mean())
    before = jumped(history, today, mean, len(scores))
    return None if before is None else (before, mean)


def _import_sentence(odd: tuple[OddDay, ...], jump: tuple[float, float] | None) -> str:
    if odd:
        first = odd[0]
        what = first.measure.replace("_", " ")
        day = day_from_number(first.day)
        more = f" (and {counted(len(odd) - 1, 'more such count')})" if len(odd) > 1 else ""
        return (
            f"Import: {first.found:,.0f} {what} on {day:%A, %-d %B %Y}, where {first.usual:,.0f} are usual"
            f"{more}; alerts wait. Check the last delivery and retrain"
        )
    if jump is not None:
        return (
            f"Import: the mean risk went from {percent(jump[0])} to {percent(jump[1])} in one run, as it "
            "does when data are missing; alerts wait for the next run. Check the last delivery and retrain"
        )
    return ""


def _calibration_sentence(calibration: Calibration | None, churn: ChurnFindings) -> str:
    if calibration is None or not calibration.is_off:
        return ""
    action = "the level was set anew in this run, which is to be proved"
    if churn.status == "held" and churn.model is not None and not churn.model.level:
        action = "the model that said so still serves; read its risks accordingly"
    if not calibration.jumps:
        slow = calibration.creeping
        return (
            f"Calibration: since the scores of {day_from_number(slow.since_day):%-d %B %Y}, time after time "
            f"about {_points(slow.gap)}; {action}"
        )
    first, last = (day_from_number(day) for day in (calibration.first_day, calibration.last_day))
    when = f"on {first:%-d %B %Y}" if first == last else f"from {first:%-d %B} to {last:%-d %B %Y}"
    return (
        f"Calibration: scores {when} said {percent(calibration.said)} would leave, "
        f"{percent(calibration.happened)} did: about {_points(calibration.gap)}; {action}"
    )


def _points(gap: float) -> str:
    return f"{abs(gap) * 100:.0f} points too {'low' if gap < 0 else 'high'}"


def _drift_sentence(drifted: tuple[Moved, ...], reference: Reference, horizon_days: int) -> str:
    named = " and ".join(map(_moved_words, drifted[:FEATURES_NAMED]))
    most = "" if len(drifted) <= FEATURES_NAMED else ", most of all"
    return (
        f"Drift: {len(drifted)} of {counted(len(reference.features), 'feature')} moved since the model was "
        f"judged on {day_from_number(reference.day):%-d %B %Y}{most}: {named}. Check the last import; if the "
        f"business changed, risks are less sure for {counted(horizon_days, 'day')}"
    )


def _moved_words(one: Moved) -> str:
    words = one.name.replace("_", " ")
    if not isfinite(one.median_now):
        return f"{words} (no longer known)"
    return f"{words} (median {one.median_before:,.3g} then, {one.median_now:,.3g} now)"
