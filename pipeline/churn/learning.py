"""The whole run: gather, fit, examine, pass the gates, fit again with the newest labels, score, explain."""

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite

import numpy as np
import numpy.typing as npt

from pipeline.churn import importance, reporting
from pipeline.churn.bands import band_records, bands_of, limits_around
from pipeline.churn.calibration import level_of
from pipeline.churn.examination import SERVED, Examined, examine
from pipeline.churn.fallbacks import Situation, fallback, simple_scores, situation_of, without_scores
from pipeline.churn.findings import ChurnFindings, ChurnModel
from pipeline.churn.heads import Told, head, tell
from pipeline.churn.importance import FamilyImportance
from pipeline.churn.judgement import Judgement, comparable, judge, unproven
from pipeline.churn.material import FAMILY_OF, Material, churn_values, gather
from pipeline.churn.notes import held_message, notes, served_message
from pipeline.churn.rows import Rows, histories_of, together
from pipeline.churn.run import ALONE, Effort, Run, Telling
from pipeline.churn.training import Trained, capped, train
from pipeline.churn.wording import counted, percent
from pipeline.config import ChurnConfig, ComputeConfig
from pipeline.dataset import Dataset, FloatArray
from pipeline.errors import DataError
from pipeline.evaluation.metrics import auc
from pipeline.features import CHURN_NAMES, NAMES
from pipeline.labels import Anchors, ReturnCurve, anchors, choose_horizon, return_curve
from store.records import BandRecord, ModelReport

NOBODY: npt.NDArray[np.object_] = np.array([], dtype=object)
DEFAULT_HORIZON_DAYS = 30
PAUSES = "Almost nobody leaves for good: nearly all come back some day, so that a risk is one of a long pause"
MODEL_NAME = "logistic regression and LightGBM, shrunk to MBG/NBD"


def learn(
    dataset: Dataset,
    config: ChurnConfig,
    compute: ComputeConfig,
    previous: ChurnModel | None = None,
    *,
    telling: Telling | None = None,
    effort: Effort | None = None,
) -> ChurnFindings:
    """Find out who will leave. The same data set, configuration and seed give the same findings.

    Args:
        dataset: All of it.
        config: Horizon, anchors, rows, resampling, seed.
        compute: How to spread the work.
        previous: The model that served until now; a worse successor is held back.
        telling: How reasons are told.
        effort: How much is computed.
    """
    if not dataset.manifest.events:
        return without_scores(
            Situation(
                customer_ids=NOBODY,
                quiet_days=np.zeros(0),
                active=np.zeros(0, dtype=np.bool_),
                horizon_days=config.horizon_days or DEFAULT_HORIZON_DAYS,
            ),
            "no_eligible_users",
            "there are no events, so nothing is known of anybody",
        )
    horizon_days, curve, said = _horizon(dataset, config, compute)
    try:
        moments: Anchors | None = anchors(dataset.manifest, horizon_days, config.most_anchors)
    except DataError:
        moments = None
    material = gather(dataset, moments, horizon_days, config, compute, _compared_with(previous, telling))
    run = Run(
        material=material,
        situation=situation_of(material),
        config=config,
        # Where reading needed no other process, the fits are not worth starting one.
        compute=compute if dataset.manifest.partitions > 1 else ALONE,
        telling=telling or Telling(),
        effort=effort or Effort(),
    )
    found = learn_from(run, previous)
    pictures = reporting.curve_picture(curve, horizon_days) if run.effort.pictures else {}
    return replace(
        found,
        pictures={**found.pictures, **pictures},
        findings=(*found.findings, *said),
        # What serves nobody today may serve again tomorrow.
        model=found.model or previous,
    )


