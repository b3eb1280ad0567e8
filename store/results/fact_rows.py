"""Which rows of the facts hold the events of a period."""

from collections.abc import Iterator
from sqlite3 import Row
from typing import NamedTuple

from store.results.asked import Span, TooFineError, month_end
from store.results.counting import Scope
from store.results.dimensions import Dimensions
from store.times import day_number, day_of

_ROWS = "SELECT * FROM facts WHERE stream = ? AND grain = ? AND day BETWEEN ? AND ? ORDER BY day"


class Range(NamedTuple):
    """Days since 1970-01-01, both included; ``event``: single, ``month``: of whole months, ``ever``: all."""

    grain: str
    first: int
    last: int


class FactRows(Dimensions):
    """Finds sums of whole months, and single events where they are kept."""

    def facts_until(self) -> Span | None:
        """The days of which there are facts; None where the run has none."""
        row = self._one("SELECT first_day, watermark FROM fact_range, run")
        return None if row is None else Span(day_of(row[0]), day_of(row[1]))

    def _rows(self, stream: str, span: Span, scope: Scope, need: str = "customer") -> Iterator[Row]:
        """The rows that hold just the events of a period.

        Raises:
            TooFineError: the period, or the conditions, need single events that are no longer kept.
        """
        whole = scope.titles is None and need != "both"
        for range_ in self._ranges(span, by_month=whole or (scope.customers is None and need == "title")):
            grain = {"event": "event", "month": need, "ever": f"{need} ever"}[range_.grain]
            yield from self._rows_in(stream, grain, range_, span)

    def _rows_in(self, stream: str, grain: str, range_: Range, span: Span) -> Iterator[Row]:
        if grain == "event" and range_.first < self._first_single:
            raise TooFineError(day_of(self._first_single))
        rows = self._served().execute(_ROWS, (stream, grain, range_.first, range_.last))
        yield from (row for row in rows if span.has(row["day"])) if span.weekdays else rows

    @property
    def _first_single(self) -> int:
        return self._once(
            "facts.single", lambda: self._count("SELECT ifnull(min(first_single_day), 0) FROM fact_range")
        )

    def _ranges(self, span: Span, *, by_month: bool = True) -> Iterator[Range]:
        """A period as the days before its first whole month, whole months, and the days after the last."""
        known = self.facts_until()
        if known is None:
            return
        begin, end = day_number(known.first), day_number(known.last)
        first, last = max(day_number(span.first), begin), min(day_number(span.last), end)
        month, months_last = first, last
        if first > begin and day_of(first).day > 1:
            month = day_number(month_end(day_of(first))) + 1
        if last < end and day_of(last) != month_end(day_of(last)):
            months_last = day_number(day_of(last).replace(day=1)) - 1
        if last < first:
            return
        if not by_month or span.weekdays or months_last < month:
            yield Range("event", first, last)
            return
        if first < month:
            yield Range("event", first, month - 1)
        # A month is known by its first day, which may lie before the first day of all.
        is_all = month == begin and months_last == end
        yield Range("ever" if is_all else "month", day_number(day_of(month).replace(day=1)), months_last)
        if months_last < last:
            yield Range("event", months_last + 1, last)
