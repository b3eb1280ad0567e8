"""Who may ask what: the one place where a person becomes a role and a role opens a command."""

from bot.replies import Asker
from bot.settings import BotSettings
from store.records import Role
from store.state import State

STAFF: frozenset[Role] = frozenset({"owner", "retention", "support"})
VIEWER: frozenset[Role] = frozenset({"viewer"})
EVERYBODY: frozenset[Role] = STAFF | VIEWER

TERMINAL = Asker(user_id=0, chat_id=0, role="owner")
"""Who sits at the terminal has the files anyway."""


def resolve(user_id: int | None, chat_id: int, state: State, settings: BotSettings) -> Asker:
    """Find out who asks.

    The configuration's lists come first, then the members that the store keeps. A member is a stranger
    outside private chats and the staff's own groups, because others read along there.

    Args:
        user_id: Telegram's id of the person; None where an update names none.
        chat_id: Where it was asked; in a private chat the same as ``user_id``.
        state: Holds the members.
        settings: Holds the allow-lists.

    Returns:
        The asker; with the role ``stranger`` when nothing speaks for him.
    """
    if user_id is None or user_id <= 0:
        return Asker(user_id=0, chat_id=chat_id, role="stranger")
    private = chat_id == user_id
    member = state.member(user_id)
    role = _listed(user_id, settings) or (member.role if member else "stranger")
    if not private and (chat_id not in settings.groups or role not in STAFF):
        role = "stranger"
    return Asker(
        user_id=user_id,
        chat_id=chat_id,
        role=role,
        customer_id=member.customer_id if member and role == "viewer" else None,
        zone=(member.zone if member else None) or settings.zone,
    )


def _listed(user_id: int, settings: BotSettings) -> Role | None:
    if user_id in settings.owners:
        return "owner"
    if user_id in settings.retention:
        return "retention"
    if user_id in settings.support:
        return "support"
    return None


def allowed(asker: Asker, roles: frozenset[Role]) -> bool:
    """Whether the asker's role is among those a command is open to."""
    return asker.role in roles
