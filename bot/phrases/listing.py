"""Lists of customers."""

from itertools import compress
from math import isnan

from bot.messages import answers
from bot.messages.wording import clip, count, line, name_of
from bot.phrases.measuring import Measuring, buttons_of
from bot.phrases.naming import IN_PERIOD
from bot.question import Question
from bot.replies import Button, Document, Reply
from store.results.asked import Bound
from store.results.metrics import METRIC_BY_NAME

SHOWN, MOST_IN_FILE = 10, 5000


def listed(question: Question, at: Measuring) -> tuple[list[str], list[str]]:
    """The ids of all who are meant, in order, and the number of each in words."""
    metric = METRIC_BY_NAME[question.metric]
    members = at.results.members_of(metric, question.filters, at.span(question))
    name = question.by or next(
        (each.quantity for each in question.filters if isinstance(each, Bound)), "churn_probability * value"
    )
    values = (
        at.results.quantity_in(name, at.span(question)) if name in IN_PERIOD else at.results.quantity(name)
    )
    ids = at.results.customer_ids()
    found = list(compress(zip(values, ids, strict=True), members))
    known = [(value, one) for value, one in found if not isnan(value)]
    unknown = [(value, one) for value, one in found if isnan(value)]
    sign = 1 if question.order == "least" else -1
    ordered = sorted(known, key=lambda pair: (sign * pair[0], pair[1])) + sorted(
        unknown, key=lambda pair: pair[1]
    )
    if question.limit is not None:
        ordered = ordered[: question.limit]
    words = [answers.quantity(name, value, at.run) for value, _ in ordered]
    return [one for _, one in ordered], words


def people(question: Question, at: Measuring) -> tuple[Reply, tuple[str, ...]]:
    """A list of customers, with a file where it is long; and whose names were shown."""
    ids, words = listed(question, at)
    metric = METRIC_BY_NAME[question.metric]
    total = at.value(question, metric, at.span(question)).value or 0
    shown = ids[:SHOWN]
    rows, buttons = [], []
    for one, word in zip(shown, words, strict=False):
        customer = at.results.customer(one)
        name = name_of(one, customer.name if customer else None)
        rows.append((name, one, word))
        buttons.append(Button(clip(name, 20), line("/user", one)))
    headline = (
        count(total, "customer") if question.limit is None else f"{len(ids)} of {count(total, 'customer')}"
    )
    lines = [answers.table([(name, word) for name, _, word in rows])] if rows else []
    if len(ids) > len(shown):
        lines.append(f"{len(shown)} of {len(ids):,} shown; all of them in the file.")
    document = None
    if question.as_csv or len(ids) > answers.MOST_ROWS:
        content = answers.csv_of(("customer_id", "value"), list(zip(ids[:MOST_IN_FILE], words, strict=False)))
        document = Document(
            filename="customers.csv", content=content, caption=f"{len(ids[:MOST_IN_FILE]):,} customers"
        )
    text = answers.whole_answer(headline, at.reading(question), lines, at.notes, at.run)
    pairs = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    reply = Reply(text=text, document=document, buttons=(*pairs, *buttons_of(question, at)))
    return reply, tuple(ids[:MOST_IN_FILE] if document else shown)
