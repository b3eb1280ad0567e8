"""What to watch: recommendations, titles, and what somebody thinks of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands.command import Answer
from bot.commands.filters import fits, wishes_from
from bot.commands.reading import customer_from, title_from
from bot.commands.taste import MOST_TITLES, listed_for
from bot.commands.vocabulary import begins_wish
from bot.messages import mistakes, titles
from bot.messages.lessons import lesson_for
from bot.messages.wishes import Wishes, in_words
from bot.messages.wording import line
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.records import Customer, Title
from store.state.records import Feedback, Verdict

TITLES_SHOWN = 5
SIMILAR_SHOWN = 10
TRENDING_SHOWN = 10


def recommend(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /recommend <user> [count] [wishes] [page <number>]; a viewer names no user, he gets his own."""
    customer, rest = _whose(words, "recommend", asker, queries)
    return _list_of(customer, _asked(rest, asker, queries), asker, queries)


def _whose(
    words: Sequence[str], command: str, asker: Asker, queries: Queries
) -> tuple[Customer, Sequence[str]]:
    """Whose list is meant, and the words that follow."""
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
class _Asked:
    """A list as it was asked for: ``[count] [wishes] [page <number>]``."""

    wishes: Wishes
    count: int
    page: int
    words: tuple[str, ...]


def _asked(words: Sequence[str], asker: Asker, queries: Queries) -> _Asked:
    words, page = _page_from(words)
    words, count = _count_from(words, TITLES_SHOWN, lesson_for("recommend", asker.role).example)
    wishes = wishes_from(words, queries.results.genres())
    return _Asked(wishes=wishes, count=count, page=page, words=tuple(words))


def _list_of(customer: Customer, asked: _Asked, asker: Asker, queries: Queries, *, note: str = "") -> Reply:
    found = [each for each in listed_for(customer, queries) if fits(asked.wishes, each.title)]
    if not found and not queries.results.popular(1):
        raise mistakes.no_titles()
    own = asker.role == "viewer"
    listing = titles.Listing(
        count=asked.count,
        page=asked.page,
        arguments=line("" if own else customer.customer_id, asked.count, *asked.words),
        own=own,
        wishes=in_words(asked.wishes),
        note=note,
    )
    return titles.recommendations(customer, found, queries.results.run(), listing)


def _page_from(words: Sequence[str]) -> tuple[Sequence[str], int]:
    if len(words) >= 2 and words[-2].casefold() == "page" and words[-1].isdecimal():
        return words[:-2], max(1, int(words[-1][:4]))
    return words, 1


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
    title, rest = title_from(words[:named], command, queries), words[named:]
    if not own and not rest:
        raise mistakes.verdict_needs_customer(command, title.title_id)
    customer, rest = _whose(rest, command, asker, queries)
    # Read before anything is kept, so that a mistyped line changes nothing.
    asked = _asked(rest, asker, queries)
    queries.state.add_feedback(
        Feedback(
            customer_id=customer.customer_id,
            title_id=title.title_id,
            verdict=verdict,
            at=queries.now(),
            by=asker.user_id,
        )
    )
    return _list_of(customer, asked, asker, queries, note=titles.noted(verdict, title, own=own))


def title(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /title <name or id>: one title."""
    found = title_from(words, "title", queries)
    return titles.title_card(found, queries.results.run(), own=asker.role == "viewer")


def similar(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /similar <title>: what is like it, for a viewer without what he has a verdict on."""
    found = title_from(words, "similar", queries)
    settled = _settled(asker, queries)
    near = [
        each for each in queries.results.similar(found.title_id, 2 * SIMILAR_SHOWN) if _open(each, settled)
    ]
    return titles.similar(found, near[:SIMILAR_SHOWN], queries.results.run())


def trending(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /trending [count] [wishes] [page <number>]: what is watched most lately."""
    words, page = _page_from(words)
    words, count = _count_from(words, TRENDING_SHOWN, "/trending 10 comedy")
    wishes = wishes_from(words, queries.results.genres())
    settled = _settled(asker, queries)
    popular = queries.results.popular(MOST_TITLES)
    if not popular:
        raise mistakes.no_titles()
    found = [each for each in popular if _open(each, settled) and fits(wishes, each)]
    listing = titles.Listing(count=count, page=page, arguments=line(count, *words), wishes=in_words(wishes))
    return titles.trending(found, queries.results.run(), listing)


def _settled(asker: Asker, queries: Queries) -> frozenset[str]:
    if asker.role != "viewer":
        return frozenset()
    verdicts = queries.state.feedback(_himself(asker, queries).customer_id)
    return frozenset(each.title_id for each in verdicts)


def _open(title: Title, settled: frozenset[str]) -> bool:
    return title.available and title.title_id not in settled
