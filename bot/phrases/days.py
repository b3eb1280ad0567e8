"""Days and months by their names and in digits."""

from collections.abc import Sequence
from datetime import date

from bot.phrases.months import MONTHS
from bot.phrases.tokens import Token
from store.results.asked import Span, month_end


def day_and_month(tokens: Sequence[Token], texts: Sequence[str]) -> tuple[int, int, int]:
    """Day, month and the words they take; 0 words where there is none."""
    for day_at, month_at in ((0, 1), (0, 2), (1, 0)):
        if max(day_at, month_at) >= len(texts) or (month_at == 2 and texts[1] != "of"):
            continue
        number = tokens[day_at].number
        named = texts[month_at] in MONTHS and not tokens[day_at].mark
        if named and number is not None and 1 <= number <= 31 and float(number).is_integer():
            return int(number), MONTHS[texts[month_at]], max(day_at, month_at) + 1
    return 0, 0, 0


def year_in(token: Token) -> int | None:
    """The year that a word is; None for other words."""
    whole = token.text.isdecimal() and len(token.text) == 4 and not token.mark
    return int(token.text) if whole and 1900 <= int(token.text) < 2100 else None


def day_of_month(year: int, month: int, day: int) -> date | None:
    """A day; None where the month has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def written_day(text: str) -> Span | None:
    """A day or month in digits; None where nobody can know which number is the day."""
    parts = [int(part) for part in text.replace(".", "-").replace("/", "-").split("-")]
    if len(parts) == 2:
        first = day_of_month(parts[0], parts[1], 1)
        return None if first is None else Span(first, month_end(first))
    if parts[0] > 31:
        when = day_of_month(*parts)
    elif "/" in text and parts[0] <= 12 and parts[1] <= 12 and parts[0] != parts[1]:
        return None  # 03/04/2026: nobody can know which is the day
    else:
        when = day_of_month(parts[2], parts[1], parts[0]) or day_of_month(parts[2], parts[0], parts[1])
    return None if when is None else Span(when, when)


def shifted(day: date, months: int) -> date:
    """The day so many months later, at the end of a month where it was one."""
    number = day.year * 12 + day.month - 1 + months
    first = date(number // 12, number % 12 + 1, 1)
    return (
        first.replace(day=min(day.day, month_end(first).day)) if day != month_end(day) else month_end(first)
    )
