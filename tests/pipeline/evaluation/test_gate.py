"""The gate: no skill, leaks and worse successors are recognised, each with its reasons in words."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.dataset import FloatArray
from pipeline.evaluation import gate, metrics
from pipeline.evaluation.intervals import Bootstrap, Measured

RANDOM = np.random.default_rng(5)
Z = 1.5 * RANDOM.normal(size=1_500)
LEFT = RANDOM.random(1_500) < metrics.sigmoid(Z)
GOOD = metrics.sigmoid(Z)


def measured(probability: FloatArray) -> Measured:
    return Bootstrap(left=LEFT, draws=60).measure(probability)


def contest(challenger: FloatArray, champion: FloatArray = GOOD) -> gate.Contest:
    return gate.Contest(
        probability=challenger,
        challenger=measured(challenger),
        champion=measured(champion),
        baseline=measured(metrics.sigmoid(0.5 * Z)),
        missing={"spend_30": 0.1},
        missing_before={"spend_30": 0.1},
        rows=1_500,
        rows_before=1_400,
    )


CONSTANT = measured(np.full(1_500, LEFT.mean()))


def test_a_score_that_knows_something_has_skill() -> None:
    assert gate.skill(measured(GOOD), CONSTANT) == gate.Verdict(passed=True)


def test_a_score_of_noise_has_no_skill_and_says_why() -> None:
    noise = measured(metrics.sigmoid(0.3 * RANDOM.normal(size=1_500)))

    verdict = gate.skill(noise, CONSTANT)

    assert not verdict.passed
    assert len(verdict.reasons) == 2
    assert "log loss is not surely below" in verdict.reasons[0]
    assert "AUC is not surely above 0.52" in verdict.reasons[1]


def test_one_class_has_no_skill() -> None:
    everyone = Bootstrap(left=np.ones(50, dtype=bool), draws=10)

    assert not gate.skill(everyone.measure(np.full(50, 0.9)), everyone.measure(np.ones(50))).passed


def test_a_score_too_good_to_be_true_is_a_leak() -> None:
    assert gate.leak(0.97, {"spend_30": 0.2}).passed
    assert gate.leak(0.98, {"spend_30": 0.2}).reasons == (
        "an AUC of 0.980 is too good to be true: a feature has probably seen the future",
    )


def test_one_feature_that_knows_it_all_is_a_leak() -> None:
    verdict = gate.leak(0.85, {"visits_tomorrow": 0.61, "spend_30": 0.39})

    assert not verdict.passed
    assert "“visits_tomorrow” alone carries 61%" in verdict.reasons[0]
    assert gate.leak(0.85, {"days_since_last_activity": 0.6, "spend_30": 0.4}).passed
    assert gate.leak(0.85, {}).passed, "without trees there are no shares"


def test_an_equal_successor_may_follow() -> None:
    assert gate.successor(contest(GOOD)).passed


def against(few: slice, challenger: FloatArray, champion: FloatArray) -> gate.Verdict:
    """A contest among some of the customers."""
    bootstrap = Bootstrap(left=LEFT[few], draws=60)
    return gate.successor(
        replace(
            contest(GOOD),
            probability=challenger[few],
            challenger=bootstrap.measure(challenger[few]),
            champion=bootstrap.measure(champion[few]),
            baseline=bootstrap.measure(metrics.sigmoid(0.2 * Z[few])),
            rows=few.stop,
            rows_before=few.stop,
        )
    )


def noisy(size: float, seed: int = 2) -> FloatArray:
    return metrics.sigmoid(Z + size * np.random.default_rng(seed).normal(size=len(Z)))


def test_among_few_customers_a_successor_measured_as_no_worse_may_follow_and_it_is_said() -> None:
    few = slice(0, 150)
    one, other = noisy(0.3, 7), noisy(0.3, 8)
    better, worse = sorted((one, other), key=lambda each: metrics.log_loss(LEFT[few], each[few]))

    follows = against(few, better, worse)

    assert follows == gate.Verdict(
        passed=True,
        remark="150 customers are too few to tell models within 1 % apart; it was measured as no worse",
    )
    assert against(few, worse, better).reasons == (
        "its log loss may be more than 1 % worse (0.5878 against 0.5857)",
    )


def test_among_enough_customers_only_the_upper_bound_decides() -> None:
    everybody = slice(0, 1_500)

    assert against(everybody, noisy(0.02), GOOD) == gate.Verdict(passed=True)
    assert against(everybody, noisy(0.5), GOOD).reasons[0].startswith("its log loss is more than 1 % worse (")


def difference(value: float, width: float) -> bool:
    """Whether a model ranks worse whose AUC differs by so much, give or take ``width``."""
    noise = np.linspace(-width, width, 401) / 0.95
    old = Measured(values={"auc": 0.8}, draws={"auc": np.full(401, 0.8)})
    return gate.ranks_worse(Measured(values={"auc": 0.8 + value}, draws={"auc": 0.8 + value + noise}), old)


def test_half_a_point_of_auc_may_be_lost_and_no_more() -> None:
    assert not difference(-0.0049, width=0.002)
    assert difference(-0.0051, width=0.002)


def test_among_few_customers_only_a_surely_lower_auc_ranks_worse() -> None:
    assert not difference(-0.0105, width=0.0175), "as measured among 81 customers"
    assert difference(-0.03, width=0.0175)


def test_a_level_further_off_than_two_points_is_held_unless_the_champion_is_further_off_still() -> None:
    lower, lowest = (metrics.sigmoid(Z - shift) for shift in (0.35, 0.8))

    held = gate.successor(contest(lower)).reasons
    assert any(reason.startswith("its mean risk of ") for reason in held)
    assert gate.successor(contest(lower, champion=lowest)).passed


def test_a_worse_successor_is_held_with_every_reason() -> None:
    worse = np.clip(metrics.sigmoid(0.3 * Z + 2 * RANDOM.normal(size=1_500)) * 0.6, 0.01, 0.99)

    verdict = gate.successor(contest(worse))

    assert not verdict.passed
    said = "; ".join(verdict.reasons)
    for words in (
        "log loss is more than 1 % worse",
        "ranks worse (AUC",
        "worse than MBG/NBD",
        "mean risk of",
        "calibration error",
    ):
        assert words in said


def test_missing_values_and_missing_customers_hold_a_successor() -> None:
    starved = replace(contest(GOOD), missing={"spend_30": 0.4, "items": 0.9}, rows=600)

    assert gate.successor(starved).reasons == (
        "values are missing that were there before: spend_30",
        "600 active customers, but 1,400 when the served model learned",
    )


@pytest.mark.parametrize("rows", [700, 2_100])
def test_half_as_many_customers_more_or_less_are_still_the_same_business(rows: int) -> None:
    assert gate.successor(replace(contest(GOOD), rows=rows)).passed
