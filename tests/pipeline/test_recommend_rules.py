"""The recommender under the rules for every model."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.config import RecommendConfig
from pipeline.dataset import Dataset, day_number
from pipeline.recommend import RecommendFindings, RecommendModel
from pipeline.recommend.catalogue import catalogue_of
from pipeline.recommend.interactions import interactions
from pipeline.recommend.models import asked_for, lists_of
from pipeline.recommend.topn import Lists
from tests.model_rules import RULES, Subject, rule_name
from tests.pipeline.film_service import ALONE, told, with_newcomers

Recommender = Subject[RecommendFindings, RecommendModel]


def lists(model: RecommendModel, dataset: Dataset) -> Lists:
    """What each customer is shown, in the order of their ids: ``new`` comes last."""
    as_of_day = day_number(dataset.manifest.as_of)
    (known,) = interactions(dataset, (as_of_day,), RecommendConfig(), ALONE)
    asked = asked_for(known, model.setting)
    return lists_of(model, asked, catalogue_of(dataset, 200), 10, ALONE)


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    folder = tmp_path_factory.mktemp("judged")
    findings = with_newcomers(folder)
    dataset = Dataset.open(folder)

    def stranger(model: RecommendModel) -> npt.NDArray[np.float64]:
        shown = lists(model, dataset)
        return np.where(shown.titles[-1] >= 0, shown.scores[-1], np.nan)

    return Recommender(
        findings=findings,
        learn_again=lambda: with_newcomers(tmp_path_factory.mktemp("again")),
        told=told,
        model=findings.model,
        answers=lambda model: lists(model, dataset).titles,
        stranger=stranger,
        skill=findings.metrics[f"recommend.{findings.model_name.casefold()}.ndcg_10"],
        naive_skill=findings.metrics["recommend.popular_lately.ndcg_10"],
    )


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
def test_the_recommender_passes_the_rules(rule: Callable[[Recommender], None], subject: Recommender) -> None:
    rule(subject)
