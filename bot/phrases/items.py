"""The parts that a line is read as."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.phrases.named_times import Found
from bot.phrases.tokens import Token
from bot.phrases.vocabulary import Meaning
from store.results.asked import Bound, Did


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a line with its meaning.

    Attributes:
        kind: ``metric``, ``dimension``, ``every``, ``value``, ``bound``, ``time``, ``weekdays``, ``did``,
            ``not``, ``by``, ``count``, ``page``, ``break``, ``title`` or a shape's kind.
        typed: The words, for what is said back.
        meanings: What it may mean; more than one is asked about.
    """

    kind: str
    typed: str
    at: int
    meanings: tuple[Meaning, ...] = ()
    bound: Bound | None = None
    time: Found | None = None
    number: int = 0
    did: Did | None = None


@dataclass
class Scanned:
    """A line as items.

    Attributes:
        unknown: Words that mean something, but nothing known.
        corrections: Mistyped words, and what they were taken for.
    """

    items: list[Item] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    corrections: list[tuple[str, str]] = field(default_factory=list)


Offer = tuple[int, int, Item]
"""So many words, a rank among those of as many words, and the item."""


def typed_in(rest: Sequence[Token], words: int) -> str:
    """The words as somebody typed them."""
    return " ".join(token.typed for token in rest[:words])
