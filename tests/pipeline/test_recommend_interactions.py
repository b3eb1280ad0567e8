"""What counts as a like, a dislike, as seen; from events and from what was said in the chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import scipy.sparse as sp

from pipeline.config import ComputeConfig, RecommendConfig
from pipeline.dataset import day_number
from pipeline.recommend.interactions import Interactions, interactions, set_aside, without
from pipeline.recommend.models import weighted_likes
from pipeline.recommend.popular import Lately, watchers_lately
from tests.pipeline.building import Event, build_dataset, order, rating, watch

ALONE = ComputeConfig(processes=1)
JUNE = day_number(date(2026, 6, 1))


@dataclass(frozen=True)
class Told:
    """One verdict from the chat."""

    customer_id: str
    title_id: str
    verdict: Literal["like", "dislike", "seen", "not_interested"]
    at: datetime = datetime(2026, 5, 1, tzinfo=UTC)


def known(
    folder: Path, events: Sequence[Event], *told: Told, until: int = JUNE, partitions: int = 1
) -> Interactions:
    dataset = build_dataset(folder, events, partitions=partitions)
    return interactions(dataset, (until,), RecommendConfig(), ALONE, told)[0]


def of(matrix: sp.csr_matrix) -> list[tuple[int, int]]:
    rows, columns = matrix.nonzero()
    return sorted(zip(rows.tolist(), columns.tolist(), strict=True))


def test_a_good_rating_is_a_like_a_bad_one_a_dislike_and_both_are_seen(tmp_path: Path) -> None:
    found = known(
        tmp_path,
        [rating("ann", "2026-04-01", "alien", 4), rating("ann", "2026-04-01", "brazil", 2),
         rating("bob", "2026-04-02", "alien", 3)],
    )  # fmt: skip
    assert found.customer_ids.tolist() == ["ann", "bob"]
    assert of(found.likes) == [(0, 0)]
    assert of(found.dislikes) == [(0, 1)]
    assert of(found.seen) == [(0, 0), (0, 1), (1, 0)]


def test_the_last_rating_counts(tmp_path: Path) -> None:
    found = known(
        tmp_path, [rating("ann", "2026-04-01", "alien", 5), rating("ann", "2026-04-03", "alien", 1)]
    )
    assert of(found.likes) == []
    assert of(found.dislikes) == [(0, 0)]


def test_watching_most_of_it_is_a_like_unless_it_is_rated(tmp_path: Path) -> None:
    found = known(
        tmp_path,
        [watch("ann", "2026-04-01", "alien", progress=0.3), watch("ann", "2026-04-02", "alien", progress=0.9),
         watch("ann", "2026-04-03", "brazil", progress=0.5), watch("ann", "2026-04-04", "casino", progress=1),
         rating("ann", "2026-04-05", "casino", 1), watch("ann", "2026-04-05", "dune")],
    )  # fmt: skip
    assert of(found.likes) == [(0, 0)]
    assert of(found.seen) == [(0, 0), (0, 1), (0, 2), (0, 3)]


def test_any_watch_is_a_like_where_progress_is_never_told(tmp_path: Path) -> None:
    found = known(tmp_path, [watch("ann", "2026-04-01", "alien"), rating("ann", "2026-04-02", "brazil", 3)])
    assert of(found.likes) == [(0, 0)]


def test_a_purchase_is_a_like(tmp_path: Path) -> None:
    events = [
        order("ann", "2026-04-01", 9.99, title="alien"),
        watch("ann", "2026-04-01", "dune", progress=0.1),
    ]
    assert of(known(tmp_path, events).likes) == [(0, 0)]


def test_searches_and_events_without_title_teach_nothing(tmp_path: Path) -> None:
    searched = Event(who="ann", at="2026-04-01", kind="search", title="alien")
    assert known(tmp_path, [searched, order("ann", "2026-04-02", 5)]).seen.nnz == 0


def test_what_happens_later_does_not_exist(tmp_path: Path) -> None:
    events = [rating("ann", "2026-05-30", "alien", 5), rating("ann", "2026-06-01", "alien", 1)]
    found = known(tmp_path, events)
    assert of(found.likes) == [(0, 0)]
    assert found.like_day.tolist() == [day_number(date(2026, 5, 30))]


def test_what_is_said_in_the_chat_counts_like_a_rating(tmp_path: Path) -> None:
    found = known(
        tmp_path,
        [rating("ann", "2026-04-01", "alien", 5), rating("ann", "2026-04-01", "brazil", 1),
         rating("bob", "2026-04-01", "casino", 5), rating("bob", "2026-04-01", "dune", 5)],
        Told("ann", "alien", "dislike"), Told("ann", "brazil", "like"), Told("ann", "casino", "seen"),
        Told("ann", "dune", "not_interested"), Told("zoe", "alien", "like"), Told("ann", "nothing", "like"),
    )  # fmt: skip
    assert of(found.likes) == [(0, 1), (1, 2), (1, 3)]
    assert of(found.dislikes) == [(0, 0), (0, 3)]
    assert of(found.seen)[:4] == [(0, 0), (0, 1), (0, 2), (0, 3)]


def test_what_is_said_after_the_data_ends_counts_now_and_not_before(tmp_path: Path) -> None:
    events = [rating("ann", "2026-04-01", "alien", 5), rating("ann", "2026-04-02", "brazil", 1)]
    dataset = build_dataset(tmp_path, events)
    told = (Told("ann", "brazil", "like", datetime(2027, 1, 1, tzinfo=UTC)),)
    days = (day_number(date(2026, 5, 1)), day_number(date(2026, 6, 1)))

    early, now = interactions(dataset, days, RecommendConfig(), ComputeConfig(processes=1), told)

    assert of(early.likes) == [(0, 0)]
    assert of(now.likes) == [(0, 0), (0, 1)]
    assert now.like_day.tolist() == [day_number(date(2026, 4, 1)), day_number(date(2026, 5, 31))]


def test_a_refusal_takes_a_like_back_and_a_later_like_the_refusal(tmp_path: Path) -> None:
    later = datetime(2026, 5, 2, tzinfo=UTC)
    found = known(
        tmp_path,
        [watch("ann", "2026-04-01", "alien"), watch("ann", "2026-04-01", "brazil")],
        Told("ann", "alien", "not_interested"),
        Told("ann", "brazil", "not_interested"),
        Told("ann", "brazil", "like", later),
    )
    assert of(found.likes) == [(0, 1)]
    assert of(found.dislikes) == [(0, 0)]


def test_feedback_does_not_make_a_watching_source_a_rating_one(tmp_path: Path) -> None:
    events = [watch("ann", "2026-04-01", "alien"), watch("bob", "2026-04-01", "brazil")]
    found = known(tmp_path, events, Told("ann", "brazil", "like"))
    assert of(found.likes) == [(0, 0), (0, 1), (1, 1)]


@pytest.mark.parametrize("partitions", [4, 16])
def test_partitions_and_doubled_rows_change_nothing(tmp_path: Path, partitions: int) -> None:
    random = np.random.default_rng(3)
    events = [
        rating(f"c{random.integers(20)}", f"2026-04-{random.integers(1, 30):02d}", f"t{random.integers(9)}",
               float(random.integers(1, 6)))
        for _ in range(200)
    ]  # fmt: skip
    whole = known(tmp_path / "one", events)
    split = known(tmp_path / "many", [*events, *events], partitions=partitions)
    assert split.customer_ids.tolist() == whole.customer_ids.tolist()
    for name in ("likes", "dislikes", "seen"):
        assert of(getattr(split, name)) == of(getattr(whole, name))
    assert split.seen_day.tolist() == whole.seen_day.tolist()


def test_counts_who_knows_a_title_ever_and_lately(tmp_path: Path) -> None:
    found = known(
        tmp_path,
        [watch("ann", "2026-04-01", "alien"), watch("bob", "2026-05-01", "alien"),
         watch("bob", "2026-05-02", "alien"), watch("bob", "2026-03-01", "brazil")],
    )  # fmt: skip
    assert found.watchers.tolist() == [2, 1]
    third_of_may = day_number(date(2026, 5, 3))
    assert watchers_lately(found, third_of_may, Lately(window_days=2)).tolist() == [1, 0]
    assert watchers_lately(found, third_of_may, Lately()).tolist() == [2, 1]
    # Bob a day ago, Ann 32 days ago, and Bob again 63 days ago.
    assert watchers_lately(found, third_of_may, Lately(half_life_days=1)).tolist() == pytest.approx(
        [0.5 + 2**-32, 2**-63]
    )


def test_nothing_at_all_gives_empty_matrices(tmp_path: Path) -> None:
    found = known(tmp_path, [])
    assert found.likes.shape == (0, 0)


def test_new_likes_are_those_not_seen_before() -> None:
    later = sp.csr_matrix(np.array([[1, 1, 0], [0, 0, 1]], dtype=np.float32))
    before = sp.csr_matrix(np.array([[1, 0, 0], [0, 0, 0]], dtype=np.float32))
    assert of(without(later, before)) == [(0, 1), (1, 2)]


def test_hides_the_last_likes_of_those_who_have_enough(tmp_path: Path) -> None:
    events = [watch("ann", f"2026-04-{day:02d}", f"t{day:02d}") for day in range(1, 11)]
    left, hidden = set_aside(
        known(tmp_path, [*events, watch("bob", "2026-04-01", "t01")]), 0.2, fewest=5, seed=7
    )
    assert of(hidden) == [(0, 8), (0, 9)]
    assert of(left.seen) == [*((0, title) for title in range(8)), (1, 0)]
    assert len(left.like_day) == left.likes.nnz
    assert len(left.seen_day) == left.seen.nnz


def test_hides_at_least_one_like(tmp_path: Path) -> None:
    events = [watch("ann", "2026-04-01", "alien"), watch("ann", "2026-04-02", "brazil")]
    assert of(set_aside(known(tmp_path, events), 0.0, fewest=2, seed=7)[1]) == [(0, 1)]


def test_likes_fade_from_each_ones_newest_on_however_long_he_was_away(tmp_path: Path) -> None:
    found = known(
        tmp_path,
        [rating("ann", "2016-04-01", "alien", 5), rating("ann", "2016-04-11", "brazil", 5),
         rating("bob", "2026-05-21", "alien", 5), rating("bob", "2026-05-31", "brazil", 5),
         rating("cy", "2026-05-31", "brazil", 1)],
    )  # fmt: skip
    assert weighted_likes(found, half_life_days=10).toarray().tolist() == [[0.5, 1], [0.5, 1], [0, 0]]
    assert weighted_likes(found, half_life_days=None) is found.likes
