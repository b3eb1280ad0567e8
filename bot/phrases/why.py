"""Why a number moved from one period to another: which groups of customers and titles moved it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.messages import answers
from bot.messages.wording import safe
from bot.phrases.measuring import Measuring, buttons_of, drawn_note, unit_of
from bot.phrases.naming import has_titles
from bot.phrases.why_risk import contradiction, why_risk
from bot.question import Question
from bot.replies import Chart, Reply, Series
from store.results.asked import Choice, Measured
from store.results.dimensions import TITLE_DIMENSIONS
from store.results.facts import ALL
from store.results.metric import Metric
from store.results.metrics import METRIC_BY_NAME

MOST_DRIVERS = 5
MOST_OF_ONE = 2
"""Of one dimension, so that one does not hide the others."""


def why(question: Question, at: Measuring) -> Reply:
    """What moved a number: by groups of customers and titles, or by the stored runs."""
    if question.period is None or question.compare is None or not METRIC_BY_NAME[question.metric].is_timed:
        return why_risk(question, at)
    metric = METRIC_BY_NAME[question.metric]
    now, before = at.value(question, metric, question.period), at.value(question, metric, question.compare)
    change = answers.change_words(now.value, before.value, metric, question.compare)
    headline = f"{contradiction(question, now.value, before.value)}{_amount(now, metric, at)}, {change}"
    falling = (now.value or 0.0) < (before.value or 0.0)
    drivers = _largest(question, metric, at, falling=falling)
    lines = [*_by_people(question, metric, at), *(f"{safe(each.name)}: {each.words}" for each in drivers)]
    notes = (*at.notes, "What moved most; the data does not show why people did it.")
    text = answers.whole_answer(headline, at.reading(question), lines, notes, at.run)
    verb = "fell" if falling else "rose"
    drawn = sorted(drivers, key=lambda each: -abs(each.size))
    points = 100 if metric.unit == "share" else 1
    title = f"{metric.label} {verb} most for {drawn[0].name}" if drivers else ""
    chart = Chart(
        kind="bar",
        title=title,
        labels=tuple(each.name for each in drawn),
        series=(Series(name="change", values=tuple(each.size * points for each in drawn)),),
        unit=f"change in {unit_of(metric, at.run)}" if points == 1 else f"{metric.label.casefold()}, points",
        signed=True,
        note=drawn_note(at.run),
    )
    return Reply(text=text, charts=(chart,) if drivers else (), buttons=buttons_of(question, at))


def _amount(measured: Measured, metric: Metric, at: Measuring) -> str:
    return answers.amount(measured.value, metric, at.run)


@dataclass(frozen=True, slots=True)
class _Driver:
    """A group that moved a number.

    Attributes:
        size: By how much the group's number moved.
        weight: By how much it moved the whole.
    """

    name: str
    size: float
    weight: float
    words: str


def _largest(question: Question, metric: Metric, at: Measuring, *, falling: bool) -> list[_Driver]:
    """The groups that moved the number most in the direction in which it went."""
    fixed = {
        each.dimension for each in question.filters if isinstance(each, Choice) and len(each.values) == 1
    }
    dimensions = ["segment", "plan", "country", *(["genre"] if "title" in metric.dimensions else [])]
    found: list[_Driver] = []
    for by in dimensions:
        # Of one value alone there is nothing to split.
        if by not in fixed:
            along = [each for each in _drivers(question, metric, at, by) if (each.weight < 0) == falling]
            found += sorted(along, key=lambda each: -abs(each.weight))[:MOST_OF_ONE]
    return sorted(found, key=lambda each: (-abs(each.weight), each.name))[:MOST_DRIVERS]


def _drivers(question: Question, metric: Metric, at: Measuring, by: str) -> Iterator[_Driver]:
    assert question.period is not None
    assert question.compare is not None
    after = at.results.measure(metric, question.filters, question.period, by)
    earlier = at.results.measure(metric, question.filters, question.compare, by)
    people: Mapping[str, int] = {}
    if metric.is_ratio:
        people = at.results.people(metric, question.filters, question.period, by)
    whole = sum(each.denominator or 0.0 for each in after.values())
    for label, now in after.items():
        then = earlier.get(label, Measured(0.0))
        if now.value is None or then.value is None or now.value == then.value:
            continue
        size = now.value - then.value
        if not metric.is_ratio:
            yield _Driver(f"{at.dimensions[by]} {label}", size, size, _plus(size, metric, at))
        elif people.get(label, 0) >= answers.LEAST_PEOPLE:
            weight = size * (now.denominator or 0.0) / whole if whole else 0.0
            told = f"{_amount(then, metric, at)} → {_amount(now, metric, at)}"
            yield _Driver(f"{at.dimensions[by]} {label}", size, weight, told)


def _plus(size: float, metric: Metric, at: Measuring) -> str:
    return f"{'+' if size > 0 else '−'}{answers.amount(abs(size), metric, at.run)}"


def _by_people(question: Question, metric: Metric, at: Measuring) -> list[str]:
    """Whether there were more people, or each did more."""
    assert question.period is not None
    assert question.compare is not None
    if metric.is_ratio or metric.unit == "customers" or question.by in TITLE_DIMENSIONS:
        return []
    who = METRIC_BY_NAME["viewers" if has_titles(question.filters) else "active_customers"]
    spans = (question.period, question.compare)
    people = [at.results.measure(who, question.filters, span)[ALL].value or 0.0 for span in spans]
    totals = [at.results.measure(metric, question.filters, span)[ALL].value or 0.0 for span in spans]
    if not all(people) or not all(totals):
        return []
    each = [total / number for total, number in zip(totals, people, strict=True)]
    return [
        (
            f"{who.label}: {answers.brief_change(people[0], people[1])}; "
            f"{metric.label.casefold()} of each: {answers.brief_change(each[0], each[1])}"
        )
    ]
