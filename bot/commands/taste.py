"""A customer's list of titles as it stands after what he said a minute ago.

A list is a sum of a few stored rows, so a like counts at once: no model is loaded, nothing is retrained.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, zip_longest

from bot.commands.variety import varied
from bot.queries import Queries
from store.records import Customer, History, Recommendation, Title
from store.state.records import Feedback

MOST_TITLES = 50
HEARD = 0.75
"""Of the list's best score, what fresh likes add to the title they speak for most, or more: among hundreds of
likes one of today would change nothing, and he would think that nobody listens."""
UNLISTED = 0.5
"""A title beyond the published list scores between nothing and the lowest listed one: half of that counts."""

Pull = dict[str, tuple[float, str]]
"""By title id: the weight that likes give it, and the liked title that gives most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Taste:
    """What is known of somebody's taste at this moment.

    Attributes:
        history: From the run.
        verdicts: From the chat.
        genres: Those he says he likes, while nothing else is known.
        published: The run's list for him; empty for whoever it knows nothing of.
    """

    history: History
    verdicts: tuple[Feedback, ...]
    genres: tuple[str, ...]
    published: tuple[Recommendation, ...]

    @property
    def settled(self) -> frozenset[str]:
        """Titles that must not come back: seen, refused, or spoken of."""
        return self.history.title_ids.union(each.title_id for each in self.verdicts)

    @property
    def likes(self) -> tuple[Feedback, ...]:
        """What he said he likes, newest first."""
        return tuple(each for each in self.verdicts if each.verdict == "like")

    @property
    def is_unknown(self) -> bool:
        """Neither seen nor liked anything: there is only what he says to go by."""
        return not self.likes and not self.history.title_ids and not _is_personal(self.published)


def taste_of(customer: Customer, queries: Queries) -> Taste:
    """Look up what is known of a customer's taste."""
    results, who = queries.results, customer.customer_id
    return Taste(
        history=results.history(who),
        verdicts=queries.state.feedback(who),
        genres=queries.state.tastes(who),
        published=results.recommendations(who, MOST_TITLES),
    )


def near_to(title: Title, customer: Customer, queries: Queries) -> tuple[Recommendation, ...]:
    """Titles like one title that the customer has not settled, the most similar first."""
    results, settled = queries.results, taste_of(customer, queries).settled | {title.title_id}
    liked_too = (
        results.title(each.title_id) for each in results.neighbours(title.title_id) if each.weight > 0
    )
    near = chain(
        results.similar(title.title_id, MOST_TITLES), (each for each in liked_too if each is not None)
    )
    each_once = {each.title_id: each for each in near if each.available and each.title_id not in settled}
    return tuple(_in_order(each_once.values()))


def listed_for(customer: Customer, queries: Queries) -> tuple[Recommendation, ...]:
    """The customer's titles, best first, without those he has seen or has a verdict on.

    Whoever has a published list keeps it; what he liked since then moves titles up and brings in others.
    Whoever has none gets what is near to his likes, then what is popular in the genres he named, then what is
    popular at all.
    """
    taste = taste_of(customer, queries)
    settled = taste.settled
    if _is_personal(taste.published):
        began = queries.results.run().started_at
        fresh = [each.title_id for each in taste.likes if each.at > began]
        pull = queries.results.pull_of(fresh, settled) if fresh else {}
        listed = _folded(taste, pull, queries) if pull else list(taste.published)
    else:
        liked = [each.title_id for each in taste.likes]
        pull = queries.results.pull_of(liked, settled) if liked else {}
        listed = _from_likes(pull or _alike(taste, queries), queries)
        known = {each.title.title_id for each in listed}
        listed += _in_order(
            title for title in _suggested(taste, queries) if title.title_id not in known and title.available
        )
    disliked = _disliked(taste, queries)
    kept = [_without(each, disliked) for each in listed if each.title.title_id not in settled]
    return _ranked(kept[:MOST_TITLES])


def _disliked(taste: Taste, queries: Queries) -> set[str]:
    """Names of what he does not like: no reasons any more."""
    ids = [each.title_id for each in taste.verdicts if each.verdict in {"dislike", "not_interested"}]
    return {title.title for title in queries.results.titles_of(ids).values()} if ids else set()


def widened(
    listed: Sequence[Recommendation], genres: Sequence[str], customer: Customer, queries: Queries
) -> tuple[Recommendation, ...]:
    """A list, and behind it what is popular in the genres wished for: fifty titles hold few of each."""
    shelves = [queries.results.popular(MOST_TITLES, genre) for genre in genres]
    known = taste_of(customer, queries).settled.union(each.title.title_id for each in listed)
    more = {title.title_id: title for title in in_turn(shelves) if title.title_id not in known}
    return (*listed, *_in_order(title for title in more.values() if title.available))


