"""What can be asked of the facts, and what comes back."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan

from store.errors import StoreError


class TooFineError(StoreError):
    """Single days that old are not kept.

    Attributes:
        since: The first day from which single events are kept.
    """

    def __init__(self, since: date) -> None:
        super().__init__(f"single days are kept since {since}; before it, whole months")
        self.since = since


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both included.

    Attributes:
        weekdays: Only these days of the week count, Monday is 0; none named: all of them.
    """

    first: date
    last: date
    weekdays: tuple[int, ...] = ()

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def is_months(self) -> bool:
        """Whether it is made of whole months."""
        return self.first.day == 1 and self.last == month_end(self.last)

    def before(self) -> "Span":
        """The period as long, just before; of whole months, as many whole months."""
        if self.is_months:
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
            number = self.first.year * 12 + self.first.month - 1 - months
            first = date(number // 12, number % 12 + 1, 1)
        else:
            first = self.first - timedelta(days=self.days)
        return Span(first, self.first - timedelta(days=1), self.weekdays)

    def has(self, day: int) -> bool:
        """Whether the weekday of a day counts; days since 1970-01-01, which was a Thursday."""
        return not self.weekdays or (day + 3) % 7 in self.weekdays


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return day.replace(day=monthrange(day.year, day.month)[1])


@dataclass(frozen=True, slots=True)
class Choice:
    """A dimension has one of some values, or none of them; what is unknown is neither."""

    dimension: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """A quantity of a customer lies between two numbers; None: no limit on that side."""

    quantity: str
    low: float | None = None
    high: float | None = None
    low_included: bool = True
    high_included: bool = True

    def holds(self, value: float) -> bool:
        """Whether a number lies within; NaN never does."""
        above = self.low is None or value > self.low or (self.low_included and value == self.low)
        below = self.high is None or value < self.high or (self.high_included and value == self.high)
        return above and below and not isnan(value)


@dataclass(frozen=True, slots=True)
class Did:
    """A customer did something in the period, or did not: “never ordered”, “watched comedy but not drama”.

    Attributes:
        stream: ``watch``, ``rating``, ``order``, or ``any`` for any activity.
        titles: Of a title that meets all of these.
        ever: In all the time there is data of, whatever the period.
        when: In these days, whatever the period; None: in the period.
    """

    stream: str
    titles: tuple[Choice, ...] = ()
    negated: bool = False
    ever: bool = False
    when: Span | None = None


Condition = Choice | Bound | Did


@dataclass(frozen=True, slots=True)
class Measured:
    """A number and what it rests on.

    Attributes:
        value: None where there is nothing to divide by.
        numerator: What was counted or summed.
        denominator: What it was divided by; None where it was not.
        people: Distinct customers behind it; None where that was not counted.
    """

    value: float | None
    numerator: float = 0.0
    denominator: float | None = None
    people: int | None = None


Table = Mapping[str, Measured]


@dataclass(frozen=True, slots=True)
class Listed:
    """A customer in a list, with the number he is listed for."""

    customer_id: str
    name: str | None
    value: float | None