def _horizon(
    dataset: Dataset, config: ChurnConfig, compute: ComputeConfig
) -> tuple[int, ReturnCurve, tuple[str, ...]]:
    """The horizon, the return curve behind it, and what it says of both."""
    if config.horizon_days is not None:
        horizon_days, curve, why = config.horizon_days, return_curve(dataset, compute), "as configured"
    else:
        choice = choose_horizon(dataset, compute)
        horizon_days, curve, why = choice.horizon_days, choice.curve, choice.reason
    quiet = counted(horizon_days, "quiet day")
    gone = f"A customer counts as gone after {quiet}: {why}"
    if isfinite(still := curve.returning_after(horizon_days)):
        gone += f"; {percent(still)} of those quiet for so long still come back"
    return horizon_days, curve, (gone, PAUSES) if curve.nobody_leaves else (gone,)


def _compared_with(previous: ChurnModel | None, telling: Telling | None) -> int | None:
    """The day that what moved is told since; None where nobody had a score before."""
    if previous is None:
        return None
    told = None if telling is None else telling.run_before
    return previous.as_of_day if told is None else told


def learn_from(run: Run, previous: ChurnModel | None = None) -> ChurnFindings:
    """The same from rows at hand."""
    simple = fallback(run.material, run.situation)
    if simple is not None:
        return simple
    training, test, everybody = run.material.training, run.material.test, run.material.everybody
    assert training is not None
    assert test is not None
    assert everybody is not None
    recipe = run.recipe(everybody.histories)
    trained = train(
        capped(training, run.config.most_rows), run.material.season_before_test, recipe, run.compute
    )
    examined = examine(trained, test, recipe)
    champion = previous if comparable(previous, examined, run.material.horizon_days) else None
    judgement = judge(trained, examined, champion, run.effort.draws)
    if judgement.status == "served":
        model = _refitted(run, trained, examined)
        found = _scored(run, model, judgement, MODEL_NAME)
    elif judgement.status == "held" and champion is not None:
        level = level_of(champion.examined.score(test.values), test.left) if test.rarer else champion.level
        kept = champion if level == champion.level else replace(champion, level=level)
        found = _scored(run, kept, judgement, f"{MODEL_NAME} (kept from an earlier run)")
    elif judgement.status == "uncalibrated":
        found = simple_scores(run.material, run.situation, "uncalibrated", judgement.message)
    elif judgement.status == "no_skill" and (why := unproven(examined)) is not None:
        found = simple_scores(run.material, run.situation, "too_few", why)
    else:
        found = without_scores(
            run.situation, judgement.status, judgement.message, base_rate=float(test.left.mean())
        )
    return _reported(run, found, trained, examined, judgement)


def _refitted(run: Run, trained: Trained, examined: Examined) -> ChurnModel:
    """The score, learned again with the newest anchor's labels and the visits until today."""
    material = run.material
    assert material.training is not None
    recipe = run.recipe(histories_of(NAMES, material.now.values))
    rows = material.training if material.newest is None else together((material.training, material.newest))
    again = train(capped(rows, run.config.most_rows), material.season_before_now, recipe, run.compute)
    base_rate = float(examined.test.left.mean())
    return ChurnModel(
        served=again.blend,
        examined=trained.blend,
        folds=again.folds,
        horizon_days=material.horizon_days,
        limits=limits_around(base_rate),
        base_rate=base_rate,
        threshold=again.threshold,
        missing=reporting.missing_shares(examined),
        active=len(examined.test),
        as_of_day=int(material.now.as_of_day[0]),
        anchor_days=tuple(int(day) for day in np.unique(again.rows.as_of_day)),
        seed=run.config.seed,
        card=reporting.flat_metrics(examined.measured),
    )


def _scored(run: Run, model: ChurnModel, judgement: Judgement, name: str) -> ChurnFindings:
    """Score everybody who is active today."""
    material, situation = run.material, run.situation
    probability = np.full(len(situation.customer_ids), np.nan)
    active = np.flatnonzero(situation.active)
    probability[active] = model.probability(churn_values(material.now)[active])
    band = bands_of(probability, model.limits)
    chosen = head(material, probability, band == "high", run.telling.reasons_for, run.effort.limits)
    told: Told = tell(model, material, probability, chosen, replace(run.telling, compute=run.compute))
    return ChurnFindings(
        status=judgement.status,
        message=judgement.message,
        model_name=name,
        horizon_days=material.horizon_days,
        base_rate=model.base_rate,
        customer_ids=situation.customer_ids,
        probability=probability,
        band=band,
        status_of=situation.status_of,
        reasons=told.reasons,
        mixed_signals=told.mixed,
        after_visit=told.after_visit,
        changes=told.changes,
        metrics={"churn.reasons.agreement": told.agreement} if told.reasons else {},
        model=model,
    )


