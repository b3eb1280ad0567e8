"""What came of an alert: shown in the alert itself, to everybody who got it."""

import json
from dataclasses import replace
from typing import get_args

from bot.access import language_for
from bot.languages import speaking, tell
from bot.messages import alerts as words_for
from bot.messages.members import AT_THE_TERMINAL
from bot.payloads import from_json, to_json
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.state.records import ContactOutcome, OutboxRow

ALERTS, EDIT = "alerts", "edit"
"""Kinds of rows in the outbox: what is pushed, and what takes the place of a message that was."""


def outcome_from(word: str) -> ContactOutcome:
    """The outcome that a word names.

    Raises:
        UserError: it names none.
    """
    for outcome in get_args(ContactOutcome):
        if word.casefold() == outcome:
            return outcome  # type: ignore[no-any-return]  # get_args forgets the literals
    raise words_for.which_outcome(word)


def show_outcome(customer_id: str, outcome: ContactOutcome, asker: Asker, queries: Queries) -> frozenset[int]:
    """Have every alert about a customer say what came of it.

    Those that arrived are changed where they stand; those that wait will arrive so.

    Returns:
        The chats whose message changes.
    """
    state, now = queries.state, queries.now()
    alerted = state.alerts(customer_id=customer_id)
    if not alerted:
        return frozenset()
    # What was alerted about before, he came back from; that message has had its answer.
    since = alerted[0].sent_at
    chats = set()
    for row in state.pushed(ALERTS):
        if (row.sent_at or row.due_at) < since or not _names(row, customer_id):
            continue
        with speaking(language_for(row.chat_id, state)):
            changed = _changed(row, customer_id, outcome, who_is(asker, queries))
        if changed is None or not state.amend(row.id, to_json(changed)):
            continue
        if row.state == "sent" and row.message_id is not None:
            payload = to_json(replace(changed, replaces=row.message_id, edit=True))
            state.enqueue(f"{EDIT}:{row.id}:{now.isoformat()}", EDIT, row.chat_id, payload, now)
            chats.add(row.chat_id)
    return frozenset(chats)


def _names(row: OutboxRow, customer_id: str) -> bool:
    """Looked for as text first: reading every message of a month takes longer than an answer may."""
    return json.dumps(customer_id, ensure_ascii=False)[1:-1] in row.payload


def _changed(row: OutboxRow, customer_id: str, outcome: ContactOutcome, who: str) -> Reply | None:
    """The message as it is to be; None where it stays as it is."""
    shown = from_json(row.payload)
    changed = words_for.resolved(shown, customer_id, outcome, who)
    return None if changed == shown else changed


def who_is(asker: Asker, queries: Queries) -> str:
    """What to call who asks, to his colleagues."""
    if asker.user_id == 0:
        return tell(AT_THE_TERMINAL)
    member = queries.state.member(asker.user_id)
    return (member.name if member else None) or asker.name or str(asker.user_id)
