"""The recommender as a whole: what it serves is chosen by evidence and keeps its promises."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.recommend import RecommendFindings
from tests.pipeline.film_service import GENRES, TITLES, codes_watched, told, viewers, with_newcomers


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> RecommendFindings:
    return with_newcomers(tmp_path_factory.mktemp("learned"))


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
    told_by_the_model = learned.model.kernel[sorted(liked)].toarray().sum(axis=0)
    codes = sorted(score)
    np.testing.assert_allclose([score[code] for code in codes], told_by_the_model[codes], atol=1e-6)
    best = max(score, key=lambda code: score[code])
    # Pages hold no more of a genre than the customer's share, so the best may stand on the second.
    assert best in learned.titles[row][:11]


def test_more_like_this_stays_in_the_genre_and_knows_new_titles(learned: RecommendFindings) -> None:
    crime = {code for code in range(TITLES) if code % 4 == 0} | {40}
    assert set(learned.similar[40][:5].tolist()) <= crime
    assert 40 not in learned.similar[40]


def test_popular_titles_are_told_for_each_genre(learned: RecommendFindings) -> None:
    assert set(learned.popular_by_genre) == set(GENRES)
    assert all(code % 4 == 0 for code in learned.popular_by_genre["Crime"])


def test_partitions_and_doubled_rows_change_nothing(tmp_path: Path, learned: RecommendFindings) -> None:
    again = with_newcomers(tmp_path, times=2, partitions=7)

    np.testing.assert_equal(told(again), told(learned))
