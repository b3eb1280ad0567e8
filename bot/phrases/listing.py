"""Lists of customers."""

from collections.abc import Sequence
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


def listed(question: Question, at: Measuring) -> tuple[list[int], Sequence[float]]:
    """The places of all who are meant, in order, and the number of every customer."""
    metric = METRIC_BY_NAME[question.metric]
    members = at.results.members_of(metric, question.filters, at.span(question))
    name = _listed_by(question)
    values = (
        at.results.quantity_in(name, at.span(question), question.filters)
        if name in IN_PERIOD
        else at.results.quantity(name)
    )
    places = list(compress(range(len(members)), members))
    known = [place for place in places if not isnan(values[place])]
    # Stable: of equal numbers the lower id comes first.
    known.sort(key=values.__getitem__, reverse=question.order != "least")
    if len(known) < len(places):
        known += [place for place in places if isnan(values[place])]
    return known[: question.limit], values


def _listed_by(question: Question) -> str:
    """The number by which customers are put in order: the one asked for or limited, else what is at stake."""
    limited = (each.quantity for each in question.filters if isinstance(each, Bound))
    return question.by or next(limited, "churn_probability * value")


def people(question: Question, at: Measuring) -> tuple[Reply, tuple[str, ...]]:
    """A list of customers, with a file where it is long; and whose names were shown."""
    places, values = listed(question, at)
    ids = at.results.ids_at(places[:MOST_IN_FILE])
    words = [answers.quantity(_listed_by(question), values[place], at.run) for place in places[:MOST_IN_FILE]]
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
        count(total, "customer") if question.limit is None else f"{len(places)} of {count(total, 'customer')}"
    )
    lines = [answers.table([(name, word) for name, _, word in rows])] if rows else []
    if rows and question.by is None:
        lines.append(f"By {answers.QUANTITIES[_listed_by(question)]}, highest first.")
    if len(places) > len(shown):
        last = first + len(shown)
        told = f"{first + 1:,}–{last:,} of {len(places):,}" if shown else f"There are {len(places):,}"
        kept = "all of them" if len(places) == len(ids) else f"{len(ids):,} of them"
        lines.append(f"{told}; {kept} in the file." if question.page == 1 else f"{told}.")
    document = None
    if question.as_csv or (len(ids) > answers.MOST_ROWS and question.page == 1):
        content = answers.csv_of(("customer_id", "value"), list(zip(ids, words, strict=True)))
        document = Document(filename="customers.csv", content=content, caption=f"{len(ids):,} customers")
    text = answers.whole_answer(headline, at.reading(question), lines, at.notes, at.run)
    pairs = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    pages = _pages(question, min(len(places), MOST_IN_FILE), at)
    reply = Reply(
        text=text,
        document=document,
        buttons=(*pairs, *pages, *buttons_of(question, at)),
        edit=question.page > 1,
    )
    return reply, tuple(ids if document else shown)


def _pages(question: Question, total: int, at: Measuring) -> tuple[tuple[Button, ...], ...]:
    """The page before and the one behind, where there are any."""
    row = []
    if question.page > 1:
        row.append(Button("‹ Back", canonical(replace(question, page=question.page - 1), at.dimensions)))
    if question.page * SHOWN < total:
        row.append(Button("More ›", canonical(replace(question, page=question.page + 1), at.dimensions)))
    return (tuple(row),) if row else ()
