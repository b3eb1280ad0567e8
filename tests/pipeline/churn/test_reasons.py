"""Reasons: which families are told, how many, and how much each counts."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.churn import mbg, reasons
from pipeline.churn.blend import fit_blend
from pipeline.churn.importance import alone, by_name, lost_without, sampled_contributions
from pipeline.churn.sentences import FAMILIES
from pipeline.dataset import FloatArray
from pipeline.evaluation.metrics import logit, sigmoid
from tests.pipeline.churn.customers import ALONE
from tests.pipeline.churn.test_training import RECIPE, ROWS
from tests.pipeline.churn.told_facts import facts


def points(**by_family: float) -> FloatArray:
    return np.array([by_family.get(family.split()[0], 0.0) for family in FAMILIES])


def test_tells_at_most_three_reasons_up_and_one_down_largest_first() -> None:
    own = facts(
        days_since_last_activity=21,
        usual_gap_days=6,
        days_active_30=1,
        days_active_previous_30=5,
        tenure_days=900,
        total_spend=10,
        monthly_spend=1,
        days_active_90=20,
    )

    told = reasons.reasons_of(points(quiet=9, activity=12, trend=5, spend=4, tenure=-6, rhythm=-3), own)

    assert [(reason.family, reason.points) for reason in told] == [
        ("activity level", 12.0),
        ("quiet now", 9.0),
        ("trend", 5.0),
        ("tenure", -6.0),
    ]


def test_small_reasons_are_not_told() -> None:
    assert reasons.reasons_of(points(quiet=1.9, tenure=-1.9), facts(tenure_days=900)) == ()


def test_a_family_without_a_fitting_fact_stays_silent() -> None:
    own = facts(days_active_30=9, days_active_previous_30=3, tenure_days=90, recent_share_90=0.9)

    assert reasons.reasons_of(points(trend=20), own) == ()


BLEND = fit_blend(ROWS, RECIPE)
FAMILY_OF = {
    "days_since_last_activity": "quiet now",
    "days_active": "activity level",
    "tenure_days": "tenure",
    "noise": "spend",
}
TYPICAL_ONE = reasons.typical_history(ROWS.values, ROWS.names)


def test_contributions_are_additive() -> None:
    found = reasons.contributions(BLEND, ROWS.values, FAMILY_OF, TYPICAL_ONE)

    rest = BLEND.raw_score(ROWS.values) - found.sum(axis=1)

    assert found.shape == (len(ROWS), 7)
    assert rest == pytest.approx(np.full(len(ROWS), rest[0]), abs=0.02)


def test_contributions_without_trees_are_those_of_the_line() -> None:
    found = reasons.contributions(replace(BLEND, trees=None), ROWS.values, FAMILY_OF, TYPICAL_ONE)

    assert (found[:, FAMILIES.index("rhythm")] == 0).all()
    assert np.corrcoef(found[:, 0], ROWS.column("days_since_last_activity"))[0, 1] > 0.9


def test_points_are_what_the_risk_would_lose_without_the_family() -> None:
    found = reasons.points_of(np.array([[1.0, 0.0]]), np.array([0.6]))

    assert found == pytest.approx(100 * (0.6 - sigmoid(logit(0.6) - np.array([[1.0, 0.0]]))))


def test_signals_are_mixed_where_the_folds_name_other_families() -> None:
    agreed = reasons.explain((BLEND, BLEND, BLEND), ROWS.values, FAMILY_OF, TYPICAL_ONE, ALONE)
    torn = reasons.Explained(by_family=np.zeros((3, 7)), agreement=np.array([1 / 3, 2 / 3, 1.0]))

    assert not agreed.mixed.any()
    assert list(torn.mixed) == [True, False, False]


def test_an_unknown_feature_belongs_to_no_family() -> None:
    assert reasons.family_matrix(("noise", "new"), FAMILY_OF).sum(axis=1).tolist() == [1, 0]
    assert reasons.family_matrix((), FAMILY_OF).shape == (0, 7)


def test_pattern_shares_add_up_for_one_customer() -> None:
    own = mbg.Histories(repeats=np.array([3.0]), span_days=np.array([40.0]), observed_days=np.array([60.0]))

    shares = reasons._pattern(RECIPE.pattern, own, TYPICAL_ONE, 30)

    whole = logit(RECIPE.pattern.leaves(own, 30)) - logit(RECIPE.pattern.leaves(TYPICAL_ONE, 30))
    assert shares.sum() == pytest.approx(float(whole[0]))


def test_importance_finds_the_family_that_matters() -> None:
    lost = lost_without(BLEND.raw_score, ROWS, FAMILY_OF, seed=1)
    reached = alone(ROWS, ROWS, FAMILY_OF)

    assert set(list(lost)[:2]) == {"quiet now", "activity level"}
    assert lost["spend"] < 0.02
    assert reached["spend"] == pytest.approx(0.5, abs=0.06)
    assert by_name(("a", "b"), np.array([1.0, 3.0])) == {"b": 0.75, "a": 0.25}


def test_sampled_parts_are_those_of_a_line_and_add_up() -> None:
    few = ROWS.where(np.arange(150))

    def line(values: FloatArray) -> FloatArray:
        return np.asarray(0.2 * values[:, 0] - 0.1 * values[:, 1])

    parts = sampled_contributions(line, few, FAMILY_OF, np.random.default_rng(3))

    quiet = 0.2 * (few.column("days_since_last_activity") - few.column("days_since_last_activity").mean())
    assert parts[:, FAMILIES.index("quiet now")] == pytest.approx(quiet, abs=1.3)
    assert np.abs(parts[:, FAMILIES.index("quiet now")] - quiet).mean() < 0.35
    assert (parts[:, FAMILIES.index("tenure")] == 0).all()
    assert parts.sum(axis=1).mean() == pytest.approx(0, abs=0.1)


def test_a_family_of_constants_is_not_tried_alone() -> None:
    assert alone(ROWS, ROWS, {"constant": "spend"}) == {}
