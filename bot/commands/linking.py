"""How people get in: by a one-time link, ``t.me/<bot>?start=<secret>``; only its hash is kept."""

from collections.abc import Sequence
from dataclasses import replace

from bot.access import STAFF, TERMINAL, is_invited, may_try, token_hash
from bot.commands.command import words_of
from bot.languages import ENGLISH
from bot.messages import members as words_for
from bot.messages import people
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.errors import NoResults
from store.state.records import LinkToken, Member

MOST_SECRET = 64
ASKS_FOR_LINK = "link"
"""What Telegram brings from the button that strangers get in inline mode; no guess, and no invitation."""

YES, NO = "yes", "no"


def linked(line: str, asker: Asker, queries: Queries) -> Reply | None:
    """Let somebody in who brings a valid invitation; anybody else is told nothing.

    Returns:
        A welcome, or for a customer the question whether the account is his; None for whatever is not a
        valid invitation, used in private, by somebody who did not guess lately.
    """
    words = words_of(line)
    if not words or words[0].partition("@")[0] != "/start":
        return None
    return _brought(words[1:], asker, queries)


def known(words: Sequence[str], asker: Asker, queries: Queries) -> Reply | None:
    """The same for somebody who is in already: another account, or another role.

    Returns:
        None where the link is nothing to him; it is not used up then.
    """
    if asker.role == "owner":
        return None
    member = queries.state.member(asker.user_id)
    if member is None or not is_invited(member):  # his role stands in the configuration
        return None
    return _brought(words, asker, queries)


def _brought(words: Sequence[str], asker: Asker, queries: Queries) -> Reply | None:
    if len(words) not in {1, 2} or len(words[0]) > MOST_SECRET:
        return None
    if asker.user_id <= 0 or asker.chat_id != asker.user_id or words[0] == ASKS_FOR_LINK:
        return None
    state, now = queries.state, queries.now()
    if not may_try(state.link_failures(asker.user_id), now):
        return None
    token = state.link_token(token_hash(words[0]), now)
    if token is None:
        state.link_failed(asker.user_id, now)
        return None
    if asker.role in STAFF and token.role == "viewer":
        return None
    return _decided(token, words, asker, queries)


def _decided(token: LinkToken, words: Sequence[str], asker: Asker, queries: Queries) -> Reply | None:
    """A customer is asked first whether the account is his; staff were told whom the link is for."""
    decision = words[1] if len(words) == 2 else None
    if token.role == "viewer" and decision not in {YES, NO}:
        return words_for.is_it_you(_mail(token.customer_id, queries), words[0])
    # Of two who press at once, one gets in.
    used = queries.state.use_link_token(token.token_hash, queries.now())
    if used is None:
        return None
    if decision == NO:
        return words_for.not_linked()
    return _let_in(used, asker, queries)


def _let_in(token: LinkToken, asker: Asker, queries: Queries) -> Reply:
    state, now = queries.state, queries.now()
    before = state.member(asker.user_id)
    fresh = Member(
        user_id=asker.user_id, chat_id=asker.chat_id, role=token.role, added_at=now, zone=asker.zone
    )
    with state.transaction():
        state.save_member(
            replace(
                before or fresh,
                role=token.role,
                added_at=now,
                name=token.name or asker.name or None,
                customer_id=token.customer_id,
                # Also for what he is told by itself, when no message of his says which.
                language=_language(before, asker),
                added_by=TERMINAL.user_id if token.created_by is None else token.created_by,
            )
        )
        state.clear_link_failures(asker.user_id)
        state.write_audit(asker.user_id, f"linked as {token.role}", token.customer_id, now)
    known_as = replace(asker, role=token.role, customer_id=token.customer_id)
    return people.linked(known_as, _mail(token.customer_id, queries))


def _language(before: Member | None, asker: Asker) -> str | None:
    kept = before.language if before else None
    return kept or (None if asker.language == ENGLISH else asker.language)


def _mail(customer_id: str | None, queries: Queries) -> str | None:
    try:
        customer = queries.results.customer(customer_id) if customer_id else None
    except NoResults:
        return None
    return customer.email if customer else None
