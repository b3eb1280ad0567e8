"""The kernels: solved as the formula says, pruned to the weightiest, empty where nothing is known."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import DataError
from pipeline.recommend.ease import EaseSetting, ease_kernel, solve
from pipeline.recommend.gram import add_co_likes, add_content
from pipeline.recommend.kernels import embedded, neighbours, pruned

LIKES = sp.csr_matrix(np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 0], [1, 0, 0, 0]], dtype=np.float32))
PLAIN = EaseSetting(regularisation=0.5, evenness=0, popularity=0, balance=0)


def random_likes(customers: int, titles: int, seed: int) -> sp.csr_matrix:
    random = np.random.default_rng(seed)
    return sp.csr_matrix((random.random((customers, titles)) < 0.2).astype(np.float32))


def co_likes(likes: sp.csr_matrix, balance: float = 0) -> np.ndarray:
    gram = np.zeros((likes.shape[1],) * 2, dtype=np.float32)
    add_co_likes(gram, likes, balance=balance)
    return gram


def test_counts_how_often_two_titles_are_liked_together() -> None:
    assert co_likes(LIKES).tolist() == [[3, 2, 1, 0], [2, 3, 2, 0], [1, 2, 2, 0], [0, 0, 0, 0]]


def test_balanced_each_customer_counts_as_one() -> None:
    assert co_likes(LIKES, balance=1)[0, 0] == pytest.approx(1 / 2 + 1 / 3 + 1)


@pytest.mark.parametrize("common", [3, 40])
def test_content_is_added_weighted_whether_features_are_common_or_rare(common: int) -> None:
    random = np.random.default_rng(1)
    content = sp.csr_matrix((random.random((200, common)) < 0.1).astype(np.float32))
    gram = np.ones((200, 200), dtype=np.float32)
    add_content(gram, content, weight=2)
    assert gram == pytest.approx(1 + 2 * (content @ content.T).toarray())


@settings(max_examples=50)
@given(st.integers(1, 40), st.integers(0, 5))
def test_solves_to_the_inverse_in_the_same_memory(titles: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    half = random.random((titles, titles), dtype=np.float32)
    matrix = half @ half.T + np.eye(titles, dtype=np.float32)
    before = matrix.copy()
    inverse = solve(matrix)
    assert np.shares_memory(inverse, matrix)
    assert inverse @ before == pytest.approx(np.eye(titles), abs=1e-3)
    assert (inverse == inverse.T).all()


def test_solves_matrices_of_more_than_one_block() -> None:
    matrix = co_likes(random_likes(300, 700, 1)) + 20 * np.eye(700, dtype=np.float32)
    before = matrix.copy()
    assert solve(matrix) @ before == pytest.approx(np.eye(700), abs=1e-3)


def test_a_matrix_that_cannot_be_solved_is_told_with_what_to_do() -> None:
    with pytest.raises(DataError, match=r"row 2 of 2 depends on others.*Raise the regularisation"):
        solve(np.ones((2, 2), dtype=np.float32))


def test_follows_the_formula_of_ease() -> None:
    likes = random_likes(100, 12, 2)
    gram = (likes.T @ likes).toarray().astype(np.float64)
    diagonal = np.diag(gram)
    strength = 0.5 * (diagonal**2).sum() / diagonal.sum()
    inverse = np.linalg.inv(gram + strength * np.eye(12))
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    assert ease_kernel(likes, None, PLAIN, 12).toarray() == pytest.approx(expected, abs=1e-4)


def test_a_title_nobody_liked_has_a_row_only_by_its_content() -> None:
    content = sp.csr_matrix(np.array([[1, 0], [0, 1], [0, 1], [1, 0]], dtype=np.float32))
    assert ease_kernel(LIKES, content, PLAIN, 4)[3].nnz == 0
    hybrid = EaseSetting(content_weight=0.5)
    kernel = ease_kernel(LIKES, content, hybrid, 4).toarray()
    assert kernel[0, 3] > max(kernel[1, 3], kernel[2, 3])


def test_content_alone_makes_a_kernel_where_nobody_liked_anything() -> None:
    content = sp.csr_matrix(np.array([[1, 0], [0, 1], [1, 0]], dtype=np.float32))
    none = sp.csr_matrix((2, 3), dtype=np.float32)
    kernel = ease_kernel(none, content, EaseSetting(content_weight=1), 3).toarray()
    assert kernel[0, 2] > 0 == kernel[0, 1]


def test_all_liked_by_all_and_none_by_any_stay_finite() -> None:
    everything = sp.csr_matrix(np.ones((5, 3), dtype=np.float32))
    assert np.isfinite(ease_kernel(everything, None, EaseSetting(), 3).toarray()).all()
    assert ease_kernel(sp.csr_matrix((5, 3), dtype=np.float32), None, EaseSetting(), 3).nnz == 0
    alone = ease_kernel(sp.csr_matrix(np.ones((2, 1), dtype=np.float32)), None, EaseSetting(), 3)
    assert alone.toarray().tolist() == [[0]]


def test_neighbours_are_cosines_drawn_to_nought_by_shrinkage() -> None:
    kernel = neighbours(co_likes(LIKES), 1.0, 4).toarray()
    assert kernel[0, 1] == pytest.approx(2 / (3 + 1))
    assert kernel[0, 2] == pytest.approx(1 / (6**0.5 + 1))
    assert kernel[3].tolist() == [0, 0, 0, 0]


def test_pruning_keeps_the_weightiest_of_either_sign_and_settles_ties_by_code() -> None:
    weights = np.array([[9, -3, 2, 2, 1], [0, 0, 0, 0, 0], [1, 1, 9, 1, 1]], dtype=np.float32)
    whole = np.vstack([weights, np.zeros((2, 5), dtype=np.float32)])
    kept = pruned(lambda start, stop: whole[start:stop].copy(), 5, 2).toarray()
    assert kept[0].tolist() == [0, -3, 2, 0, 0]
    assert kept[2].tolist() == [1, 1, 0, 0, 0]


def test_pruning_may_prefer_some_neighbours() -> None:
    whole = np.array([[0, 3, 2], [0, 0, 0], [0, 0, 0]], dtype=np.float32)
    prefer = np.array([1, 1, 2], dtype=np.float32)
    kept = pruned(lambda start, stop: whole[start:stop].copy(), 3, 1, prefer)
    assert kept[0].toarray().tolist() == [[0, 0, 2]]


@settings(max_examples=50)
@given(st.integers(1, 30), st.integers(1, 40))
def test_no_title_keeps_more_neighbours_than_asked(titles: int, most: int) -> None:
    whole = np.random.default_rng(titles).normal(size=(titles, titles)).astype(np.float32)
    kept = pruned(lambda start, stop: whole[start:stop].copy(), titles, most)
    assert np.diff(kept.indptr).max() <= most
    assert kept.diagonal().tolist() == [0] * titles


def test_an_empty_catalogue_has_an_empty_kernel() -> None:
    assert pruned(lambda _start, _stop: np.zeros((0, 0), dtype=np.float32), 0, 5).shape == (0, 0)


def test_a_kernel_of_some_titles_takes_its_place_among_all() -> None:
    small = sp.csr_matrix(np.array([[0, 2], [3, 0]], dtype=np.float32))
    whole = embedded(small, np.array([1, 3]), 4)
    assert whole.toarray()[1].tolist() == [0, 0, 0, 2]
    assert whole.toarray()[3].tolist() == [0, 3, 0, 0]
