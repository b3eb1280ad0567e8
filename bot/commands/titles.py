"""What to watch: recommendations, titles, and what somebody thinks of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands.command import Answer
from bot.commands.filters import fits, wishes_from
from bot.commands.likeness import likeness_from, title_and_rest
from bot.commands.reading import customer_from, page_from, title_from
from bot.commands.taste import MOST_TITLES, Taste, in_turn, listed_for, near_to, taste_of, widened
from bot.commands.vocabulary import begins_wish
from bot.messages import mistakes, titles
from bot.messages.lessons import lesson_for
from bot.messages.wishes import Wishes, in_words, untold
from bot.messages.wording import line
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.records import Customer, Title
from store.state.records import Feedback, Verdict

TITLES_SHOWN = 5
SIMILAR_SHOWN = 10
TRENDING_SHOWN = 10
GENRES_OFFERED = 9


def recommend(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /recommend <user> [count] [wishes] [page <number>]; a viewer names no user, he gets his own."""
    customer, rest = whose(words, "recommend", asker, queries)
    return list_of(customer, asked_from(rest, customer, asker, queries), asker, queries)


def whose(
    words: Sequence[str], command: str, asker: Asker, queries: Queries
) -> tuple[Customer, Sequence[str]]:
    """Whose list is meant, and the words that follow; a viewer means his own."""
    if asker.role == "viewer":
        return _himself(asker, queries), words
    taken = 1
    if not words[0].isdecimal() and queries.results.customer(words[0]) is None:
        genres = queries.results.genres()
        while taken < len(words) and not begins_wish(words[taken], genres):
            taken += 1
    return customer_from(words[:taken], command, asker, queries), words[taken:]


