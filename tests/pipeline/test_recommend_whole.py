"""The recommender as a whole: what it serves is chosen by evidence and keeps its promises."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from pipeline.config import ComputeConfig, RecommendConfig
from pipeline.dataset import day_number
from pipeline.recommend import RecommendFindings, recommend
from pipeline.recommend.catalogue import catalogue_of
from pipeline.recommend.choose import cut_days
from pipeline.recommend.ease import EaseSetting
from pipeline.recommend.interactions import interactions
from pipeline.recommend.models import Setting, learned_kernel, solved_titles
from tests.pipeline.building import Event, build_dataset, order, rating, watch

ALONE = ComputeConfig(processes=1)
START = date(2026, 1, 1)
GENRES = ("Crime", "Comedy", "Romance", "Horror")
TITLES = 40


@dataclass(frozen=True)
class Told:
    """One verdict from the chat."""

    customer_id: str
    title_id: str
    verdict: Literal["like", "dislike", "seen", "not_interested"]
    at: datetime = datetime(2026, 3, 1, tzinfo=UTC)


def films(titles: int = TITLES) -> list[dict[str, Any]]:
    return [
        {
            "title_id": f"t{code:02d}",
            "title": f"Film {'abcdefghij'[code // 4]}{'mnop'[code % 4]}",
            "genres": [GENRES[code % 4]],
            "year": 2000 + code // 4,
        }
        for code in range(titles)
    ]


def viewers(customers: int = 90, *, taste: float = 0.95, seed: int = 5) -> list[Event]:
    """Over 100 days each watches 12 titles, mostly of his one genre; the rest by chance."""
    random = np.random.default_rng(seed)
    events = []
    for customer in range(customers):
        own = np.flatnonzero(np.arange(TITLES) % 4 == customer % 4)
        titles = random.permutation(TITLES)
        chosen = [*random.permutation(own)[: round(10 * taste)], *titles]
        for number, code in enumerate(dict.fromkeys(int(code) for code in chosen)):
            if number == 12:
                break
            at = START + timedelta(days=int(random.integers(0, 100)))
            events.append(watch(f"c{customer:02d}", at, f"t{code:02d}", progress=1.0))
    return events


def found_in(
    folder: Path,
    events: Sequence[Event],
    *told: Told,
    titles: Sequence[dict[str, Any]] = (),
    customers: Sequence[dict[str, Any]] = (),
    partitions: int = 1,
) -> RecommendFindings:
    dataset = build_dataset(folder, events, titles=titles, customers=customers, partitions=partitions)
    return recommend(dataset, RecommendConfig(), ALONE, told)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> RecommendFindings:
    """A service where taste is by genre; ``new`` has no history, ``t98`` and ``t99`` no watchers."""
    fresh = [
        {"title_id": "t98", "title": "Film zz", "genres": ["Crime"], "year": 2009},
        {"title_id": "t99", "title": "Film zy", "genres": ["Musical"], "year": 1950},
    ]
    events = viewers()
    return found_in(
        tmp_path_factory.mktemp("learned"),
        events,
        Told("c00", "t01", "not_interested"),
        titles=[*films(), *fresh],
        customers=[{"customer_id": "new"}],
    )


def codes_watched(events: Sequence[Event], who: str) -> set[int]:
    return {int(event.title[1:]) for event in events if event.who == who and event.title}


def test_taste_beats_popular_titles_and_the_message_says_by_how_much(learned: RecommendFindings) -> None:
    assert learned.model_name != "popular lately"
    assert learned.message.startswith(f"{learned.model_name} beats popular titles: 0.")
    assert "nDCG@10 on 9" in learned.message or "nDCG@10 on 8" in learned.message


def test_every_candidate_is_reported_and_one_is_served(learned: RecommendFindings) -> None:
    names = [report.name for report in learned.reports]
    assert names == ["popular lately", "content", "neighbours", "EASE", "hybrid"]
    assert [report.name for report in learned.reports if report.served] == [learned.model_name]
    assert all(report.task == "recommend" for report in learned.reports)
    best = learned.metrics[f"recommend.{learned.model_name.casefold()}.ndcg_10"]
    assert best > learned.metrics["recommend.popular_lately.ndcg_10"]
    assert learned.metrics["recommend.gain.ndcg_10_low"] > 0


def test_nobody_is_shown_what_he_has_seen_or_refused(learned: RecommendFindings) -> None:
    events = viewers()
    for row, who in enumerate(learned.customer_ids):
        shown = set(learned.titles[row].tolist()) - {-1}
        assert not shown & codes_watched(events, who)
    assert 1 not in learned.titles[learned.customer_ids.tolist().index("c00")]


def test_every_list_is_full_and_repeats_nothing(learned: RecommendFindings) -> None:
    for row in learned.titles:
        shown = row[row >= 0]
        assert len(set(shown.tolist())) == len(shown) >= 25
    assert np.isfinite(learned.scores).all()


def test_a_reason_is_a_title_the_customer_liked(learned: RecommendFindings) -> None:
    events = viewers()
    reasons = 0
    for row, who in enumerate(learned.customer_ids):
        given = set(learned.because[row].tolist()) - {-1}
        assert given <= codes_watched(events, who)
        reasons += len(given)
    assert reasons > 100


def test_a_customer_without_history_is_shown_what_is_popular(learned: RecommendFindings) -> None:
    row = learned.customer_ids.tolist().index("new")
    assert set(learned.because[row].tolist()) == {-1}
    assert set(learned.titles[row][:5].tolist()) <= set(learned.popular[:20].tolist())
    assert any("1 customers have no history" in sentence for sentence in learned.findings)


def test_fold_in_rows_give_the_same_titles_as_the_run(learned: RecommendFindings) -> None:
    events = viewers()
    row = learned.customer_ids.tolist().index("c05")
    score: dict[int, float] = {}
    liked = codes_watched(events, "c05")
    for code in liked:
        for other, weight in zip(learned.neighbour_codes[code], learned.neighbour_weights[code], strict=True):
            if other >= 0 and int(other) not in liked:
                score[int(other)] = score.get(int(other), 0) + float(weight)
    best = max(score, key=lambda code: score[code])
    assert best in learned.titles[row][:5]


def test_more_like_this_stays_in_the_genre_and_knows_new_titles(learned: RecommendFindings) -> None:
    crime = {code for code in range(TITLES) if code % 4 == 0} | {40}
    assert set(learned.similar[40][:5].tolist()) <= crime
    assert 40 not in learned.similar[40]


def test_popular_titles_are_told_for_each_genre(learned: RecommendFindings) -> None:
    assert set(learned.popular_by_genre) == set(GENRES)
    assert all(code % 4 == 0 for code in learned.popular_by_genre["Crime"])


def test_the_model_is_the_same_after_saving_and_loading(learned: RecommendFindings) -> None:
    again = pickle.loads(pickle.dumps(learned.model))
    assert again.setting == learned.model.setting
    assert (again.kernel != learned.model.kernel).nnz == 0
    assert again.popular.codes.tolist() == learned.model.popular.codes.tolist()


@pytest.mark.parametrize("partitions", [1, 7])
def test_partitions_repetition_and_doubled_rows_change_nothing(
    tmp_path: Path, learned: RecommendFindings, partitions: int
) -> None:
    fresh = [
        {"title_id": "t98", "title": "Film zz", "genres": ["Crime"], "year": 2009},
        {"title_id": "t99", "title": "Film zy", "genres": ["Musical"], "year": 1950},
    ]
    events = viewers() * (1 if partitions == 1 else 2)
    again = found_in(
        tmp_path,
        events,
        Told("c00", "t01", "not_interested"),
        titles=[*films(), *fresh],
        customers=[{"customer_id": "new"}],
        partitions=partitions,
    )
    assert again.message == learned.message
    assert again.metrics == learned.metrics
    for name in (
        "customer_ids",
        "titles",
        "scores",
        "because",
        "neighbour_codes",
        "neighbour_weights",
        "similar",
    ):
        assert getattr(again, name).tolist() == getattr(learned, name).tolist()


def test_a_service_without_taste_is_served_popular_titles(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    events = [
        watch(f"c{who:03d}", START + timedelta(days=int(random.integers(0, 100))), f"t{code:02d}", progress=1)
        for who in range(150)
        for code in random.choice(TITLES, 8, replace=False)
    ]
    found = found_in(tmp_path, events, titles=films())
    assert found.model_name == "popular lately"
    assert found.message.startswith("no better than popular titles: the best candidate, ")
    assert found.message.endswith(", so popular titles are served")
    assert found.neighbour_codes.shape == (TITLES, 0)
    assert {name for name in found.metrics if name.endswith("last_like_hr_10")}
    assert (found.because == -1).all()


def test_raters_of_one_sitting_are_compared_on_their_own_last_likes(tmp_path: Path) -> None:
    events = [
        rating(event.who, START + timedelta(days=int(event.who[1:])), event.title or "", 5)
        for event in viewers()
    ]
    found = found_in(tmp_path, events, titles=films())
    assert any("compared on each customer's own last likes" in sentence for sentence in found.findings)
    assert found.reports


def test_a_young_service_is_compared_with_the_usual_settings(tmp_path: Path) -> None:
    young = [
        watch(event.who, START + timedelta(days=70 + number % 30), event.title, progress=1)
        for number, event in enumerate(viewers())
    ]
    found = found_in(tmp_path, [*young, watch("first", START, "t00", progress=1)], titles=films())
    assert found.model.setting.ease.content_weight in {0.0, 0.3}
    assert found.reports


def test_a_sample_of_customers_is_judged_and_the_seed_fixes_it(tmp_path: Path) -> None:
    dataset = build_dataset(tmp_path, viewers(), titles=films())
    judged = [
        recommend(dataset, RecommendConfig(most_judged=60, seed=seed), ALONE).metrics for seed in (1, 1, 2)
    ]
    assert judged[0]["recommend.judged"] == 60
    assert judged[0] == judged[1] != judged[2]


def test_titles_that_are_only_ids_are_recommended_by_who_watched_them(tmp_path: Path) -> None:
    found = found_in(tmp_path, viewers())
    assert [report.name for report in found.reports] == ["popular lately", "neighbours", "EASE"]
    assert any("titles are only ids" in sentence for sentence in found.findings)


@pytest.mark.parametrize(
    "events",
    [
        [],
        [order("ann", "2026-01-01", 5), order("bob", "2026-01-02", 5)],
    ],
)
def test_without_titles_nothing_is_recommended_and_that_is_said(tmp_path: Path, events: list[Event]) -> None:
    found = found_in(tmp_path, events)
    assert found.message == "no titles in this data, so nothing can be recommended"
    assert (found.titles == -1).all()
    assert found.findings == ()


@pytest.mark.parametrize(
    "events",
    [
        [watch("ann", "2026-01-01", "heat")],
        [watch(who, "2026-01-01", title) for who in ("ann", "bob") for title in ("alien", "heat")],
        [rating(who, "2026-01-01", title, 1) for who in ("ann", "bob") for title in ("alien", "heat")],
    ],
    ids=["one title", "all liked", "none liked"],
)
def test_tiny_services_are_answered_with_finite_scores(tmp_path: Path, events: list[Event]) -> None:
    found = found_in(tmp_path, events, customers=[{"customer_id": "zoe"}])
    assert found.message.startswith(
        "too few customers came back for something new to compare recommenders (0; 50"
    )
    assert np.isfinite(found.scores).all()
    assert found.titles[-1][0] >= 0
    assert found.model_name == "popular lately"


def test_a_described_title_nobody_watched_can_be_recommended(tmp_path: Path) -> None:
    events = [watch("ann", "2026-01-01", "heat")]
    titles = [{"title_id": "heat", "title": "Heat"}, {"title_id": "ronin", "title": "Ronin"}]
    assert found_in(tmp_path, events, titles=titles).similar.shape == (2, 20)


def test_titles_too_many_for_the_solve_are_found_by_content(tmp_path: Path) -> None:
    events = viewers()
    dataset = build_dataset(tmp_path, events, titles=films())
    known = interactions(dataset, (day_number(dataset.manifest.as_of),), RecommendConfig(), ALONE)[0]
    features = catalogue_of(dataset).features
    setting = Setting(kind="hybrid", ease=EaseSetting(content_weight=0.3))
    kernel = learned_kernel(setting, known.likes, features, RecommendConfig(), most=8)
    solved = set(solved_titles(known.likes, 8, unliked=True).tolist())
    liked = min(solved)
    row = kernel[liked].toarray().ravel()
    best = [int(code) for code in np.argsort(-row, kind="stable") if code not in solved][:5]
    assert (row[best] > 0).all()
    assert {code % 4 for code in best} == {liked % 4}


def test_two_fifths_of_the_period_are_kept_for_choosing() -> None:
    assert cut_days(0, 100) == (64, 80)
    assert cut_days(10, 11) == (9, 10)
