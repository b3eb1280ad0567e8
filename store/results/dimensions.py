"""What customers and titles can be split and filtered by, in small arrays that stay in memory for a run."""

import json
from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isnan, nan

from store.results.asked import Choice
from store.results.reading import Reader
from store.times import day_of

AGE_BANDS = ((18, "under 18"), (25, "18–24"), (35, "25–34"), (45, "35–44"), (55, "45–54"), (65, "55–64"))
AGE_OVER = "65 and over"
TENURE_BANDS = (
    (30, "under 1 month"),
    (91, "1–3 months"),
    (183, "3–6 months"),
    (365, "6–12 months"),
    (731, "1–2 years"),
)
TENURE_OVER = "over 2 years"

# Questions of one column each, in the order of ids; a place in the answer is a customer's place in the facts.
_TEXTS: Mapping[str, str] = {
    "plan": "SELECT plan FROM customers ORDER BY customer_id",
    "country": "SELECT country FROM customers ORDER BY customer_id",
    "gender": "SELECT gender FROM customers ORDER BY customer_id",
    "status": "SELECT status FROM customers ORDER BY customer_id",
    "band": "SELECT band FROM customers ORDER BY customer_id",
}
_ATTRIBUTE = "SELECT json_extract(attributes, ?) FROM customers ORDER BY customer_id"
_SIGNED_UP = "SELECT signed_up_day FROM customers ORDER BY customer_id"
_SEGMENT = "SELECT segment FROM customers ORDER BY customer_id"
QUANTITIES: Mapping[str, str] = {
    name: f"SELECT {name} FROM customers ORDER BY customer_id"
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
        " FROM customers ORDER BY customer_id"
    )
}
_TITLES = "SELECT code, title_id, title, kind, genres, language FROM titles ORDER BY code"
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


@dataclass(frozen=True, slots=True)
class TitleGrouping:
    """To which values each title belongs, by code."""

    labels: tuple[str, ...]
    of: Sequence[tuple[int, ...]]


class Dimensions(Reader):
    """Arrays over all customers and all titles, read once for a run."""

    def customer_ids(self) -> list[str]:
        """Every id; its place is the customer's in the facts."""
        return self._once(
            "facts.ids",
            lambda: [row[0] for row in self._all("SELECT customer_id FROM customers ORDER BY customer_id")],
        )

    def grouping(self, dimension: str) -> Grouping:
        """Customers by ``segment``, ``plan`` … or ``attribute:NAME``.

        Raises:
            KeyError: there is no such dimension of customers.
        """
        return self._once(f"facts.by.{dimension}", lambda: self._grouping(dimension))

    def _grouping(self, dimension: str) -> Grouping:
        if dimension in _TEXTS:
            return _by_text(self._column(_TEXTS[dimension]))
        if dimension.startswith("attribute:"):
            path = f'$."{dimension.removeprefix("attribute:")}"'
            return _by_text([row[0] for row in self._all(_ATTRIBUTE, path)])
        makers: Mapping[str, Callable[[], Grouping]] = {
            "segment": self._by_segment,
            "age_band": lambda: _by_band(self.quantity("age"), AGE_BANDS, AGE_OVER),
            "tenure_band": lambda: _by_band(self.quantity("tenure_days"), TENURE_BANDS, TENURE_OVER),
            "signup_month": partial(self._by_signup, "%Y-%m"),
            "signup_year": partial(self._by_signup, "%Y"),
        }
        return makers[dimension]()

    def _column(self, question: str) -> list[str | None]:
        return [row[0] for row in self._all(question)]

    def _by_segment(self) -> Grouping:
        numbers = [row[0] for row in self._all(_SEGMENT)]
        names = [(number, name) for number, name in self._segment_names.items() if number is not None]
        place = {number: code for code, (number, _) in enumerate(names)}
        return Grouping(
            tuple(name for _, name in names),
            array("H", [place.get(number, len(names)) for number in numbers]),
        )

    def _by_signup(self, form: str) -> Grouping:
        known: dict[int | None, str | None] = {None: None}
        texts = []
        for (number,) in map(tuple, self._all(_SIGNED_UP)):
            if number not in known:
                known[number] = day_of(number).strftime(form)
            texts.append(known[number])
        return _by_text(texts, ordered=True)

    def quantity(self, name: str) -> "array[float]":
        """A number of each customer; NaN where it is not known.

        Raises:
            KeyError: customers have no such number.
        """
        question = QUANTITIES[name]
        return self._once(
            f"facts.number.{name}",
            lambda: array("d", [nan if row[0] is None else row[0] for row in self._all(question)]),
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
            values = [tuple(json.loads(row["genres"])) if row["genres"] else () for row in rows]
        else:
            values = [(row[dimension],) if row[dimension] else () for row in rows]
        labels = sorted({value for each in values for value in each})
        place = {label: code for code, label in enumerate(labels)}
        return TitleGrouping(
            tuple(labels), tuple(tuple(place[value] for value in dict.fromkeys(each)) for each in values)
        )

    def title_names(self) -> Mapping[str, str]:
        """Names of the titles by id."""
        return self._once("facts.title_names", lambda: {row[1]: row[2] for row in self._all(_TITLES)})

    def attribute_values(self) -> Mapping[str, tuple[str, ...]]:
        """The values of the source's own columns that have few, by column."""
        rows = self._all("SELECT name, value FROM attribute_values ORDER BY name, value")
        found: dict[str, list[str]] = {}
        for name, value in rows:
            found.setdefault(name, []).append(value)
        return {name: tuple(values) for name, values in found.items()}

    def chosen(self, choice: Choice) -> bytes:
        """For each customer 1 where a choice holds, else 0."""
        if choice.dimension == "customer":
            return bytes((one in choice.values) != choice.negated for one in self.customer_ids())
        grouping = self.grouping(choice.dimension)
        wanted = {place for place, label in enumerate(grouping.labels) if label in choice.values}
        # What is not known is neither in nor out.
        table = bytes((place in wanted) != choice.negated for place in range(len(grouping.labels))) + b"\0"
        return bytes(map(table.__getitem__, grouping.codes))

    def chosen_titles(self, choice: Choice) -> bytes:
        """For each title 1 where a choice holds, else 0; one 0 more, for events without a title."""
        grouping = self.title_grouping(choice.dimension)
        wanted = {place for place, label in enumerate(grouping.labels) if label in choice.values}
        return bytes(bool(of) and (not wanted.isdisjoint(of)) != choice.negated for of in grouping.of) + b"\0"


def _by_text(texts: Sequence[str | None], *, ordered: bool = False) -> Grouping:
    labels = sorted({text for text in texts if text not in {None, ""}}, key=str)
    place: dict[str | None, int] = {label: code for code, label in enumerate(labels)}
    kept = tuple(label for label in labels if label is not None)
    return Grouping(kept, array("H", [place.get(text, len(kept)) for text in texts]), ordered)


def _by_band(numbers: Sequence[float], bands: Sequence[tuple[int, str]], over: str) -> Grouping:
    limits = [limit for limit, _ in bands]
    unknown = len(bands) + 1
    codes = array("H", [unknown if isnan(each) else bisect_right(limits, each) for each in numbers])
    return Grouping((*(label for _, label in bands), over), codes, ordered=True)
