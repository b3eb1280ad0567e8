"""Why something moved, what changed, and who moved between segments."""

from collections import Counter
from contextlib import closing

from bot.messages import answers
from bot.messages.wording import count, percent, safe
from bot.phrases.measuring import Measuring, buttons_of
from bot.question import Question
from bot.replies import Chart, Reply, Series
from store.results.asked import Span
from store.results.facts import ALL
from store.results.metrics import METRIC_BY_NAME

_CHANGES = ("active_customers", "new_customers", "watches", "hours_watched", "ratings", "orders", "revenue")
MOST_DRIVERS = 4


def changes(question: Question, at: Measuring) -> Reply:
    """What is different from the period before."""
    assert question.period is not None
    assert question.compare is not None
    lines = []
    for name in _CHANGES:
        metric = METRIC_BY_NAME[name]
        now = at.results.measure(metric, (), question.period)[ALL].value
        before = at.results.measure(metric, (), question.compare)[ALL].value
        if now or before:
            change = answers.change_words(now, before, metric, question.compare).partition(" than in ")[0]
            lines.append((metric.label, answers.amount(now, metric, at.run, unit=False), change))
    headline = f"{answers.span_words(question.period)} against {answers.span_words(question.compare)}"
    shown = [answers.table(lines)] if lines else ["Nothing happened."]
    return Reply(text=answers.whole_answer(headline, at.reading(question), shown, at.notes, at.run))


def moves(question: Question, at: Measuring) -> Reply:
    """Who moved between segments in the last 30 days."""
    names = {segment.number: segment.name for segment in at.results.segments()}
    meant = {value for each in question.filters for value in getattr(each, "values", ())}
    incoming = question.order == "most"
    found = [
        move
        for move in at.results.segment_moves()
        if not meant or names[move.to_segment if incoming else move.from_segment] in meant
    ]
    total = sum(move.customers for move in found)
    lines = [
        f"{safe(names[move.from_segment])} → {safe(names[move.to_segment])}: {move.customers:,}"
        f" ({percent(move.share)})"
        for move in found[: answers.MOST_ROWS]
    ]
    notes = (*at.notes, "Over the last 30 days of data; in brackets the share of the segment they left.")
    headline = f"{count(total, 'customer')} moved"
    return Reply(text=answers.whole_answer(headline, at.reading(question), lines, notes, at.run))


def why(question: Question, at: Measuring) -> Reply:
    """What moved a number: by segment, and for risk the reasons."""
    if question.period is None:
        return _why_risk(question, at)
    metric = METRIC_BY_NAME[question.metric]
    assert question.compare is not None
    now, before = at.value(question, metric, question.period), at.value(question, metric, question.compare)
    change = answers.change_words(now.value, before.value, metric, question.compare)
    lines, drivers = [], []
    for by in ("segment", "plan", "country"):
        after = at.results.measure(metric, question.filters, question.period, by)
        earlier = at.results.measure(metric, question.filters, question.compare, by)
        for label, each in after.items():
            then = earlier[label].value if label in earlier else 0.0
            drivers.append(((each.value or 0.0) - (then or 0.0), f"{at.dimensions[by]} {label}"))
    falling = (now.value or 0.0) < (before.value or 0.0)
    drivers.sort(key=lambda pair: pair[0] if falling else -pair[0])
    largest = [pair for pair in drivers if (pair[0] < 0) == falling and pair[0]][:MOST_DRIVERS]
    lines = [
        f"{safe(label)}: {'+' if size > 0 else '−'}{answers.amount(abs(size), metric, at.run)}"
        for size, label in largest
    ]
    headline = f"{answers.amount(now.value, metric, at.run)}, {change}"
    notes = (*at.notes, "What moved most; the data does not show why people did it.")
    chart = (
        (
            Chart(
                kind="bar",
                title=f"{metric.label}: what moved most",
                labels=tuple(label for _, label in largest),
                series=(Series(name="change", values=tuple(size for size, _ in largest)),),
                unit=metric.label.casefold(),
                percent=metric.unit == "share",
                note=f"Data up to {answers.span_words(Span(at.run.watermark, at.run.watermark))}",
            ),
        )
        if largest
        else ()
    )
    text = answers.whole_answer(headline, at.reading(question), lines, notes, at.run)
    return Reply(text=text, charts=chart, buttons=buttons_of(question, at))


def _why_risk(question: Question, at: Measuring) -> Reply:
    """Against the run before, by segment; and what speaks for leaving among those at risk."""
    metric = METRIC_BY_NAME["churn_risk" if question.metric == "churn_risk" else question.metric]
    span = at.vocabulary.data
    now = at.results.measure(metric, question.filters, span)[ALL].value
    headline = answers.amount(now, metric, at.run)
    lines = []
    previous = at.results.previous()
    if previous is not None:
        with closing(previous):
            before = previous.measure(metric, question.filters, span)
            by_segment = previous.measure(metric, question.filters, span, "segment")
            then = Span(previous.run().watermark, previous.run().watermark)
        headline += f", {answers.change_words(now, before[ALL].value, metric, then)}"
        for label, each in at.results.measure(metric, question.filters, span, "segment").items():
            earlier = by_segment.get(label)
            if earlier is not None:
                lines.append(
                    f"{safe(label)}: {answers.change_words(each.value, earlier.value, metric, then)}"
                )
    else:
        lines.append("There is no run before to compare with.")
    families: Counter[str] = Counter()
    for customer in at.results.at_risk(200):
        families.update(reason.family for reason in customer.reasons if reason.points > 0)
    if families:
        told = ", ".join(f"{family} ({number})" for family, number in families.most_common(MOST_DRIVERS))
        lines.append(f"What speaks most often for leaving, among those at risk: {safe(told, 200)}")
    return Reply(text=answers.whole_answer(headline, at.reading(question), lines, at.notes, at.run))
