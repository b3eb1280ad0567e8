"""Wishes for titles, and how they are said back, so that a misreading is seen at once."""

from dataclasses import dataclass
from typing import Literal

from bot.languages import tell

Kind = Literal["film", "series"]
Sign = Literal["<", "≤", "=", "≥", ">"]

_YEARS = {
    "<": "before {number}",
    "≤": "up to {number}",
    "=": "from {number}",
    "≥": "since {number}",
    ">": "after {number}",
}
_MINUTES = {
    "<": "under {number} minutes",
    "≤": "at most {number} minutes",
    "=": "{number} minutes",
    "≥": "at least {number} minutes",
    ">": "over {number} minutes",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """A limit on a title's year or length in minutes."""

    of: Literal["year", "minutes"]
    sign: Sign
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What a title must be.

    Attributes:
        genres: Any of them, or all of them where ``every``.
        without: None of these genres.
    """

    genres: tuple[str, ...] = ()
    every: bool = False
    without: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()
    kind: Kind | None = None


def untold(wishes: Wishes, *, years: bool, lengths: bool) -> str:
    """What the data does not tell of any title although it is wished for; empty where it does.

    Args:
        wishes: As understood.
        years: Whether the year of any title is known.
        lengths: Whether the length of any is.
    """
    asked = {bound.of for bound in wishes.bounds}
    if "minutes" in asked and not lengths:
        return tell("The data does not tell how long titles are. Leave that wish out.")
    if "year" in asked and not years:
        return tell("The data does not tell from which year titles are. Leave that wish out.")
    return ""


def in_words(wishes: Wishes) -> str:
    """The wishes as they were understood; not escaped; empty where there are none."""
    parts = []
    if wishes.genres:
        parts.append(f" {tell('and') if wishes.every else tell('or')} ".join(wishes.genres))
    if wishes.kind:
        parts.append(tell("films") if wishes.kind == "film" else tell("series"))
    for each in wishes.bounds:
        words = _YEARS if each.of == "year" else _MINUTES
        parts.append(tell(words[each.sign], number=each.number))
    if wishes.without:
        parts.append(tell("not {genres}", genres=f" {tell('or')} ".join(wishes.without)))
    return " · ".join(parts)