def in_turn(shelves: Sequence[Sequence[Title]]) -> Iterable[Title]:
    """The first of each shelf, then the second of each, and so on."""
    return (title for titles in zip_longest(*shelves) for title in titles if title is not None)


def _is_personal(published: Sequence[Recommendation]) -> bool:
    return any(each.because is not None for each in published)


def _alike(taste: Taste, queries: Queries) -> Pull:
    """Where popular titles are served there is no kernel: a newcomer's likes speak for what is like them."""
    if taste.history.title_ids:
        return {}
    pull: Pull = {}
    for like in taste.likes:
        for place, title in enumerate(queries.results.similar(like.title_id, MOST_TITLES), 1):
            pull[title.title_id] = max(pull.get(title.title_id, (0.0, "")), (1 / place, like.title_id))
    return pull


def _folded(taste: Taste, pull: Pull, queries: Queries) -> list[Recommendation]:
    """The published list with what fresh likes bring in; no page holds more of a genre than he is used to."""
    pull = _heard(pull, max((each.score for each in taste.published), default=0.0))
    # The published order is varied already; scores that rise along it would undo that.
    falling = accumulate((each.score for each in taste.published), min)
    names = {title_id: title.title for title_id, title in _liked(pull, queries).items()}
    listed = [_moved(each, score, pull, names) for each, score in zip(taste.published, falling, strict=True)]
    base = UNLISTED * max(0.0, min((each.score for each in taste.published), default=0.0))
    settled, known = taste.settled, {each.title.title_id for each in taste.published}
    new = _from_likes({one: pulled for one, pulled in pull.items() if one not in known}, queries)
    listed += [replace(each, score=base + each.score) for each in new]
    listed = [each for each in listed if each.title.title_id not in settled]
    listed.sort(key=lambda each: (-each.score, each.rank))
    return varied(listed, taste.history.genres, MOST_TITLES, guests=pull.keys() - known)


def _heard(pull: Pull, best: float) -> Pull:
    strongest = max(weight for weight, _ in pull.values())
    louder = max(1.0, HEARD * best / strongest)
    return {title_id: (weight * louder, because) for title_id, (weight, because) in pull.items()}


def _liked(pull: Pull, queries: Queries) -> dict[str, Title]:
    return queries.results.titles_of({because for _, because in pull.values()})


def _moved(listed: Recommendation, score: float, pull: Pull, names: Mapping[str, str]) -> Recommendation:
    weight, because = pull.get(listed.title.title_id, (0.0, ""))
    if not weight:
        return replace(listed, score=score)
    score += weight
    speaks_most = weight > score / 2 or listed.because is None
    return replace(listed, score=score, because=names.get(because) if speaks_most else listed.because)


def _without(listed: Recommendation, disliked: set[str]) -> Recommendation:
    return replace(listed, because=None) if listed.because in disliked else listed


def _from_likes(pull: Pull, queries: Queries) -> list[Recommendation]:
    nearest = sorted(pull.items(), key=lambda entry: (-entry[1][0], entry[0]))[:MOST_TITLES]
    titles = queries.results.titles_of({each for title_id, (_, why) in nearest for each in (title_id, why)})
    return [
        Recommendation(
            # Behind what is published with the same score.
            rank=MOST_TITLES + rank,
            title=titles[title_id],
            score=weight,
            match=0.0,
            because=titles[why].title if why in titles else None,
        )
        for rank, (title_id, (weight, why)) in enumerate(nearest, 1)
        if titles[title_id].available
    ]


def _suggested(taste: Taste, queries: Queries) -> Iterable[Title]:
    """Titles for whoever has no list of his own, the best of each genre he named in turn, each once."""
    if taste.history.title_ids:
        return [each.title for each in taste.published]
    shelves = [queries.results.popular(MOST_TITLES, genre) for genre in taste.genres]
    general = queries.results.popular(MOST_TITLES + len(taste.settled))
    return {title.title_id: title for title in chain(in_turn(shelves), general)}.values()


def _in_order(titles: Iterable[Title]) -> list[Recommendation]:
    # Below everything that a like speaks for.
    return [
        Recommendation(rank=rank, title=title, score=0.0, match=0.0) for rank, title in enumerate(titles, 1)
    ]


def _ranked(ordered: Sequence[Recommendation]) -> tuple[Recommendation, ...]:
    best = max((each.score for each in ordered), default=0.0)
    return tuple(
        replace(each, rank=rank, match=min(1.0, max(0.0, each.score / best)) if best > 0 else 0.0)
        for rank, each in enumerate(ordered, 1)
    )
