"""Lists of customers as a file."""

from collections.abc import Sequence

from bot.commands.reading import nothing_more
from bot.languages import tell
from bot.messages import exports, mistakes
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.records import Customer

MOST_EXPORTED = 1000
"""Read while others wait for their answers: a tenth of a second."""


def export(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /export atrisk, /export newcomers and /export segment <number>: a CSV file."""
    wanted = words[0].casefold().replace("-", "") if words else ""
    if wanted == "atrisk":
        nothing_more(words[1:], "/export atrisk")
        return _at_risk(asker, queries)
    if wanted == "newcomers":
        nothing_more(words[1:], "/export newcomers")
        return _newcomers(asker, queries)
    if wanted == "segment":
        nothing_more(words[2:], " ".join(("/export segment", *words[1:2])))
        return _segment(" ".join(words[1:]), asker, queries)
    raise exports.which_list(" ".join(words))


def _at_risk(asker: Asker, queries: Queries) -> Reply:
    results = queries.results
    customers = results.at_risk(MOST_EXPORTED)
    _note(customers, asker, queries)
    return exports.exported(tell("At risk"), customers, results.run(), total=results.count_at_risk())


def _newcomers(asker: Asker, queries: Queries) -> Reply:
    results = queries.results
    customers = results.newcomers_at_risk(MOST_EXPORTED)
    _note(customers, asker, queries)
    return exports.exported(
        tell("Newcomers"), customers, results.run(), total=results.count_newcomers_at_risk()
    )


def _segment(number: str, asker: Asker, queries: Queries) -> Reply:
    results = queries.results
    known = {str(each.number): each for each in results.segments()}
    segment = known.get(number)
    if segment is None:
        raise mistakes.no_such_segment(number, tuple(known.values()), "/export segment")
    customers = results.segment_members(segment.number, MOST_EXPORTED, 0)
    _note(customers, asker, queries)
    return exports.exported(
        tell("Segment {name}", name=segment.name), customers, results.run(), total=segment.customers
    )


def _note(customers: Sequence[Customer], asker: Asker, queries: Queries) -> None:
    """Who left the house in a file was looked at."""
    now = queries.now()
    with queries.state.transaction():
        for customer in customers:
            queries.state.write_audit(asker.user_id, "export", customer.customer_id, now)
