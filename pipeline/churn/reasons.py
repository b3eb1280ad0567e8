"""Why a risk is where it is: contributions summed by family, turned into points, told in facts.

References:
    Lundberg et al. (2020), "From local explanations to global understanding with explainable AI for trees",
    Nature Machine Intelligence 2: exact, additive contributions of trees in log-odds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.churn.blend import Blend
from pipeline.churn.mbg import Histories, MbgNbd
from pipeline.churn.rows import histories_of
from pipeline.churn.sentences import DOWN, FAMILIES, UP, Facts, sentence
from pipeline.config import ComputeConfig
from pipeline.dataset import BoolArray, FloatArray
from pipeline.evaluation.metrics import logit, sigmoid
from pipeline.partitions import spread
from store.records import Reason

MOST_UP = 3
MOST_DOWN = 1
# A reason of fewer points would not be missed.
LEAST_POINTS = 2.0
AGREEING = 2 / 3
# Below, starting a process costs more than it saves.
FEWEST_TO_SPREAD = 5_000


@dataclass(frozen=True, kw_only=True)
class Explained:
    """What each family adds to each customer's log-odds.

    Attributes:
        by_family: Mean over the folds; columns as ``FAMILIES``; shape (n, 7).
        agreement: Share of the folds that name the same leading family; shape (n,).
    """

    by_family: FloatArray
    agreement: FloatArray

    @property
    def mixed(self) -> BoolArray:
        """The leading family depends on which customers were learned from; shape (n,)."""
        return self.agreement < AGREEING - 1e-9


def family_matrix(names: Sequence[str], family_of: Mapping[str, str]) -> FloatArray:
    """1 where a feature belongs to a family; shape (len(names), 7). An unknown feature belongs to none."""
    return np.array(
        [[float(family_of.get(name) == family) for family in FAMILIES] for name in names]
    ).reshape(len(names), len(FAMILIES))


def contributions(
    blend: Blend, values: FloatArray, family_of: Mapping[str, str], typical: Histories
) -> FloatArray:
    """What each family adds to the log-odds of a blend, against an average customer; shape (n, 7).

    Args:
        blend: The fitted score.
        values: Its columns; shape (n, f).
        family_of: Family by feature.
        typical: One row: the customer MBG/NBD compares with.
    """
    used = values[:, blend.kept]
    learned = [blend.linear.contributions(used)]
    if blend.trees is not None:
        learned.append(blend.trees.contributions(used))
    parts = np.mean(learned, axis=0) @ family_matrix(blend.used, family_of)
    pattern = _pattern(blend.pattern, histories_of(blend.names, values), typical, blend.horizon_days)
    mixed: FloatArray = blend.slope * ((1 - blend.weight) * parts + blend.weight * pattern)
    return mixed


def _pattern(model: MbgNbd, own: Histories, typical: Histories, horizon_days: int) -> FloatArray:
    """Shapley's share of being quiet and of having been active in MBG/NBD's log-odds; shape (n, 7)."""
    quiet, usual_quiet = (each.observed_days - each.span_days for each in (own, typical))

    def odds(active: Histories, quiet_days: FloatArray) -> FloatArray:
        rows = len(own)
        whole = np.broadcast_to(active.observed_days, rows)
        return logit(
            model.leaves(
                Histories(
                    repeats=np.broadcast_to(active.repeats, rows),
                    span_days=np.maximum(whole - quiet_days, 0),
                    observed_days=whole,
                ),
                horizon_days,
            )
        )

    both, neither = odds(own, quiet), odds(typical, usual_quiet)
    only_quiet, only_active = odds(typical, quiet), odds(own, usual_quiet)
    shares = np.zeros((len(own), len(FAMILIES)))
    shares[:, FAMILIES.index("quiet now")] = (only_quiet - neither + both - only_active) / 2
    shares[:, FAMILIES.index("activity level")] = (only_active - neither + both - only_quiet) / 2
    return shares


def typical_history(values: FloatArray, names: Sequence[str]) -> Histories:
    """The median customer, as one row."""
    own = histories_of(names, values)
    return Histories(
        repeats=np.array([np.median(own.repeats)]),
        span_days=np.array([np.median(own.span_days)]),
        observed_days=np.array([np.median(own.observed_days)]),
    )


def explain(
    folds: Sequence[Blend],
    values: FloatArray,
    family_of: Mapping[str, str],
    typical: Histories,
    compute: ComputeConfig,
) -> Explained:
    """Average what several blends, each learned from other customers, say of each family.

    Args:
        folds: At least one.
        values: Their columns; shape (n, f).
        family_of: Family by feature.
        typical: One row.
        compute: The folds are explained side by side where there are many rows.
    """
    if len(values) < FEWEST_TO_SPREAD:
        compute = replace(compute, backend="local", processes=1)
    each = np.stack(spread(contributions, folds, values, family_of, typical, compute=compute))
    mean = each.mean(axis=0)
    # Whether the customer stands above or below the average decides which end of the list leads.
    sign = np.where(mean.sum(axis=1) >= 0, 1.0, -1.0)[:, None]
    leading = np.argmax(mean * sign, axis=1)
    agreement = (np.argmax(each * sign, axis=2) == leading).mean(axis=0)
    return Explained(by_family=mean, agreement=agreement)


def points_of(by_family: FloatArray, probability: FloatArray) -> FloatArray:
    """Percentage points each family adds: p − σ(logit p − contribution); shape (n, 7)."""
    without = sigmoid(logit(probability)[:, None] - by_family)
    points: FloatArray = 100 * (probability[:, None] - without)
    return points


def reasons_of(points: FloatArray, facts: Facts) -> tuple[Reason, ...]:
    """At most three reasons up and one down for one customer, largest first.

    Args:
        points: By family; shape (7,).
        facts: To fill the sentences with; a sentence that contradicts its sign is not used.
    """
    told: list[Reason] = []
    for direction, most in ((UP, MOST_UP), (DOWN, MOST_DOWN)):
        order = np.argsort(-direction * points, kind="stable")
        found: list[Reason] = []
        for place in order:
            if direction * points[place] < LEAST_POINTS or len(found) == most:
                break
            text = sentence(FAMILIES[place], facts, direction)
            if text is not None:
                found.append(Reason(family=FAMILIES[place], text=text, points=round(float(points[place]), 1)))
        told += found
    return tuple(told)
