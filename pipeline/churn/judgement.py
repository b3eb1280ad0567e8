"""The gates, one after the other: a data incident, a leak, no skill, a worse successor."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.churn.examination import CONSTANT, LINEAR, PATTERN, SERVED, TREES, Examined
from pipeline.churn.findings import ChurnModel, ChurnStatus
from pipeline.churn.importance import by_name
from pipeline.churn.reporting import missing_shares
from pipeline.churn.training import Trained
from pipeline.dataset import FloatArray
from pipeline.evaluation import gate
from pipeline.evaluation.intervals import Bootstrap, Measured

# MBG/NBD's part in the score of a small business would hide what one of these has seen.
LEARNED = frozenset({SERVED, LINEAR, TREES})
# Among fewer customers chance alone keeps a fair score from passing the gate …
FEWEST_TO_PROVE, PROMISING_AUC = 150, 0.6
# … and among fewer still, nothing can be said of any score.
FEWEST_TO_REFUTE = 50


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What may be served.

    Attributes:
        status: ``served``, ``no_skill``, ``held``, or ``uncalibrated`` where MBG/NBD alone is better.
        message: Why not, for people; empty where it is served.
        champion: The model before, measured on the same rows with the same draws; None where there is none
            to compare with.
        remark: What must be known of a model that follows; empty where there is nothing.
    """

    status: ChurnStatus
    message: str = ""
    champion: Measured | None = None
    remark: str = ""


def comparable(previous: ChurnModel | None, examined: Examined, horizon_days: int) -> bool:
    """Whether the model before predicts the same thing from the same columns."""
    return (
        previous is not None
        and previous.names == examined.test.names
        and previous.horizon_days == horizon_days
    )


def judge(
    trained: Trained,
    examined: Examined,
    previous: ChurnModel | None,
    draws: int,
) -> Judgement:
    """Let a trained score through the gates.

    Args:
        trained: Knows nothing of the test anchor.
        examined: Measured there.
        previous: The model before; only if ``comparable``.
        draws: Of the bootstrap ``examined`` was measured with.
    """
    incident = _incident(examined)
    if incident:
        return Judgement(status="held", message=incident)
    champion = None
    if previous is not None:
        bootstrap = Bootstrap(left=examined.test.left, draws=draws, seed=trained.seed)
        champion = bootstrap.measure(previous.examined.probability(examined.test.values))
    served, constant = examined.measured[SERVED], examined.measured[CONSTANT]
    areas = [measured.values["auc"] for name, measured in examined.measured.items() if name in LEARNED]
    leak = gate.leak(max(areas), gain_shares(trained))
    if not leak.passed:
        return Judgement(
            status="held", message=f"the new model is blocked ({'; '.join(leak.reasons)})", champion=champion
        )
    if not gate.skill(served, constant).passed:
        if champion is not None and gate.skill(champion, constant).passed:
            return Judgement(status="held", message="the new model shows no skill", champion=champion)
        return Judgement(status="no_skill", message=no_skill_message(served), champion=champion)
    if champion is None and gate.ranks_worse(served, examined.measured[PATTERN]):
        return Judgement(status="uncalibrated", message=_beaten(examined))
    return _successor(examined, previous, champion)


def _beaten(examined: Examined) -> str:
    areas = (examined.measured[name].values["auc"] for name in (SERVED, PATTERN))
    return "what was learned ranks customers worse than MBG/NBD does (AUC {:.3f} against {:.3f})".format(
        *areas
    )


def _successor(examined: Examined, previous: ChurnModel | None, champion: Measured | None) -> Judgement:
    """Served, unless there is a model before that is better."""
    if champion is None or previous is None:
        return Judgement(status="served")
    verdict = gate.successor(_contest(examined, previous, champion))
    if verdict.passed:
        return Judgement(status="served", champion=champion, remark=verdict.remark)
    worse = f"the new model is not shown to be as good ({'; '.join(verdict.reasons)})"
    return Judgement(status="held", message=worse, champion=champion)


def _incident(examined: Examined) -> str:
    left = examined.test.left
    if left.all():
        return "everyone was quiet in the last closed window, so events are probably missing from the import"
    if not left.any():
        return "no one left in the last closed window, so the score cannot be checked"
    return ""


def no_skill_message(served: Measured) -> str:
    """Said where the score knows no more than the base rate."""
    area = served.interval("auc")
    return (
        f"no signal in this data: AUC {area.value:.2f} ({area.low:.2f}–{area.high:.2f}); "
        "who leaves cannot be told from past activity"
    )


def unproven(examined: Examined) -> str | None:
    """Said where too few customers are there to prove a score or to refute it; None where they are enough."""
    area, count = examined.measured[SERVED].interval("auc"), len(examined.test)
    promising = count < FEWEST_TO_PROVE and area.value >= PROMISING_AUC
    if not promising and count >= FEWEST_TO_REFUTE:
        return None
    return (
        f"{len(examined.test)} customers in the last closed window are too few to prove a score "
        f"(AUC {area.value:.2f}, {area.low:.2f}–{area.high:.2f})"
    )


def gain_shares(trained: Trained) -> Mapping[str, float]:
    """Share of the trees' gain by feature; empty without trees."""
    trees = trained.blend.trees
    return {} if trees is None else by_name(trained.blend.used, trees.importance())


def _contest(examined: Examined, previous: ChurnModel, champion: Measured) -> gate.Contest:
    probability: FloatArray = np.asarray(examined.probability[SERVED])
    return gate.Contest(
        probability=probability,
        challenger=examined.measured[SERVED],
        champion=champion,
        baseline=examined.measured[PATTERN],
        missing=missing_shares(examined),
        missing_before=previous.missing,
        rows=len(examined.test),
        rows_before=previous.active,
    )
