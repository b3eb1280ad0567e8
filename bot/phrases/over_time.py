"""Answers with a run of numbers over time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from bot.messages import answers, findings
from bot.phrases.measuring import Measuring, document_of, drawn_note, reply_with, unit_of
from bot.question import Question
from bot.replies import Chart, Reply, Series
from store.results.asked import Span, month_end
from store.results.facts import ALL
from store.results.metric import Metric
from store.results.metrics import METRIC_BY_NAME

MOST_LINES = 5
MOST_POINTS = 400
_IN_A_WEEK = frozenset({"weekday", "part of the week"})
_EACH_WEEKDAY = tuple((name, (day,)) for day, name in enumerate(answers.WEEKDAYS))
_PARTS_OF_WEEK = (("weekdays", (0, 1, 2, 3, 4)), ("weekend", (5, 6)))


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
    measured = [_measured_in(span, question, metric, at) for _, span in buckets]
    rows = [
        (label, tuple(one.get(group) for group in groups))
        for (label, _), one in zip(buckets, measured, strict=True)
    ]
    shown = rows[-answers.MOST_ROWS :]
    if question.order is not None and question.by is None:
        sign = 1 if question.order == "least" else -1
        first, end = _whole_ones(buckets, question.every or "month")
        rows = sorted(rows[first:end], key=lambda row: sign * (row[1][0] or 0.0))
        shown = rows[: min(question.limit or answers.MOST_ROWS, answers.MOST_ROWS)]
    amounts = partial(answers.amount, metric=metric, run=at.run, unit=False)
    lines = [(label, *map(amounts, values[:2])) for label, values in shown]
    headline = _headline(question, shown, is_cut=_is_cut(buckets, question), at=at)
    if question.by is not None:
        headline += f" ({groups[0]})"
    extra = [answers.table(lines)]
    if len(rows) < len(buckets):
        extra.append(f"Parts of a {question.every} at either end are left out.")
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


def _headline(
    question: Question, shown: Sequence[tuple[str, tuple[float | None, ...]]], *, is_cut: bool, at: Measuring
) -> str:
    """The first of a ranking, the highest day of the week, or the last of a run of numbers."""
    if question.order:
        label, values = shown[0]
    elif question.every in _IN_A_WEEK:
        label, values = max(shown, key=lambda row: row[1][0] or 0.0)
    else:
        label, values = shown[-1]
    headline = f"{label}: {answers.amount(values[0], METRIC_BY_NAME[question.metric], at.run)}"
    return f"{headline} so far" if is_cut else headline


def _is_cut(buckets: Sequence[tuple[str, Span]], question: Question) -> bool:
    """Whether the last week, month … of a run of numbers is not over."""
    every = question.every or "month"
    return question.order is None and every not in _IN_A_WEEK and _cut(buckets, every)[1]


def average(question: Question, at: Measuring) -> Reply:
    """Answer with the mean over days, weeks, months, quarters or years."""
    metric = METRIC_BY_NAME[question.metric]
    buckets = list(buckets_of(at.span(question), question.every or "month"))
    measured = [_measured_in(span, question, metric, at) for _, span in buckets]
    labels = sorted({label for one in measured for label in one})
    means = {label: sum(one.get(label) or 0.0 for one in measured) / len(buckets) for label in labels}
    counted = f"Mean of {len(buckets)} {question.every}{'s' if len(buckets) > 1 else ''}"
    if question.by is not None:
        return _averages_by(question, means, counted, at)
    values = {name: one.get(ALL) or 0.0 for (name, _), one in zip(buckets, measured, strict=True)}
    least, most = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
    extremes = ", ".join(
        f"{word} in {name} ({answers.amount(values[name], metric, at.run, unit=False)})"
        for word, name in (("least", least), ("most", most))
    )
    headline = f"{answers.amount(means.get(ALL), rounded(metric), at.run)} per {question.every}"
    return reply_with(question, headline, [answers.safe_lines([f"{counted}: {extremes}"])], at)


def _averages_by(question: Question, means: Mapping[str, float], counted: str, at: Measuring) -> Reply:
    metric = METRIC_BY_NAME[question.metric]
    names = at.results.title_names() if question.by == "title" else {}
    sign = 1 if question.order == "least" else -1
    rows = sorted(means.items(), key=lambda pair: (sign * pair[1], pair[0]))[: question.limit or len(means)]
    if not rows:
        return reply_with(question, "Nothing to show", [], at)
    shown = [
        (names.get(label, label), answers.amount(value, rounded(metric), at.run, unit=False))
        for label, value in rows
    ]
    headline = f"{shown[0][0]}: {shown[0][1]} per {question.every}"
    document = None
    if len(rows) > answers.MOST_ROWS or question.as_csv:
        header = (at.dimensions[question.by or ""], f"{metric.label} per {question.every}")
        document = document_of(header, [(names.get(label, label), value) for label, value in rows], question)
    lines = [answers.safe_lines([counted]), answers.table(shown[: answers.MOST_ROWS])]
    return reply_with(question, headline, lines, at, document=document)


def rounded(metric: Metric) -> Metric:
    """The metric in a unit that shows parts of one: a mean of counts is no whole number."""
    return replace(metric, unit="each") if metric.unit in {"count", "customers"} else metric


def _measured_in(span: Span, question: Question, metric: Metric, at: Measuring) -> dict[str, float | None]:
    found = at.results.measure(metric, question.filters, span, question.by)
    return {label: each.value for label, each in found.items()}


def _line(
    question: Question,
    metric: Metric,
    buckets: Sequence[tuple[str, Span]],
    values: Sequence[Sequence[float]],
    groups: Sequence[str],
    at: Measuring,
) -> Chart:
    kind = "bar" if question.every in _IN_A_WEEK else "line"
    labels = [label if kind == "bar" else span.first.isoformat() for label, span in buckets]
    every = question.every or "month"
    cut = (False, False) if kind == "bar" else _cut(buckets, every)
    whole = slice(int(cut[0]), len(buckets) - int(cut[1]))
    if kind == "bar":
        title = findings.of_groups(metric, at.run, list(zip(labels, values[0], strict=True)))
    elif len(groups) == 1:
        title = findings.of_time(metric, at.run, every, values[0][whole])
    else:
        ends = [(group, (each[whole] or each)[-1]) for group, each in zip(groups, values, strict=True)]
        title = findings.of_lines(metric, at.run, every, ends)
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
        note=f"{drawn_note(at.run)} · dashed: part of a {every}" if any(cut) else drawn_note(at.run),
        cut=cut,
    )


def _cut(buckets: Sequence[tuple[str, Span]], every: str) -> tuple[bool, bool]:
    """Whether the first and the last are of a part of their week, month … only."""
    first, last = buckets[0][1].first, buckets[-1][1].last
    before = _bucket_end(first - timedelta(days=1), every)
    return before != first - timedelta(days=1), _bucket_end(last, every) != last


def _whole_ones(buckets: Sequence[tuple[str, Span]], every: str) -> tuple[int, int]:
    """From where to where the weeks, months … are whole: a part of one would always be the lowest."""
    if every in _IN_A_WEEK or len(buckets) < 3:
        return 0, len(buckets)
    is_first_cut, is_last_cut = _cut(buckets, every)
    return int(is_first_cut), len(buckets) - int(is_last_cut)


def buckets_of(span: Span, every: str) -> Iterator[tuple[str, Span]]:
    """The parts of a period, each with its name and days; cut where the period ends."""
    weekly = {"weekday": _EACH_WEEKDAY, "part of the week": _PARTS_OF_WEEK}.get(every)
    if weekly is not None:
        for name, days in weekly:
            kept = tuple(day for day in days if not span.weekdays or day in span.weekdays)
            if kept and _has(replace(span, weekdays=kept)):
                yield name, replace(span, weekdays=kept)
        return
    first = span.first
    while first <= span.last:
        last = min(_bucket_end(first, every), span.last)
        part = Span(first, last, span.weekdays)
        if _has(part):
            yield _bucket_name(first, every), part
        first = last + timedelta(days=1)


def _has(span: Span) -> bool:
    """Whether any day of a period counts."""
    if not span.weekdays or span.days >= 7:
        return True
    return any((span.first + timedelta(days=day)).weekday() in span.weekdays for day in range(span.days))


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
