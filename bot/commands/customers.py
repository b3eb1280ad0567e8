"""One customer, and the lists of them."""

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.reading import count_and_page, customer_from
from bot.commands.returning import is_leaving, titles_that_bring_back
from bot.commands.taste import listed_for
from bot.messages import cards, lists, mistakes, segments, trends
from bot.messages.wording import ago
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.records import Customer

MOST_LISTED = 20
TITLES_ON_CARD = 3


def facts_about(customer: Customer, queries: Queries) -> cards.Facts:
    """What is known of a customer, without what he might like."""
    return cards.Facts(
        customer=customer,
        run=queries.results.run(),
        bands=queries.results.bands(),
        contact=_last_contact(customer, queries),
    )


def card_of(customer: Customer, queries: Queries) -> Reply:
    """The card of a customer, with what he might like."""
    titles = listed_for(customer, queries)[:TITLES_ON_CARD]
    return cards.card(replace(facts_about(customer, queries), titles=titles))


def _last_contact(customer: Customer, queries: Queries) -> str | None:
    contacts = queries.state.contacts(customer.customer_id)
    if not contacts:
        return None
    last = contacts[0]
    who = queries.state.member(last.by)
    return cards.contact_line(
        last.outcome,
        ago((queries.now() - last.at).total_seconds()),
        (who.name if who else None) or ("the terminal" if last.by == 0 else str(last.by)),
        last.until if last.until and last.until > queries.now() else None,
    )


def user(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /user <id, mail or name>: the card."""
    return card_of(customer_from(words, "user", asker, queries), queries)


def churn(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /churn <user>: how likely he is to leave."""
    customer = customer_from(words, "churn", asker, queries)
    offered = is_leaving(customer) and bool(titles_that_bring_back(customer, queries))
    return cards.churn(replace(facts_about(customer, queries), bring_back=offered))


def why(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /why <user>: where the risk comes from."""
    customer = customer_from(words, "why", asker, queries)
    return cards.why(facts_about(customer, queries))


def trend(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /trend <user>: his scores as a chart."""
    customer = customer_from(words, "trend", asker, queries)
    return trends.trend(facts_about(customer, queries))


def at_risk(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /atrisk [count] [page]: whom to call first."""
    size, number = count_and_page(
        words, default=10, most=MOST_LISTED, example="/atrisk 10", things="customers"
    )
    results = queries.results
    page = lists.Page(asked="/atrisk", size=size, number=number, total=results.count_at_risk())
    shown = results.at_risk(size, page.start)
    _note_listed(shown, "atrisk", asker, queries)
    risk = lists.RiskList(
        run=results.run(),
        bands=results.bands(),
        snoozed=queries.state.snoozed(queries.now()),
        newcomers=results.count_newcomers_at_risk(),
    )
    return lists.at_risk(shown, risk, page)


def newcomers(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /newcomers [count] [page]: who may not come back after his first days, newest first."""
    size, number = count_and_page(
        words, default=10, most=MOST_LISTED, example="/newcomers 10", things="customers"
    )
    results = queries.results
    total = results.count_newcomers_at_risk()
    page = lists.Page(asked="/newcomers", size=size, number=number, total=total)
    shown = results.newcomers_at_risk(size, page.start)
    _note_listed(shown, "newcomers", asker, queries)
    risk = lists.RiskList(run=results.run(), snoozed=queries.state.snoozed(queries.now()), newcomers=total)
    return lists.newcomers(shown, risk, page)


def members(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /members <segment> [count] [page]: who is in a segment."""
    known = {str(each.number): each for each in queries.results.segments()}
    if not words or words[0] not in known:
        raise mistakes.no_such_segment(" ".join(words), tuple(known.values()), "/members")
    segment = known[words[0]]
    example = f"/members {segment.number} 10"
    size, number = count_and_page(
        words[1:], default=10, most=MOST_LISTED, example=example, things="customers"
    )
    page = lists.Page(asked=f"/members {segment.number}", size=size, number=number, total=segment.customers)
    shown = queries.results.segment_members(segment.number, size, page.start)
    _note_listed(shown, "members", asker, queries)
    return lists.members(shown, segment, queries.results.run(), page)


def _note_listed(shown: Sequence[Customer], command: str, asker: Asker, queries: Queries) -> None:
    """Who stood in a list was looked at too; one look, one moment."""
    now = queries.now()
    with queries.state.transaction():
        for customer in shown:
            queries.state.write_audit(asker.user_id, command, customer.customer_id, now)


def segment(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /segment [user]: all segments, or the one he is in."""
    results = queries.results
    run = results.run()
    if not words:
        return segments.overview(
            results.segments(), results.segment_moves(), run, results.picture("segment_map")
        )
    customer = customer_from(words, "segment", asker, queries)
    his = next((each for each in results.segments() if each.number == customer.segment), None)
    return segments.of_customer(customer, his, run)
