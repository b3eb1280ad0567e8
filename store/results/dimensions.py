"""What customers and titles can be split and filtered by, in small arrays that stay in memory for a run."""

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from math import nan

from store.results.asked import Choice
from store.results.reading import Reader

QUANTITIES: Mapping[str, str] = {
    name: f"SELECT {name} FROM customers ORDER BY number"
    for name in (
        *("churn_probability", "churn_probability * value", "value", "monthly_fee", "age", "tenure_days"),
        *("days_since_last_activity", "days_active", "days_active_30", "total_transactions", "total_spend"),
        *("watch_count", "watch_minutes", "sessions", "completion_share", "titles_watched", "rating_count"),
        *("rating_mean", "genres_watched", "signed_up_day", "session_minutes_mean", "average_order_value"),
    )
} | {
    # From the sign-up, where that is known; else from the first event.
    "tenure_days": (
        "SELECT ifnull(max((SELECT watermark FROM run) - signed_up_day, 0), tenure_days)"
        " FROM customers ORDER BY number"
    )
}
_IDS = "SELECT number - 1, customer_id FROM customers WHERE number IN (SELECT value + 1 FROM json_each(?))"
_PLACES = "SELECT number - 1 FROM customers WHERE customer_id IN (SELECT value FROM json_each(?))"
_TITLES = "SELECT code, title_id, title, kind, genres, language FROM titles ORDER BY code"
_TITLE_NAMES = "SELECT title_id, title FROM titles ORDER BY code"
DEVICE = "device"
"""Of each watch, not of a customer."""
TITLE_DIMENSIONS = ("genre", "kind", "title", "language")


@dataclass(frozen=True, slots=True)
class Grouping:
    """To which value each customer belongs.

    Attributes:
        labels: The values, in the order in which they are shown.
        codes: Place in ``labels`` for each customer; ``len(labels)`` where it is not known.
        ordered: The labels have an order of their own (ages, months), which rankings keep.
    """

    labels: tuple[str, ...]
    codes: Sequence[int]
    ordered: bool = False

    def counts(self, customers: bytes | None) -> list[int]:
        """How many have each label, of those with a 1 in ``customers``; None: of all of them."""
        chosen = self.codes if customers is None else compress(self.codes, customers)
        if isinstance(self.codes, bytes):
            # Counted in C, a label at a time.
            codes = bytes(chosen)
            return [codes.count(code) for code in range(len(self.labels))]
        counts = Counter(chosen)
        return [counts[code] for code in range(len(self.labels))]

    @property
    def unknown(self) -> int:
        """How many customers have no label."""
        return len(self.codes) - sum(self.counts(None))


@dataclass(frozen=True, slots=True)
class TitleGrouping:
    """To which values each title belongs, by code."""

    labels: tuple[str, ...]
    of: Sequence[tuple[int, ...]]


