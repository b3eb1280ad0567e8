"""What changed since the period before: what people did, the risk by the stored runs, who moved."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.messages import answers
from bot.messages.wording import safe
from bot.phrases.measuring import Measuring, drawn_note
from bot.phrases.moves import moved
from bot.question import Question
from bot.replies import Button, Chart, Reply, Series
from store.results.asked import Span, month_end
from store.results.facts import ALL
from store.results.metric import Metric
from store.results.metrics import METRIC_BY_NAME

_DONE = ("active_customers", "new_customers", "watches", "hours_watched", "ratings", "orders", "revenue")
_RISK = ("at_risk_customers", "churn_risk")
WEEK = timedelta(days=7)
MOST_MOVES = 2
LEAST = 20
"""Of fewer, half as many is soon said and means little."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A number now and then."""

    metric: Metric
    now: float
    before: float

    @property
    def ratio(self) -> float | None:
        """By what share it changed; None for a share, after nothing, and where refunds outweigh."""
        told = self.before > 0 and self.now >= 0 and self.metric.unit != "share"
        return self.now / self.before - 1 if told else None


def changes(question: Question, at: Measuring) -> Reply:
    """What is different from the period before: the largest change first."""
    assert question.period is not None
    then = period_before(question.period)
    found = [each for each in _done(question.period, then, at) if each.now or each.before]
    drawn = [(each, each.ratio) for each in found if each.ratio is not None]
    headline = "Nothing happened"
    telling = [pair for pair in drawn if max(pair[0].now, pair[0].before) >= LEAST] or drawn
    if telling:
        largest, ratio = max(telling, key=lambda pair: abs(pair[1]))
        headline = (
            f"{largest.metric.label} {'rose' if ratio > 0 else 'fell'} most: {_words(largest, then, at)[2]}"
        )
    rows = [_words(each, then, at) for each in found]
    lines = [f"Compared with {safe(answers.span_words(then))}", *([answers.table(rows)] if rows else [])]
    lines += _risk(then, at)
    # No risk is known in runs without a signal, and nobody moves where there are no segments.
    lines += [f"{move} in 30 days" for move in moved(at, MOST_MOVES)]
    chart = Chart(
        kind="bar",
        title=headline,
        labels=tuple(each.metric.label for each, _ in drawn),
        series=(Series(name="change", values=tuple(ratio for _, ratio in drawn)),),
        unit=f"change from {answers.span_words(then)}",
        percent=True,
        signed=True,
        note=drawn_note(at.run),
    )
    text = answers.whole_answer(
        headline, at.reading(replace(question, compare=then)), lines, at.notes, at.run
    )
    buttons = ((Button("Why is risk up?", "why churn risk"), Button("Who moved?", "moves between segments")),)
    return Reply(text=text, charts=(chart,) if drawn else (), buttons=buttons)


def period_before(period: Span) -> Span:
    """What days are fairly compared with: of a part of a week or month, the same days of the one before."""
    if period.first.day == 1 and not period.is_months and period.last <= month_end(period.first):
        last_month = period.first - timedelta(days=1)
        last = last_month.replace(day=min(period.last.day, last_month.day))
        return Span(last_month.replace(day=1), last)
    if period.days < WEEK.days:
        return Span(period.first - WEEK, period.last - WEEK, period.weekdays)
    return period.before()


def _done(period: Span, then: Span, at: Measuring) -> Iterator[_Change]:
    for name in _DONE:
        metric = METRIC_BY_NAME[name]
        yield _Change(
            metric, *(at.results.measure(metric, (), span)[ALL].value or 0.0 for span in (period, then))
        )


def _words(change: _Change, then: Span, at: Measuring) -> tuple[str, str, str]:
    """Label, number and change, without the period that it is compared with."""
    metric = change.metric
    said = answers.change_words(change.now, change.before, metric, then)
    for joint in (" than in ", " than on ", " as in ", " from "):
        said = said.partition(joint)[0]
    return metric.label, answers.amount(change.now, metric, at.run, unit=False), said


def _risk(then: Span, at: Measuring) -> list[str]:
    """The risk in the stored run that is nearest to the end of the period before."""
    previous = at.results.previous(then.last)
    if previous is None:
        return []
    with closing(previous):
        day = previous.run().watermark
        rows = []
        for name in _RISK:
            metric = METRIC_BY_NAME[name]
            now = at.results.measure(metric, (), at.vocabulary.data)[ALL].value
            before = previous.measure(metric, (), at.vocabulary.data)[ALL].value
            if now is not None and before is not None and (now or before):
                rows.append(_words(_Change(metric, now, before), Span(day, day), at))
    if not rows:
        return []
    return [f"Risk, compared with the run of {safe(answers.span_words(Span(day, day)))}", answers.table(rows)]
