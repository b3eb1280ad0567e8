"""Intervals: customers drawn again, the same draws for every model."""

import numpy as np
import pytest

from pipeline.evaluation import metrics
from pipeline.evaluation.intervals import Bootstrap

RANDOM = np.random.default_rng(3)
TRUTH = RANDOM.normal(size=400)
LEFT = RANDOM.random(400) < metrics.sigmoid(TRUTH)
GOOD = metrics.sigmoid(TRUTH)
WORSE = metrics.sigmoid(TRUTH + 0.7 * RANDOM.normal(size=400))


def test_the_interval_holds_the_figure_and_narrows_with_more_customers() -> None:
    few = Bootstrap(left=LEFT[:100], draws=100).measure(GOOD[:100]).interval("auc")
    many = Bootstrap(left=LEFT, draws=100).measure(GOOD).interval("auc")

    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low
    assert many.value == metrics.auc(LEFT, GOOD)


def test_a_draw_equals_the_figure_of_the_repeated_rows() -> None:
    bootstrap = Bootstrap(left=LEFT, draws=1)
    times = next(bootstrap.weights()).astype(int)
    repeated = np.repeat(np.arange(400), times)

    drawn = bootstrap.measure(GOOD, threshold=0.5).draws

    assert drawn["auc"][0] == pytest.approx(metrics.auc(LEFT[repeated], GOOD[repeated]))
    assert drawn["pr_auc"][0] == pytest.approx(metrics.pr_auc(LEFT[repeated], GOOD[repeated]))
    assert drawn["log_loss"][0] == pytest.approx(metrics.log_loss(LEFT[repeated], GOOD[repeated]))
    assert drawn["f1"][0] == pytest.approx(
        metrics.decisions(metrics.confusion(LEFT[repeated], GOOD[repeated], 0.5))["f1"]
    )


def test_paired_differences_are_narrower_than_the_figures_themselves() -> None:
    bootstrap = Bootstrap(left=LEFT, draws=200)
    good, worse = bootstrap.measure(GOOD), bootstrap.measure(WORSE)

    difference = good.minus(worse, "log_loss")

    assert difference.high < 0, "the better score is surely better"
    assert difference.high - difference.low < good.interval("log_loss").high - good.interval("log_loss").low


def test_a_customers_rows_are_drawn_together() -> None:
    customer = np.array([0, 0, 0, 1, 1, 2])

    for weights in Bootstrap(left=np.zeros(6, dtype=bool), customer=customer, draws=20).weights():
        assert weights[0] == weights[1] == weights[2]
        assert weights[3] == weights[4]


def test_the_same_seed_draws_the_same() -> None:
    first, again = (Bootstrap(left=LEFT, draws=5).measure(GOOD).draws["auc"] for _ in range(2))

    assert list(first) == list(again)


def test_one_class_has_losses_but_no_ranking() -> None:
    flat = Bootstrap(left=np.ones(20, dtype=bool), draws=5).measure(np.full(20, 0.7)).flat()

    assert np.isnan(flat["auc"])
    assert np.isnan(flat["auc_low"])
    assert flat["brier_low"] == pytest.approx(0.09)
    assert flat["lift_10"] == pytest.approx(1)


def test_no_one_left_leaves_the_lift_unknown() -> None:
    values = Bootstrap(left=np.zeros(20, dtype=bool), draws=2).measure(np.full(20, 0.2), 0.5).values

    assert np.isnan(values["lift_10"])
    assert np.isnan(values["recall_10"])
    assert values["threshold"] == 0.5


def test_a_draw_without_the_top_tenth_has_no_lift() -> None:
    left = np.array([True, False])

    lifts = Bootstrap(left=left, draws=20).measure(np.array([0.9, 0.1])).draws["lift_10"]

    assert np.isnan(lifts).any()


def test_nobody_is_measured_as_nothing() -> None:
    assert Bootstrap(left=np.zeros(0, dtype=bool)).measure(np.zeros(0)).flat() == {}
