"""Services that are young, tiny, without taste or without titles get an answer that says what it is worth."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import RecommendConfig
from pipeline.dataset import day_number
from pipeline.recommend import recommend
from pipeline.recommend.catalogue import catalogue_of
from pipeline.recommend.choose import cut_days
from pipeline.recommend.ease import EaseSetting
from pipeline.recommend.interactions import interactions
from pipeline.recommend.models import Setting, learned_kernel, solved_titles
from tests.pipeline.building import Event, build_dataset, order, rating, watch
from tests.pipeline.film_service import ALONE, START, TITLES, films, found_in, viewers


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


def test_a_sample_of_customers_is_judged_and_the_seed_draws_it(tmp_path: Path) -> None:
    dataset = build_dataset(tmp_path, viewers(), titles=films())

    first, other = (
        recommend(dataset, RecommendConfig(most_judged=60, seed=seed), ALONE).metrics for seed in (1, 2)
    )

    assert first["recommend.judged"] == 60
    assert first != other


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
    features = catalogue_of(dataset, 200).features
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
