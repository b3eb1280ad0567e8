"""A catalogue too large to solve: factors are one more candidate, and what was left out is said."""

import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from pipeline.config import RecommendConfig
from pipeline.dataset import day_number
from pipeline.recommend import RecommendFindings, recommend
from pipeline.recommend.catalogue import catalogue_of
from pipeline.recommend.factors import FactorSetting, factor_kernel, is_installed
from pipeline.recommend.interactions import interactions
from pipeline.recommend.models import Setting, asked_for, assembled, learned_kernel, lists_of
from pipeline.recommend.popular import popular_titles
from pipeline.recommend.topn import reasons
from tests.pipeline.building import build_dataset
from tests.pipeline.film_service import ALONE, films, viewers

SMALL = RecommendConfig(most_solved=24)
FEW = FactorSetting(factors=8, regularisation=0.1)
CAMPS = FactorSetting(factors=2, regularisation=1.0)


def in_two_camps(customers: int = 60) -> sp.csr_matrix:
    """Titles 0 to 4 are liked by one half, 5 to 9 by the other, four of five each; nobody likes title 10."""
    likes = np.zeros((customers, 11), np.float32)
    for row in range(customers):
        camp = 5 * (row % 2)
        likes[row, camp : camp + 5] = 1
        likes[row, camp + row % 5] = 0
    return sp.csr_matrix(likes)


def learn(folder: Path, **titles: object) -> RecommendFindings:
    dataset = build_dataset(folder, viewers(), **titles)  # type: ignore[arg-type]
    return recommend(dataset, SMALL, ALONE)


def test_factors_speak_for_what_the_same_people_like() -> None:
    kernel = factor_kernel(in_two_camps(), CAMPS, most=4, seed=7)

    for title in range(10):
        row = kernel[title].toarray().ravel()
        assert set(np.argsort(-row)[:4].tolist()) == set(range(title // 5 * 5, title // 5 * 5 + 5)) - {title}
    assert kernel[10].nnz == 0
    assert kernel[:, 10].nnz == 0


def test_the_same_seed_gives_the_same_kernel() -> None:
    first, again = (factor_kernel(in_two_camps(), CAMPS, most=11, seed=7) for _ in range(2))
    assert (first != again).nnz == 0


def test_where_nobody_likes_anything_there_are_no_factors() -> None:
    assert factor_kernel(sp.csr_matrix((3, 2), dtype=np.float32), FEW, most=2, seed=7).nnz == 0


def test_a_large_catalogue_has_one_more_candidate_and_says_how_it_was_learned(tmp_path: Path) -> None:
    found = learn(tmp_path, titles=films())

    assert [report.name for report in found.reports][-1] == "iALS"
    assert found.metrics["recommend.ials.ndcg_10"] > found.metrics["recommend.popular_lately.ndcg_10"]
    assert (
        "EASE, neighbours and the hybrid learn from the 24 most liked of 40 titles, as memory allows; "
        "the hybrid finds the others by content"
    ) in found.findings


def test_without_the_library_the_run_goes_on_and_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_installed()
    monkeypatch.setitem(sys.modules, "implicit", None)
    found = learn(tmp_path)

    assert [report.name for report in found.reports] == ["popular lately", "neighbours", "EASE"]
    assert any("24 most liked of 40 titles, as memory allows; they leave" in each for each in found.findings)
    assert any("pip install “matinee-bot[als]”" in each for each in found.findings)


def test_served_factors_give_every_customer_a_list_with_reasons(tmp_path: Path) -> None:
    dataset = build_dataset(tmp_path, viewers(), titles=films())
    as_of_day = day_number(dataset.manifest.as_of)
    (known,) = interactions(dataset, (as_of_day,), SMALL, ALONE)
    catalogue, setting = catalogue_of(dataset, 200), Setting(kind="iALS", factors=FEW)
    kernel = learned_kernel(setting, known.likes, catalogue.features, SMALL, SMALL.most_solved)
    popular = popular_titles(known, as_of_day, setting.lately, catalogue.available)
    model = assembled(setting, kernel, known, popular, catalogue)
    shown = lists_of(model, asked_for(known, setting), catalogue, 20, ALONE).titles
    because = reasons(shown, known.likes, model.kernel, model.trend, ALONE)

    assert (shown >= 0).all()
    assert not known.seen[np.arange(len(shown))[:, None], shown].toarray().any()
    assert ((because[:, 0] % 4) == (shown[:, 0] % 4)).mean() > 0.8
