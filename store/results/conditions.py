"""Which customers and titles meet the conditions of a question."""

import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import reduce
from math import inf, isnan, nextafter
from operator import or_

from store.results.asked import Bound, Choice, Condition, Did, Span
from store.results.counting import Scope, add_to, both, present, unpacked
from store.results.dimensions import DEVICE, TITLE_DIMENSIONS
from store.results.fact_rows import FactRows
from store.times import day_number

_ACTIVE = "SELECT day, customers FROM active WHERE span = ? AND day BETWEEN ? AND ?"
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
        # Of one choice alone the pipeline may have made the sum already.
        only = conditions[0] if len(conditions) == 1 else None
        return Scope(customers, titles, only if isinstance(only, Choice) else None)

    def unknown(self, conditions: Sequence[Condition]) -> dict[str, int]:
        """Of each dimension that something is left out of: how many customers it is not known of."""
        found = {}
        for condition in conditions:
            if (
                isinstance(condition, Choice)
                and condition.negated
                and condition.dimension not in {*TITLE_DIMENSIONS, DEVICE}
            ):
                grouping = self.grouping(condition.dimension)
                number = grouping.unknown
                if number:
                    found[condition.dimension] = number
        return found

    def quantity_in(self, quantity: str, span: Span, conditions: Sequence[Condition] = ()) -> Sequence[float]:
        """A number for each customer, over a period: ``spent``, ``watched`` or ``rated``.

        Args:
            quantity: What is added up.
            span: The period.
            conditions: Those about titles say of which; the others are about whom, and change nothing.

        Raises:
            TooFineError: of some titles, in days of which single events are no longer kept.
        """
        streams, column = _IN_PERIOD[quantity]
        chosen = [
            each for each in conditions if isinstance(each, Choice) and each.dimension in TITLE_DIMENSIONS
        ]
        scope = self.scope(chosen, span)
        sums = [0.0] * self.customers
        for stream in streams:
            add_to(sums, self._rows(stream, span, scope), column, scope)
        return sums

    def _bounded(self, bound: Bound, span: Span) -> bytes:
        if bound.quantity in _IN_PERIOD:
            values: Sequence[float] = self.quantity_in(bound.quantity, span)
        else:
            values = self.quantity(bound.quantity)
        low = -inf if bound.low is None else bound.low
        high = inf if bound.high is None else bound.high
        low = low if bound.low_included else nextafter(low, inf)
        high = high if bound.high_included else nextafter(high, -inf)
        # What is not known is neither.
        return bytes([low <= value <= high for value in values])

    def _did(self, did: Did, span: Span) -> bytes:
        span = self.facts_until() or span if did.ever else did.when or span
        if did.stream == "any":
            found = unpacked(self._bits(span), self.customers)
        else:
            titles: bytes | None = None
            for choice in did.titles:
                titles = both(titles, self.chosen_titles(choice))
            found = self._distinct(did.stream, Scope(None, titles), span)
        return found.translate(_OTHERWISE) if did.negated else found

    def _signed_up_in(self, span: Span) -> bytes:
        """1 where somebody signed up in a period."""
        days, places = self._once("facts.signed_up", self._by_sign_up)
        found = bytearray(self.customers)
        first = bisect_left(days, day_number(span.first))
        for place in range(first, bisect_right(days, day_number(span.last))):
            found[places[place]] = not span.weekdays or span.has(int(days[place]))
        return bytes(found)

    def _by_sign_up(self) -> tuple[Sequence[float], Sequence[int]]:
        """Days on which customers signed up, in order, and whose place each is; the unknown are left out."""
        days = self.quantity("signed_up_day")
        places = [place for place, day in enumerate(days) if not isnan(day)]
        places.sort(key=days.__getitem__)
        return array("f", map(days.__getitem__, places)), array("i", places)

    def _bits(self, span: Span) -> int:
        found = (
            zlib.decompress(row["customers"])
            for each in self._ranges(span)
            for row in self._all(_ACTIVE, "day" if each.grain == "event" else "month", each.first, each.last)
            if span.has(row["day"]) or each.grain != "event"
        )
        return reduce(or_, (int.from_bytes(bits, "little") for bits in found), 0)

    def _distinct(self, stream: str, scope: Scope, span: Span) -> bytes:
        # One question asks several times: to count, to list, and to say how many stand behind a number.
        last: dict[tuple[str, Scope, Span], bytes] = self._once("facts.distinct", dict)
        key = (stream, scope, span)
        if key not in last:
            last.clear()
            last[key] = present(self._rows(stream, span, scope), scope, self.customers)
        return last[key]
