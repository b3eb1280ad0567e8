"""Questions about one customer: the command of the same meaning, or a number of his alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.messages.wording import line as line_of
from bot.phrases.outcomes import Command, Outcome, Read, Refused
from bot.phrases.reading import read
from bot.phrases.tokens import Token, tokens_of
from bot.phrases.vocabulary import Vocabulary
from bot.phrases.words import FILLERS, listed
from bot.queries import Queries
from bot.question import Question
from store.results.asked import Choice
from store.results.dimensions import TITLE_DIMENSIONS
from store.results.matching import same_number

_ASKS: tuple[tuple[str, str], ...] = (
    (r"\bwhy\b", "why"),
    (r"\b(trend|over time|history|chart|develop\w*)\b", "trend"),
    (r"\bwhen\b", "user"),
    (r"\bbring\b.*\bback\b", "bringback"),
    (r"\b(watch|recommend\w*|recs?|suggest\w*|see|like|enjoy|movies?|films?|titles?)\b", "recommend"),
    (r"\b(leave|leaving|churn\w*|risk|quit|cancel|stay|lose|losing|likely|probability)\b", "churn"),
    (r"\b(segment|group)\b", "segment"),
)
_PAST = re.compile(r"\b(did|has|have|had|watched|seen|was|already)\b")
_BEFORE = frozenset({"user", "customer", "subscriber", "member", "client", "account", "id", "no", "number"})
# Words behind which a bare number is a customer: “is 42 likely to leave”, “what should 42 watch”.
_OF = frozenset(
    {
        "is",
        "should",
        "will",
        "does",
        "about",
        "can",
        "has",
        "could",
        "would",
        "did",
        "was",
        "might",
        "may",
        "for",
    }
)
_BEHIND = frozenset(
    {
        *(
            "likely",
            "watch",
            "leave",
            "doing",
            "like",
            "going",
            "at",
            "see",
            "stay",
            "churn",
            "last",
            "in",
            "",
        ),
        *("spend", "order", "rate", "pay", "buy", "watched", "on"),
    }
)
_DEEDS = frozenset({"watch", "leave", "like", "see", "stay", "churn", "spend", "order", "rate", "buy"})
# “Trend for 42”, “risk of 42”, “recommend something for 42”.
_FOR = re.compile(
    r"\b(trend|risk|history|mail|email|e-mail|recommend\w*|recs?|suggest\w*|movies|films|titles|segment|churn|probability)\b.*\b(for|of)$"
)
_KNOWN = FILLERS | frozenset(
    listed(
        "watch, watched, recs, recommend, recommendation, recommendations, suggest, suggestion, suggestions, "
        "next, why, risk, likely, likelihood, leave, leaving, churn, churning, segment, group, doing, "
        "trend, chart, history, over, time, develop, developing, developed, about, profile, card, details, "
        "last, seen, when, should, something, anything, movie, movies, film, films, title, titles, "
        "contact, stay, quit, cancel, lose, losing, probability, score, enjoy, like, taste, see, active, "
        "status, going, soon, still, us, person, user, customer, subscriber, member, client, account, id, "
        "no, shall, up, summary, overview, he, she, him, they, chance, odds, plan, country, everything, "
        "might, may, bring, back, join, joined, sign, signed, register, registered, email, mail, e-mail, "
        "where, from, name, details, info, tonight, today, now, this, evening, weekend, long, days, been, "
        "quiet, inactive, away, since"
    )
)
PERSONAL = frozenset(
    {
        *("watches", "hours_watched", "minutes_watched", "titles_watched", "completion_rate", "sessions"),
        *(
            "session_minutes",
            "ratings",
            "average_rating",
            "likes",
            "orders",
            "revenue",
            "refunds",
            "refunded",
        ),
        *("average_order_value", "gross_revenue"),
    }
)
# What a number of many is called, asked about one.
_OF_ONE: Mapping[str, str] = {
    "viewers": "watches", "revenue_per_active_customer": "revenue", "active_customers": "watches",
}  # fmt: skip
MOST_NAME_WORDS = 4
_FIRST_NAME = re.compile(
    r"^(?:how is|how likely is|is|tell me about|who is|look up|find|will|what about)\s+([^\W\d_]{3,})\b"
)


# “What did … watch last month”, “which films has … seen”, “watch history of …”; the customer is taken out.
_WATCHED_BEFORE = re.compile(
    r"^(?:what|which (?P<what>titles|movies|films|series|shows)) (?:all )?(?:did|has|have)\b"
    r".*?\b(?:watch|watched|see|seen|viewed)\b(?P<when>.*)$"
    r"|^(?:show |the |me )*(?:watch|watching|viewing) history\b(?P<since>.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A customer, and where his words stand."""

    who: str
    first: int
    end: int


def about_one(line: str, queries: Queries, vocabulary: Vocabulary) -> Outcome | None:
    """The answer to a question about one customer; None where it is about many."""
    tokens = tokens_of(line)
    found = _who(tokens, queries, vocabulary)
    if found is None:
        return _by_first_name(line, queries, vocabulary)
    text = line.casefold()
    rest = [*tokens[: found.first], *tokens[found.end :]]
    who = _only_one(found.who, queries)
    own = of_one(_without(rest), who, queries, vocabulary) if who is not None else None
    if own is not None:
        return own
    wishes: list[str] = []
    command = next((name for pattern, name in _ASKS if re.search(pattern, text)), "user")
    if command == "recommend" and _PAST.search(text):
        titles = f"most watched titles of customer {found.who}"
        card = line_of("/user", found.who)
        choices = (("Titles watched", titles), (f"Card of {found.who}", card))
        return Refused("Do you mean what was watched already?", choices)
    if command == "recommend":
        wishes = [token.typed for token in rest if token.text.isdecimal() or _is_wish(token, vocabulary)]
        rest = [token for token in rest if token.typed not in wishes]
    strange = [token.typed for token in rest if not _is_known(token) and not _is_value(token, vocabulary)]
    if strange:
        named = " and ".join(f"“{word}”" for word in strange[:3])
        card = line_of("/user", found.who)
        return Refused(f"Of one customer I do not know {named}.", ((f"Card of {found.who}", card),))
    return Command(line_of(f"/{command}", found.who, *wishes))


