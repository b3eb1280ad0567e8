"""Answers with yes or no first."""

from bot.messages import answers
from bot.phrases.measuring import Measuring, reply_with
from bot.question import Question
from bot.replies import Reply
from store.results.asked import Measured
from store.results.metrics import METRIC_BY_NAME


def yes_no(question: Question, at: Measuring) -> Reply:
    """Did it rise or fall; or is it more or less of one value than of another?"""
    metric = METRIC_BY_NAME[question.metric]
    if question.by is not None:
        return _of_two(question, at)
    assert question.compare is not None
    now, before = at.value(question, metric, at.span(question)), at.value(question, metric, question.compare)
    change = answers.change_words(now.value, before.value, metric, question.compare)
    if now.value is None or before.value is None:
        return reply_with(question, f"I cannot tell: {change}", [], at)
    headline = f"{_yes(now, before, question)}: {answers.amount(now.value, metric, at.run)}, {change}"
    return reply_with(question, headline, [f"Then: {answers.amount(before.value, metric, at.run)}"], at)


def _yes(first: Measured, second: Measured, question: Question) -> str:
    assert first.value is not None
    assert second.value is not None
    down = question.direction == "down"
    holds = first.value < second.value if down else first.value > second.value
    return "Yes" if holds else "No"


def _of_two(question: Question, at: Measuring) -> Reply:
    """“Do women watch more than men?”: the value named first against the other."""
    metric = METRIC_BY_NAME[question.metric]
    named = next(
        (
            getattr(each, "values", ())
            for each in question.filters
            if getattr(each, "dimension", "") == question.by
        ),
        (),
    )
    found = at.results.measure(metric, question.filters, at.span(question), question.by)
    pair = [found.get(label) for label in named[:2]]
    first, second = pair if len(pair) == 2 else (None, None)
    if first is None or second is None or first.value is None or second.value is None:
        return reply_with(question, "I cannot tell: one of them is not known", [], at)
    shown = [
        (label, answers.amount(each.value, metric, at.run))
        for label, each in zip(named, (first, second), strict=False)
    ]
    headline = f"{_yes(first, second, question)}: {'; '.join(' '.join(pair) for pair in shown)}"
    return reply_with(question, headline, [answers.table(shown)], at)
