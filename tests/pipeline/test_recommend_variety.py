"""Re-ranking: no genre or franchise takes more of a page than the customer's own taste gives it."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.recommend.topn import Lists
from pipeline.recommend.variety import (
    CHUNK,
    Shelf,
    common_mix,
    franchise_ceilings,
    genre_ceilings,
    shelf,
    varied,
)
from store.title_records import franchise_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Toy Story 2 (1999)", "toy story"),
        ("Toy Story", "toy story"),
        ("Star Wars: Episode IV - A New Hope (1977)", "star wars"),
        ("Rocky III", "rocky"),
        ("Avengers: Infinity War - Part I (2018)", "avengers"),
        ("Kill Bill Vol. 2", "kill bill"),
        ("300 (2006)", "300"),
        ("I", "i"),
    ],
)
def test_a_franchise_is_what_its_titles_share(title: str, name: str) -> None:
    assert franchise_name(title) == name


def test_sorts_titles_by_genre_and_franchise() -> None:
    titles = pd.DataFrame({"title": ["Rocky", "Rocky II", "Heat", None]})
    found = shelf([("Drama", "Sport"), ("Drama",), (), ("Crime",)], titles)
    assert found.mix.tolist() == [[0, 0.5, 0.5], [0, 1, 0], [0, 0, 0], [1, 0, 0]]
    assert found.franchise.tolist() == [0, 0, -1, -1]


def test_titles_without_names_have_no_franchise() -> None:
    assert shelf([(), ()], pd.DataFrame({"title_id": ["a", "b"]})).franchise.tolist() == [-1, -1]


def test_a_genre_may_fill_its_share_of_what_was_liked_and_two_at_least() -> None:
    mix = np.array([[1, 0], [0, 1]] * 10, dtype=np.float32)
    only_first = np.zeros((2, 20), dtype=np.float32)
    only_first[0, ::2] = 1
    likes = sp.csr_matrix(only_first)
    ceilings = genre_ceilings(likes, mix, common_mix(likes, mix))
    assert ceilings.tolist() == [[10, 2], [10, 2]]
    both = sp.csr_matrix(np.ones((1, 20), dtype=np.float32))
    assert genre_ceilings(both, mix, common_mix(both, mix)).tolist() == [[5, 5]]


def test_a_franchise_may_fill_its_share_and_one_at_least() -> None:
    likes = sp.csr_matrix(np.array([[1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0]], dtype=np.float32))
    franchise = np.array([0, 0, -1, 1])
    candidates = np.array([[0, 2, 3], [0, 2, 3], [0, -1, 3]], dtype=np.int32)
    assert franchise_ceilings(likes, franchise, candidates).tolist() == [[5, 10, 3], [1, 10, 5], [1, 10, 1]]


def taste(customers: int, titles: int, seed: int) -> tuple[Lists, sp.csr_matrix, Shelf]:
    random = np.random.default_rng(seed)
    mix = np.eye(4, dtype=np.float32)[random.choice(4, titles, p=[0.7, 0.1, 0.1, 0.1])]
    likes = sp.csr_matrix((random.random((customers, titles)) < 0.2).astype(np.float32))
    order = np.argsort(random.random((customers, titles)), axis=1).astype(np.int32)
    scores = np.sort(random.random((customers, titles)).astype(np.float32), axis=1)[:, ::-1].copy()
    shelved = Shelf(mix=mix, franchise=np.where(np.arange(titles) % 10 == 0, 0, -1))
    return Lists(titles=order, scores=scores), likes, shelved


@settings(max_examples=50)
@given(st.integers(1, 8), st.integers(0, 50))
def test_a_page_holds_no_more_of_a_genre_or_franchise_than_its_ceiling(customers: int, seed: int) -> None:
    candidates, likes, kept = taste(customers, 200, seed)
    page = varied(candidates, likes, kept, 20).titles[:, :10]
    ceilings = genre_ceilings(likes, kept.mix, common_mix(likes, kept.mix))
    for row in range(customers):
        assert (kept.mix[page[row]].sum(axis=0) <= ceilings[row] + 1e-6).all()
    room = franchise_ceilings(likes, kept.franchise, page)
    shown = (kept.franchise[page] == 0).sum(axis=1)
    assert (shown <= np.where(kept.franchise[page] == 0, room, 10).min(axis=1)).all()


@settings(max_examples=50)
@given(st.integers(1, 8), st.integers(0, 50))
def test_the_best_title_stays_first_and_no_title_comes_twice(customers: int, seed: int) -> None:
    candidates, likes, kept = taste(customers, 40, seed)
    found = varied(candidates, likes, kept, 30)
    assert found.titles[:, 0].tolist() == candidates.titles[:, 0].tolist()
    for row in found.titles:
        assert len(set(row.tolist())) == 30


def test_within_a_page_titles_stand_in_order_of_score() -> None:
    candidates, likes, kept = taste(5, 100, 3)
    scores = varied(candidates, likes, kept, 10).scores
    assert (np.diff(scores, axis=1) <= 0).all()


def test_where_nothing_else_is_left_a_genre_fills_the_page() -> None:
    kept = Shelf(mix=np.ones((30, 1), dtype=np.float32), franchise=np.zeros(30, dtype=np.int64))
    lists = Lists(
        titles=np.arange(30, dtype=np.int32)[None], scores=np.arange(30, 0, -1, dtype=np.float32)[None]
    )
    likes = sp.csr_matrix((1, 30), dtype=np.float32)
    assert varied(lists, likes, kept, 12).titles[0].tolist() == list(range(12))


def test_short_lists_stay_short_and_no_customers_give_no_lists() -> None:
    kept = Shelf(mix=np.zeros((3, 1), dtype=np.float32), franchise=np.full(3, -1))
    lists = Lists(
        titles=np.array([[1, -1, -1, -1]], dtype=np.int32), scores=np.array([[2, 0, 0, 0]], dtype=np.float32)
    )
    found = varied(lists, sp.csr_matrix((1, 3), dtype=np.float32), kept, 2)
    assert found.titles.tolist() == [[1, -1]]
    assert found.scores.tolist() == [[2, 0]]
    none = Lists(titles=np.empty((0, 4), dtype=np.int32), scores=np.empty((0, 4), dtype=np.float32))
    assert varied(none, sp.csr_matrix((0, 3), dtype=np.float32), kept, 2).titles.shape == (0, 2)


def test_a_list_does_not_depend_on_who_stands_beside_it() -> None:
    lists, _, kept = taste(2 * CHUNK, 40, 5)
    likes = np.zeros((2 * CHUNK, 40), dtype=np.float32)
    likes[CHUNK:, np.flatnonzero(kept.mix[:, 0])[0]] = 1
    mixed = np.random.default_rng(1).permutation(2 * CHUNK)

    found = varied(lists, sp.csr_matrix(likes), kept, 10)
    moved = varied(
        Lists(titles=lists.titles[mixed], scores=lists.scores[mixed]), sp.csr_matrix(likes[mixed]), kept, 10
    )

    assert (moved.titles == found.titles[mixed]).all()
