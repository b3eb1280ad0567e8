"""Expressions of time, counted from the day the data ends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.phrases.counted_times import CountedTimes
from bot.phrases.days import day_and_month, day_of_month, written_day, year_in
from bot.phrases.months import MONTHS
from bot.phrases.named_times import Found
from bot.phrases.tokens import Token
from bot.phrases.units import UNITS, last_weekday, start_of, trailing, unit_before, weekend_of
from store.results.asked import Span

_LAST = frozenset({"last", "past", "previous", "prior", "latest", "preceding", "recent"})
_TRAILING = frozenset({"past", "recent"})
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_THIS = frozenset({"this", "current"})
_LEADING = frozenset({"in", "on", "during", "for", "over", "within", "of", "from", "at", "the"})


_SINGLE: dict[str, int | str] = {
    "yesterday": 1, "today": 0, "mtd": "month", "ytd": "year", "wtd": "week", "qtd": "quarter",
}  # fmt: skip
# What DAU and WAU are of, unless a time is named.
_WINDOWS = {"daywindow": 1, "weekwindow": 7}
# These give way to a period that is named beside them: “so far this year”, “in total”.
_SOFT = frozenset({("so", "far"), ("overall",), ("in", "total"), ("all", "the", "time"), ("to", "date")})
_ALL_TIME = tuple(
    tuple(text.split())
    for text in (
        *("all time", "of all time", "ever", "so far", "all the time", "lifetime", "overall", "in total"),
        *("to date", "all along"),
        *("whole period", "all data", "all years", "since the beginning", "since the start"),
    )
)


LONG_AGO = date(1970, 1, 1)


class Calendar(CountedTimes):
    """Reads time expressions against the days of which there is data."""

    def read(self, tokens: Sequence[Token]) -> Found | None:
        """The longest time expression that the words begin with."""
        texts = [token.text for token in tokens[:12]]
        skipped = 0
        while skipped < len(texts) and skipped < 3 and texts[skipped] in _LEADING:
            skipped += 1
        if skipped and skipped < len(texts):
            rest = self._read(tokens[skipped:], texts[skipped:])
            if texts[skipped - 1] == "in":
                rest = self._short_year(tokens[skipped:], texts[skipped:]) or rest
            if texts[skipped - 1] in {"in", "for", "within"}:
                rest = rest or self._for_long(tokens[skipped:], texts[skipped:])
            whole = self._read(tokens, texts)
            if rest is not None and (whole is None or whole.words <= rest.words + skipped):
                is_day = texts[skipped - 1] in {"on", "at"}
                return replace(rest, words=rest.words + skipped, other=None if is_day else rest.other)
            return whole
        return self._read(tokens, texts)

    def _for_long(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """“active in 7 days”, “not watched for 3 weeks”, “for a month”."""
        for words in (("more", "than"), ("at", "least"), ("longer", "than"), ("over",)):
            if tuple(texts[: len(words)]) == words:
                rest = (
                    self._for_long(tokens[len(words) :], texts[len(words) :]) if texts[len(words) :] else None
                )
                return None if rest is None else replace(rest, words=rest.words + len(words))
        number = 1.0 if texts[0] in {"a", "an"} else tokens[0].number
        if number is None or len(texts) < 2 or texts[1] not in UNITS or not float(number).is_integer():
            return None
        return Found(2, trailing(int(number), UNITS[texts[1]], self.today)) if number >= 1 else None

    def _short_year(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """“in Dec 25” is a month of a year; without “in” it is a day."""
        two = len(texts) > 1 and texts[0] in MONTHS and texts[1].isdecimal() and len(texts[1]) == 2
        if not two or tokens[1].mark or (len(tokens) > 2 and year_in(tokens[2]) is not None):
            return None
        return Found(2, self._month_named(MONTHS[texts[0]], 2000 + int(texts[1])))

    def _read(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        if not texts:
            return None
        readers = (
            *(self._between, self._since, self._relative, self._named, self._one, self._counted),
            self._week_of,
        )
        found = [each for reader in readers if (each := reader(tokens, texts)) is not None]
        return max(found, key=lambda each: each.words, default=None)

    def _week_of(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """“The week of June 8”, “the week starting 8 June”."""
        if texts[0] != "week" or len(texts) < 3 or texts[1] not in {"of", "starting", "beginning"}:
            return None
        skipped = 3 if texts[2] in {"the", "on"} and len(texts) > 3 else 2
        found = self._one(tokens[skipped:], texts[skipped:])
        if found is None or found.span.days > 1:
            return None
        monday = start_of("week", found.span.first)
        return Found(skipped + found.words, Span(monday, monday + timedelta(days=6)))

    def _relative(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        found = None
        if len(texts) > 1 and texts[0] in _LAST:
            found = self._last_one(tokens, texts)
        elif len(texts) > 1 and texts[0] in _THIS:
            found = self._this(texts[1])
        elif len(texts) > 2 and texts[1:3] == ["to", "date"] and texts[0] in UNITS:
            found = Found(3, Span(start_of(UNITS[texts[0]], self.today), self.today))
        elif list(texts[:3]) == ["day", "before", "yesterday"]:
            found = Found(3, Span(self.today - timedelta(days=2), self.today - timedelta(days=2)))
        return found or self._single(texts)

    def _last_one(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """“last 7 days” ends with the data; “last month” is the whole one before."""
        number, unit = tokens[1].number, texts[1]
        previous = texts[0] in {"previous", "prior", "preceding"}
        if number is not None and len(texts) > 2 and texts[2] in UNITS and float(number).is_integer():
            found = trailing(int(number), UNITS[texts[2]], self.today) if number >= 1 else None
            return None if found is None else Found(3, found, is_previous=previous)
        if unit in UNITS and texts[0] in _TRAILING:
            return Found(2, trailing(1, UNITS[unit], self.today))
        if unit in UNITS:
            return Found(2, unit_before(UNITS[unit], self.today), is_previous=previous)
        return self._last_named(unit, is_last=texts[0] in {"last", "past"})

    def _last_named(self, unit: str, *, is_last: bool) -> Found | None:
        """“last weekend”, “last Monday”, “last May”."""
        if unit == "weekend":
            return Found(2, weekend_of(self.today, is_last=True))
        if unit in _WEEKDAYS and is_last:
            day = last_weekday(_WEEKDAYS.index(unit), self.today)
            return Found(2, Span(day, day))
        return Found(2, self._month_named(MONTHS[unit], None)) if unit in MONTHS and is_last else None

    def _this(self, unit: str) -> Found | None:
        if unit in UNITS and unit != "fortnight":
            return Found(2, Span(start_of(UNITS[unit], self.today), self.today))
        if unit == "weekend":
            return Found(2, weekend_of(self.today, is_last=False))
        if unit in MONTHS:
            return Found(2, self._month_named(MONTHS[unit], self.today.year))
        return None

    def _single(self, texts: Sequence[str]) -> Found | None:
        if texts[0] in _WINDOWS:
            return Found(1, trailing(_WINDOWS[texts[0]], "day", self.today), is_soft=True)
        single = _SINGLE.get(texts[0])
        if isinstance(single, int):
            day = self.today - timedelta(days=single)
            return Found(1, Span(day, day))
        if single is not None:
            return Found(1, Span(start_of(single, self.today), self.today))
        for words in _ALL_TIME:
            if tuple(texts[: len(words)]) == words:
                return Found(len(words), self.data, is_soft=words in _SOFT)
        return None

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
        other = None
        if rest.other is not None and texts[0] in {"since", "starting"}:
            other = Span(rest.other.first, self.today)
        return Found(rest.words + 1, span, other=other) if span.first <= span.last else None

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
                begun = self._point(tokens[start:middle], texts[start:middle])
                ends = (
                    (begun.span, last.span) if begun is not None and begun.words == middle - start else None
                )
                other = None
                if begun is not None and begun.other is not None and last.other is not None:
                    other = Span(begun.other.first, last.other.last)
                return Found(middle + 1 + last.words, Span(first, last.span.last), ends=ends, other=other)
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
        readers = (self._one, self._named, self._relative, self._counted)
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
        return (
            None if when is None else Found(words, Span(when, when), other=self._month_of_year(texts[:words]))
        )

    def _month_of_year(self, texts: Sequence[str]) -> Span | None:
        """“May 26” as a month of 2026, where there is data of it."""
        if len(texts) != 2 or texts[0] not in MONTHS or not (texts[1].isdecimal() and len(texts[1]) == 2):
            return None
        month = self._month_named(MONTHS[texts[0]], 2000 + int(texts[1]))
        return month if month.first <= self.data.last and month.last >= self.data.first else None
