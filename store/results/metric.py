"""What a metric is made of."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal[
    "customers", "share", "money", "count", "hours", "minutes", "stars", "number", "each", "years", "days"
]
Stream = Literal["watch", "rating", "session", "order", "refund"]
Family = Literal["customer", "title", "time"]

CUSTOMER_ONLY: frozenset[Family] = frozenset({"customer"})
TIMED: frozenset[Family] = frozenset({"customer", "time"})
EVERYTHING: frozenset[Family] = frozenset({"customer", "title", "time"})


@dataclass(frozen=True, slots=True)
class Sum:
    """A column of the facts, summed over some streams."""

    column: Literal["count", "amount", "marked", "known"]
    streams: tuple[Stream, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    """Different customers or titles in a stream."""

    of: Literal["customer", "title"]
    stream: Stream


@dataclass(frozen=True, slots=True)
class Active:
    """Different customers who did anything; for some titles only, who watched them.

    Attributes:
        before: Of those active in a period as long just before.
        both: Active in that period and in this one.
    """

    before: bool = False
    both: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """Customers as they stand on the last day: counted, or a number of theirs summed.

    Attributes:
        column: A column of ``customers``, or ``churn_probability * value``; None: they are counted.
        where: Dimension and value that must hold.
        known: Counted are those whose ``column`` is known.
    """

    column: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    known: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Customers who signed up in the period."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Customers of the last closed window who left: known in all, by segment and by risk band."""


Part = Closed | Sum | Distinct | Active | People | Joined


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One certified metric.

    Attributes:
        name: Its key, and what follow-ups and buttons call it.
        label: As it is written in an answer.
        unit: What it is counted in.
        numerator, denominator: The definition; without a denominator it is a count or a sum.
        factor: From the unit of the facts to that of the metric.
        dimensions: What it can be split or filtered by.
        meaning: The definition in words, for /metrics.
        synonyms: What people type, lower case, separated by commas.
        least: Events a group must have to be ranked.
        group: For /metrics.
    """

    name: str
    label: str
    unit: Unit
    numerator: Part
    denominator: Part | None = None
    factor: float = 1.0
    dimensions: frozenset[Family] = EVERYTHING
    meaning: str
    synonyms: str = ""
    group: Literal["people", "risk", "money", "viewing", "taste"] = "people"
    least: int = 0

    @property
    def is_timed(self) -> bool:
        """Whether it is about a period; otherwise it is how things stand on the last day."""
        return "time" in self.dimensions

    @property
    def is_ratio(self) -> bool:
        """Whether it is a share or an average, and so does not add up."""
        return self.denominator is not None


_HEADS = (
    "customer",
    "user",
    "subscriber",
    "member",
    "person",
    "head",
    "viewer",
    "active customer",
    "active user",
    "active person",
    "active member",
    "active subscriber",
    "active viewer",
)


def per_active(*counted: str) -> str:
    """“Orders per user”, “average orders per customer”: of those who were active, which the answer says."""
    return ", ".join(
        f"{average}{each} {per} {head}"
        for each in counted
        for head in _HEADS
        for per in ("per", "by each", "for each")
        for average in ("", "average ")
    )
