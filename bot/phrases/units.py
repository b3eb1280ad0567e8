"""Weeks, months, quarters and years around a day."""

from datetime import date, timedelta

from bot.phrases.days import shifted
from store.results.asked import Span

UNITS = {
    "day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month",
    "quarter": "quarter", "quarters": "quarter", "year": "year", "years": "year", "fortnight": "fortnight",
    "wk": "week", "wks": "week", "yr": "year", "yrs": "year", "mth": "month", "mths": "month",
}  # fmt: skip
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


def start_of(unit: str, day: date) -> date:
    """The first day of the week, month, quarter or year of a day."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if unit == "year":
        return day.replace(month=1, day=1)
    return day


def unit_before(unit: str, today: date) -> Span:
    """The whole week, month, quarter or year before the one of today."""
    if unit == "fortnight":
        return Span(today - timedelta(days=13), today)
    last = start_of(unit, today) - timedelta(days=1)
    return Span(start_of(unit, last), last)


def trailing(number: int, unit: str, today: date) -> Span:
    """So many units that end today."""
    if unit == "fortnight":
        number, unit = number * 14, "day"
    if unit in {"day", "week"}:
        return Span(today - timedelta(days=number * (7 if unit == "week" else 1) - 1), today)
    return Span(shifted(today, -number * _MONTHS_IN[unit]) + timedelta(days=1), today)


def weekend_of(today: date, *, is_last: bool) -> Span:
    """The last whole Saturday and Sunday, or those of this week."""
    sunday = today - timedelta(days=(today.weekday() + 1) % 7)
    if not is_last and today.weekday() != 6:
        sunday += timedelta(days=7)
    return Span(sunday - timedelta(days=1), sunday)


def last_weekday(number: int, today: date) -> date:
    """The last day before today that is the Monday (0) or another one."""
    return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
