"""Answers with a run of numbers over time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from bot.messages import answers
from bot.phrases.measuring import Measuring, document_of, reply_with, unit_of
from bot.question import Question
from bot.replies import Chart, Reply, Series
from store.results.asked import Span, month_end
from store.results.facts import ALL
from store.results.metric import Metric
from store.results.metrics import METRIC_BY_NAME

MOST_LINES = 5
MOST_POINTS = 400
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def series(question: Question, at: Measuring) -> Reply:
    """Answer with a run of numbers over time."""
    metric = METRIC_BY_NAME[question.metric]
    buckets = list(buckets_of(at.span(question), question.every or "month"))
    if len(buckets) > MOST_POINTS:
        return reply_with(
            question, f"Too many points: {len(buckets)}", ["Ask by month, or of a shorter time."], at
        )
    groups = [ALL]
    if question.by is not None:
        groups = [label for label, _ in at.groups(replace(question, every=None), metric, at.span(question))][
            :MOST_LINES
        ]
    measured = [_measured_in(spans, question, metric, at) for _, spans in buckets]
    rows = [
        (label, tuple(one.get(group) for group in groups))
        for (label, _), one in zip(buckets, measured, strict=True)
    ]
    shown = rows[-answers.MOST_ROWS :]
    if question.order is not None and question.by is None:
        sign = 1 if question.order == "least" else -1
        rows = sorted(rows, key=lambda row: sign * (row[1][0] or 0.0))
        shown = rows[: min(question.limit or answers.MOST_ROWS, answers.MOST_ROWS)]
    amounts = partial(answers.amount, metric=metric, run=at.run, unit=False)
    lines = [(label, *map(amounts, values[:2])) for label, values in shown]
    label, values = shown[0] if question.order else shown[-1]
    headline = f"{label}: {answers.amount(values[0], metric, at.run)}"
    if question.by is not None:
        headline += f" ({groups[0]})"
    extra = [answers.table(lines)]
    if len(groups) > 1:
        extra.insert(
            0, answers.safe_lines([f"Columns: {', '.join(groups[:2])}; all in the chart and the file"])
        )
    header = (question.every or "", *(group or metric.label for group in groups))
    wants_file = question.as_csv or len(rows) > answers.MOST_ROWS or len(groups) > 2
    document = (
        document_of(header, [(label, *values) for label, values in rows], question) if wants_file else None
    )
    chart = _line(
        question,
        metric,
        buckets,
        [[one.get(group) or 0.0 for one in measured] for group in groups],
        groups,
        at,
    )
    return reply_with(question, headline, extra, at, charts=(chart,), document=document)


def _measured_in(
    spans: Sequence[Span], question: Question, metric: Metric, at: Measuring
) -> dict[str, float | None]:
    parts = [at.results.measure(metric, question.filters, span, question.by) for span in spans]
    if len(parts) == 1:
        return {label: each.value for label, each in parts[0].items()}
    labels = {label for part in parts for label in part}
    totals: dict[str, float | None] = {}
    for label in labels:
        top = sum(part[label].numerator for part in parts if label in part)
        bottom = sum(part[label].denominator or 0.0 for part in parts if label in part)
        if metric.is_ratio:
            totals[label] = top / bottom if bottom else None
        else:
            totals[label] = top
    return totals


def _line(
    question: Question,
    metric: Metric,
    buckets: Sequence[tuple[str, Sequence[Span]]],
    values: Sequence[Sequence[float]],
    groups: Sequence[str],
    at: Measuring,
) -> Chart:
    kind = "bar" if question.every == "weekday" else "line"
    labels = [label if kind == "bar" else spans[0].first.isoformat() for label, spans in buckets]
    first, last = values[0][0], values[0][-1]
    moved = "rises" if last > first else "falls" if last < first else "stays level"
    title = (
        f"{metric.label} {moved}"
        if kind == "line" and len(groups) == 1
        else f"{metric.label} per {question.every}"
    )
    return Chart(
        kind="line" if kind == "line" else "bar",
        title=title,
        labels=tuple(labels),
        series=tuple(
            Series(name=group or metric.label, values=tuple(each))
            for group, each in zip(groups, values, strict=True)
        ),
        unit=unit_of(metric, at.run),
        percent=metric.unit == "share",
        note=f"Data up to {answers.span_words(Span(at.run.watermark, at.run.watermark))}",
    )


def buckets_of(span: Span, every: str) -> Iterator[tuple[str, list[Span]]]:
    """The parts of a period, each with its name and days; cut where the period ends."""
    if every == "weekday":
        days = [span.first + timedelta(days=offset) for offset in range(span.days)]
        for number_, name in enumerate(WEEKDAYS):
            matching = [Span(day, day) for day in days if day.weekday() == number_]
            if matching:
                yield name, matching
        return
    first = span.first
    while first <= span.last:
        last = min(_bucket_end(first, every), span.last)
        yield _bucket_name(first, every), [Span(first, last)]
        first = last + timedelta(days=1)


def _bucket_end(day: date, every: str) -> date:
    if every == "day":
        return day
    if every == "week":
        return day + timedelta(days=6 - day.weekday())
    if every == "month":
        return month_end(day)
    if every == "quarter":
        return month_end(day.replace(month=(day.month - 1) // 3 * 3 + 3, day=1))
    return day.replace(month=12, day=31)


def _bucket_name(day: date, every: str) -> str:
    if every == "quarter":
        return f"Q{(day.month - 1) // 3 + 1} {day.year}"
    return {"month": f"{day:%b %Y}", "year": f"{day.year}"}.get(every, day.isoformat())
