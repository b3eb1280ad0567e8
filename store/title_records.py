"""The frozen records about titles; to be imported from ``store.records`` with the others."""

import re
import unicodedata
from dataclasses import dataclass

_TRAILING = re.compile(
    r"(\s*\(\d{4}\)\s*$)|(\s*[:–—].*$)|(\s+-\s.*$)|(\s+(?:part|vol\.?|volume|episode|chapter)\b.*$)",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_ALSO_KNOWN = re.compile(r"^(?:a\.?k\.?a\.?|also known as)\s+", re.IGNORECASE)
_NUMBER = re.compile(r"\s+(?:\d{1,2}|[ivx]{1,5})$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """A film or series.

    Attributes:
        watchers: Customers who watched, rated or bought it, in all.
        watchers_lately: The same in the last 30 days of data.
        available: Whether it may be recommended.
    """

    title_id: str
    title: str
    year: int | None = None
    kind: str | None = None
    genres: tuple[str, ...] = ()
    description: str | None = None
    language: str | None = None
    country: str | None = None
    duration_minutes: float | None = None
    watchers: int = 0
    watchers_lately: int = 0
    rating_mean: float | None = None
    available: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """One title for one customer.

    Attributes:
        rank: From 1.
        score: Of the serving model; only its order means something.
        match: 0 to 1, the score relative to the customer's best.
        because: Title of what he liked that spoke most for it; None for popular titles.
    """

    rank: int
    title: Title
    score: float
    match: float
    because: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What a customer knows already, as the run found it.

    Attributes:
        title_ids: Everything he watched, rated, bought or refused; never to be shown again.
        genres: The genres of those titles with how many have them, most first, then by name.
    """

    title_ids: frozenset[str] = frozenset()
    genres: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Comeback:
    """A title with which customers came back after they had gone quiet.

    Attributes:
        returns: How many came back with it.
        lift: How many times as often as it begins any other day; drawn to 1 where there are few cases.
    """

    title: Title
    returns: int
    lift: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbour:
    """A title near another one, with the weight the recommender gives the pair."""

    title_id: str
    weight: float


def franchise_name(title: str) -> str:
    """What titles of one series share: ``"Toy Story 2 (1999)"`` and ``"Toy Story"`` → ``"toy story"``."""
    short = title.strip()
    for pattern in (_TRAILING, _TRAILING, _NUMBER):
        shorter = pattern.sub("", short).strip(" ,")
        short = shorter or short
    return short.casefold()


def plain_spelling(text: str) -> str:
    """A name without case, accents and punctuation: ``"Léon: Part 2"`` → ``"leon part 2"``."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    letters = (
        letter if letter.isalnum() else "" if unicodedata.combining(letter) or letter in "'’." else " "
        for letter in apart
    )
    return " ".join("".join(letters).split()) or " ".join(text.casefold().split())


def spellings(title: str) -> tuple[str, ...]:
    """What a title may be called, its whole name first: ``"Seven (a.k.a. Se7en)"`` is ``"se7en"`` too."""
    inside = (_ALSO_KNOWN.sub("", name) for name in _BRACKETS.findall(title))
    names = (title, _BRACKETS.sub("", title), *(name for name in inside if not name.isdecimal()))
    return tuple(dict.fromkeys(plain_spelling(name) for name in names if name.strip()))
