"""How a stranger gets in: by a one-time link, ``t.me/<bot>?start=<secret>``; only its hash is kept."""

from hashlib import sha256

from bot.commands.command import words_of
from bot.messages import people
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.errors import NoResults
from store.state.records import Member

MOST_SECRET = 64


def token_hash(secret: str) -> str:
    """What of an invitation's secret is stored."""
    return sha256(secret.encode()).hexdigest()


def linked(line: str, asker: Asker, queries: Queries) -> Reply | None:
    """Let somebody in who brings a valid invitation; anybody else is told nothing.

    Returns:
        A welcome; None for whatever is not a valid invitation, used in private.
    """
    words = words_of(line)
    if len(words) != 2 or words[0].partition("@")[0] != "/start" or len(words[1]) > MOST_SECRET:
        return None
    if asker.user_id <= 0 or asker.chat_id != asker.user_id:
        return None
    token = queries.state.use_link_token(token_hash(words[1]), queries.now())
    if token is None:
        return None
    member = Member(
        user_id=asker.user_id,
        chat_id=asker.chat_id,
        role=token.role,
        added_at=queries.now(),
        name=asker.name or None,
        customer_id=token.customer_id,
        zone=asker.zone,
        added_by=token.created_by,
    )
    queries.state.save_member(member)
    queries.state.write_audit(asker.user_id, "linked", token.customer_id, queries.now())
    known = Asker(
        user_id=asker.user_id, chat_id=asker.chat_id, role=token.role, customer_id=token.customer_id
    )
    return people.linked(known, _mail(token.customer_id, queries))


def _mail(customer_id: str | None, queries: Queries) -> str | None:
    try:
        customer = queries.results.customer(customer_id) if customer_id else None
    except NoResults:
        return None
    return customer.email if customer else None
