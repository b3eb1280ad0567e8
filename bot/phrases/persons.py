"""Questions about one customer lead to the command of the same meaning."""

import re

from bot.messages.wording import line as line_of
from bot.phrases.outcomes import Command
from bot.phrases.tokens import Token, tokens_of
from bot.phrases.vocabulary import Vocabulary
from bot.queries import Queries

_ASKS: tuple[tuple[str, str], ...] = (
    (r"\bwhy\b", "why"),
    (r"\b(trend|over time|history|chart|develop\w*)\b", "trend"),
    (r"\b(watch|recommend\w*|suggest\w*|see|like|enjoy)\b", "recommend"),
    (r"\b(leave|leaving|churn\w*|risk|quit|cancel|stay|lose|losing|likely|probability)\b", "churn"),
    (r"\b(segment|group)\b", "segment"),
)
_BEFORE = frozenset({"user", "customer", "subscriber", "member", "client", "account", "id", "no", "number"})
# Words behind which a bare number is a customer: “is 42 likely to leave”, “what should 42 watch”.
_OF = frozenset({"is", "should", "will", "does", "about", "can", "has", "could", "would"})
MOST_NAME_WORDS = 4


def about_one(line: str, queries: Queries, vocabulary: Vocabulary) -> Command | None:
    """The command for a question about one customer; None where it is about many."""
    tokens = tokens_of(line)
    who = _who(tokens, queries, vocabulary)
    if who is None:
        return None
    text = line.casefold()
    command = next((name for pattern, name in _ASKS if re.search(pattern, text)), "user")
    return Command(line_of(f"/{command}", who))


def _who(tokens: tuple[Token, ...], queries: Queries, vocabulary: Vocabulary) -> str | None:
    for place, token in enumerate(tokens):
        before = tokens[place - 1].text if place else ""
        if token.mark in {"mail", "id"} and token.typed.removeprefix("#") not in vocabulary.title_ids:
            return token.typed.removeprefix("#")
        whole = token.text.isdecimal() and token.mark == ""
        if before in _BEFORE and (whole or queries.results.customer(token.typed) is not None):
            return token.typed
        following = tokens[place + 1].text if place + 1 < len(tokens) else ""
        last = following in {
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
            "",
        }
        if whole and before in _OF and last and queries.results.find_customers(token.text, 1):
            return token.typed
    return _named(tokens, queries)


def _named(tokens: tuple[Token, ...], queries: Queries) -> str | None:
    """A customer whose whole name stands in the line."""
    for length in range(MOST_NAME_WORDS, 1, -1):
        for start in range(len(tokens) - length + 1):
            typed = " ".join(token.typed for token in tokens[start : start + length])
            if queries.results.is_name(typed):
                return typed
    return None