def _himself(asker: Asker, queries: Queries) -> Customer:
    customer = queries.results.customer(asker.customer_id) if asker.customer_id else None
    # Signed up after the data ends: nothing is known of him, and he is served all the same.
    return customer or Customer(customer_id=asker.customer_id or f"telegram:{asker.user_id}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A list as it was asked for: ``[count] [wishes] [like <title>] [page <number>]``."""

    wishes: Wishes
    like: Title | None
    count: int
    page: int
    words: tuple[str, ...]


def asked_from(words: Sequence[str], customer: Customer, asker: Asker, queries: Queries) -> Asked:
    """Read which list is asked for.

    Raises:
        UserError: a word is not understood, or there are no titles at all.
    """
    needs_titles(queries)
    words, page = page_from(words)
    words, count = _count_from(words, TITLES_SHOWN, lesson_for("recommend", asker.role).example)
    whose_list = "" if asker.role == "viewer" else customer.customer_id
    like, rest = likeness_from(words, line("/recommend", whose_list, count), queries)
    wishes = wishes_from(rest, queries.results.genres())
    return Asked(wishes=wishes, like=like, count=count, page=page, words=tuple(words))


def list_of(customer: Customer, asked: Asked, asker: Asker, queries: Queries, *, note: str = "") -> Reply:
    """The list as it is now, below a note of what has just been done."""
    listed = near_to(asked.like, customer, queries) if asked.like else listed_for(customer, queries)
    if asked.wishes.genres and not asked.like:
        listed = widened(listed, asked.wishes.genres, customer, queries)
    found = [each for each in listed if fits(asked.wishes, each.title)]
    own = asker.role == "viewer"
    listing = titles.Listing(
        untold=not_told(asked.wishes, [each.title for each in listed]),
        count=asked.count,
        page=asked.page,
        arguments=line("" if own else customer.customer_id, asked.count, *asked.words),
        own=own,
        wishes=in_words(asked.wishes),
        like=asked.like,
        note=note,
        tastes=() if asked.like else tastes_asked(taste_of(customer, queries), queries),
    )
    return titles.recommendations(customer, found, queries.results.run(), listing)


def not_told(wishes: Wishes, listed: Sequence[Title]) -> str:
    """What is wished for and not known of any of the titles; in words, empty where it is known."""
    return untold(
        wishes,
        years=not listed or any(each.year for each in listed),
        lengths=not listed or any(each.duration_minutes for each in listed),
    )


def needs_titles(queries: Queries) -> None:
    """Say so where the data knows no titles at all, before anything else is found fault with.

    Raises:
        UserError: there are none.
    """
    if not queries.results.run().titles:
        raise mistakes.no_titles()


def tastes_asked(taste: Taste, queries: Queries) -> tuple[tuple[str, bool], ...]:
    """The genres to ask somebody about of whom nothing is known, and which of them he named."""
    if not taste.is_unknown:
        return ()
    offered = dict.fromkeys((*taste.genres, *queries.results.genres()[:GENRES_OFFERED]))
    return tuple((genre, genre in taste.genres) for genre in offered)


def _count_from(words: Sequence[str], default: int, example: str) -> tuple[Sequence[str], int]:
    """A number that stands first is the count, unless it is a year or has a unit behind it."""
    if not words or not words[0].isascii() or not words[0].isdecimal() or len(words[0]) == 4:
        return words, default
    count = int(words[0][:6])
    if not 1 <= count <= MOST_TITLES:
        raise mistakes.bad_count(words[:1], MOST_TITLES, example, "titles")
    return words[1:], count


def saying(verdict: Verdict, command: str) -> Answer:
    """The command that keeps this verdict, and shows the list as it is now."""

    def say(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
        return _said(words, verdict, command, asker, queries)

    return say


def _said(words: Sequence[str], verdict: Verdict, command: str, asker: Asker, queries: Queries) -> Reply:
    """Keep a verdict: ``<title> [customer] [the words of the list it was tapped in]``.

    A viewer may type the title's name; staff name the title in one word and then the customer, as buttons do.
    """
    own = asker.role == "viewer"
    named = len(words) if own and not words[0].startswith("#") else 1
    title, rest = title_from(words[:named], f"/{command}", queries, line(*words[named:])), words[named:]
    if not own and not rest:
        raise mistakes.verdict_needs_customer(command, title.title_id)
    customer, rest = whose(rest, command, asker, queries)
    # Read before anything is kept, so that a mistyped line changes nothing.
    asked = asked_from(rest, customer, asker, queries)
    queries.state.add_feedback(
        Feedback(
            customer_id=customer.customer_id,
            title_id=title.title_id,
            verdict=verdict,
            at=queries.now(),
            by=asker.user_id,
        )
    )
    return list_of(customer, asked, asker, queries, note=titles.noted(verdict, title, own=own))


def title(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /title <name or id>: one title."""
    found = title_from(words, "/title", queries)
    return titles.title_card(found, queries.results.run(), own=asker.role == "viewer")


def similar(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /similar <title> [wishes]: what is like it, for a viewer without what he knows already."""
    found, rest = title_and_rest(words, "/similar", queries)
    wishes = wishes_from(rest, queries.results.genres())
    settled = settled_by(asker, queries)
    near = [
        each
        for each in queries.results.similar(found.title_id, MOST_TITLES)
        if _open(each, settled) and fits(wishes, each)
    ]
    return titles.similar(found, near[:SIMILAR_SHOWN], queries.results.run(), in_words(wishes))


def trending(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /trending [count] [wishes] [page <number>]: what is watched most lately."""
    needs_titles(queries)
    words, page = page_from(words)
    words, count = _count_from(words, TRENDING_SHOWN, "/trending 10 comedy")
    wishes = wishes_from(words, queries.results.genres())
    settled = settled_by(asker, queries)
    shelves = [queries.results.popular(MOST_TITLES, genre) for genre in wishes.genres]
    # A title of two genres stands on both shelves.
    general = queries.results.popular(MOST_TITLES)
    popular = list({each.title_id: each for each in (*in_turn(shelves), *general)}.values())
    found = [each for each in popular if _open(each, settled) and fits(wishes, each)]
    listing = titles.Listing(
        count=count,
        page=page,
        arguments=line(count, *words),
        wishes=in_words(wishes),
        untold=not_told(wishes, popular),
    )
    return titles.trending(found, queries.results.run(), listing)


def settled_by(asker: Asker, queries: Queries) -> frozenset[str]:
    """Titles that must not come back to who asks; for staff none, who do not ask for themselves."""
    if asker.role != "viewer":
        return frozenset()
    return taste_of(_himself(asker, queries), queries).settled


def _open(title: Title, settled: frozenset[str]) -> bool:
    return title.available and title.title_id not in settled
