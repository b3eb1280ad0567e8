"""Recommendations: what to watch next, for each customer, with the reason; chosen by evidence."""

from collections.abc import Sequence

import numpy as np

from pipeline.config import ComputeConfig, RecommendConfig
from pipeline.dataset import Dataset, day_number
from pipeline.partitions import give_memory_back
from pipeline.recommend.catalogue import catalogue_of
from pipeline.recommend.choose import choose, cut_days
from pipeline.recommend.comebacks import comebacks
from pipeline.recommend.feedback import Feedback
from pipeline.recommend.findings import (
    MOST_OF_GENRE,
    MOST_POPULAR,
    RecommendFindings,
    message_of,
    metrics_of,
    reports_of,
    sentences_of,
)
from pipeline.recommend.interactions import interactions
from pipeline.recommend.models import (
    RecommendModel,
    Setting,
    asked_for,
    assembled,
    learned_kernel,
    lists_of,
)
from pipeline.recommend.popular import popular_titles
from pipeline.recommend.similar import padded_rows, similar_titles
from pipeline.recommend.topn import reasons
from pipeline.recommend.unwatched import shown_to

__all__ = ["Feedback", "RecommendFindings", "RecommendModel", "Setting", "recommend"]


def recommend(
    dataset: Dataset,
    config: RecommendConfig,
    compute: ComputeConfig,
    feedback: Sequence[Feedback] = (),
) -> RecommendFindings:
    """Choose a recommender on the business's own past, learn it on everything, and make everybody's list.

    Args:
        dataset: All events count, up to the watermark.
        config: Settings.
        compute: How work is spread.
        feedback: What people said in the chat; one more source, weighted like ratings.
    """
    as_of_day = day_number(dataset.manifest.as_of)
    days = (*cut_days(day_number(dataset.manifest.first_day), as_of_day), as_of_day)
    known = interactions(dataset, days, config, compute, feedback)
    catalogue = catalogue_of(dataset, config.neighbours)
    choice = choose(known, days, catalogue, config, compute)
    now = known[-1]
    del known  # what was known at the cuts is no longer needed, and the solve is large
    give_memory_back()
    kernel = learned_kernel(choice.served, now.likes, catalogue.features, config, config.most_solved)
    popular = popular_titles(now, as_of_day, choice.served.lately, catalogue.available)
    model = assembled(choice.served, kernel, now, popular, catalogue)
    asked = asked_for(now, choice.served)
    lists = lists_of(model, asked, catalogue, config.published, compute)
    because = reasons(lists.titles, asked.likes, model.kernel, model.trend, compute)
    neighbour_codes, neighbour_weights = padded_rows(model.kernel)
    without_history = int(np.count_nonzero(np.diff(now.seen.indptr) == 0))
    return RecommendFindings(
        model_name=model.name,
        message=message_of(choice, len(catalogue.title_ids)),
        customer_ids=now.customer_ids,
        titles=lists.titles,
        scores=lists.scores,
        because=because,
        seen=now.seen,
        neighbour_codes=neighbour_codes,
        neighbour_weights=neighbour_weights,
        similar=similar_titles(model.kernel, catalogue.alike),
        popular=model.popular.codes[:MOST_POPULAR],
        comebacks=comebacks(dataset, catalogue.genres, compute),
        popular_by_genre=model.popular.by_genre(catalogue.genres, MOST_OF_GENRE),
        reports=reports_of(choice),
        metrics=metrics_of(choice),
        findings=sentences_of(
            choice,
            catalogue,
            config,
            without_history=without_history,
            unwatched=(int(model.unwatched.sum()), shown_to(lists.titles, model.unwatched)),
        ),
        model=model,
    )
