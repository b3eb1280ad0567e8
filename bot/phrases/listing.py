"""Lists of customers."""

from dataclasses import replace
from itertools import compress
from math import isnan

from bot.messages import answers
from bot.messages.wording import clip, count, line, name_of
from bot.phrases.canonical import canonical
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
    name = _listed_by(question)
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


def _listed_by(question: Question) -> str:
    """The number by which customers are put in order: the one asked for or limited, else what is at stake."""
    limited = (each.quantity for each in question.filters if isinstance(each, Bound))
    return question.by or next(limited, "churn_probability * value")


def people(question: Question, at: Measuring) -> tuple[Reply, tuple[str, ...]]:
    """A list of customers, with a file where it is long; and whose names were shown."""
    ids, words = listed(question, at)
    metric = METRIC_BY_NAME[question.metric]
    total = at.value(question, metric, at.span(question)).value or 0
    first = (question.page - 1) * SHOWN
    shown = ids[first : first + SHOWN]
    rows, buttons = [], []
    for one, word in zip(shown, words[first:], strict=False):
        customer = at.results.customer(one)
        name = name_of(one, customer.name if customer else None)
        rows.append((name, one, word))
        buttons.append(Button(clip(name, 20), line("/user", one)))
    headline = (
        count(total, "customer") if question.limit is None else f"{len(ids)} of {count(total, 'customer')}"
    )
    lines = [answers.table([(name, word) for name, _, word in rows])] if rows else []
    if rows and question.by is None:
        lines.append(f"By {answers.QUANTITIES[_listed_by(question)]}, highest first.")
    if len(ids) > len(shown):
        last = first + len(shown)
        told = f"{first + 1:,}–{last:,} of {len(ids):,}" if shown else f"There are {len(ids):,}"
        lines.append(f"{told}; all of them in the file." if question.page == 1 else f"{told}.")
    document = None
    if question.as_csv or (len(ids) > answers.MOST_ROWS and question.page == 1):
        content = answers.csv_of(("customer_id", "value"), list(zip(ids[:MOST_IN_FILE], words, strict=False)))
        document = Document(
            filename="customers.csv", content=content, caption=f"{len(ids[:MOST_IN_FILE]):,} customers"
        )
    text = answers.whole_answer(headline, at.reading(question), lines, at.notes, at.run)
    pairs = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    pages = _pages(question, len(ids), at)
    reply = Reply(
        text=text,
        document=document,
        buttons=(*pairs, *pages, *buttons_of(question, at)),
        edit=question.page > 1,
    )
    return reply, tuple(ids[:MOST_IN_FILE] if document else shown)


def _pages(question: Question, total: int, at: Measuring) -> tuple[tuple[Button, ...], ...]:
    """The page before and the one behind, where there are any."""
    row = []
    if question.page > 1:
        row.append(Button("‹ Back", canonical(replace(question, page=question.page - 1), at.dimensions)))
    if question.page * SHOWN < total:
        row.append(Button("More ›", canonical(replace(question, page=question.page + 1), at.dimensions)))
    return (tuple(row),) if row else ()
