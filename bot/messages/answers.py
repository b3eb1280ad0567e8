"""Answers to questions in plain words: how they were read, numbers, tables, lists."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import StringIO
from math import isnan

from bot.messages.wording import MONTHS, bold, clip, count, data_until, fit, percent, safe
from bot.question import Question
from store.records import SYMBOLS, Run
from store.results.asked import Bound, Choice, Condition, Did, Span
from store.results.metric import Metric
from store.results.metrics import METRIC_BY_NAME
from store.times import day_of

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LEAST_PEOPLE = 5
UNCHANGED = 0.0005
MOST_ROWS = 12
LABEL_WIDTH = 18
QUANTITIES = {
    "spent": "spent", "ordered": "orders", "watched": "watches",
    "watched_minutes": "minutes watched",
    "rated": "ratings given", "churn_probability": "churn risk", "days_since_last_activity": "days quiet",
    "age": "age", "tenure_days": "days a customer", "monthly_fee": "monthly fee",
    "rating_mean": "average rating",
    "completion_share": "completion rate", "value": "monthly value", "sessions": "sessions",
    "titles_watched": "titles watched", "churn_probability * value": "revenue at risk",
    "signed_up_day": "sign-up", "average_order_value": "average order value",
    "session_minutes_mean": "minutes a session",
}  # fmt: skip
_DEEDS = {"watch": "watched", "rating": "rated", "order": "ordered", "any": "active"}
_SHARES = frozenset({"churn_probability", "completion_share"})
_MONEY = frozenset({"spent", "monthly_fee", "value", "churn_probability * value", "average_order_value"})


def span_words(span: Span) -> str:
    """Days as people write them: “1–31 Oct 2025”, “Oct 2025 – Mar 2026”."""
    if span.weekdays:
        return f"{span_words(Span(span.first, span.last))}, {weekday_words(span.weekdays)}"
    first, last = span.first, span.last
    if first == last:
        return f"{first.day} {MONTHS[first.month - 1]} {first.year}"
    end = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if first.year == 1970:
        return f"until {end}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {MONTHS[first.month - 1]}{year} – {end}"


def weekday_words(weekdays: Sequence[int]) -> str:
    """Days of the week: “weekends”, “Mondays and Tuesdays”."""
    named = {(5, 6): "weekends", (0, 1, 2, 3, 4): "Mondays to Fridays"}
    return named.get(tuple(weekdays)) or " and ".join(f"{WEEKDAYS[day]}s" for day in weekdays)


def reading_of(question: Question, dimensions: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """The whole reading, part by part; not escaped."""
    if question.form == "changes":
        return "What changed" + (f" · {span_words(question.period)}" if question.period else "")
    metric = METRIC_BY_NAME[question.metric]
    parts = [metric.label]
    if question.form == "share":
        whole = METRIC_BY_NAME[question.whole or question.metric].label.casefold()
        parts = [f"Share: {metric.label.casefold()}"]
        parts += [condition_words(each, dimensions, titles) for each in question.filters]
        within = [condition_words(each, dimensions, titles) for each in question.within]
        parts.append(" · ".join([f"of all {whole}" if not within else f"of {whole}", *within]))
    else:
        if question.form == "moves":
            parts = ["Moves between segments"]
        parts += [condition_words(each, dimensions, titles) for each in question.filters]
    parts += _manner(question, dimensions)
    if question.period is not None:
        parts.append(span_words(question.period))
    if question.compare is not None:
        parts.append(f"compared with {span_words(question.compare)}")
    return " · ".join(parts)


def _manner(question: Question, dimensions: Mapping[str, str]) -> list[str]:
    parts = []
    if question.form == "list":
        ordered = "lowest" if question.order == "least" else "highest"
        parts.append("list" if question.by is None else f"list by {QUANTITIES[question.by]}, {ordered} first")
    elif question.by:
        parts.append(f"by {dimensions[question.by]}")
    if question.having is not None:
        parts.append(limit_words(question.having, is_share=METRIC_BY_NAME[question.metric].unit == "share"))
    if question.every:
        parts.append(f"{'average ' if question.form == 'average' else ''}per {question.every}")
    if question.form == "why":
        parts.append("why")
    if question.form == "yes_no" and question.by:
        parts.append("less of the first?" if question.direction == "down" else "more of the first?")
    elif question.form == "yes_no":
        parts.append("did it fall?" if question.direction == "down" else "did it rise?")
    parts += _turned(question)
    if question.limit is not None:
        parts.append(f"first {question.limit}")
    return parts


def _turned(question: Question) -> list[str]:
    """In what order, where it is not simply the highest first."""
    if question.form == "number" and question.by and question.direction:
        return [f"largest {'fall' if question.direction == 'down' else 'rise'} first"]
    return ["lowest first"] if question.form not in {"list", "moves"} and question.order == "least" else []


def condition_words(condition: Condition, dimensions: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """A condition in words."""
    if isinstance(condition, Choice):
        values = " or ".join(titles.get(value, value) for value in condition.values)
        name = dimensions.get(condition.dimension, condition.dimension)
        return f"{'not ' if condition.negated else ''}{name} {values}"
    if isinstance(condition, Did):
        return did_words(condition, dimensions, titles)
    return bound_words(condition)


def did_words(did: Did, dimensions: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """What somebody did or did not do, in words."""
    if did.when is not None:
        return f"{did_words(replace(did, when=None), dimensions, titles)} {span_words(did.when)}"
    verb = _DEEDS[did.stream]
    of = " and ".join(condition_words(each, dimensions, titles) for each in did.titles)
    if not did.negated:
        return f"{verb} {of or 'something'}" if did.stream != "any" else verb
    if did.ever:
        return f"never {verb} {of}".rstrip()
    if did.stream == "any":
        return f"not {verb}"
    return f"{verb} no {of}" if of else f"{verb} nothing"


def bound_words(bound: Bound) -> str:
    """A limit and what it limits, in words."""
    if bound.quantity == "signed_up_day" and bound.low is not None and bound.high is not None:
        return f"signed up {span_words(Span(day_of(int(bound.low)), day_of(int(bound.high))))}"
    return f"{QUANTITIES[bound.quantity]} {limit_words(bound, is_share=bound.quantity in _SHARES)}"


def limit_words(bound: Bound, *, is_share: bool) -> str:
    """A limit in words: “over 30”, “at least 1 and under 2”."""

    def shown(number: float) -> str:
        return f"{number * 100:g} %" if is_share else f"{number:,g}"

    low, high = bound.low, bound.high
    if low is not None and high is not None:
        if low == high or (not bound.high_included and high == low + 1):
            return shown(low)
        if bound.low_included and bound.high_included:
            return f"{shown(low)} to {shown(high)}"
    limits = []
    if low is not None:
        limits.append(f"{'at least' if bound.low_included else 'over'} {shown(low)}")
    if high is not None:
        limits.append(f"{'at most' if bound.high_included else 'under'} {shown(high)}")
    return " and ".join(limits)


_ONE_OF = {"watches": "watch", "titles watched": "title watched"}
_DIGITS = {"hours": 1, "minutes": 1, "number": 1, "stars": 2, "each": 2, "years": 1, "days": 1}
_UNITS = {
    "hours": " hours", "minutes": " minutes", "number": " customers", "stars": "", "each": "",
    "years": " years", "days": " days",
}  # fmt: skip


def amount(value: float | None, metric: Metric, run: Run, *, unit: bool = True) -> str:
    """A value in the metric's unit; not escaped."""
    if value is None:
        return "not known"
    if metric.unit == "share":
        return f"{value * 100:.1f} %"
    if metric.unit == "money":
        return money(value, run)
    if metric.unit == "customers" and unit:
        return count(value, "customer")
    label = metric.label.casefold()
    if metric.unit == "count" and value == 1:
        label = _ONE_OF.get(label, label.removesuffix("s"))
    words = _UNITS.get(metric.unit, f" {label}") if unit else ""
    return f"{value:,.{_DIGITS.get(metric.unit, 0)}f}{words}"


