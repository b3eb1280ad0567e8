"""A title nobody has watched is shown to those whose taste it fits, and takes nothing from the first ten."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recommend import RecommendFindings
from pipeline.recommend.topn import Lists
from pipeline.recommend.unwatched import PLACES, placed, with_unwatched
from tests.pipeline.film_service import films, found_in, viewers

MOST = 50


def alike(rows: list[list[float]]) -> sp.csr_matrix:
    features = np.array(rows, dtype=np.float32)
    return sp.csr_matrix(features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-9))


def test_an_unwatched_title_is_scored_as_the_watched_title_most_like_it_is() -> None:
    kernel = sp.csr_matrix(np.array([[0, 6, 0, 0], [2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], np.float32))
    features = alike([[1, 0], [0, 1], [0, 1], [1, 1]])
    whole = with_unwatched(kernel, features, np.array([False, False, True, True])).toarray()

    np.testing.assert_allclose(whole[:, :2], kernel.toarray()[:, :2])
    # The third is like the second alone; the fourth half like the first, half like the second.
    np.testing.assert_allclose(whole[:2, 2:], [[6, 3], [0, 1]])
    assert not whole.diagonal().any()


def test_a_title_hardly_like_anything_speaks_softly_and_one_like_nothing_not_at_all() -> None:
    kernel = sp.csr_matrix(np.array([[0, 6, 0, 0], [2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], np.float32))
    features = alike([[1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 7, 0], [0, 0, 0, 1]])
    whole = with_unwatched(kernel, features, np.array([False, False, True, True])).toarray()

    assert 0 < whole[0, 2] < 3
    assert not whole[:, 3].any()


def test_where_everything_or_nothing_is_watched_the_kernel_stays() -> None:
    kernel = sp.csr_matrix(np.array([[0, 1], [1, 0]], np.float32))
    for unwatched in (np.zeros(2, np.bool_), np.ones(2, np.bool_)):
        assert with_unwatched(kernel, alike([[1], [1]]), unwatched) is kernel


def lists(titles: list[list[int]]) -> Lists:
    codes = np.array(titles, dtype=np.int32)
    falling = np.linspace(1, 0.5, codes.shape[1], dtype=np.float32)
    return Lists(titles=codes, scores=np.where(codes < 0, np.float32(0), falling))


def test_unwatched_titles_take_their_places_and_the_score_above() -> None:
    found = placed(lists([list(range(MOST))]), lists([[90, 91]]))

    assert found.titles[0, :16].tolist() == [*range(14), 90, 14]
    assert found.titles[0, 21] == 91
    assert found.scores[0, 14] == found.scores[0, 13]


def test_a_title_that_earned_a_better_place_keeps_it_and_a_worse_one_is_moved_up() -> None:
    found = placed(lists([list(range(MOST))]), lists([[3, 40]]))

    assert found.titles[0, :14].tolist() == list(range(14))
    assert found.titles[0, 14:23].tolist() == [14, 15, 16, 17, 18, 19, 40, 20, 21]


def test_a_title_that_fits_much_less_than_the_tenth_is_not_put_in() -> None:
    fresh = Lists(titles=np.array([[90, 91]], np.int32), scores=np.array([[0.5, 0.1]], np.float32))
    shown = placed(lists([list(range(MOST))]), fresh).titles

    assert 90 in shown
    assert 91 not in shown


def test_short_lists_and_customers_without_a_taste_are_left_whole() -> None:
    found = placed(lists([[1, 2, -1], [4, 5, 6]]), lists([[90], [-1]]))

    assert found.titles.tolist() == [[1, 2, 90], [4, 5, 6]]
    assert (np.diff(found.scores) <= 0).all()


@given(seed=st.integers(0, 2**32 - 1), customers=st.integers(0, 4), listed=st.integers(1, 60))
def test_the_first_ten_stay_no_title_comes_twice_and_scores_fall(
    seed: int, customers: int, listed: int
) -> None:
    random = np.random.default_rng(seed)

    def drawn(width: int) -> npt.NDArray[np.int32]:
        codes = np.array([random.permutation(80)[:width] for _ in range(customers)], dtype=np.int32)
        codes = codes.reshape(customers, width)
        codes[np.arange(width) >= random.integers(0, width + 1, (customers, 1))] = -1
        return codes

    before = lists(drawn(listed).tolist() or [[-1] * listed])
    fresh = lists(drawn(len(PLACES)).tolist() or [[-1] * len(PLACES)])
    after = placed(before, fresh)

    head = min(10, listed)
    full = before.titles[:, head - 1] >= 0
    assert (after.titles[full, :head] == before.titles[full, :head]).all()
    assert (np.diff(after.scores) <= 1e-6).all()
    for row in after.titles:
        known = row[row >= 0]
        assert len(set(known.tolist())) == len(known)
        assert (row[: len(known)] >= 0).all()


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> RecommendFindings:
    """``t92`` to ``t95`` are new, one of each genre; of each genre there are 23 watched ones."""
    return found_in(tmp_path_factory.mktemp("fresh"), viewers(titles=92), titles=films(96))


def test_a_new_title_stands_in_the_lists_of_those_whose_taste_it_fits(learned: RecommendFindings) -> None:
    assert learned.model_name != "popular lately"
    new = learned.titles >= 92
    own = learned.titles % 4 == (np.array([int(who[1:]) for who in learned.customer_ids]) % 4)[:, None]

    assert (new & own).any(axis=1).mean() > 0.9
    others = 3 * len(own)
    assert (new & ~own).sum() < 0.2 * others


def test_the_run_says_how_many_see_what_nobody_has_watched(learned: RecommendFindings) -> None:
    shown = int((learned.titles >= 92).any(axis=1).sum())
    new = "4 titles have not been watched by anybody yet"
    assert f"{new}; they are shown to {shown} customers whose taste they fit" in learned.findings


def test_its_reason_is_a_title_of_its_kind_that_the_customer_liked(learned: RecommendFindings) -> None:
    new = learned.titles >= 92
    codes, reasons = learned.titles[new], learned.because[new]

    assert ((reasons >= 0) & (codes % 4 == reasons % 4)).mean() > 0.9


def test_what_is_not_available_is_new_to_nobody(tmp_path: Path) -> None:
    titles = [{**film, "available": "no" if film["title_id"] == "t40" else "yes"} for film in films(44)]
    found = found_in(tmp_path, viewers(), titles=titles)
    assert 40 not in found.titles
    assert 41 in found.titles
