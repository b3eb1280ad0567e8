"""Who gets reasons, and the reasons: everybody in a small business, the first in line in a large one."""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from pipeline.churn.changes import Moment, change
from pipeline.churn.findings import ChurnModel
from pipeline.churn.material import FAMILY_OF, Material, churn_values
from pipeline.churn.reasons import explain, points_of, reasons_of, typical_history
from pipeline.churn.run import LIMITS, Limits, Telling
from pipeline.churn.sentences import Facts
from pipeline.dataset import BoolArray, FloatArray, IntArray, day_from_number
from pipeline.features import CHURN_NAMES, NAMES
from store.records import Reason


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is told of each of the chosen customers, by id.

    Attributes:
        agreement: Mean share of the folds that name the same leading family; NaN for nobody.
    """

    reasons: dict[str, tuple[Reason, ...]] = field(default_factory=dict)
    mixed: frozenset[str] = frozenset()
    after_visit: dict[str, float] = field(default_factory=dict)
    changes: dict[str, str] = field(default_factory=dict)
    agreement: float = float("nan")


def head(
    material: Material,
    probability: FloatArray,
    high: BoolArray,
    reasons_for: Collection[str] = (),
    limits: Limits = LIMITS,
) -> IntArray:
    """Row numbers of those who get reasons, ascending.

    Args:
        material: Its ``now``.
        probability: NaN for those without; shape (n,).
        high: In the high band; shape (n,).
        reasons_for: These customers too, however many there are.
        limits: How many.
    """
    scored = np.flatnonzero(np.isfinite(probability))
    if len(scored) <= limits.for_all:
        return scored
    worth = probability[scored] * value_of(material)[scored]
    first = scored[np.argsort(-worth, kind="stable")[: limits.first_in_line]]
    highest = np.flatnonzero(high)
    highest = highest[np.argsort(-probability[highest], kind="stable")[: limits.high]]
    asked = np.flatnonzero(np.isin(material.now.customer_ids, list(reasons_for)))
    return np.union1d(np.union1d(first, highest), np.intersect1d(asked, scored))


def value_of(material: Material) -> FloatArray:
    """Monthly spend, or active days a month where there is no money; shape (n,)."""
    spend = material.now.column("monthly_spend")
    if np.isfinite(spend).any() and np.nanmax(spend) > 0:
        return np.maximum(np.nan_to_num(spend), 0)
    return material.now.column("days_active_per_month")


def tell(
    model: ChurnModel, material: Material, probability: FloatArray, chosen: IntArray, telling: Telling
) -> Told:
    """Reasons, mixed signals and the risk after one more visit of the chosen customers.

    Args:
        model: The one that serves.
        material: Its ``now``; rows of ``probability``.
        probability: shape (n,).
        chosen: Row numbers, all with a probability.
        telling: In which currency.
    """
    if not len(chosen):
        return Told()
    now = material.now
    values = churn_values(now)
    scored = np.isfinite(probability)
    typical = typical_history(values[scored], CHURN_NAMES)
    explained = explain(model.folds, values[chosen], FAMILY_OF, typical, telling.compute)
    points = points_of(explained.by_family, probability[chosen])
    with np.errstate(invalid="ignore"):
        medians = _medians(now.values[scored])
    ids = [str(name) for name in now.customer_ids[chosen]]
    reasons = {}
    for place, (row, name) in enumerate(zip(chosen, ids, strict=True)):
        own = dict(zip(NAMES, now.values[row].tolist(), strict=True))
        reasons[name] = reasons_of(points[place], Facts(of=own, typical=medians, currency=telling.currency))
    visited = material.one_more_visit(frozenset(ids))
    after = model.probability(churn_values(visited))
    return Told(
        reasons=reasons,
        mixed=frozenset(name for name, mixed in zip(ids, explained.mixed, strict=True) if mixed),
        after_visit={str(name): float(p) for name, p in zip(visited.customer_ids, after, strict=True)},
        agreement=float(explained.agreement.mean()),
        changes=_changes(model, material, probability, chosen, telling.currency),
    )


def _changes(
    model: ChurnModel, material: Material, probability: FloatArray, chosen: IntArray, currency: str
) -> dict[str, str]:
    """What moved since the run before, where anything did."""
    if material.at_run_before is None:
        return {}
    now = material.now
    rows = {str(name): int(row) for name, row in zip(now.customer_ids[chosen], chosen, strict=True)}
    then = material.at_run_before(frozenset(rows))
    chances = model.probability(churn_values(then))
    lapsed = then.column("days_since_last_activity") > material.horizon_days
    told = {}
    for place, name in enumerate(str(each) for each in then.customer_ids):
        row = rows[name]
        said = change(
            Moment(
                day=day_from_number(int(then.as_of_day[place])),
                probability=None if lapsed[place] else float(chances[place]),
                facts=dict(zip(NAMES, then.values[place].tolist(), strict=True)),
            ),
            Moment(
                day=day_from_number(int(now.as_of_day[row])),
                probability=float(probability[row]),
                facts=dict(zip(NAMES, now.values[row].tolist(), strict=True)),
            ),
            currency,
        )
        if said is not None:
            told[name] = said
    return told


def _medians(values: FloatArray) -> dict[str, float]:
    """Median of each feature over those of whom it is known."""
    return {
        name: float(np.median(known)) if len(known := column[np.isfinite(column)]) else float("nan")
        for name, column in zip(NAMES, values.T, strict=True)
    }
