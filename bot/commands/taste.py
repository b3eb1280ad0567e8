"""A customer's list of titles as it stands after what he said a minute ago.

A list is a sum of a few stored rows, so a like counts at once: no model is loaded, nothing is retrained.
"""

from collections import defaultdict
from dataclasses import replace

from bot.queries import Queries
from store.records import Customer, Recommendation
from store.state.records import Feedback

MOST_TITLES = 50
LIKE_WEIGHT = 1.0
"""What a fresh like counts, where a like the model learned from counts 1."""


def listed_for(customer: Customer, queries: Queries) -> tuple[Recommendation, ...]:
    """The customer's titles, best first, without those he has a verdict on.

    Whoever has a published list keeps its titles, since only of those it is known that he has not seen them;
    what he liked since then moves them up. Whoever has none gets what is near to his likes, then what is
    popular.
    """
    verdicts = queries.state.feedback(customer.customer_id)
    settled = {each.title_id for each in verdicts}
    published = queries.results.recommendations(customer.customer_id, MOST_TITLES)
    if published:
        began = queries.results.run().started_at
        pull = _pull([each for each in verdicts if each.verdict == "like" and each.at > began], queries)
        titles = [_moved(each, pull) for each in published]
    else:
        pull = _pull([each for each in verdicts if each.verdict == "like"], queries)
        titles = _from_likes(pull, queries) + _popular(pull, queries)
    disliked = {_name(each, queries) for each in verdicts if each.verdict in {"dislike", "not_interested"}}
    kept = [_without(each, disliked) for each in titles if each.title.title_id not in settled]
    ordered = sorted(kept, key=lambda each: (-each.score, each.rank))[:MOST_TITLES]
    return _ranked(ordered)


Pull = dict[str, tuple[float, str]]
"""By title id: the weight that likes give it, and the name of the liked title that gives most."""


def _pull(likes: list[Feedback], queries: Queries) -> Pull:
    weights: dict[str, float] = defaultdict(float)
    strongest: dict[str, tuple[float, str]] = {}
    for like in likes:
        name = _name(like, queries)
        for near in queries.results.neighbours(like.title_id):
            weights[near.title_id] += LIKE_WEIGHT * near.weight
            strongest[near.title_id] = max(strongest.get(near.title_id, (0.0, name)), (near.weight, name))
    return {title_id: (weight, strongest[title_id][1]) for title_id, weight in weights.items() if weight > 0}


def _name(verdict: Feedback, queries: Queries) -> str:
    title = queries.results.title(verdict.title_id)
    return title.title if title else verdict.title_id


def _moved(listed: Recommendation, pull: Pull) -> Recommendation:
    weight, because = pull.get(listed.title.title_id, (0.0, None))
    if not weight:
        return listed
    score = listed.score + weight
    speaks_most = weight > score / 2 or listed.because is None
    return replace(listed, score=score, because=because if speaks_most else listed.because)


def _without(listed: Recommendation, disliked: set[str]) -> Recommendation:
    return replace(listed, because=None) if listed.because in disliked else listed


def _from_likes(pull: Pull, queries: Queries) -> list[Recommendation]:
    nearest = sorted(pull.items(), key=lambda entry: (-entry[1][0], entry[0]))[: 2 * MOST_TITLES]
    titles = ((queries.results.title(title_id), weight, because) for title_id, (weight, because) in nearest)
    return [
        Recommendation(rank=rank, title=title, score=weight, match=0.0, because=because)
        for rank, (title, weight, because) in enumerate(titles, 1)
        if title is not None and title.available
    ]


def _popular(pull: Pull, queries: Queries) -> list[Recommendation]:
    return [
        # Below everything that a like speaks for, in their own order.
        Recommendation(rank=2 * MOST_TITLES + rank, title=title, score=0.0, match=0.0)
        for rank, title in enumerate(queries.results.popular(MOST_TITLES), 1)
        if title.title_id not in pull and title.available
    ]


def _ranked(ordered: list[Recommendation]) -> tuple[Recommendation, ...]:
    best = max((each.score for each in ordered), default=0.0)
    return tuple(
        replace(each, rank=rank, match=min(1.0, max(0.0, each.score / best)) if best > 0 else 0.0)
        for rank, each in enumerate(ordered, 1)
    )
