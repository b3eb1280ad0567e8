"""Why risk moved: by segment and customer against a stored run, and what speaks for leaving."""

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from heapq import nlargest
from itertools import compress
from math import isnan

from bot.messages import answers
from bot.messages.wording import count, percent, safe
from bot.phrases.measuring import Measuring, drawn_note, unit_of
from bot.question import Question
from bot.replies import Button, Chart, Reply, Series
from store.results import Results
from store.results.asked import Condition, Measured, Span, Table
from store.results.facts import ALL
from store.results.metric import Metric
from store.results.metrics import METRIC_BY_NAME

MOST_REASONS = 5
MOST_READ = 200
"""Customers at risk whose reasons are read, those of the highest risk first."""

MUCH = 0.05
"""A change of risk that is worth telling."""


def why_risk(question: Question, at: Measuring) -> Reply:
    """By segment and by customer against a stored run; and what speaks for leaving among those at risk."""
    metric = METRIC_BY_NAME[question.metric]
    now = _standing(at.results, metric, question.filters, at.vocabulary.data)
    before = _before(question, metric, at)
    headline = answers.amount(now.whole.value, metric, at.run)
    lines, notes = [], at.notes
    if before is None:
        question = replace(question, compare=None)
        lines.append("There is no run before to compare with.")
    else:
        then = Span(before.day, before.day)
        change = answers.change_words(now.whole.value, before.whole.value, metric, then)
        wrong = contradiction(question, now.whole.value, before.whole.value)
        headline = f"{wrong}{headline}, {change}"
        if question.compare is not None and question.compare != then:
            asked = answers.span_words(question.compare)
            notes = (*notes, f"No run of {asked} is kept; this is the nearest.")
        question = replace(question, compare=then)
        lines += [*_customers(now, before), *_segments(now, before, metric, at)]
    lines += _reasons(now, before)
    if len(now.risks) < answers.LEAST_PEOPLE:
        notes = (*notes, f"Fewer than {answers.LEAST_PEOPLE} customers: do not rely on it.")
    chart = _risk_chart(now, before, metric, at) or _reason_chart(now, at)
    text = answers.whole_answer(headline, at.reading(question), lines, notes, at.run)
    buttons = ((Button("Whom to call", "/atrisk"), Button("What changed", "what changed")),)
    return Reply(text=text, charts=(chart,) if chart else (), buttons=buttons)


def contradiction(question: Question, now: float | None, before: float | None) -> str:
    """Asked why it rose where it fell, nobody shall read the answer as a reason for a rise."""
    if question.direction is None or now is None or before is None or now == before:
        return ""
    rose = now > before
    return "" if rose == (question.direction == "up") else f"It {'rose' if rose else 'fell'}: "


@dataclass(frozen=True, slots=True)
class _Standing:
    """How risk stands in one run.

    Attributes:
        risks: Of everybody meant who has one, by id.
        reasons: What speaks for leaving, and for how many of those at risk.
        read: How many of those at risk had their reasons read.
    """

    day: date
    whole: Measured
    by_segment: Table
    risks: Mapping[str, float]
    reasons: Counter[str]
    read: int


def _standing(results: Results, metric: Metric, filters: tuple[Condition, ...], span: Span) -> _Standing:
    ids, risks = results.customer_ids(), results.quantity("churn_probability")
    members = results.members_of(METRIC_BY_NAME["customers"], filters, span)
    at_risk = results.members_of(METRIC_BY_NAME["at_risk_customers"], filters, span)
    first = nlargest(MOST_READ, compress(zip(risks, ids, strict=True), at_risk))
    reasons: Counter[str] = Counter()
    for _, one in first:
        customer = results.customer(one)
        if customer is not None:
            reasons.update({reason.family for reason in customer.reasons if reason.points > 0})
    return _Standing(
        day=results.run().watermark,
        whole=results.measure(metric, filters, span)[ALL],
        by_segment=results.measure(metric, filters, span, "segment"),
        risks={one: risk for one, risk in compress(zip(ids, risks, strict=True), members) if not isnan(risk)},
        reasons=reasons,
        read=len(first),
    )