class Dimensions(Reader):
    """Arrays over all customers and all titles, read once for a run."""

    @property
    def customers(self) -> int:
        """How many there are; a customer’s place among all sorted by id is his place in the facts."""
        return self._once("facts.customers", lambda: self._count("SELECT customers FROM run"))

    def customer_ids(self) -> list[str]:
        """Every id, in the order of places; too long to be remembered."""
        return [row[0] for row in self._each("SELECT customer_id FROM customers ORDER BY number")]

    def ids_at(self, places: Iterable[int]) -> list[str]:
        """The ids of the customers at some places, in the order given."""
        wanted = list(places)
        rows = self._all(_IDS, json.dumps(sorted(set(wanted))))
        ids = {row[0]: row[1] for row in rows}
        return [ids[place] for place in wanted]

    def labels(self, dimension: str) -> tuple[str, ...]:
        """The values of a dimension of customers or titles.

        Raises:
            KeyError: there is no such dimension.
        """
        row = self._one("SELECT labels FROM groupings WHERE name = ?", dimension)
        if row is None:
            raise KeyError(dimension)
        return tuple(json.loads(row[0]))

    def devices(self) -> tuple[str, ...]:
        """On what was watched; empty where the source does not tell."""
        row = self._one("SELECT labels FROM groupings WHERE name = ?", DEVICE)
        return () if row is None else tuple(json.loads(row[0]))

    def grouping(self, dimension: str) -> Grouping:
        """Customers by ``segment``, ``plan`` … or ``attribute:NAME``.

        Raises:
            KeyError: there is no such dimension of customers.
        """
        return self._once(f"facts.by.{dimension}", lambda: self._grouping(dimension))

    def _grouping(self, dimension: str) -> Grouping:
        row = self._one("SELECT * FROM groupings WHERE name = ? AND codes IS NOT NULL", dimension)
        if row is None:
            raise KeyError(dimension)
        labels = tuple(json.loads(row["labels"]))
        codes = row["codes"]
        narrow = len(codes) == self.customers
        return Grouping(labels, codes if narrow else memoryview(codes).cast("H"), bool(row["ordered"]))

    def quantity(self, name: str) -> "array[float]":
        """A number of each customer; NaN where it is not known.

        Raises:
            KeyError: customers have no such number.
        """
        question = QUANTITIES[name]
        return self._once(
            f"facts.number.{name}",
            lambda: array("d", [nan if value is None else value for (value,) in self._each(question)]),
        )

    def title_grouping(self, dimension: str) -> TitleGrouping:
        """Titles by ``genre``, ``kind``, ``language`` or ``title`` (its id).

        Raises:
            KeyError: there is no such dimension of titles.
        """
        if dimension not in TITLE_DIMENSIONS:
            raise KeyError(dimension)
        return self._once(f"facts.by.{dimension}", lambda: self._title_grouping(dimension))

    def _title_grouping(self, dimension: str) -> TitleGrouping:
        rows = self._all(_TITLES)
        if dimension == "title":
            return TitleGrouping(
                tuple(row["title_id"] for row in rows), tuple((place,) for place in range(len(rows)))
            )
        if dimension == "genre":
            # Few different lists of genres: each is read once.
            lists = {
                text: tuple(json.loads(text)) if text else () for text in {row["genres"] for row in rows}
            }
            values = [lists[row["genres"]] for row in rows]
        else:
            values = [(row[dimension],) if row[dimension] else () for row in rows]
        labels = sorted({value for each in values for value in each})
        place = {label: code for code, label in enumerate(labels)}
        return TitleGrouping(
            tuple(labels), tuple(tuple(place[value] for value in dict.fromkeys(each)) for each in values)
        )

    def title_names(self) -> Mapping[str, str]:
        """Names of the titles by id."""
        return self._once("facts.title_names", lambda: dict(self._each(_TITLE_NAMES)))

    def attribute_values(self) -> Mapping[str, tuple[str, ...]]:
        """The values of the source's own columns that have few, by column."""
        rows = self._all("SELECT name, labels FROM groupings WHERE name LIKE 'attribute:%' ORDER BY name")
        return {name.removeprefix("attribute:"): tuple(json.loads(labels)) for name, labels in rows}

    def chosen(self, choice: Choice) -> bytes:
        """For each customer 1 where a choice holds, else 0."""
        if choice.dimension == "customer":
            places = self._all(_PLACES, json.dumps(choice.values))
            lanes = bytearray([choice.negated]) * self.customers
            for (place,) in places:
                lanes[place] = not choice.negated
            return bytes(lanes)
        grouping = self.grouping(choice.dimension)
        wanted = {place for place, label in enumerate(grouping.labels) if label in choice.values}
        # What is not known is neither in nor out.
        table = bytes((place in wanted) != choice.negated for place in range(len(grouping.labels))) + b"\0"
        if isinstance(grouping.codes, bytes):
            return grouping.codes.translate(table.ljust(256, b"\0"))
        return bytes(map(table.__getitem__, grouping.codes))

    def chosen_titles(self, choice: Choice) -> bytes:
        """For each title 1 where a choice holds, else 0; one 0 more, for events without a title."""
        grouping = self.title_grouping(choice.dimension)
        wanted = {place for place, label in enumerate(grouping.labels) if label in choice.values}
        return bytes(bool(of) and (not wanted.isdisjoint(of)) != choice.negated for of in grouping.of) + b"\0"
