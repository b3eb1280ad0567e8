"""Which customers and titles meet the conditions of a question."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

from store.results.asked import Bound, Choice, Condition, Did, Span
from store.results.counting import Scope, both, distinct, summed_by, unpacked
from store.results.dimensions import TITLE_DIMENSIONS
from store.results.fact_rows import FactRows
from store.times import day_number

_ACTIVE = "SELECT day, customers FROM active_days WHERE day BETWEEN ? AND ?"
_IN_PERIOD: Mapping[str, tuple[tuple[str, ...], str]] = {
    "spent": (("order", "refund"), "amount"),
    "ordered": (("order",), "count"),
    "watched": (("watch",), "count"),
    "watched_minutes": (("watch",), "amount"),
    "rated": (("rating",), "count"),
}
_OTHERWISE = bytes.maketrans(b"\0\1", b"\1\0")


class Conditions(FactRows):
    """Finds the customers and titles that a number is about, as one byte each."""

    def scope(self, conditions: Sequence[Condition], span: Span) -> Scope:
        """Which customers and titles meet all conditions."""
        customers: bytes | None = None
        titles: bytes | None = None
        for condition in conditions:
            if isinstance(condition, Bound):
                customers = both(customers, self._bounded(condition, span))
            elif isinstance(condition, Did):
                customers = both(customers, self._did(condition, span))
            elif condition.dimension in TITLE_DIMENSIONS:
                titles = both(titles, self.chosen_titles(condition))
            else:
                customers = both(customers, self.chosen(condition))
        return Scope(customers, titles)

    def unknown(self, conditions: Sequence[Condition]) -> dict[str, int]:
        """Of each dimension that something is left out of: how many customers it is not known of."""
        found = {}
        for condition in conditions:
            if (
                isinstance(condition, Choice)
                and condition.negated
                and condition.dimension not in TITLE_DIMENSIONS
            ):
                grouping = self.grouping(condition.dimension)
                number = sum(code == len(grouping.labels) for code in grouping.codes)
                if number:
                    found[condition.dimension] = number
        return found

    def quantity_in(self, quantity: str, span: Span) -> Sequence[float]:
        """A number for each customer, over a period: ``spent``, ``watched`` or ``rated``."""
        streams, column = _IN_PERIOD[quantity]
        sums: list[float] = [0.0] * len(self.customer_ids())
        for stream in streams:
            for customer, value in summed_by(
                self._rows(stream, span, Scope()), column, Scope(), "customer"
            ).items():
                sums[customer] += value
        return sums

    def _bounded(self, bound: Bound, span: Span) -> bytes:
        if bound.quantity in _IN_PERIOD:
            values: Sequence[float] = self.quantity_in(bound.quantity, span)
        else:
            values = self.quantity(bound.quantity)
        return bytes(map(bound.holds, values))

    def _did(self, did: Did, span: Span) -> bytes:
        span = self.facts_until() or span if did.ever else span
        if did.stream == "any":
            found = unpacked(self._bits(span), len(self.customer_ids()))
        else:
            titles: bytes | None = None
            for choice in did.titles:
                titles = both(titles, self.chosen_titles(choice))
            found = self._distinct(did.stream, Scope(None, titles), span)
        return found.translate(_OTHERWISE) if did.negated else found

    def _signed_up_in(self, span: Span) -> bytes:
        """1 where somebody signed up in a period."""
        first, last = day_number(span.first), day_number(span.last)
        days = self.quantity("signed_up_day")
        if span.weekdays:
            return bytes(first <= day <= last and span.has(int(day)) for day in days)
        return bytes(first <= day <= last for day in days)

    def _bits(self, span: Span) -> int:
        days = self._all(_ACTIVE, day_number(span.first), day_number(span.last))
        return reduce(or_, (int.from_bytes(row[1], "little") for row in days if span.has(row[0])), 0)

    def _distinct(self, stream: str, scope: Scope, span: Span) -> bytes:
        lanes = bytearray(len(self.customer_ids()))
        for customer in distinct(self._rows(stream, span, scope), scope, "customer"):
            lanes[customer] = 1
        return bytes(lanes)
