"""Wishes for titles, and how they are said back, so that a misreading is seen at once."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["film", "series"]
Sign = Literal["<", "≤", "=", "≥", ">"]

_YEARS = {"<": "before {}", "≤": "up to {}", "=": "from {}", "≥": "since {}", ">": "after {}"}
_MINUTES = {
    "<": "under {} minutes",
    "≤": "at most {} minutes",
    "=": "{} minutes",
    "≥": "at least {} minutes",
    ">": "over {} minutes",
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


def in_words(wishes: Wishes) -> str:
    """The wishes as they were understood; not escaped; empty where there are none."""
    parts = []
    if wishes.genres:
        parts.append((" and " if wishes.every else " or ").join(wishes.genres))
    if wishes.kind:
        parts.append("films" if wishes.kind == "film" else "series")
    parts += [
        (_YEARS if each.of == "year" else _MINUTES)[each.sign].format(each.number) for each in wishes.bounds
    ]
    if wishes.without:
        parts.append(f"not {' or '.join(wishes.without)}")
    return " · ".join(parts)
