"""Who may ask what: the one place where a person becomes a role, and a role opens a command.

Here too: how somebody who is not known yet gets in, and how long he waits after guesses.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.languages import ENGLISH, known_language
from bot.replies import Asker
from bot.settings import BotSettings
from store.records import Role
from store.state import State
from store.state.records import LinkFailures, LinkToken, Member

STAFF: frozenset[Role] = frozenset({"owner", "retention", "support"})
VIEWER: frozenset[Role] = frozenset({"viewer"})
OWNER: frozenset[Role] = frozenset({"owner"})
EVERYBODY: frozenset[Role] = STAFF | VIEWER

TERMINAL = Asker(user_id=0, chat_id=0, role="owner")
"""Who sits at the terminal has the files anyway."""

LIFETIMES: Mapping[Role, timedelta] = {
    # A customer asks for his link and uses it; whoever finds it in his chat tomorrow shall not.
    "viewer": timedelta(minutes=15),
    "support": timedelta(hours=24),
    "retention": timedelta(hours=24),
    # Printed where the bot is started, by who starts it.
    "owner": timedelta(hours=1),
}
SECRET_BYTES = 16
FREE_GUESSES = 5
MOST_MOVES = 5
"""Telegram gives a group another id once, when it becomes a supergroup."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(days=1)


def resolve(
    user_id: int | None,
    chat_id: int,
    state: State,
    settings: BotSettings,
    name: str = "",
    language: str | None = None,
) -> Asker:
    """Find out who asks.

    The configuration's lists come first, then the members that the store keeps. A member is a stranger
    outside private chats and the staff's own groups, because others read along there.

    Args:
        user_id: Telegram's id of the person; None where an update names none.
        chat_id: Where it was asked; in a private chat the same as ``user_id``.
        state: Holds the members.
        settings: Holds the allow-lists.
        name: As Telegram tells it; used where nobody gave him another.
        language: As Telegram tells it; customers and who may become one are answered in it until they name
            another. Staff are answered in English where they ask in words, so they choose for themselves.

    Returns:
        The asker; with the role ``stranger`` when nothing speaks for him.
    """
    if user_id is None or user_id <= 0:
        return Asker(user_id=0, chat_id=chat_id, role="stranger")
    private = chat_id == user_id
    member = state.member(user_id)
    role = listed(settings).get(user_id) or _invited_as(member)
    if not private and (role not in STAFF or not is_staff_group(chat_id, state, settings)):
        role = "stranger"
    return Asker(
        user_id=user_id,
        chat_id=chat_id,
        role=role,
        customer_id=member.customer_id if member and role == "viewer" else None,
        zone=(member.zone if member else None) or settings.zone,
        name=(member.name if member and role != "stranger" else None) or name,
        language=known_language(member.language if member else None)
        or (None if role in STAFF else known_language(language))
        or ENGLISH,
    )


def language_for(chat_id: int, state: State) -> str:
    """The language in which something is pushed to a chat.

    Returns:
        Two letters: what he chose whose private chat it is; English where nobody chose, and in groups.
    """
    member = state.member(chat_id)
    return known_language(member.language if member else None) or ENGLISH


def introduced(asker: Asker, state: State, now: datetime) -> None:
    """Keep what somebody whom the configuration names calls himself; his row gives him no role.

    Colleagues shall read in lists and in the audit who it was, not a number.
    """
    if asker.role in STAFF and asker.name and state.member(asker.user_id) is None:
        state.save_member(
            Member(
                user_id=asker.user_id,
                chat_id=asker.user_id,
                role=asker.role,
                added_at=now,
                name=asker.name,
                zone=asker.zone,
            )
        )


def at_terminal(state: State) -> Asker:
    """Who sits at the terminal, with the zone and the language he has set there."""
    kept = state.member(TERMINAL.user_id)
    if kept is None:
        return TERMINAL
    return replace(TERMINAL, zone=kept.zone, language=known_language(kept.language) or ENGLISH)