def _reported(
    run: Run, found: ChurnFindings, trained: Trained, examined: Examined, judgement: Judgement
) -> ChurnFindings:
    """Add what was measured, drawn and noticed."""
    families = importance.of_models(trained, examined, FAMILY_OF, run.config.seed)
    lost = families[SERVED].lost if families else {}
    alone = importance.alone(trained.rows, examined.test, FAMILY_OF) if families else {}
    measured = dict(examined.measured)
    if judgement.champion is not None:
        measured[reporting.CHAMPION] = judgement.champion
    records, message = _worth(run, found, examined, judgement)
    metrics = (
        {**found.metrics}
        | reporting.flat_metrics(measured)
        | reporting.family_figures(families, alone)
        | _beyond(run.material, trained, examined)
    )
    return replace(
        found,
        message=message,
        bands=records,
        reports=_reports(found, examined, trained, judgement, families),
        metrics=metrics,
        pictures=reporting.pictures(examined, lost) if run.effort.pictures else {},
        findings=notes(run, found, trained, judgement),
    )


def _worth(
    run: Run, found: ChurnFindings, examined: Examined, judgement: Judgement
) -> tuple[tuple[BandRecord, ...], str]:
    """What each band of the serving model did on the test anchor, and the result in one sentence."""
    records: tuple[BandRecord, ...] = ()
    if found.model is not None and examined.test.rarer:
        served = examined.probability[SERVED]
        if found.status == "held":
            served = found.model.examined.probability(examined.test.values)
        records = band_records(bands_of(served, found.model.limits), examined.test.left)
    if found.status == "served":
        return records, served_message(records, examined, run.material.horizon_days)
    return records, held_message(judgement, found) if found.status == "held" else found.message


def _reports(
    found: ChurnFindings,
    examined: Examined,
    trained: Trained,
    judgement: Judgement,
    families: Mapping[str, FamilyImportance],
) -> tuple[ModelReport, ...]:
    """One per model; the one before too, where it goes on serving."""
    reports = reporting.model_reports(examined, trained, families, serves=found.status == "served")
    if found.status != "held" or found.model is None or judgement.champion is None:
        return reports
    champion = reporting.bare_report("the model before", judgement.champion)
    return (champion, *reports)


def _beyond(material: Material, trained: Trained, examined: Examined) -> dict[str, float]:
    """Secondary figures: everybody, long gone or not; the parts of the score."""
    everybody: Rows | None = material.everybody
    assert everybody is not None
    score: FloatArray = trained.blend.score(everybody.values)
    beyond = {
        "churn.served.auc_all_customers": auc(everybody.left, score),
        "churn.served.shift": trained.blend.shift,
        "churn.served.mbg_weight": trained.blend.weight,
        "churn.served.recalibration_slope": trained.blend.slope,
        "churn.training_rows": float(len(trained.rows)),
        "churn.training_customers": float(trained.rows.customers),
        "churn.training_anchors": float(len(np.unique(trained.rows.as_of_day))),
        "churn.oldest_anchor_day": float(trained.rows.as_of_day.min()),
        "churn.newest_anchor_day": float(trained.rows.as_of_day.max()),
        "churn.test_anchor_day": float(examined.test.as_of_day[0]),
        "churn.test_customers": float(len(examined.test)),
        "churn.horizon_days": float(material.horizon_days),
        "churn.features_dropped": float(len(set(CHURN_NAMES) & set(trained.blend.dropped))),
    }
    return {name: value for name, value in beyond.items() if np.isfinite(value)}
