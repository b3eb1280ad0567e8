"""Times that are counted: “2 days ago”, “week 25”, “first week of June”, “last 3 full months”."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.phrases.days import shifted, year_in
from bot.phrases.months import MONTHS
from bot.phrases.named_times import Found, NamedTimes
from bot.phrases.tokens import Token
from bot.phrases.units import UNITS, start_of, unit_before
from store.results.asked import Span

_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
}  # fmt: skip
_WHOLE = frozenset({"full", "complete", "whole", "completed", "calendar"})
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


class CountedTimes(NamedTimes):
    """Reads counted times against the days of which there is data."""

    def _counted(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        readers = (self._ago, self._week_number, self._part_of_month, self._whole_units)
        return next((found for reader in readers if (found := reader(tokens, texts)) is not None), None)

    def _ago(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """“2 days ago” is that day, “2 weeks ago” the whole week before the last."""
        unit = UNITS.get(texts[1]) if len(texts) > 2 and texts[2] == "ago" else None
        number = 1 if texts[0] in {"a", "an"} else _whole_number(tokens[0])
        if unit in {None, "year"} or number is None or not 1 <= number <= 1000:
            return None
        if unit in {"day", "fortnight"}:
            day = self.today - timedelta(days=number * (14 if unit == "fortnight" else 1))
            return Found(3, Span(day, day))
        day = self.today
        for _ in range(number):
            span = unit_before(str(unit), day)
            day = span.first
        return Found(3, span)

    def _week_number(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """“Week 25”: of the calendar by ISO 8601, the last one that has begun."""
        start = 1 if texts[0] in {"calendar", "iso"} else 0
        if texts[start : start + 1] not in (["week"], ["wk"]) or len(texts) < start + 2:
            return None
        number = _whole_number(tokens[start + 1])
        if number is None or not 1 <= number <= 53:
            return None
        words = start + 2
        skipped = 1 if texts[words : words + 1] in (["of"], ["in"]) else 0
        year = year_in(tokens[words + skipped]) if len(tokens) > words + skipped else None
        if year is not None:
            words += skipped + 1
        else:
            this = self.today.isocalendar()
            year = this.year - (number > this.week)
        try:
            monday = date.fromisocalendar(year, number, 1)
        except ValueError:
            return None
        return Found(words, Span(monday, monday + timedelta(days=6)))

    def _part_of_month(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """“First week of June” is its first seven days; “last 10 days of May” its last ten."""
        is_last = texts[0] == "last"
        place = 1 if is_last else _ORDINALS.get(texts[0])
        if place is None or len(texts) < 4:
            return None
        days, at = 7, 2
        if texts[1] != "week":
            number = _whole_number(tokens[1])
            days = (number or 0) * {"days": 1, "weeks": 7}.get(texts[2], 0)
            at = 3
            if place != 1 or not 1 <= days <= 28:
                return None
        month = self._month_behind(tokens[at:], texts[at:])
        if month is None:
            return None
        if is_last:
            return Found(at + month.words, Span(month.span.last - timedelta(days=days - 1), month.span.last))
        first = month.span.first + timedelta(days=days * (place - 1))
        return Found(at + month.words, Span(first, first + timedelta(days=days - 1)))

    def _month_behind(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """“of June”, “in May 2026”, “of this month”."""
        if len(texts) < 2 or texts[0] not in {"of", "in"}:
            return None
        if texts[1] in MONTHS:
            year = year_in(tokens[2]) if len(tokens) > 2 else None
            return Found(2 + (year is not None), self._month_named(MONTHS[texts[1]], year))
        if texts[2:3] != ["month"] or texts[1] not in {"the", "this", "last"}:
            return None
        if texts[1] == "last":
            return Found(3, unit_before("month", self.today))
        return Found(3, self._month_named(self.today.month, self.today.year))

    def _whole_units(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        """“Last full month”, “last 3 full months”: whole ones, that of the last day where it is full."""
        if texts[0] not in {"last", "past", "latest", "previous"} or len(texts) < 3:
            return None
        number = _whole_number(tokens[1])
        at = 1 if number is None else 2
        unit = UNITS.get(texts[at + 1]) if texts[at] in _WHOLE and len(texts) > at + 1 else None
        number = number or 1
        if unit not in {"week", *_MONTHS_IN} or number > 1000:
            return None
        following = start_of(str(unit), self.today + timedelta(days=1))
        if unit == "week":
            first = following - timedelta(weeks=number)
        else:
            first = shifted(following, -number * _MONTHS_IN[str(unit)])
        return Found(at + 2, Span(first, following - timedelta(days=1)))


def _whole_number(token: Token) -> int | None:
    number = token.number
    return int(number) if number is not None and float(number).is_integer() and not token.mark else None
