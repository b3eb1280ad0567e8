"""Sentences people should know about a churn run, most important first."""

from collections.abc import Sequence

import numpy as np

from pipeline.churn.examination import SERVED, Examined
from pipeline.churn.findings import ChurnFindings
from pipeline.churn.judgement import Judgement
from pipeline.churn.resampling import can_balance
from pipeline.churn.run import Run
from pipeline.churn.training import Trained
from pipeline.churn.wording import counted
from pipeline.features import FEATURES
from store.records import BandRecord

# Far beyond what 999 of 1,000 customers do; no person watches or buys like that.
ROBOT_FACTOR = 20
FEWEST_FOR_ROBOTS = 30


def served_message(bands: Sequence[BandRecord], examined: Examined, horizon_days: int) -> str:
    """What the score was worth last time, in one sentence."""
    high = next(band for band in bands if band.band == "high")
    within = f"within {counted(horizon_days, 'day')}"
    if high.customers >= 10:
        return f"Of {counted(high.customers, 'customer')} rated high last time, {high.left:,} left {within}"
    area = examined.measured[SERVED].values["auc"]
    return (
        f"Of two customers, one who left {within} and one who stayed, the score told them apart "
        f"{area:.0%} of the time (AUC {area:.2f})".replace("%", " %")
    )


def held_message(judgement: Judgement, found: ChurnFindings) -> str:
    """Why the new model does not serve, and what does instead."""
    if found.model is None:
        return f"no risk is shown: {judgement.message}"
    level = ", its level set anew" if found.model.level else ""
    return f"an earlier model goes on serving{level}: {judgement.message}"


def notes(run: Run, found: ChurnFindings, trained: Trained, judgement: Judgement) -> tuple[str, ...]:
    """What to say beside the result."""
    told = []
    if judgement.status == "held":
        told.append(f"Churn: {held_message(judgement, found)}")
    if judgement.remark:
        told.append(f"Churn: the new model follows the one before although {judgement.remark}")
    if run.config.resampling != "none" and not can_balance(trained.rows.left):
        told.append(
            f"Balancing ({run.config.resampling}) was asked for, but one row of the rarer class is too few"
        )
    elif run.config.resampling != "none":
        told.append(
            f"Training rows were balanced ({run.config.resampling}); the probabilities were recalibrated on "
            "untouched customers"
        )
    told += _robots(run)
    dropped = list(trained.blend.dropped)
    if dropped:
        families = list(dict.fromkeys(feature.family for feature in FEATURES if feature.name in dropped))
        told.append(
            f"{counted(len(dropped), 'measure')} said the same of everybody and "
            f"{'was' if len(dropped) == 1 else 'were'} left out: of {', '.join(families)}"
        )
    return tuple(told)


def _robots(run: Run) -> list[str]:
    events = run.material.now.column("event_count")
    if len(events) < FEWEST_FOR_ROBOTS:
        return []
    # The next lower count, not one between: a lone machine must not raise its own limit.
    border = ROBOT_FACTOR * float(np.quantile(events, 0.999, method="lower"))
    strange = events > border
    if not strange.any():
        return []
    who = counted(int(strange.sum()), "customer")
    return [f"{who} with over {border:,.0f} events each: probably machines; counted by days, they do no harm"]
