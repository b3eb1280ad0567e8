"""The parts of a reading as buttons: metric, period, filters and split, each one tap from another one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.messages.answers import condition_words
from bot.messages.wording import clip
from bot.phrases.canonical import canonical
from bot.phrases.checking import check
from bot.phrases.dating import is_counted
from bot.phrases.filters import UnclearError
from bot.phrases.naming import AskError
from bot.question import Question
from bot.replies import Button
from store.results.asked import Did, Span
from store.results.dimensions import DEVICE
from store.results.metrics import METRIC_BY_NAME

IN_A_ROW, CAPTION = 3, 30
# What is mistaken for one another, the likelier first.
_RELATED: Mapping[str, tuple[str, ...]] = {
    "customers": ("active_customers", "new_customers"),
    "new_customers": ("active_customers", "customers"),
    "active_customers": ("viewers", "new_customers", "active_share"),
    "active_share": ("active_customers", "retention"),
    "lapsed_customers": ("at_risk_customers", "active_customers"),
    "retention": ("active_share", "active_customers"),
    "average_age": ("customers",),
    "average_tenure": ("customers",),
    "at_risk_customers": ("churn_risk", "expected_losses"),
    "churn_risk": ("at_risk_customers", "expected_losses"),
    "expected_losses": ("at_risk_customers", "revenue_at_risk"),
    "revenue_at_risk": ("expected_losses", "churn_risk"),
    "churn_rate": ("churn_risk", "lapsed_customers"),
    "revenue": ("orders", "paying_customers", "average_order_value"),
    "orders": ("revenue", "paying_customers", "average_order_value"),
    "average_order_value": ("revenue_per_active_customer", "revenue", "orders"),
    "paying_customers": ("active_customers", "orders"),
    "revenue_per_active_customer": ("average_order_value", "revenue"),
    "monthly_fees": ("average_monthly_fee", "revenue"),
    "average_monthly_fee": ("monthly_fees", "average_order_value"),
    "orders_per_active_customer": ("orders", "revenue_per_active_customer"),
    "refunds": ("refunded", "orders"),
    "refunded": ("refunds", "revenue"),
    "gross_revenue": ("revenue", "refunded"),
    "viewers": ("watches", "hours_watched", "active_customers"),
    "watches": ("hours_watched", "viewers", "titles_watched"),
    "hours_watched": ("watches", "viewers", "hours_per_active_customer"),
    "minutes_watched": ("hours_watched", "watches"),
    "minutes_per_active_customer": ("hours_watched", "session_minutes"),
    "hours_per_active_customer": ("hours_watched", "session_minutes"),
    "watches_per_active_customer": ("watches", "hours_per_active_customer"),
    "sessions_per_active_customer": ("sessions", "session_minutes"),
    "sessions": ("session_minutes", "watches"),
    "session_minutes": ("sessions", "minutes_per_active_customer"),
    "completion_rate": ("watches", "average_rating"),
    "titles_watched": ("watches", "viewers"),
    "ratings": ("average_rating", "likes"),
    "average_rating": ("ratings", "likes"),
    "likes": ("ratings", "average_rating"),
    "ratings_per_active_customer": ("ratings", "average_rating"),
}


def alternatives(
    question: Question, dimensions: dict[str, str], data: Span
) -> tuple[tuple[Button, ...], ...]:
    """Rows of buttons, one for each part of the reading.

    Args:
        question: As it was read.
        dimensions: Names of dimensions by key.
        data: The days of which there is data.
    """
    if question.form in {"why", "moves", "changes"}:
        return ()
    rows = (
        _metrics(question),
        _periods(question, data),
        _filters(question, dimensions),
        _splits(question, data),
    )
    found = (
        tuple(
            Button(clip(caption, CAPTION), canonical(replace(other, page=1), dimensions))
            for caption, other in row
        )
        for row in rows
    )
    return tuple(row[:IN_A_ROW] for row in found if row)


def _other_days(question: Question) -> list[Span]:
    """Days beside the period in which the same people did something, or did not."""
    return [each.when for each in question.filters if isinstance(each, Did) and each.when is not None]


def _metrics(question: Question) -> Iterator[tuple[str, Question]]:
    if question.form not in {"number", "series", "average"} or _other_days(question):
        return
    for name in _RELATED[question.metric]:
        metric = METRIC_BY_NAME[name]
        other = replace(question, metric=name, having=None)
        if not metric.is_timed or question.period is None or not question.period_given:
            other = replace(other, period=None, period_given=False, compare=None)
        if question.form == "average" and metric.is_ratio:
            continue
        try:
            check(other)
        except (UnclearError, AskError):
            continue
        yield metric.label, other


def _periods(question: Question, data: Span) -> Iterator[tuple[str, Question]]:
    if question.period is None:
        return
    this_month = Span(data.last.replace(day=1), data.last)
    options = (
        ("All time", data),
        ("Last month", this_month.before()),
        ("Last 30 days", Span(data.last - timedelta(days=29), data.last)),
        ("This year", Span(data.last.replace(month=1, day=1), data.last)),
    )
    shown = 0
    for caption, span in options:
        is_short = question.form == "average" and span.days < 60
        same = span in _other_days(question) or (
            (span.first, span.last) == (question.period.first, question.period.last)
        )
        if same or span.first < data.first or is_short or shown == IN_A_ROW:
            continue
        shown += 1
        period = replace(span, weekdays=question.period.weekdays)
        other = replace(question, period=period, period_given=True, compare=None)
        # Of another period, whether a number rose cannot be asked without one before.
        rose = question.form == "number" or (question.form == "yes_no" and question.by is None)
        yield caption, replace(other, form="number", direction=None) if rose else other
    if question.period.weekdays:
        yield "All days of the week", replace(question, period=replace(question.period, weekdays=()))


def _filters(question: Question, dimensions: dict[str, str]) -> Iterator[tuple[str, Question]]:
    if question.form in {"share", "yes_no"}:
        return
    for each in question.filters:
        if getattr(each, "dimension", "") == "customer":
            continue
        rest = tuple(other for other in question.filters if other is not each)
        by = None if getattr(each, "dimension", "-") == question.by else question.by
        what = condition_words(each, dimensions, {})
        other = replace(question, filters=rest, by=by)
        if by is None:
            other = replace(other, having=None, direction=None)
        if not METRIC_BY_NAME[question.metric].is_timed and not is_counted(other):
            other = replace(other, period=None, period_given=False)
        yield f"Without: {what}", other


def _splits(question: Question, data: Span) -> Iterator[tuple[str, Question]]:
    metric = METRIC_BY_NAME[question.metric]
    if question.form in {"series", "average"} or (question.form == "number" and question.by is not None):
        whole = replace(question, by=None, having=None, every=None, order=None, limit=None, direction=None)
        whole = replace(whole, form="number", as_chart=False)
        yield "As one number", whole
        return
    if question.form != "number":
        return
    if not any(getattr(each, "dimension", "") in {"customer", DEVICE} for each in question.filters):
        yield "By segment", replace(question, by="segment", compare=None)
    if metric.is_timed:
        weekdays = question.period.weekdays if question.period else ()
        series = replace(question, every="month", form="series", compare=None)
        yield "Per month", replace(series, period=replace(data, weekdays=weekdays), period_given=False)
