"""With which titles people like a customer at risk came back."""

from collections.abc import Sequence

from bot.commands.reading import customer_from
from bot.commands.titles import needs_titles
from bot.messages import comebacks
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.records import Customer

TITLES_SHOWN = 5
EVERYBODY = ""


def bring_back(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /bringback <user>: the titles, and a text to forward."""
    customer = customer_from(words, "bringback", asker, queries)
    needs_titles(queries)
    return comebacks.bring_back(customer, titles_that_bring_back(customer, queries), queries.results.run())


def is_leaving(customer: Customer) -> bool:
    """Whether he is at risk or has left."""
    return customer.status == "lapsed" or (customer.status == "active" and customer.band == "high")


def titles_that_bring_back(customer: Customer, queries: Queries) -> tuple[comebacks.Returned, ...]:
    """Titles with which people of his favourite genre came back, then anybody; nothing he has settled.

    Returns:
        By whom, only groups with titles; none where there are too few cases.
    """
    # Not his whole taste: /churn, the busiest command, asks whether there is anything to offer.
    history = queries.results.history(customer.customer_id)
    verdicts = queries.state.feedback(customer.customer_id)
    shown = set(history.title_ids.union(each.title_id for each in verdicts))
    groups, room = [], TITLES_SHOWN
    for genre in (*(name for name, _ in history.genres[:1]), EVERYBODY):
        found = [
            each
            for each in queries.results.comebacks(genre)
            if each.title.available and each.title.title_id not in shown
        ][:room]
        if found:
            groups.append(comebacks.Returned(genre=genre, titles=tuple(found)))
            shown |= {each.title.title_id for each in found}
            room -= len(found)
    return tuple(groups)
