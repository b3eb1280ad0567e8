"""Sums that the pipeline made already: of every day, and of each value of a dimension in every month."""

from collections.abc import Iterator, Sequence
from sqlite3 import Row

from store.results.asked import Choice, Condition, Span
from store.results.conditions import Conditions
from store.results.counting import Scope
from store.results.dimensions import DEVICE
from store.results.fact_rows import Range
from store.results.metric import Sum
from store.results.packing import column_in
from store.times import day_of

_SUMS = "SELECT *, first_day FROM sums, fact_range WHERE stream = ? AND dimension = ?"
_COLUMNS = {"count": "counts", "amount": "amounts", "marked": "marked"}


class Sums(Conditions):
    """Finds what needs no adding up of customers, titles or events."""

    def _presummed(
        self, stream: str, column: str, scope: Scope, span: Span, by: str | None
    ) -> tuple[dict[str, float], list[Span]] | None:
        """Sums by label with events, and the days that are not in them; None where nothing was summed so.

        Without a dimension the one label is "".
        """
        dimension = _dimension(scope, by)
        if dimension is None or (dimension and span.weekdays):
            return None
        row = self._one(_SUMS, stream, dimension)
        if row is None:
            return None
        ranges = list(self._ranges(span, by_month=dimension != ""))
        rest = [each for each in ranges if dimension and each.grain == "event"]
        steps = [step for each in ranges if each not in rest for step in _steps(each, row, span)]
        labels = self.labels(dimension) if dimension else ("",)
        sums, counts = _added(row, column, steps), _added(row, "count", steps)
        found = {
            label: value
            for label, value, count in zip(labels, sums, counts, strict=False)
            if count and (scope.only is None or (label in scope.only.values) != scope.only.negated)
        }
        return found, [Span(day_of(each.first), day_of(each.last)) for each in rest]

    def _by_device(
        self, part: object, conditions: Sequence[Condition], span: Span, by: str | None
    ) -> dict[str, float]:
        """Watches by device, from the sums of days; what is not known of is in no device, and in no rest.

        Raises:
            KeyError: it is no sum of watches, or something else is asked with it.
        """
        conditioned = {each.dimension for each in conditions if isinstance(each, Choice)}
        is_alone = conditioned <= {DEVICE} and all(isinstance(each, Choice) for each in conditions)
        row = self._one(_SUMS, "watch", DEVICE)
        if (
            not isinstance(part, Sum)
            or part.streams != ("watch",)
            or by not in {None, DEVICE}
            or not is_alone
        ):
            raise KeyError(DEVICE)
        if row is None:
            raise KeyError(DEVICE)
        steps = [step for each in self._ranges(span, by_month=False) for step in _steps(each, row, span)]
        found = {
            label: value
            for label, value, count in zip(
                self.devices(), _added(row, part.column, steps), _added(row, "count", steps), strict=False
            )
            if count and _is_chosen(label, conditions)
        }
        return found if by else {"": sum(found.values())}


def is_of_devices(conditions: Sequence[Condition], by: str | None) -> bool:
    """Whether a number is about the devices of watches."""
    return by == DEVICE or any(isinstance(each, Choice) and each.dimension == DEVICE for each in conditions)


def _is_chosen(label: str, conditions: Sequence[Condition]) -> bool:
    return all(isinstance(each, Choice) and (label in each.values) != each.negated for each in conditions)


def _dimension(scope: Scope, by: str | None) -> str | None:
    """By which dimension the sums of a question lie; "" for none; None where none will do."""
    only = scope.only
    if only is None:
        return (by or "") if scope.is_all else None
    if by not in {None, only.dimension}:
        return None
    # A title has several genres: those of one genre and those of another are not twice as many.
    is_several = only.negated or (by is None and len(only.values) > 1)
    return None if only.dimension == "genre" and is_several else only.dimension


def _steps(range_: Range, row: Row, span: Span) -> Iterator[int]:
    """The places in time of a range: of days, or of months."""
    begin = row["first_day"]
    if row["dimension"] in {"", DEVICE}:
        yield from (day - begin for day in range(range_.first, range_.last + 1) if span.has(day))
        return
    start = day_of(begin)
    first, last = (
        (day.year - start.year) * 12 + day.month - start.month
        for day in map(day_of, (range_.first, range_.last))
    )
    yield from range(first, last + 1)


def _added(row: Row, column: str, steps: Sequence[int]) -> list[float]:
    """A column of sums added up over time; one number for each label, and one more for none."""
    if column == "known":
        pairs = zip(_added(row, "count", steps), _summed(row, "unknown", steps), strict=True)
        return [count - unknown for count, unknown in pairs]
    return _summed(row, _COLUMNS[column], steps)


def _summed(row: Row, name: str, steps: Sequence[int]) -> list[float]:
    width = row["width"]
    if row[name] is None:
        return [0.0] * width
    values, divisor = column_in(row[name])
    return [sum(values[step * width + place] for step in steps) / divisor for place in range(width)]
