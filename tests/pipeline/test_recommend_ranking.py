"""Ranking metrics, each on an example a person can check by hand."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluation import ranking

LISTS = np.array([[3, 1, 2], [0, 2, -1], [1, 0, 2]], dtype=np.int32)
# The first wanted 1 and 4, the second 2, the third nothing.
TRUTH = sp.csr_matrix(np.array([[0, 1, 0, 0, 1], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]], dtype=np.float32))
HIT = ranking.hits(LISTS, TRUTH)
WANTED = ranking.relevant(TRUTH)


def test_tells_which_listed_titles_were_wanted() -> None:
    assert HIT.tolist() == [[False, True, False], [False, True, False], [False, False, False]]
    assert WANTED.tolist() == [2, 1, 0]


def test_nothing_wanted_by_anybody_is_never_hit() -> None:
    assert not ranking.hits(LISTS, sp.csr_matrix((3, 5), dtype=np.float32)).any()


def test_the_end_of_a_list_hits_nothing() -> None:
    everything = sp.csr_matrix(np.ones((1, 3), dtype=np.float32))
    assert ranking.hits(np.array([[2, -1, -1]], dtype=np.int32), everything).tolist() == [
        [True, False, False]
    ]


def test_gain_is_discounted_by_rank_and_relative_to_the_best_list() -> None:
    second = 1 / np.log2(3)
    found = ranking.ndcg(HIT, WANTED, 3)
    assert found[:2] == pytest.approx([second / (1 + second), second])
    assert np.isnan(found[2])


def test_precision_is_summed_at_the_hits_per_title_wanted() -> None:
    assert ranking.average_precision(HIT, WANTED, 3)[:2] == pytest.approx([0.25, 0.5])


def test_recall_and_hit_rate_look_at_the_head_of_the_list() -> None:
    assert ranking.recall(HIT, WANTED, 3)[:2].tolist() == [0.5, 1]
    assert ranking.recall(HIT, WANTED, 1)[:2].tolist() == [0, 0]
    assert ranking.hit_rate(HIT, WANTED, 3)[:2].tolist() == [1, 1]
    assert np.isnan(ranking.hit_rate(HIT, WANTED, 3)[2])


def test_coverage_counts_titles_anybody_is_shown() -> None:
    assert ranking.coverage(LISTS, 5, 3) == pytest.approx(4 / 5)
    assert ranking.coverage(LISTS, 5, 1) == pytest.approx(3 / 5)
    assert ranking.coverage(LISTS[:0], 0, 1) == 0


def test_novelty_is_one_bit_for_what_half_of_all_know() -> None:
    watchers = np.array([5, 5, 10, 0, 0])
    assert ranking.novelty_bits(LISTS[2:, :2], watchers, 10, 2) == pytest.approx(1)
    assert ranking.novelty_bits(np.array([[3]], dtype=np.int32), watchers, 8, 1) == pytest.approx(4)
    assert ranking.novelty_bits(np.array([[-1]], dtype=np.int32), watchers, 8, 1) == 0


def test_popularity_is_the_share_who_know_the_average_title_shown() -> None:
    watchers = np.array([5, 5, 10, 0, 0])
    assert ranking.mean_popularity(LISTS[1:2], watchers, 10, 3) == pytest.approx(0.75)
    assert ranking.mean_popularity(np.array([[-1]], dtype=np.int32), watchers, 10, 1) == 0


@settings(max_examples=20)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_an_interval_holds_its_mean_and_repeats(values: list[float]) -> None:
    first = ranking.interval(np.array(values))
    assert first.low - 1e-9 <= first.mean <= first.high + 1e-9
    assert first == ranking.interval(np.array(values))


def test_customers_without_truth_do_not_count_in_an_interval() -> None:
    assert ranking.interval(np.array([0.5, np.nan, 0.5])) == ranking.Interval(mean=0.5, low=0.5, high=0.5)
    assert ranking.interval(np.array([np.nan])) == ranking.Interval(mean=0, low=0, high=0)


def test_more_confidence_widens_an_interval() -> None:
    values = np.random.default_rng(1).random(200)
    narrow, wide = ranking.interval(values, confidence=0.5), ranking.interval(values, confidence=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high