def is_staff_group(chat_id: int, state: State, settings: BotSettings) -> bool:
    """Whether the configuration names this group, be it by the id it had before it moved."""
    for _ in range(MOST_MOVES):
        if chat_id in settings.groups:
            return True
        before = state.moved_from(chat_id)
        if before is None:
            return False
        chat_id = before
    return False


def listed(settings: BotSettings) -> Mapping[int, Role]:
    """The people whom the configuration names; the highest role of each."""
    return {
        **dict.fromkeys(settings.support, "support"),
        **dict.fromkeys(settings.retention, "retention"),
        **dict.fromkeys(settings.owners, "owner"),
    }


def is_invited(member: Member) -> bool:
    """Whether somebody is in by an invitation; else only what he set is kept of him.

    Whom the configuration names has a row as soon as he sets his zone. It must not outlive his place there.
    """
    return member.role == "viewer" or member.added_by is not None


def _invited_as(member: Member | None) -> Role:
    return member.role if member is not None and is_invited(member) else "stranger"


def allowed(asker: Asker, roles: frozenset[Role]) -> bool:
    """Whether the asker's role is among those a command is open to."""
    return asker.role in roles


def token_hash(secret: str) -> str:
    """What of an invitation's secret is stored."""
    return sha256(secret.encode()).hexdigest()


def invite(
    state: State,
    role: Role,
    now: datetime,
    *,
    by: int | None,
    customer_id: str | None = None,
    name: str | None = None,
) -> str:
    """Make an invitation that works once.

    Args:
        state: Keeps its hash.
        role: What it makes of who uses it.
        now: UTC; it works for as long as ``LIFETIMES`` says.
        by: Telegram's id of who invites; None for the command line.
        customer_id: Whom a viewer is linked to.
        name: What the guest is called.

    Returns:
        The secret; nothing about anybody can be read out of it.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    state.invite(
        LinkToken(
            token_hash=token_hash(secret),
            role=role,
            customer_id=customer_id,
            expires_at=now + LIFETIMES[role],
            created_by=by,
            name=name,
        )
    )
    return secret


def claim_code(state: State, settings: BotSettings, now: datetime) -> str | None:
    """A code that makes its user the owner, where nobody owns the bot yet; earlier codes end.

    Returns:
        The code; None where there is an owner.
    """
    state.void_link_tokens(now, role="owner")
    if owners(state, settings):
        return None
    return invite(state, "owner", now, by=None)


def owners(state: State, settings: BotSettings) -> tuple[int, ...]:
    """Everybody who owns the bot, by the configuration or by claim."""
    claimed = (one.user_id for one in state.members() if one.role == "owner" and is_invited(one))
    return tuple(dict.fromkeys((*settings.owners, *claimed)))


def may_try(failures: LinkFailures | None, now: datetime) -> bool:
    """Whether somebody may bring an invitation: after five wrong ones he waits, twice as long each time."""
    if failures is None or failures.failures < FREE_GUESSES:
        return True
    wait = FIRST_WAIT * (1 << min(failures.failures - FREE_GUESSES, 16))
    return now - failures.last_at >= min(wait, LONGEST_WAIT)


def end_subscriptions_of_strangers(state: State, settings: BotSettings, now: datetime) -> int:
    """Push nothing any more to people the configuration no longer names, not even what waits already.

    Returns:
        How many subscriptions ended.
    """
    known = listed(settings)
    ended = 0
    for subscription in (*state.subscriptions("digest"), *state.subscriptions("alerts")):
        role = known.get(subscription.user_id) or _invited_as(state.member(subscription.user_id))
        group = subscription.chat_id < 0
        if role not in STAFF or (group and not is_staff_group(subscription.chat_id, state, settings)):
            ended += state.unsubscribe(subscription.chat_id, subscription.kind)
            state.drop_queued(subscription.chat_id, "no longer staff", now)
    return ended
