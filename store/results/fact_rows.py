"""Which rows of the facts hold the events of a period."""

from collections.abc import Iterator
from sqlite3 import Row

from store.results.asked import Span, TooFineError, month_end
from store.results.counting import Scope
from store.results.dimensions import Dimensions
from store.times import day_number, day_of

_ROWS = "SELECT * FROM facts WHERE stream = ? AND grain = ? AND day BETWEEN ? AND ? ORDER BY day"


class FactRows(Dimensions):
    """Finds single events where they are kept, and whole months before."""

    def facts_until(self) -> Span | None:
        """The days of which there are facts; None where the run has none."""
        row = self._one("SELECT min(day), max(day) FROM active_days")
        run = self._one("SELECT watermark FROM run")
        if row is None or row[0] is None or run is None:
            return None
        return Span(day_of(row[0]), day_of(run[0]))

    def _rows(self, stream: str, span: Span, scope: Scope, need: str = "customer") -> Iterator[Row]:
        """The rows that hold just the events of a period.

        Raises:
            TooFineError: the period, or the conditions, need single events that are no longer kept.
        """
        need = "both" if scope.titles is not None or span.weekdays else need
        for grain, first, last in self._ranges(span, need):
            rows = self._served().execute(_ROWS, (stream, grain, first, last))
            yield from (row for row in rows if span.has(row["day"])) if span.weekdays else rows

    def _ranges(self, span: Span, need: str) -> Iterator[tuple[str, int, int]]:
        first, last = day_number(span.first), day_number(span.last)
        single = self._count("SELECT ifnull(min(first_single_day), 0) FROM fact_range")
        start = self._count("SELECT ifnull(min(day), 0) FROM active_days")
        if first >= single or single <= start:
            yield "event", first, last
            return
        newest = Span(day_of(single), month_end(day_of(single)))
        old_last = min(day_number(newest.last), last)
        if need == "both" or not (day_of(first).day == 1 or first <= start) or not self._ends_month(old_last):
            raise TooFineError(newest.first)
        yield need, first - 31 if first <= start else first, old_last
        if last > old_last:
            yield "event", old_last + 1, last

    def _ends_month(self, day: int) -> bool:
        return day_of(day) == month_end(day_of(day)) or day >= self._count("SELECT watermark FROM run")
