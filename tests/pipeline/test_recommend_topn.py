"""Lists for everybody: the best titles, never a seen one, each with its reason."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import ComputeConfig
from pipeline.recommend import topn
from pipeline.recommend.content import content_neighbours
from pipeline.recommend.similar import padded_rows, similar_titles
from pipeline.recommend.topn import Lists, best_titles, filled_up, reasons, rectangular, serving_matrix

ALONE = ComputeConfig(processes=1)
KERNEL = sp.csr_matrix(np.array([[0, 3, 1, 0], [2, 0, 0, 1], [1, 0, 0, -5], [0, 1, 0, 0]], dtype=np.float32))
EVERYTHING = np.ones(4, dtype=np.bool_)


def matrix(rows: list[list[float]]) -> sp.csr_matrix:
    return sp.csr_matrix(np.array(rows, dtype=np.float32))


def test_scores_are_sums_of_the_rows_of_what_was_liked() -> None:
    likes = matrix([[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]])
    lists = best_titles(likes, likes, serving_matrix(KERNEL, EVERYTHING), 3, ALONE)
    assert lists.titles.tolist() == [[1, 2, -1], [2, 3, -1], [-1, -1, -1]]
    assert lists.scores.tolist() == [[3, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_unavailable_titles_are_never_shown() -> None:
    likes = matrix([[1, 0, 0, 0]])
    available = np.array([True, False, True, True])
    assert best_titles(likes, likes, serving_matrix(KERNEL, available), 3, ALONE).titles.tolist() == [
        [2, -1, -1]
    ]


def test_the_trend_counts_for_everybody_but_shows_nothing_seen() -> None:
    likes = matrix([[1, 0, 0, 0], [0, 0, 0, 0]])
    trend = np.array([9, 0, 0.5, 0], dtype=np.float32)
    lists = best_titles(likes, likes, serving_matrix(KERNEL, EVERYTHING, trend), 2, ALONE)
    assert lists.titles.tolist() == [[1, 2], [0, 2]]
    assert lists.scores.tolist() == [[3, 1.5], [9, 0.5]]


@settings(max_examples=50)
@given(st.integers(0, 40), st.integers(1, 25), st.integers(1, 10), st.integers(0, 99))
def test_the_lists_are_those_of_a_dense_product(customers: int, titles: int, most: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    likes = sp.csr_matrix((random.random((customers, titles)) < 0.3).astype(np.float32))
    kernel = sp.csr_matrix(random.integers(-3, 4, (titles, titles)).astype(np.float32))
    everything = np.ones(titles, dtype=np.bool_)
    lists = best_titles(likes, likes, serving_matrix(kernel, everything), most, ALONE)
    dense = (likes @ kernel).toarray() if customers else np.zeros((0, titles))
    dense[likes.toarray() > 0] = -np.inf
    best = -np.sort(-np.maximum(dense, 0), axis=1)[:, :most]
    width = best.shape[1]
    assert lists.scores[:, :width] == pytest.approx(best)
    for row, codes in enumerate(lists.titles):
        shown = codes[codes >= 0]
        assert len(set(shown.tolist())) == len(shown)
        assert dense[row, shown].tolist() == lists.scores[row, : len(shown)].tolist()


def test_chunks_and_processes_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    likes = sp.csr_matrix((random.random((50, 30)) < 0.2).astype(np.float32))
    kernel = sp.csr_matrix(random.random((30, 30)).astype(np.float32))
    serving = serving_matrix(kernel, np.ones(30, dtype=np.bool_))
    whole = best_titles(likes, likes, serving, 10, ALONE)
    because = reasons(whole.titles, likes, kernel, None, ALONE)
    monkeypatch.setattr(topn, "CHUNK", 7)
    split = best_titles(likes, likes, serving, 10, ComputeConfig(processes=2))
    assert split.titles.tolist() == whole.titles.tolist()
    assert split.scores.tolist() == whole.scores.tolist()
    assert reasons(whole.titles, likes, kernel, None, ALONE).tolist() == because.tolist()


def test_short_lists_are_filled_with_popular_titles_nobody_has_seen_yet() -> None:
    lists = Lists(
        titles=np.array([[2, -1, -1], [-1, -1, -1], [0, 1, 2]], dtype=np.int32),
        scores=np.array([[4, 0, 0], [0, 0, 0], [3, 2, 1]], dtype=np.float32),
    )
    seen = matrix([[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]])
    popular = np.array([0, 2, 3], dtype=np.int32)
    score = np.array([1, 0.1, 0.8, 0.5], dtype=np.float32)
    filled = filled_up(lists, seen, popular, score)
    assert filled.titles.tolist() == [[2, 3, -1], [0, 2, 3], [0, 1, 2]]
    assert filled.scores == pytest.approx(np.array([[4, 2, 0], [1, 0.8, 0.5], [3, 2, 1]]))


def test_the_reason_is_the_liked_title_that_gave_most() -> None:
    likes = matrix([[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]])
    lists = np.array([[2, 3, -1], [0, 3, 1], [0, 1, 2]], dtype=np.int32)
    assert reasons(lists, likes, KERNEL, None, ALONE).tolist() == [[0, 1, -1], [2, -1, -1], [-1, -1, -1]]


def test_an_older_like_weighs_less_as_a_reason() -> None:
    kernel = matrix([[0, 0, 2], [0, 0, 3], [0, 0, 0]])
    lists = np.array([[2]], dtype=np.int32)
    assert reasons(lists, matrix([[1, 1, 0]]), kernel, None, ALONE).tolist() == [[1]]
    assert reasons(lists, matrix([[1, 0.5, 0]]), kernel, None, ALONE).tolist() == [[0]]


def test_without_the_liked_title_its_reason_is_gone() -> None:
    lists = np.array([[2, 3, -1]], dtype=np.int32)
    assert reasons(lists, matrix([[0, 1, 0, 0]]), KERNEL, None, ALONE).tolist() == [[-1, 1, -1]]


def test_what_the_trend_gave_most_to_has_no_reason() -> None:
    trend = np.array([0, 0, 2, 0], dtype=np.float32)
    lists = np.array([[2, 3]], dtype=np.int32)
    assert reasons(lists, matrix([[1, 1, 0, 0]]), KERNEL, trend, ALONE).tolist() == [[-1, 1]]


def test_equal_scores_stand_in_order_of_code() -> None:
    rows = sp.csr_matrix(
        (np.array([1, 2, 2, 5], np.float32), np.array([3, 2, 0, 1]), np.array([0, 3, 4])), shape=(2, 4)
    )
    assert rectangular(rows, 3)[0].tolist() == [[0, 2, 3], [1, -1, -1]]


def test_kernel_rows_become_a_rectangle_for_the_store() -> None:
    codes, weights = padded_rows(KERNEL)
    assert codes.tolist() == [[1, 2], [0, 3], [0, 3], [1, -1]]
    assert weights.tolist() == [[3, 1], [2, 1], [1, -5], [1, 0]]
    assert padded_rows(sp.csr_matrix((2, 2), dtype=np.float32))[0].shape == (2, 0)


def test_more_like_this_mixes_content_and_who_likes_it() -> None:
    features = matrix([[1, 0], [0, 1], [1, 0], [0.6, 0.8]])
    similar = similar_titles(KERNEL, content_neighbours(features, 40))
    assert similar[0].tolist()[:3] == [2, 1, 3]
    assert similar_titles(KERNEL, None)[0].tolist()[:3] == [1, 2, -1]
    assert all(code not in row for code, row in enumerate(similar.tolist()))


def test_nothing_is_similar_in_an_empty_catalogue() -> None:
    assert similar_titles(sp.csr_matrix((0, 0), dtype=np.float32), None).shape == (0, 20)
