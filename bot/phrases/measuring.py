"""From a question to its answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from bot.messages import answers
from bot.phrases.canonical import canonical
from bot.phrases.vocabulary import Vocabulary
from bot.question import Question
from bot.replies import Button, Chart, Document, Reply, Series
from store.records import Run
from store.results import Results
from store.results.asked import Measured, Span, month_end
from store.results.dimensions import TITLE_DIMENSIONS
from store.results.facts import ALL
from store.results.metric import Metric
from store.results.metrics import METRIC_BY_NAME

DEFAULT_RANKED = 10
MOST_LINES = 5
MOST_POINTS = 400
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Row = tuple[str, Measured]


@dataclass(frozen=True)
class Measuring:
    """What an answer is made with.

    Attributes:
        notes: Said below it.
    """

    results: Results
    vocabulary: Vocabulary
    run: Run
    notes: tuple[str, ...] = ()

    @property
    def dimensions(self) -> dict[str, str]:
        """Names of dimensions."""
        return dict(self.vocabulary.dimensions)

    def reading(self, question: Question) -> str:
        """The question in words."""
        return answers.reading_of(question, self.dimensions, self.results.title_names())

    def span(self, question: Question) -> Span:
        """The days a question is about."""
        return question.period or self.vocabulary.data

    def value(self, question: Question, metric: Metric, span: Span) -> Measured:
        """One number, with the people behind it."""
        measured = self.results.measure(metric, question.filters, span)[ALL]
        people = self.results.people(metric, question.filters, span).get(ALL)
        return replace(measured, people=people)

    def groups(self, question: Question, metric: Metric, span: Span) -> list[Row]:
        """Groups with their numbers, in the order of showing."""
        by = question.by
        assert by is not None
        found = self.results.measure(metric, question.filters, span, by)
        people = self.results.people(metric, question.filters, span, by) if metric.is_ratio else {}
        rows = [(label, replace(each, people=people.get(label))) for label, each in found.items()]
        chosen = [each for each in question.filters if getattr(each, "dimension", "") == by]
        for condition in chosen:
            values = getattr(condition, "values", ())
            rows = [row for row in rows if (row[0] in values) != getattr(condition, "negated", False)]
        if metric.least:
            rows = [row for row in rows if (row[1].denominator or 0) >= metric.least]
        rows = [row for row in rows if row[1].value is not None and (by != "title" or row[1].value)]
        ordered = by not in TITLE_DIMENSIONS and self.results.grouping(by).ordered
        if ordered and question.order is None:
            return rows
        sign = 1 if question.order == "least" else -1
        return sorted(rows, key=lambda row: (sign * (row[1].value or 0.0), row[0]))


def number(question: Question, at: Measuring) -> Reply:
    """Answer with a number, or with a table where it is split."""
    metric = METRIC_BY_NAME[question.metric]
    if question.by is not None:
        return _table(question, metric, at)
    span = at.span(question)
    now = at.value(question, metric, span)
    headline = answers.amount(now.value, metric, at.run)
    lines = []
    if question.compare is not None:
        before = at.value(question, metric, question.compare)
        headline += f", {answers.change_words(now.value, before.value, metric, question.compare)}"
        lines.append(f"Then: {answers.safe_lines([answers.amount(before.value, metric, at.run)])}")
    if now.denominator is not None and metric.unit == "share":
        lines.append(f"{now.numerator:,.0f} of {now.denominator:,.0f}")
    return _reply(question, headline, lines, at, small=_is_small(metric, now))


def _is_small(metric: Metric, measured: Measured) -> bool:
    return metric.is_ratio and measured.people is not None and measured.people < answers.LEAST_PEOPLE


def yes_no(question: Question, at: Measuring) -> Reply:
    """Did it rise, or fall?"""
    metric = METRIC_BY_NAME[question.metric]
    assert question.compare is not None
    now, before = at.value(question, metric, at.span(question)), at.value(question, metric, question.compare)
    change = answers.change_words(now.value, before.value, metric, question.compare)
    if now.value is None or before.value is None:
        return _reply(question, f"I cannot tell: {change}", [], at)
    holds = now.value < before.value if question.direction == "down" else now.value > before.value
    headline = f"{'Yes' if holds else 'No'}: {answers.amount(now.value, metric, at.run)}, {change}"
    return _reply(question, headline, [f"Then: {answers.amount(before.value, metric, at.run)}"], at)


def share(question: Question, at: Measuring) -> Reply:
    """A part of a whole."""
    metric = METRIC_BY_NAME[question.metric]
    whole = METRIC_BY_NAME[question.whole or question.metric]
    span = at.span(question)
    if question.by is not None:
        return _table(question, metric, at)
    bottom = at.results.measure(whole, question.within, span)[ALL].value or 0.0
    top = at.results.measure(metric, question.filters, span)[ALL].value or 0.0
    if not bottom:
        return _reply(question, "Not known: there is nothing to take a share of", [], at)
    lines = [f"{answers.amount(top, metric, at.run, unit=False)} of {answers.amount(bottom, whole, at.run)}"]
    people = at.results.people(whole, question.within, span).get(ALL, answers.LEAST_PEOPLE)
    headline = f"{top / bottom * 100:.1f} %"
    return _reply(question, headline, lines, at, small=people < answers.LEAST_PEOPLE)


def _table(question: Question, metric: Metric, at: Measuring) -> Reply:
    span = at.span(question)
    rows = at.groups(question, metric, span)
    before: dict[str, Measured] = {}
    if question.compare is not None:
        before = at.results.measure(metric, question.filters, question.compare, question.by)
    if not rows:
        return _reply(question, "Nothing to show", [], at)
    total = sum(row[1].value or 0.0 for row in rows)
    limit = question.limit or (
        DEFAULT_RANKED if question.order or len(rows) > answers.MOST_ROWS else len(rows)
    )
    names = at.results.title_names() if question.by == "title" else {}
    lines = []
    for label, measured in rows[: min(limit, answers.MOST_ROWS)]:
        cells = [names.get(label, label), answers.amount(measured.value, metric, at.run, unit=False)]
        if question.form == "share" and total:
            cells.append(f"{(measured.value or 0.0) / total * 100:.1f} %")
        if question.compare is not None:
            cells.append(_change(measured.value, before.get(label), metric))
        if _is_small(metric, measured):
            cells[0] += " *"
        lines.append(tuple(cells))
    shown = [answers.table(lines)]
    if any(cells[0].endswith(" *") for cells in lines):
        shown.append(f"* fewer than {answers.LEAST_PEOPLE} customers")
    if len(rows) > len(lines):
        shown.append(f"{len(lines)} of {len(rows)}")
    first = names.get(rows[0][0], rows[0][0])
    headline = f"{first}: {answers.amount(rows[0][1].value, metric, at.run)}"
    if question.form == "share" and total:
        headline += f", {(rows[0][1].value or 0.0) / total * 100:.1f} %"
    header = (at.dimensions[question.by or ""], metric.label)
    document = None
    if question.as_csv or len(rows) > answers.MOST_ROWS:
        document = _document(
            header, [(names.get(label, label), each.value) for label, each in rows], question
        )
    chart = _bars(question, metric, rows[:limit], names, at)
    return _reply(question, headline, shown, at, charts=(chart,), document=document)


def _change(now: float | None, before: Measured | None, metric: Metric) -> str:
    then = None if before is None else before.value
    if now is None or then is None:
        return "–"
    if metric.unit == "share":
        return f"{(now - then) * 100:+.1f} pts"
    return f"{(now / then - 1) * 100:+.1f} %" if then else "new"


def _bars(
    question: Question, metric: Metric, rows: Sequence[Row], names: Mapping[str, str], at: Measuring
) -> Chart:
    shown = rows[: answers.MOST_ROWS]
    first = names.get(rows[0][0], rows[0][0])
    rank = "lowest" if question.order == "least" else "highest" if question.order else "first"
    return Chart(
        kind="bar",
        title=f"{metric.label}: {first} is {rank}"
        if question.order
        else f"{metric.label} by {at.dimensions[question.by or '']}",
        labels=tuple(names.get(label, label) for label, _ in shown),
        series=(Series(name=metric.label, values=tuple(each.value or 0.0 for _, each in shown)),),
        unit=_unit(metric, at.run),
        percent=metric.unit == "share",
        note=f"Data up to {answers.span_words(Span(at.run.watermark, at.run.watermark))}",
    )


def _unit(metric: Metric, run: Run) -> str:
    return {"money": run.currency or "money", "count": metric.label.casefold(), "number": "customers"}.get(
        metric.unit, metric.unit
    )


def series(question: Question, at: Measuring) -> Reply:
    """Answer with a run of numbers over time."""
    metric = METRIC_BY_NAME[question.metric]
    buckets = list(buckets_of(at.span(question), question.every or "month"))
    if len(buckets) > MOST_POINTS:
        return _reply(
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
        _document(header, [(label, *values) for label, values in rows], question) if wants_file else None
    )
    chart = _line(
        question,
        metric,
        buckets,
        [[one.get(group) or 0.0 for one in measured] for group in groups],
        groups,
        at,
    )
    return _reply(question, headline, extra, at, charts=(chart,), document=document)


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


def _line(  # noqa: PLR0913, PLR0917
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
        unit=_unit(metric, at.run),
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


def _document(header: Sequence[str], rows: Sequence[Sequence[object]], question: Question) -> Document:
    content = answers.csv_of(header, rows)
    return Document(filename=f"{question.metric}.csv", content=content, caption=f"{len(rows)} rows")


def _reply(  # noqa: PLR0913
    question: Question,
    headline: str,
    lines: Sequence[str],
    at: Measuring,
    *,
    small: bool = False,
    charts: tuple[Chart, ...] = (),
    document: Document | None = None,
) -> Reply:
    notes = list(at.notes)
    for dimension, unknown in at.results.unknown(question.filters).items():
        notes.append(
            f"{unknown} customers whose {at.dimensions.get(dimension, dimension)} is not known are left out."
        )
    if small:
        notes.append(f"Fewer than {answers.LEAST_PEOPLE} customers: do not rely on it.")
    text = answers.whole_answer(headline, at.reading(question), lines, notes, at.run)
    return Reply(text=text, charts=charts, document=document, buttons=buttons_of(question, at))


def buttons_of(question: Question, at: Measuring) -> tuple[tuple[Button, ...], ...]:
    """The parts of the reading, one tap away from another one."""
    metric = METRIC_BY_NAME[question.metric]
    row: list[Button] = []
    data = at.vocabulary.data
    if question.period is not None and question.form in {"number", "share", "list"}:
        months = Span(data.last.replace(day=1), data.last)
        options = (
            ("All time", data),
            ("Last month", months.before()),
            ("Last 30 days", Span(data.last - timedelta(days=29), data.last)),
        )
        for caption, span in options:
            if span != question.period and span.first >= data.first and len(row) < 2:
                other = replace(question, period=span, period_given=True, compare=None)
                row.append(Button(caption, canonical(other, at.dimensions)))
    further: list[Button] = []
    if question.filters and question.form == "number":
        further.append(
            Button("Without filters", canonical(replace(question, filters=(), by=None), at.dimensions))
        )
    if question.by is None and question.form == "number" and not question.filters:
        by = "genre" if metric.dimensions == frozenset({"title"}) else "segment"
        further.append(Button(f"By {by}", canonical(replace(question, by=by, compare=None), at.dimensions)))
    if metric.is_timed and question.form == "number" and question.by is None:
        further.append(
            Button(
                "Per month",
                canonical(
                    replace(
                        question, every="month", form="series", period=data, period_given=False, compare=None
                    ),
                    at.dimensions,
                ),
            )
        )
    return tuple(tuple(each) for each in (row, further[:2]) if each)
