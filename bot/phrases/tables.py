"""Answers with one number, or with a table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.messages import answers, findings
from bot.phrases.measuring import Measuring, Row, document_of, drawn_note, is_small, reply_with, unit_of
from bot.question import Question
from bot.replies import Chart, Reply, Series
from store.results.asked import Measured
from store.results.facts import ALL
from store.results.metric import Metric
from store.results.metrics import METRIC_BY_NAME

DEFAULT_RANKED = 10
MONTHS_DIFFER_BY = 3
SMALL = " *"
_BY_TIME = frozenset({"signup_month", "signup_year"})


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
        if abs(question.compare.days - span.days) > MONTHS_DIFFER_BY:
            lines.append(f"These are {span.days} days, and {question.compare.days} then.")
        lines.append(f"Then: {answers.safe_lines([answers.amount(before.value, metric, at.run)])}")
    if now.denominator is not None and metric.unit == "share":
        lines.append(f"{now.numerator:,.0f} of {now.denominator:,.0f}")
    return reply_with(question, headline, lines, at, small=is_small(metric, now))


def share(question: Question, at: Measuring) -> Reply:
    """A part of a whole."""
    metric = METRIC_BY_NAME[question.metric]
    whole = METRIC_BY_NAME[question.whole or question.metric]
    span = at.span(question)
    if question.by is not None and _is_part_of_each(question):
        return _parts_of_each(question, metric, whole, at)
    if question.by is not None:
        return _table(question, metric, at)
    # “Share of watches on weekends” is of all days.
    all_days = span if len(question.filters) > len(question.within) else replace(span, weekdays=())
    bottom = at.results.measure(whole, question.within, all_days)[ALL].value or 0.0
    top = at.results.measure(metric, question.filters, span)[ALL].value or 0.0
    if not bottom:
        return reply_with(question, "Not known: there is nothing to take a share of", [], at)
    lines = [f"{answers.amount(top, metric, at.run, unit=False)} of {answers.amount(bottom, whole, at.run)}"]
    people = at.results.people(whole, question.within, span).get(ALL, answers.LEAST_PEOPLE)
    headline = f"{top / bottom * 100:.1f} %"
    return reply_with(question, headline, lines, at, small=people < answers.LEAST_PEOPLE)


def _is_part_of_each(question: Question) -> bool:
    """“Share of women by plan” is of each plan; “share of customers on each plan” is of all customers."""
    inner = [each for each in question.filters if each not in question.within]
    by_itself = all(getattr(each, "dimension", "") == question.by for each in inner)
    return question.whole is not None or not by_itself


def _parts_of_each(question: Question, metric: Metric, whole: Metric, at: Measuring) -> Reply:
    """For each group the part of it that is meant."""
    span = at.span(question)
    tops = at.results.measure(metric, question.filters, span, question.by)
    bottoms = at.groups(replace(question, filters=question.within, order=None), whole, span)
    parts = [
        (label, (tops[label].value or 0.0) if label in tops else 0.0, each.value or 0.0)
        for label, each in bottoms
        if each.value
    ]
    if not parts:
        return reply_with(question, "Nothing to show", [], at)
    if question.order is not None or question.by not in _BY_TIME:
        sign = 1 if question.order == "least" else -1
        parts.sort(key=lambda part: (sign * part[1] / part[2], part[0]))
    shares = [(label, top / bottom) for label, top, bottom in parts][: question.limit or len(parts)]
    small = {
        label for label, _, bottom in parts if bottom < answers.LEAST_PEOPLE and whole.unit == "customers"
    }
    amounts = {
        label: " of ".join(
            answers.amount(each, of, at.run, unit=False) for each, of in ((top, metric), (bottom, whole))
        )
        for label, top, bottom in parts
    }
    lines = [
        (label + (SMALL if label in small else ""), f"{part * 100:.1f} %", amounts[label])
        for label, part in shares[: answers.MOST_ROWS]
    ]
    shown = [answers.table(lines)]
    if any(cells[0].endswith(SMALL) for cells in lines):
        shown.append(f"* fewer than {answers.LEAST_PEOPLE} customers")
    if len(shares) > len(lines):
        shown.append(f"{len(lines)} of {len(shares)}")
    document = None
    if question.as_csv or len(shares) > answers.MOST_ROWS:
        header = (at.dimensions[question.by or ""], f"share: {metric.label.casefold()}")
        document = document_of(header, shares, question)
    drawn = shares[: answers.MOST_ROWS]
    inner = [each for each in question.filters if each not in question.within]
    named = ", ".join(answers.condition_words(each, at.dimensions, {}) for each in inner)
    called = replace(metric, label=named[:1].upper() + named[1:] if named else metric.label)
    chart = Chart(
        kind="bar",
        title=findings.of_groups(called, at.run, drawn, lowest=question.order == "least", shares=True),
        labels=tuple(label for label, _ in drawn),
        series=(Series(name=called.label, values=tuple(part for _, part in drawn)),),
        unit=f"share of {whole.label.casefold()} of each {at.dimensions[question.by or '']}",
        percent=True,
        note=drawn_note(at.run),
    )
    headline = f"{shares[0][0]}: {shares[0][1] * 100:.1f} %"
    return reply_with(question, headline, shown, at, charts=(chart,), document=document)


def _table(question: Question, metric: Metric, at: Measuring) -> Reply:
    groups = at.groups(question, metric, at.span(question))
    before: Mapping[str, Measured] = {}
    if question.compare is not None:
        before = at.results.measure(metric, question.filters, question.compare, question.by)
    rows = _meant(groups, before, question)
    if not rows:
        return reply_with(question, f"None of {len(groups):,}" if groups else "Nothing to show", [], at)
    names = at.results.title_names() if question.by == "title" else {}
    several = question.order is not None or len(rows) > answers.MOST_ROWS
    limit = question.limit or (DEFAULT_RANKED if several else len(rows))
    total = sum(row[1].value or 0.0 for row in rows) if question.form == "share" else 0.0
    # Of many months people want the last ones.
    newest = rows[-limit:] if question.by in _BY_TIME and question.order is None else rows
    lines = [
        _cells((names.get(label, label), measured), question, (metric, total), before.get(label), at)
        for label, measured in newest[: min(limit, answers.MOST_ROWS)]
    ]
    shown = [answers.table(lines)]
    if any(cells[0].endswith(SMALL) for cells in lines):
        shown.append(f"* fewer than {answers.LEAST_PEOPLE} customers")
    if len(rows) > len(lines):
        shown.append(f"{len(lines)} of {len(rows)}")
    headline = f"{len(rows):,} of {len(groups):,}"
    if question.having is None:
        headline = _first(rows, before, question, (metric, total), at)
    document = None
    if question.as_csv or len(rows) > answers.MOST_ROWS:
        header = (at.dimensions[question.by or ""], metric.label)
        document = document_of(
            header, [(names.get(label, label), each.value) for label, each in rows], question
        )
    chart = _bars(question, newest[:limit], before, total, at)
    return reply_with(question, headline, shown, at, charts=(chart,), document=document)


def _meant(groups: list[Row], before: Mapping[str, Measured], question: Question) -> list[Row]:
    """Groups within the limit; those first that rose or fell most, where that is asked."""
    having = question.having
    rows = groups if having is None else [row for row in groups if having.holds(row[1].value or 0.0)]
    if question.direction is None:
        return rows
    sign = 1 if question.direction == "down" else -1

    def moved(row: Row) -> float:
        then = before[row[0]].value if row[0] in before else None
        return sign * ((row[1].value or 0.0) - (then or 0.0))

    return sorted(rows, key=lambda row: (moved(row), row[0]))


def _first(
    rows: Sequence[Row],
    before: Mapping[str, Measured],
    question: Question,
    of: tuple[Metric, float],
    at: Measuring,
) -> str:
    """The first of a ranking, else the highest, with its number, and its share or change."""
    (metric, total) = of
    label, first = rows[0] if question.order else max(rows, key=lambda row: row[1].value or 0.0)
    name = at.results.title_names().get(label, label) if question.by == "title" else label
    headline = f"{name}: {answers.amount(first.value, metric, at.run)}"
    if question.direction is not None and question.compare is not None:
        then = before[label].value if label in before else None
        headline += f", {answers.change_words(first.value, then, metric, question.compare)}"
    if total:
        headline += f", {(first.value or 0.0) / total * 100:.1f} %"
    return headline


def _cells(
    row: Row, question: Question, of: tuple[Metric, float], before: Measured | None, at: Measuring
) -> tuple[str, ...]:
    """One line of a table: label, value, and share or change."""
    (label, measured), (metric, total) = row, of
    cells = [label + (SMALL if is_small(metric, measured) else "")]
    cells.append(answers.amount(measured.value, metric, at.run, unit=False))
    if total:
        cells.append(f"{(measured.value or 0.0) / total * 100:.1f} %")
    if question.compare is not None:
        cells.append(_change(measured.value, before, metric))
    return tuple(cells)


def _change(now: float | None, before: Measured | None, metric: Metric) -> str:
    then = None if before is None else before.value
    if now is None or then is None:
        return "–"
    if metric.unit == "share":
        return f"{(now - then) * 100:+.1f} pts"
    return f"{(now / then - 1) * 100:+.1f} %" if then else "new"


def _bars(
    question: Question, rows: Sequence[Row], before: Mapping[str, Measured], total: float, at: Measuring
) -> Chart:
    """The rows as bars: shares of the whole where that was asked, and what was before behind what is now."""
    metric = METRIC_BY_NAME[question.metric]
    names = at.results.title_names() if question.by == "title" else {}
    shown = [(names.get(label, label), (each.value or 0.0) / (total or 1.0)) for label, each in rows]
    shown = shown[: answers.MOST_ROWS]
    series = [Series(name=metric.label, values=tuple(value for _, value in shown))]
    if question.compare is not None and before and not total:
        then = [before[label].value if label in before else None for label, _ in rows[: answers.MOST_ROWS]]
        series[0] = replace(series[0], name=answers.span_words(at.span(question)))
        name = answers.span_words(question.compare)
        series.insert(0, Series(name=name, values=tuple(value or 0.0 for value in then)))
    title = findings.of_groups(metric, at.run, shown, lowest=question.order == "least", shares=bool(total))
    if question.direction is not None:
        title = findings.of_change(metric, shown[0], series[0].values[0])
    return Chart(
        kind="bar",
        title=title,
        labels=tuple(label for label, _ in shown),
        series=tuple(series),
        unit=f"share of {metric.label.casefold()}" if total else unit_of(metric, at.run),
        percent=bool(total) or metric.unit == "share",
        note=drawn_note(at.run),
    )
