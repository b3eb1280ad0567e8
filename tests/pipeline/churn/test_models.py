"""The learned models: laws every one of them keeps, and what is special about each."""

import pickle

import numpy as np
import pytest

from pipeline.churn import models
from pipeline.churn.blend import telling
from pipeline.churn.resampling import resampled
from pipeline.dataset import FloatArray
from pipeline.evaluation.metrics import auc, log_loss, sigmoid
from tests.pipeline.churn.customers import plain_rows

VALUES, LEFT = plain_rows(800)
UNSEEN, UNSEEN_LEFT = plain_rows(800, seed=1)
NAMES = ("days_since_last_activity", "b", "c", "d", "e")


def linear(values: FloatArray = VALUES) -> FloatArray:
    return models.fit_linear(values, LEFT).score(UNSEEN)


def trees() -> models.TreeModel:
    return models.fit_trees(VALUES, LEFT, NAMES, seed=7, trees=30)


def forest() -> models.ForestModel:
    return models.fit_forest(VALUES, LEFT, seed=7, trees=15)


@pytest.mark.parametrize(
    "score", [linear, lambda: trees().score(UNSEEN), lambda: forest().probability(UNSEEN)]
)
def test_each_model_finds_what_there_is_and_again_the_same(score: object) -> None:
    assert callable(score)
    found = score()

    assert auc(UNSEEN_LEFT, found) > 0.75
    assert (found == score()).all()


def test_saved_and_loaded_models_say_the_same() -> None:
    for model in (models.fit_linear(VALUES, LEFT), trees()):
        again = pickle.loads(pickle.dumps(model))
        assert (again.score(UNSEEN) == model.score(UNSEEN)).all()
        assert (again.importance() == model.importance()).all()


def test_infinite_values_are_unknown_ones() -> None:
    strange = VALUES.copy()
    strange[0, 4], strange[1, 4] = np.inf, -np.inf
    missing = VALUES.copy()
    missing[:2, 4] = np.nan

    assert (linear(strange) == linear(missing)).all()
    assert np.isfinite(trees().score(strange)).all()
    assert np.isfinite(forest().probability(strange)).all()


@pytest.mark.parametrize(("rows", "expected"), [(60, 0.003), (300, 0.01), (1_500, 0.05), (30_000, 0.1)])
def test_the_fewer_rows_the_tighter_the_logistic_regression_is_held(rows: int, expected: float) -> None:
    assert models.freedom(rows) == pytest.approx(expected)


def test_contributions_of_the_linear_model_add_up_to_its_score() -> None:
    model = models.fit_linear(VALUES, LEFT)

    parts = model.contributions(UNSEEN)

    assert parts.shape == UNSEEN.shape
    assert parts.sum(axis=1) + model.intercept == pytest.approx(model.score(UNSEEN))
    assert model.contributions(VALUES).mean(axis=0) == pytest.approx(np.zeros(5), abs=1e-9)


def test_contributions_of_the_trees_add_up_to_their_score() -> None:
    rest = trees().score(UNSEEN) - trees().contributions(UNSEEN).sum(axis=1)

    assert rest == pytest.approx(np.full(len(UNSEEN), rest[0]))
    assert trees().contributions(UNSEEN[:0]).shape == (0, 5)


def test_quieter_is_never_safer_for_the_trees() -> None:
    quieter = np.repeat(UNSEEN[:50], 40, axis=0)
    quieter[:, 0] = np.tile(np.linspace(0, 60, 40), 50)

    scores = trees().score(quieter).reshape(50, 40)

    assert (np.diff(scores, axis=1) >= -1e-9).all()


def test_importance_points_to_what_matters() -> None:
    assert set(np.argsort(-models.fit_linear(VALUES, LEFT).importance())[:2]) == {0, 1}
    assert set(np.argsort(-trees().importance())[:2]) == {0, 1}
    assert set(np.argsort(-forest().importance())[:2]) == {0, 1}
    assert trees().importance().sum() == pytest.approx(1)


def test_a_forest_of_many_rows_uses_some_of_them() -> None:
    smaller = models.fit_forest(VALUES, LEFT, seed=7, trees=15, most_rows=300)

    assert auc(UNSEEN_LEFT, smaller.probability(UNSEEN)) > 0.7


def test_signed_logs_can_be_undone() -> None:
    numbers = np.array([-100.0, -0.5, 0.0, 3.0, np.nan])

    assert models.unsigned_log(models.signed_log(numbers)) == pytest.approx(numbers, nan_ok=True)


def test_columns_that_say_the_same_of_everybody_are_not_used() -> None:
    nan = np.nan
    columns = np.array([[1, 5, nan, nan, 2], [2, 5, nan, 7, np.inf]])

    assert list(telling(columns)) == [0, 3, 4], "known of some only is said too"
    assert list(telling(np.zeros((0, 3)))) == []


UNEVEN = np.flatnonzero(~LEFT | (np.cumsum(LEFT) <= 60))


@pytest.mark.parametrize("how", ["oversampling", "smote"])
def test_resampling_balances_and_keeps_the_given_rows_first(how: str) -> None:
    assert how in {"oversampling", "smote"}
    values, left = VALUES[UNEVEN], LEFT[UNEVEN]

    more, labels = resampled(values, left, "smote" if how == "smote" else "oversampling", 7)

    assert labels.sum() * 2 == len(labels)
    assert more[: len(left)] == pytest.approx(values, nan_ok=True)
    assert (labels[: len(left)] == left).all()


def test_resampling_ruins_probabilities_but_not_the_ranking() -> None:
    values, left = VALUES[UNEVEN], LEFT[UNEVEN]
    plain = models.fit_linear(values, left).score(values)
    balanced = models.fit_linear(*resampled(values, left, "oversampling", 7)).score(values)

    assert abs(auc(left, plain) - auc(left, balanced)) < 0.02
    assert log_loss(left, sigmoid(balanced)) > log_loss(left, sigmoid(plain)) + 0.05


def test_smote_uses_fewer_neighbours_where_few_left_and_nothing_where_only_one_did() -> None:
    few = np.flatnonzero(~LEFT | (np.cumsum(LEFT) <= 3))
    one = np.flatnonzero(~LEFT | (np.cumsum(LEFT) <= 1))

    assert resampled(VALUES[few], LEFT[few], "smote", 7)[1].mean() == 0.5
    assert resampled(VALUES[one], LEFT[one], "smote", 7)[1].sum() == 1
    assert resampled(VALUES, LEFT, "none", 7)[0] is VALUES
