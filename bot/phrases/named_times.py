"""Months, quarters, halves and years by their names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.phrases.days import year_in
from bot.phrases.months import MONTHS
from bot.phrases.tokens import Token
from store.results.asked import Span, month_end


@dataclass(frozen=True, slots=True)
class Found:
    """A time expression.

    Attributes:
        words: How many it takes.
        span: The days it means.
        is_soft: It gives way to another period: “so far this year”.
        ends: Of “from April to May”, what it begins and ends with: a change is between them.
        is_previous: “previous 7 days”, “the previous month”: behind another period, the one just before that.
        other: What it may mean as well: “May 26” is a day, or a month of 2026.
    """

    words: int
    span: Span
    is_soft: bool = False
    ends: tuple[Span, Span] | None = None
    is_previous: bool = False
    other: Span | None = None


class NamedTimes:
    """Reads names of times against the days of which there is data."""

    def __init__(self, data: Span) -> None:
        self.data = data
        self.today = data.last

    def _named(self, tokens: Sequence[Token], texts: Sequence[str]) -> Found | None:
        half = self._half_month(texts)
        if half is not None:
            return half
        if texts[0] in MONTHS:
            year, words = self._year_behind(tokens[1:], texts[1:])
            return Found(1 + words, self._month_named(MONTHS[texts[0]], year))
        quarter = self._quarter(texts) or _season(texts)
        if quarter is not None:
            begins, months, words = quarter
            year, more = self._year_behind(tokens[words:], texts[words:])
            if year is None and texts[words : words + 1] and _is_short_year(tokens[words]):
                year, more = 2000 + int(texts[words]), 1
            if texts[0] == "last" and begins <= self.today.month < begins + months:
                year = self.today.year - 1  # “last summer”, in summer
            return Found(words + more, self._months_from(begins, months, year))
        year = year_in(tokens[0])
        if year is None:
            return None
        part = self._named(tokens[1:], texts[1:]) if len(texts) > 1 and year_in(tokens[1]) is None else None
        if part is not None and part.words <= 2 and part.span.days < 200:
            # “2026 Q1”, “2026 May”.
            months = round(part.span.days / 30.5)
            return Found(1 + part.words, self._months_from(part.span.first.month, months, year))
        return Found(1, Span(date(year, 1, 1), date(year, 12, 31)))

    def _half_month(self, texts: Sequence[str]) -> Found | None:
        """“First half of June”."""
        is_half = len(texts) > 3 and texts[0] in {"first", "second"} and list(texts[1:3]) == ["half", "of"]
        if not is_half or texts[3] not in MONTHS:
            return None
        month = self._month_named(MONTHS[texts[3]], None)
        first = texts[0] == "first"
        return Found(
            4,
            Span(month.first, month.first.replace(day=15))
            if first
            else replace(month, first=month.first.replace(day=16)),
        )

    def _year_behind(self, tokens: Sequence[Token], texts: Sequence[str]) -> tuple[int | None, int]:
        """The year behind a month or quarter, and its words: “2025”, “of 2025”, “last year”."""
        skipped = 1 if texts and texts[0] in {"of", "in"} else 0
        if len(tokens) > skipped and (year := year_in(tokens[skipped])) is not None:
            return year, skipped + 1
        if list(texts[skipped : skipped + 2]) in (["last", "year"], ["this", "year"]):
            return self.today.year - (texts[skipped] == "last"), skipped + 2
        return None, 0

    def _quarter(self, texts: Sequence[str]) -> tuple[int, int, int] | None:
        """First month, months and words of a quarter or half: “Q1”, “second quarter”, “H1”, “first half”."""
        kind, number = texts[0][:1], texts[0][1:]
        if len(texts[0]) == 2 and ((kind == "q" and number in "1234") or (kind == "h" and number in "12")):
            months = 3 if kind == "q" else 6
            return months * (int(number) - 1) + 1, months, 1
        ordinals = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
        place = ordinals.get(texts[0], 0)
        unit = texts[1] if len(texts) > 1 else ""
        if place and unit == "quarter":
            return 3 * place - 2, 3, 2
        is_of_year = (
            len(texts) < 4 or texts[2] != "of" or not set(texts[3:4]) & {*MONTHS, "the", "this", "last"}
        )
        return (6 * place - 5, 6, 2) if unit == "half" and place in {1, 2} and is_of_year else None

    def _month_named(self, month: int, year: int | None) -> Span:
        """Without a year, the last one that has begun by the day the data ends."""
        return self._months_from(month, 1, year)

    def _months_from(self, month: int, months: int, year: int | None) -> Span:
        if year is None:
            year = self.today.year - (month > self.today.month)
        end = month + months - 2
        return Span(date(year, month, 1), month_end(date(year + end // 12, end % 12 + 1, 1)))


def _is_short_year(token: Token) -> bool:
    """“Q1 26”."""
    return token.text.isdecimal() and len(token.text) == 2 and not token.mark


_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


def _season(texts: Sequence[str]) -> tuple[int, int, int] | None:
    """First month, months and words: “spring” is March to May; “fall” only where a season is meant."""
    skipped = 1 if texts[0] in {"this", "last", "the"} else 0
    month = _SEASONS.get(texts[skipped]) if len(texts) > skipped else None
    if month is None or (texts[skipped] == "fall" and not skipped):
        return None
    return month, 3, skipped + 1
