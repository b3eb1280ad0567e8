"""The canonical tables: what every source is turned into, column by column, with type and unit."""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "time", "number", "list", "kind"]

# The number stored for an event's kind is its place in this tuple; append only.
EVENT_KINDS: tuple[str, ...] = ("watch", "rating", "order", "refund", "search", "other")
WATCH, RATING, ORDER, REFUND, SEARCH, OTHER = range(len(EVENT_KINDS))


@dataclass(frozen=True, kw_only=True)
class Column:
    """One canonical column.

    Attributes:
        lowest, highest: Outside of them a number is impossible, becomes missing and is counted.
        needed: A row without it is quarantined.
    """

    name: str
    type: ColumnType
    meaning: str
    unit: str = ""
    needed: bool = False
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """One canonical table; rows that share ``key`` describe the same thing."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """The column of that name, or None where it is an attribute of the source's own."""
        return next((column for column in self.columns if column.name == name), None)


CUSTOMERS = Table(
    name="customers",
    key=("customer_id",),
    columns=(
        Column(name="customer_id", type="text", meaning="who", needed=True),
        Column(name="name", type="text", meaning="full name"),
        Column(name="email", type="text", meaning="mail address"),
        Column(name="country", type="text", meaning="country"),
        Column(name="plan", type="text", meaning="present plan"),
        Column(name="signed_up_at", type="time", meaning="when he signed up", unit="UTC"),
        Column(name="age", type="number", meaning="age", unit="years", lowest=5, highest=100),
        Column(name="gender", type="text", meaning="gender"),
        Column(name="monthly_fee", type="number", meaning="present fee", unit="currency a month", lowest=0),
    ),
)

TITLES = Table(
    name="titles",
    key=("title_id",),
    columns=(
        Column(name="title_id", type="text", meaning="which title", needed=True),
        Column(name="title", type="text", meaning="its name"),
        Column(name="year", type="number", meaning="year of release", lowest=1870, highest=2100),
        Column(name="kind", type="text", meaning="film, series, …"),
        Column(name="genres", type="list", meaning="genres"),
        Column(name="tags", type="list", meaning="tags people gave"),
        Column(name="description", type="text", meaning="what it is about"),
        Column(name="language", type="text", meaning="main language"),
        Column(name="country", type="text", meaning="where it was made"),
        Column(name="duration_minutes", type="number", meaning="length", unit="minutes", lowest=0),
        Column(name="available", type="text", meaning="no, false or 0: not to be recommended any more"),
    ),
)

EVENTS = Table(
    name="events",
    key=(),
    columns=(
        Column(name="customer_id", type="text", meaning="who", needed=True),
        Column(name="at", type="time", meaning="when", unit="UTC", needed=True),
        Column(name="kind", type="kind", meaning="watch, rating, order, refund, search or other"),
        Column(name="title_id", type="text", meaning="which title"),
        Column(name="minutes", type="number", meaning="watched", unit="minutes", lowest=0, highest=1440),
        Column(name="progress", type="number", meaning="share watched", unit="0–1", lowest=0, highest=1),
        Column(name="rating", type="number", meaning="rating on the source's own scale"),
        Column(name="amount", type="number", meaning="money", unit="currency"),
        Column(name="items", type="number", meaning="how many pieces an order holds", lowest=0),
        Column(name="device", type="text", meaning="on which device"),
    ),
)

TABLES: tuple[Table, ...] = (CUSTOMERS, TITLES, EVENTS)