def money(value: float, run: Run) -> str:
    """Money to the cent."""
    symbol = SYMBOLS.get(run.currency.upper(), clip(run.currency, 8))
    sign = "−" if round(value, 2) < 0 else ""
    number = f"{sign}{symbol if len(symbol) == 1 else ''}{abs(value):,.2f}"
    return f"{number} {symbol}" if len(symbol) > 1 else number


def quantity(name: str, value: float | None, run: Run) -> str:
    """A number of one customer."""
    if value is None or isnan(value):
        return "–"
    if name in _SHARES:
        return percent(value)
    if name in _MONEY:
        return money(value, run)
    return f"{value:,.1f}".removesuffix(".0")


def change_words(now: float | None, before: float | None, metric: Metric, when: Span) -> str:
    """How a value differs from the one before."""
    then = span_words(when)
    at = f"{'on' if when.first == when.last else 'in'} {then}"
    if now is None or before is None:
        return f"not comparable with {then}"
    if metric.unit == "share":
        points = (now - before) * 100
        if abs(points) < 0.05:
            return f"unchanged from {then}"
        return f"{abs(points):.1f} points {'more' if points > 0 else 'less'} than {at}"
    if before == 0:
        return f"after none {at}" if now else f"none {at} either"
    if abs(now / before - 1) < UNCHANGED:
        return f"the same as {at}"
    return f"{brief_change(now, before)} than {at}"


def brief_change(now: float, before: float) -> str:
    """By how much a value rose or fell, of what it was; ``before`` is not 0."""
    change = now / before - 1
    if abs(change) < UNCHANGED:
        return "unchanged"
    return f"{abs(change) * 100:.1f} % {'more' if change > 0 else 'less'}"


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Aligned text, readable on a phone; the first column to the left."""
    shown = [(clip(row[0], LABEL_WIDTH), *row[1:]) for row in rows]
    widths = [max(len(row[place]) for row in shown) for place in range(len(shown[0]))] if shown else []
    lines = [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
            ]
        )
        for row in shown
    ]
    return f"<pre>{safe_lines(lines)}</pre>"


def safe_lines(lines: Sequence[str]) -> str:
    """Lines escaped one by one."""
    return "\n".join(line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in lines)


def csv_of(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """A CSV file whose cells no spreadsheet takes for formulas."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(map(_harmless, header))
    writer.writerows(tuple(map(_harmless, row)) for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _harmless(cell: object) -> object:
    text = "" if cell is None else str(cell)
    dangerous = isinstance(cell, str) and text[:1] in {"=", "+", "-", "@", "\t", "\r"}
    return f"'{text}" if dangerous else text


def whole_answer(headline: str, reading: str, lines: Sequence[str], notes: Sequence[str], run: Run) -> str:
    """The text of an answer: the number first, then how it was read."""
    noted = [f"<i>{safe(note, 200)}</i>" for note in notes]
    body = [bold(headline, 200), safe(reading, 400), *(["", *lines] if lines else []), *noted]
    return fit(body, ending=data_until(run))