def _before(question: Question, metric: Metric, at: Measuring) -> _Standing | None:
    """How it stood in the run before, or in the one that is nearest to the day asked about."""
    previous = at.results.previous(question.compare.last if question.compare else None)
    if previous is None:
        return None
    with closing(previous):
        span = previous.facts_until()
        return None if span is None else _standing(previous, metric, question.filters, span)


def _customers(now: _Standing, before: _Standing) -> list[str]:
    """Whose risk moved, and who came and went."""
    both = [(risk, before.risks[one]) for one, risk in now.risks.items() if one in before.risks]
    up = sum(after - then >= MUCH for after, then in both)
    down = sum(then - after >= MUCH for after, then in both)
    lines = []
    if both:
        points = f"{MUCH * 100:.0f} points"
        lines.append(
            f"Of {count(len(both), 'customer')} with a risk in both runs, it rose by {points} or more"
            f" for {up:,} and fell as much for {down:,}."
        )
    for words, ours, others in (
        ("are new to it", now.risks, before.risks),
        ("have lapsed since and count no more", before.risks, now.risks),
    ):
        risks = [risk for one, risk in ours.items() if one not in others]
        if risks:
            mean = percent(sum(risks) / len(risks))
            lines.append(f"{count(len(risks), 'customer')} {words}, with {mean} on average.")
    return lines


def _segments(now: _Standing, before: _Standing, metric: Metric, at: Measuring) -> list[str]:
    rows = []
    for label, each in now.by_segment.items():
        then = before.by_segment.get(label)
        if then is not None and each.value is not None and then.value is not None:
            cells = [answers.amount(one.value, metric, at.run, unit=False) for one in (then, each)]
            rows.append((label, " → ".join(cells)))
    return [answers.table(rows)] if rows else []


def _reasons(now: _Standing, before: _Standing | None) -> list[str]:
    if not now.reasons:
        return []
    told = now.reasons.most_common(MOST_REASONS)
    if before is None or not before.read:
        named = ", ".join(f"{family} ({number})" for family, number in told)
        return [f"What speaks for leaving, of {now.read:,} at risk: {safe(named, 200)}"]
    rows = [(family, f"{before.reasons[family]} → {number}") for family, number in told]
    return [
        f"What speaks for leaving, of those at risk ({before.read:,} then, {now.read:,} now):",
        answers.table(rows),
    ]


def _risk_chart(now: _Standing, before: _Standing | None, metric: Metric, at: Measuring) -> Chart | None:
    """Each segment in both runs."""
    if before is None:
        return None
    rows = [
        (label, before.by_segment[label].value, each.value)
        for label, each in now.by_segment.items()
        if label in before.by_segment
    ]
    known = [(label, then, value) for label, then, value in rows if then is not None and value is not None]
    if not known:
        return None
    label, then, value = max(known, key=lambda row: abs(row[2] - row[1]))
    moved = f"{'rose' if value > then else 'fell'} most: {label}" if value != then else "stays as it was"
    days = [answers.span_words(Span(day, day)) for day in (before.day, now.day)]
    return Chart(
        kind="bar",
        title=f"{metric.label} {moved}",
        labels=tuple(row[0] for row in known),
        series=(
            Series(name=days[0], values=tuple(row[1] for row in known)),
            Series(name=days[1], values=tuple(row[2] for row in known)),
        ),
        unit=metric.label.casefold() if metric.unit == "share" else unit_of(metric, at.run),
        percent=metric.unit == "share",
        note=drawn_note(at.run),
    )


def _reason_chart(now: _Standing, at: Measuring) -> Chart | None:
    if not now.reasons:
        return None
    told = now.reasons.most_common(MOST_REASONS)
    return Chart(
        kind="bar",
        title=f"What speaks most often for leaving: {told[0][0]}",
        labels=tuple(family for family, _ in told),
        series=(Series(name="customers", values=tuple(float(number) for _, number in told)),),
        unit="customers at risk for whom it speaks",
        note=drawn_note(at.run),
    )
