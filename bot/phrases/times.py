"""Expressions of time, counted from the day the data ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.phrases.days import MONTHS, day_and_month, day_of_month, shifted, written_day, year_in
from bot.phrases.tokens import Token
from store.results.asked import Span, month_end

UNITS = {
    "day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month",
    "quarter": "quarter", "quarters": "quarter", "year": "year", "years": "year", "fortnight": "fortnight",
    "wk": "week", "wks": "week", "yr": "year", "yrs": "year", "mth": "month", "mths": "month",
}  # fmt: skip
_LAST = frozenset({"last", "past", "previous", "prior", "latest", "preceding", "recent"})
_THIS = frozenset({"this", "current"})
_LEADING = frozenset({"in", "on", "during", "for", "over", "within", "of", "from", "at", "the"})


_SINGLE: dict[str, int | str] = {
    "yesterday": 1, "today": 0, "mtd": "month", "ytd": "year", "wtd": "week", "qtd": "quarter",
}  # fmt: skip
_ALL_TIME = tuple(
    tuple(text.split())
    for text in (
        *("all time", "of all time", "ever", "so far", "all the time", "lifetime", "overall", "in total"),
        *("whole period", "all data", "all years", "since the beginning", "since the start"),
    )
)


LONG_AGO = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Found:
    """A time expression: how many words it takes, and the days it means."""

    words: int
    span: Span


class Calendar:
    """Reads time expressions against the days of which there is data."""

    def __init__(self, data: Span) -> None:
        self.data = data
        self.today = data.last

    def read(self, tokens: Sequence[Token]) -> Found | None:
        """The longest time expression that the words begin with."""
        texts = [token.text for token in tokens[:12]]
        skipped = 0
        while skipped < len(texts) and skipped < 3 and texts[skipped] in _LEADING:
            skipped += 1
        if skipped and skipped < len(texts):
            rest = self._read(tokens[skipped:], texts[skipped:])
            if rest is not None:
                return Found(rest.words + skipped, rest.span)
        return self._read(tokens, texts)

    def _read(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        if not texts:
            return None
        readers = (self._between, self._since, self._relative, self._named, self._one)
        found = [each for reader in readers if (each := reader(tokens, texts)) is not None]
        return max(found, key=lambda each: each.words, default=None)

    def _relative(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        found = None
        if len(texts) > 1 and texts[0] in _LAST:
            found = self._last_one(tokens, texts)
        elif len(texts) > 1 and texts[0] in _THIS:
            found = self._this(texts[1])
        elif len(texts) > 2 and texts[1:3] == ["to", "date"] and texts[0] in UNITS:
            found = Found(3, Span(self._start(UNITS[texts[0]], self.today), self.today))
        return found or self._single(texts)

    def _last_one(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """“last 7 days” ends with the data; “last month” is the whole one before."""
        number, unit = tokens[1].number, texts[1]
        if number is not None and len(texts) > 2 and texts[2] in UNITS and float(number).is_integer():
            return self._last(int(number), UNITS[texts[2]], 3)
        if unit in UNITS:
            return Found(2, self._unit_before(UNITS[unit]))
        if unit == "weekend":
            return Found(2, self._weekend())
        if unit in MONTHS and texts[0] in {"last", "past"}:
            return Found(2, self._month_named(MONTHS[unit], None))
        return None

    def _this(self, unit: str) -> Found | None:
        if unit in UNITS and unit != "fortnight":
            return Found(2, Span(self._start(UNITS[unit], self.today), self.today))
        if unit in MONTHS:
            return Found(2, self._month_named(MONTHS[unit], self.today.year))
        return None

    def _single(self, texts: Sequence[str]) -> Found | None:
        single = _SINGLE.get(texts[0])
        if isinstance(single, int):
            day = self.today - timedelta(days=single)
            return Found(1, Span(day, day))
        if single is not None:
            return Found(1, Span(self._start(single, self.today), self.today))
        for words in _ALL_TIME:
            if tuple(texts[: len(words)]) == words:
                return Found(len(words), self.data)
        return None

    def _last(self, number: int, unit: str, words: int) -> Found | None:
        if number < 1:
            return None
        if unit == "fortnight":
            number, unit = number * 14, "day"
        if unit in {"day", "week"}:
            length = number * (7 if unit == "week" else 1)
            return Found(words, Span(self.today - timedelta(days=length - 1), self.today))
        months = number * {"month": 1, "quarter": 3, "year": 12}[unit]
        return Found(words, Span(shifted(self.today, -months) + timedelta(days=1), self.today))

    def _unit_before(self, unit: str) -> Span:
        if unit == "fortnight":
            return Span(self.today - timedelta(days=13), self.today)
        last = self._start(unit, self.today) - timedelta(days=1)
        return Span(self._start(unit, last), last)

    def _start(self, unit: str, day: date) -> date:
        if unit == "week":
            return day - timedelta(days=day.weekday())
        if unit == "month":
            return day.replace(day=1)
        if unit == "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        if unit == "year":
            return day.replace(month=1, day=1)
        return day

    def _weekend(self) -> Span:
        """The last whole Saturday and Sunday."""
        sunday = self.today - timedelta(days=(self.today.weekday() + 1) % 7)
        return Span(sunday - timedelta(days=1), sunday)

    def _named(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        if texts[0] in MONTHS:
            year = year_in(tokens[1]) if len(tokens) > 1 else None
            if year is None and len(tokens) > 2 and texts[1] == "of":
                year = year_in(tokens[2])
                return None if year is None else Found(3, self._month_named(MONTHS[texts[0]], year))
            return Found(1 if year is None else 2, self._month_named(MONTHS[texts[0]], year))
        quarter = self._quarter(texts)
        if quarter is not None:
            number, words = quarter
            year = year_in(tokens[words]) if len(tokens) > words else None
            return Found(words + (year is not None), self._quarter_named(number, year))
        year = year_in(tokens[0])
        return None if year is None else Found(1, Span(date(year, 1, 1), date(year, 12, 31)))

    def _quarter(self, texts: Sequence[str]) -> tuple[int, int] | None:
        if len(texts[0]) == 2 and texts[0][0] == "q" and texts[0][1] in "1234":
            return int(texts[0][1]), 1
        ordinals = {"first": 1, "second": 2, "third": 3, "fourth": 4}
        if texts[0] in ordinals and len(texts) > 1 and texts[1] == "quarter":
            return ordinals[texts[0]], 2
        return None

    def _month_named(self, month: int, year: int | None) -> Span:
        """Without a year, the last one that has begun by the day the data ends."""
        if year is None:
            year = self.today.year - (month > self.today.month)
        first = date(year, month, 1)
        return Span(first, month_end(first))

    def _quarter_named(self, number: int, year: int | None) -> Span:
        month = 3 * number - 2
        if year is None:
            year = self.today.year - (month > self.today.month)
        return Span(date(year, month, 1), month_end(date(year, month + 2, 1)))

    def _since(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        if texts[0] not in {"since", "after", "starting", "before", "until", "till"} or len(tokens) < 2:
            return None
        rest = self._point(tokens[1:], texts[1:])
        if rest is None:
            return None
        span = {
            "after": Span(rest.span.last + timedelta(days=1), self.today),
            "before": Span(LONG_AGO, rest.span.first - timedelta(days=1)),
            "until": Span(LONG_AGO, rest.span.last),
            "till": Span(LONG_AGO, rest.span.last),
        }.get(texts[0], Span(rest.span.first, self.today))
        return Found(rest.words + 1, span) if span.first <= span.last else None

    def _between(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """“between 1 and 15 May”, “from March to June 2025”, “1–15 May”, “2025-01-01 to 2025-02-01”."""
        start = 1 if texts[0] in {"between", "from"} else 0
        for middle in range(start + 1, min(start + 5, len(texts))):
            if texts[middle] not in {"and", "to", "-", "until", "till", "through"}:
                continue
            if texts[middle] == "and" and texts[0] != "between":
                continue
            last = self._point(tokens[middle + 1 :], texts[middle + 1 :])
            if last is None:
                continue
            first = self._first_of(tokens[start:middle], texts[start:middle], last.span)
            if first is not None and first <= last.span.last:
                return Found(middle + 1 + last.words, Span(first, last.span.last))
        return None

    def _first_of(self, tokens: Sequence[Token], texts: Sequence[str], last: Span) -> date | None:
        number = tokens[0].number if len(tokens) == 1 and not tokens[0].mark else None
        if number is not None and 1 <= number <= 31 and last.first == last.last:
            return day_of_month(last.first.year, last.first.month, int(number))
        if len(tokens) == 1 and texts[0] in MONTHS:
            year = last.first.year - (MONTHS[texts[0]] > last.first.month)
            return date(year, MONTHS[texts[0]], 1)
        found = self._point(tokens, texts)
        if found is None or found.words != len(tokens):
            return None
        first = found.span.first
        if len(tokens) == 2 and year_in(tokens[-1]) is None and first > last.last:
            return day_of_month(first.year - 1, first.month, first.day)
        return first

    def _point(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """A day, month, quarter or year by name, or a relative one."""
        if not texts:
            return None
        if texts[0] == "the" and len(texts) > 1:
            rest = self._point(tokens[1:], texts[1:])
            return None if rest is None else Found(rest.words + 1, rest.span)
        readers = (self._one, self._named, self._relative)
        found = [each for reader in readers if (each := reader(tokens, texts)) is not None]
        return max(found, key=lambda each: each.words, default=None)

    def _one(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """A single day: “15 May”, “May 15 2025”, “15th of May”, “2025-05-15”; or “2025-05”."""
        if tokens[0].mark == "date":
            span = written_day(texts[0])
            return None if span is None else Found(1, span)
        day, month, words = day_and_month(tokens, texts)
        if not words:
            return None
        year = year_in(tokens[words]) if len(tokens) > words else None
        words += year is not None
        if year is None:
            year = self.today.year - ((month, day) > (self.today.month, self.today.day))
        when = day_of_month(year, month, day)
        return None if when is None else Found(words, Span(when, when))