def of_one(line: str, who: str, queries: Queries, vocabulary: Vocabulary) -> Read | None:
    """A number of one customer's alone: “how many hours did 42 watch last month”; None for anything else.

    Args:
        line: Without the words for the customer.
        who: His id.
        queries: What may be asked.
        vocabulary: Of the run served.
    """
    outcome = read(line, vocabulary, queries.results.attribute_values(), None)
    question = outcome.question if isinstance(outcome, Read) else _watched_titles(line, vocabulary, queries)
    if question is None:
        return None
    question = replace(question, metric=_OF_ONE.get(question.metric, question.metric))
    if question.metric not in PERSONAL or question.form not in {"number", "series", "average", "yes_no"}:
        return None
    of_titles = all(
        isinstance(each, Choice) and each.dimension in TITLE_DIMENSIONS for each in question.filters
    )
    if not of_titles or question.by not in {None, *TITLE_DIMENSIONS}:
        return None
    notes = outcome.notes if isinstance(outcome, Read) else ()
    himself = Choice("customer", (who,))
    return Read(replace(question, filters=(himself, *question.filters)), notes)


def _watched_titles(line: str, vocabulary: Vocabulary, queries: Queries) -> Question | None:
    """“What did 42 watch last month”: titles."""
    match = _WATCHED_BEFORE.search(line)
    if match is None:
        return None
    asked = f"most watched {match['what'] or 'titles'} {match['when'] or match['since'] or ''}"
    outcome = read(asked, vocabulary, queries.results.attribute_values(), None)
    return outcome.question if isinstance(outcome, Read) else None


def _without(rest: Sequence[Token]) -> str:
    return (
        " ".join(token.typed for token in rest).removesuffix(" of").removesuffix(" by").removesuffix(" for")
    )


def _only_one(typed: str, queries: Queries) -> str | None:
    """The id of the one customer who is meant for sure; None where it may be another."""
    if queries.results.customer(typed) is not None:
        return typed
    wanted = typed.casefold()
    sure = [
        each.customer_id
        for each in queries.results.find_customers(typed, 5)
        if (typed.isdecimal() and same_number(each.customer_id, typed))
        or wanted in {(each.name or "").casefold(), (each.email or "").casefold()}
    ]
    return sure[0] if len(sure) == 1 else None


def _is_value(token: Token, vocabulary: Vocabulary) -> bool:
    """“Is Maya on Premium?”: the card tells."""
    meanings = vocabulary.phrases.get((token.text,), ())
    return any(each.kind == "value" and each.name not in TITLE_DIMENSIONS for each in meanings)


def _is_wish(token: Token, vocabulary: Vocabulary) -> bool:
    """“A comedy for user 42”."""
    meanings = vocabulary.phrases.get((token.text,), ())
    return any(each.kind == "value" and each.name == "genre" for each in meanings)


def _is_known(token: Token) -> bool:
    return token.text in _KNOWN


def _who(tokens: tuple[Token, ...], queries: Queries, vocabulary: Vocabulary) -> _Found | None:
    for place, token in enumerate(tokens):
        before = tokens[place - 1].text if place else ""
        start = place - 1 if before in _BEFORE else place
        if token.mark in {"mail", "id"} and token.typed.removeprefix("#") not in vocabulary.title_ids:
            return _Found(token.typed.removeprefix("#"), start, place + 1)
        whole = token.text.isdecimal() and token.mark == ""
        if before in _BEFORE and (whole or queries.results.customer(token.typed) is not None):
            return _Found(token.typed, start, place + 1)
        if whole and _is_meant(tokens, place) and queries.results.find_customers(token.text, 1):
            return _Found(token.typed, place, place + 1)
    return _named(tokens, queries)


def _is_meant(tokens: tuple[Token, ...], place: int) -> bool:
    """Whether a bare number is a customer."""
    before = tokens[place - 1].text if place else ""
    following = tokens[place + 1].text if place + 1 < len(tokens) else ""
    is_year = len(tokens[place].text) == 4
    if before == "may" and following not in _DEEDS:
        return False  # “revenue May 26”
    if before in _OF and following in _BEHIND and not is_year:
        return True
    return (
        not following
        and not is_year
        and _FOR.search(" ".join(each.text for each in tokens[:place])) is not None
    )


def _named(tokens: tuple[Token, ...], queries: Queries) -> _Found | None:
    """A customer whose whole name stands in the line."""
    for length in range(MOST_NAME_WORDS, 1, -1):
        for start in range(len(tokens) - length + 1):
            typed = " ".join(token.typed for token in tokens[start : start + length])
            if queries.results.is_name(typed):
                return _Found(typed, start, start + length)
    return None


def _by_first_name(line: str, queries: Queries, vocabulary: Vocabulary) -> Command | None:
    """“How is Felix doing”: those called so are offered."""
    match = _FIRST_NAME.match(line.casefold().strip())
    name = match[1] if match else ""
    if not name or name in vocabulary.known_words or name in _KNOWN:
        return None
    others = [token for token in tokens_of(line) if token.text != name]
    if not all(_is_known(token) for token in others):
        return None
    near = queries.results.find_customers(name, 5)
    called = any(name in (each.name or "").casefold().split() for each in near)
    return Command(line_of("/user", name)) if called else None
