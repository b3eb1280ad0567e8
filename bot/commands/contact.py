"""What staff did about a customer, as one tap."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.commands.alerting import outcome_from, show_outcome
from bot.commands.command import Answer
from bot.commands.customers import card_of
from bot.commands.reading import customer_from
from bot.messages import mistakes
from bot.messages.alerts import noted
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.records import Customer
from store.state.records import ContactOutcome

SNOOZE_DAYS = 7
MOST_SNOOZE_DAYS = 90


def noting(outcome: ContactOutcome) -> Answer:
    """The command that notes this outcome, and shows the card with it."""

    def note(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
        return _noted(words, outcome, asker, queries)

    return note


def resolve(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /resolve <outcome> <user>, the buttons of an alert: everybody sees it in the alert he got."""
    outcome = outcome_from(words[0] if words else "")
    customer = customer_from(words[1:], "resolve", asker, queries)
    until = queries.now() + timedelta(days=SNOOZE_DAYS) if outcome == "snoozed" else None
    changed = _note(customer, outcome, asker, queries, until)
    # Where no alert stands in this chat that could show it, the card does.
    return noted(outcome, customer) if asker.chat_id in changed else card_of(customer, queries)


def snooze(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /snooze <user> [days]: no alerts about him for a while."""
    span = SNOOZE_DAYS
    if len(words) > 1 and words[-1].isascii() and words[-1].isdecimal():
        span, words = int(words[-1][:6]), words[:-1]
        if not 1 <= span <= MOST_SNOOZE_DAYS:
            raise mistakes.bad_days(str(span), MOST_SNOOZE_DAYS)
    return _noted(words, "snoozed", asker, queries, until=lambda now: now + timedelta(days=span))


def _noted(
    words: Sequence[str],
    outcome: ContactOutcome,
    asker: Asker,
    queries: Queries,
    *,
    until: Callable[[datetime], datetime | None] = lambda _: None,
) -> Reply:
    customer = customer_from(words, "snooze" if outcome == "snoozed" else outcome, asker, queries)
    _note(customer, outcome, asker, queries, until(queries.now()))
    return card_of(customer, queries)


def _note(
    customer: Customer, outcome: ContactOutcome, asker: Asker, queries: Queries, until: datetime | None
) -> frozenset[int]:
    """Keep what was done, and have the alerts show it; returns the chats in which one does."""
    state, now = queries.state, queries.now()
    with state.transaction():
        state.add_contact(customer.customer_id, outcome, asker.user_id, now, until)
        for alert in state.alerts("open", customer.customer_id):
            state.resolve_alert(alert.id, outcome, asker.user_id, now)
        return show_outcome(customer.customer_id, outcome, asker, queries)
