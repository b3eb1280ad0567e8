"""Whether a line goes on from the question before it, or stands on its own."""

from collections.abc import Sequence
from itertools import pairwise

from bot.phrases.deeds import PEOPLE_WORDS
from bot.phrases.items import Item
from bot.phrases.naming import LISTED_BY, PEOPLE
from bot.phrases.parts import Parts, UnclearError
from bot.question import Question

# A longer line that counts nothing is no follow-up, but a question that lacks something.
MOST_LEANING_WORDS = 6
_ANEW = frozenset({"the", "our", "my", "all", "they", "these", "those", "most", "least"})
_THEY = frozenset({"they", "them", "these", "those"})
_THAT = frozenset({"that", "it"})
_LEANING = frozenset({"and", "only", "just", "same", "but", "then", "also", "instead", "now"})
_OPENING = frozenset(
    {
        "in",
        "on",
        "for",
        "from",
        "with",
        "without",
        "as",
        "split",
        "compared",
        "vs",
        "of",
        "export",
        "show",
        "chart",
        "csv",
        "versus",
    }
)

_OPENING_KINDS = frozenset(
    {"by", "every", "time", "weekdays", "not", "before", "compare", "order", "page", "did", "bound"}
)


def words_of(items: Sequence[Item]) -> list[str]:
    """All words of a line, in small letters."""
    return [word for item in items for word in item.typed.casefold().split()]


def leans(words: Sequence[str]) -> bool:
    """Whether a line begins like the continuation of another."""
    return bool(words) and (words[0] in _LEANING or list(words[:2]) in (["what", "about"], ["how", "about"]))


def points_back(words: Sequence[str]) -> bool:
    """Whether a line is about what was said before: “who are they?”."""
    return leans(words) or not {"they", "them"}.isdisjoint(words)


def goes_on(items: Sequence[Item], parts: Parts, before: Question, *, asks_who: bool) -> bool:
    """Whether a line leans on the one before: it counts nothing, or begins with “and” or the like."""
    words = words_of(items)
    if (
        not words
        or parts.moves
        or "changes" in parts.forms
        or ("share" in parts.forms and (parts.metrics or parts.filters))
        or ("why" in parts.forms and len(items) > 1)
    ):
        return False
    if is_of_them(words) or _refers(words, parts, before) or asks_who_of_them(words, parts, before):
        return True
    if narrows(words, before) or words[0] == "only":
        others = {name for name, _ in parts.metrics} - {"customers", before.metric}
        if before.metric in PEOPLE - {"customers"} and others & PEOPLE:
            raise UnclearError("I can answer one thing at a time: say it all in one question.")
        return True
    if parts.metrics:
        return (
            leans(words)
            or "instead" in words
            or (before.form == "list" and words[0] in {"sort", "sorted", "order", "rank"})
            or _swaps(items, parts, before)
            or only_says_of_whom(parts, words)
            or _says_which(items, before)
            or ranks_people(parts, before)
        )
    if leans(words) or asks_who or ("share" in parts.forms and parts.by):
        return True
    # Without such a word, only what cannot begin a question of its own.
    first = next((item for item in items if item.kind != "filler"), items[0])
    begins = words[0] in _OPENING or items[0].kind in _OPENING_KINDS or first.kind == "order"
    begins = begins or (items[0].kind in {"form", "growth"} and len(items) == 1)
    begins = begins or any(item.kind in {"compare", "only", "all of"} for item in items)
    turns = any(item.typed.casefold().endswith("way round") for item in items)
    return (begins or turns or _is_one_value(items)) and len(words) <= MOST_LEANING_WORDS


def is_of_them(words: Sequence[str]) -> bool:
    """“How many of them are women”."""
    return any(pair in {("of", "them"), ("of", "those"), ("of", "these")} for pair in pairwise(words))


def _refers(words: Sequence[str], parts: Parts, before: Question) -> bool:
    """“How does that split by country”, “what do they watch most”, “their average risk”."""
    theirs = "their" in words and not parts.filters and all(name != "customers" for name, _ in parts.metrics)
    people = before.metric in PEOPLE and (theirs or not _THEY.isdisjoint(words))
    return people or (not parts.metrics and not (_THEY | _THAT).isdisjoint(words))


def asks_who_of_them(words: Sequence[str], parts: Parts, before: Question) -> bool:
    """“Who spent the most”, behind customers on Premium: which of these."""
    ranks = words[0] == "who" and parts.order is not None and not (parts.filters or parts.periods or parts.by)
    return ranks and before.metric in PEOPLE and bool(before.filters)


def narrows(words: Sequence[str], before: Question) -> bool:
    """“Who are at risk”, behind customers on Premium: some of these; “who are the …” begins anew."""
    asks = list(words[1:] if words[0] in {"and", "so"} else words)
    which = asks[:2] in (["who", "are"], ["which", "are"], ["who", "is"])
    return which and before.metric in PEOPLE and asks[2:3] != [] and asks[2] not in _ANEW


def only_says_of_whom(parts: Parts, words: Sequence[str]) -> bool:
    """“For Premium customers”: a filter, and nothing new to count."""
    names = {name for name, _ in parts.metrics}
    leads = words[0] in {"for", "by", "of", "with", "in", "from", "on", "among"}
    return leads and names == {"customers"} and bool(parts.filters)


def _says_which(items: Sequence[Item], before: Question) -> bool:
    """“At risk”, “lapsed” behind people: which of them; with a noun it may begin anew."""
    told = [item for item in items if item.kind != "filler"]
    if len(told) != 1 or told[0].kind != "metric" or before.metric not in PEOPLE:
        return False
    nouns = {word for word in told[0].typed.casefold().split() if word in PEOPLE_WORDS}
    return told[0].meanings[0].name in PEOPLE and not nouns


def ranks_people(parts: Parts, before: Question) -> bool:
    """“Top 10 customers” behind a number that they can be listed by."""
    names = {name for name, _ in parts.metrics}
    ranks = parts.order is not None and names == {"customers"}
    return ranks and before.metric in LISTED_BY and not (parts.filters or parts.by or parts.every)


def _swaps(items: Sequence[Item], parts: Parts, before: Question) -> bool:
    """“By watches”, behind a ranking: the same, by another number."""
    told = [item for item in items if item.kind != "filler"]
    by_metric = len(told) == 2 and told[0].kind == "by" and told[1].kind == "metric"
    return by_metric and bool(before.by) and not parts.by


def _is_one_value(items: Sequence[Item]) -> bool:
    """“Germany?” alone; names for people, such as “women”, may also begin anew."""
    told = [item for item in items if item.kind != "filler"]
    return (
        len(told) == 1
        and told[0].kind == "value"
        and told[0].meanings[0].name in {"country", "plan", "genre"}
    )
