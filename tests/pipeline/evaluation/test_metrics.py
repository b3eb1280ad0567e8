"""Metrics: examples a person can check by hand, and laws."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as peers

from pipeline.dataset import BoolArray, FloatArray
from pipeline.evaluation import metrics


def labels(text: str) -> BoolArray:
    return np.array([letter == "x" for letter in text], dtype=np.bool_)


def values(*numbers: float) -> FloatArray:
    return np.array(numbers, dtype=np.float64)


@st.composite
def scored(draw: st.DrawFn) -> tuple[BoolArray, FloatArray]:
    count = draw(st.integers(2, 40))
    left = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    left[0], left[1] = True, False
    tenths = draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    return np.array(left), np.array(tenths) / 10


def test_auc_counts_pairs_in_the_right_order_and_half_of_the_ties() -> None:
    # Pairs (left, stayed): (.9, .5) right, (.9, .1) right, (.5, .5) tied, (.5, .1) right.
    assert metrics.auc(labels("x.x."), values(0.9, 0.5, 0.5, 0.1)) == pytest.approx(3.5 / 4)


@given(scored())
def test_agrees_with_scikit_learn(rows: tuple[BoolArray, FloatArray]) -> None:
    left, probability = rows

    assert metrics.auc(left, probability) == pytest.approx(peers.roc_auc_score(left, probability))
    assert metrics.pr_auc(left, probability) == pytest.approx(
        peers.average_precision_score(left, probability)
    )
    assert metrics.brier(left, probability) == pytest.approx(peers.brier_score_loss(left, probability))
    assert metrics.log_loss(left, probability) == pytest.approx(peers.log_loss(left, probability))


@given(scored(), st.randoms())
def test_the_order_of_rows_changes_nothing(rows: tuple[BoolArray, FloatArray], random: Random) -> None:
    left, probability = rows
    place = np.array(random.sample(range(len(left)), len(left)))

    for metric in (metrics.auc, metrics.pr_auc, metrics.ece, metrics.lift, metrics.recall_in_top):
        assert metric(left[place], probability[place]) == pytest.approx(
            metric(left, probability), nan_ok=True
        )
    assert metrics.best_threshold(left[place], probability[place]) == metrics.best_threshold(
        left, probability
    )


def test_one_class_has_no_ranking_but_still_a_loss() -> None:
    everyone = labels("xxx")

    assert np.isnan(metrics.auc(everyone, values(0.1, 0.2, 0.3)))
    assert np.isnan(metrics.pr_auc(everyone, values(0.1, 0.2, 0.3)))
    assert metrics.log_loss(everyone, values(0.5, 0.5, 0.5)) == pytest.approx(np.log(2))
    assert metrics.brier(everyone, values(0.5, 0.5, 0.5)) == pytest.approx(0.25)


def test_nobody_has_no_figures() -> None:
    nobody = labels("")

    for metric in (metrics.auc, metrics.pr_auc, metrics.ece, metrics.brier, metrics.log_loss, metrics.lift):
        assert np.isnan(metric(nobody, values()))
    assert np.isnan(metrics.recall_in_top(nobody, values()))


def test_a_certain_mistake_costs_much_but_not_everything() -> None:
    assert metrics.log_loss(labels("x"), values(0.0)) == pytest.approx(-np.log(metrics.LEAST_PROBABILITY))


def test_calibration_error_is_the_mean_gap_of_bins() -> None:
    # Two bins of ten rows each at .2 and .8, of which 3 and 7 left: gaps of .1.
    left = labels("xxx.......xxxxxxx...")
    probability = np.repeat([0.2, 0.8], 10)

    assert metrics.ece(left, probability) == pytest.approx(0.1)


def test_equal_probabilities_share_a_bin() -> None:
    assert set(metrics.bins_of(np.full(50, 0.3))) == {5}
    assert list(metrics.bins_of(np.arange(20) / 20)) == [place // 2 for place in range(20)]


def test_lift_compares_the_top_tenth_with_the_average() -> None:
    left = labels("x" + "." * 8 + "x")

    assert metrics.lift(left, np.linspace(1, 0, 10)) == pytest.approx(5.0)
    assert metrics.recall_in_top(left, np.linspace(1, 0, 10)) == pytest.approx(0.5)
    assert metrics.lift(left, np.full(10, 0.5)) == pytest.approx(1.0), "ties have no top"
    assert np.isnan(metrics.lift(labels("." * 10), np.linspace(1, 0, 10)))


def test_precision_at_counts_the_highest() -> None:
    assert metrics.precision_at(labels("xx.."), values(0.9, 0.2, 0.8, 0.1), 2) == pytest.approx(0.5)
    assert np.isnan(metrics.precision_at(labels("xx"), values(0.9, 0.2), 20))


def test_decisions_come_from_the_confusion_table() -> None:
    table = metrics.confusion(labels("xxx..."), values(0.9, 0.8, 0.1, 0.7, 0.2, 0.1), 0.5)

    assert table == (2.0, 1.0, 1.0, 2.0)
    assert metrics.decisions(table) == pytest.approx(
        {"accuracy": 4 / 6, "precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3}
    )


def test_decisions_about_nobody_are_not_errors() -> None:
    found = metrics.decisions((0, 0, 0, 0))

    assert found == pytest.approx({"accuracy": np.nan, "precision": 0, "recall": 0, "f1": 0}, nan_ok=True)


def test_the_best_threshold_maximises_f1() -> None:
    left, probability = labels("xx.x.."), values(0.9, 0.8, 0.7, 0.6, 0.5, 0.1)

    assert metrics.best_threshold(left, probability) == 0.6
    assert metrics.best_threshold(labels("..."), values(0.1, 0.2, 0.3)) == 0.5


def test_the_calibration_line_of_bold_odds_is_flat() -> None:
    random = np.random.default_rng(1)
    z = random.normal(size=20_000)
    left = random.random(20_000) < metrics.sigmoid(z)

    assert metrics.calibration_slope(left, metrics.sigmoid(z)) == pytest.approx((1, 0), abs=0.06)
    assert metrics.calibration_slope(left, metrics.sigmoid(2 * z + 1)) == pytest.approx((0.5, -0.5), abs=0.06)


def test_the_calibration_line_of_separable_rows_is_finite() -> None:
    assert np.isfinite(metrics.calibration_slope(labels("xx.."), values(0.9, 0.8, 0.2, 0.1))).all()


def test_logit_and_sigmoid_undo_each_other() -> None:
    assert metrics.sigmoid(metrics.logit(values(0.1, 0.5, 0.9))) == pytest.approx([0.1, 0.5, 0.9])
    assert np.isfinite(metrics.logit(values(0.0, 1.0))).all()
