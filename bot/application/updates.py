"""What an update says, in our own words; the only place that knows Telegram's many kinds of updates."""

from collections.abc import Mapping
from dataclasses import dataclass

from telegram import Bot, CallbackQuery, ChatMemberUpdated, Message, MessageEntity, Update
from telegram.constants import ChatMemberStatus, ChatType

KINDS = ("message", "callback_query", "my_chat_member")
"""The updates we ask Telegram for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Somebody asks something.

    Attributes:
        user_id: None where the update names nobody.
        line: What was written; empty for a picture, a sticker and the like.
        message_id: The question's own message.
        callback_id, callback: Of a pressed button: Telegram's id of the press, and the button's data.
        pressed_message: The message whose button was pressed, where its text may be replaced.
        addressed: In a group, whether it is meant for the bot; always in a private chat.
    """

    chat_id: int
    user_id: int | None
    line: str = ""
    message_id: int | None = None
    callback_id: str | None = None
    callback: str = ""
    pressed_message: int | None = None
    addressed: bool = True

    @property
    def private(self) -> bool:
        """Nobody reads along."""
        return self.chat_id > 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """The bot was blocked, or put out of a group."""

    chat_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A group got another id."""

    old_chat_id: int
    new_chat_id: int


Event = Question | Left | Moved


def read_update(raw: Mapping[str, object], bot: Bot) -> Event | None:
    """Read one update.

    Args:
        raw: As Telegram sent it.
        bot: Its own name tells whether a message in a group is meant for it.

    Returns:
        What it says; None for what does not concern us (an edited message was answered when it was new).

    Raises:
        Exception: whatever the Telegram library stumbles over, for the caller to bury the update.
    """
    update = Update.de_json(dict(raw), bot)
    if update.callback_query:
        return _pressed(update.callback_query)
    if update.my_chat_member:
        return _membership(update.my_chat_member)
    if update.message:
        return _message(update.message, bot)
    return None


def lane_of(raw: Mapping[str, object]) -> int:
    """The chat an update belongs to, found without trusting the rest of it; 0 where there is none."""
    for kind in ("message", "my_chat_member", "callback_query"):
        inner = raw.get(kind)
        if isinstance(inner, Mapping):
            for place in (inner, inner.get("message")):
                chat = place.get("chat") if isinstance(place, Mapping) else None
                number = chat.get("id") if isinstance(chat, Mapping) else None
                if isinstance(number, int):
                    return number
    return 0


def _pressed(query: CallbackQuery) -> Question | None:
    if query.message is None:
        return None
    editable = isinstance(query.message, Message) and query.message.text is not None
    return Question(
        chat_id=query.message.chat.id,
        user_id=query.from_user.id,
        callback_id=query.id,
        callback=query.data or "",
        pressed_message=query.message.message_id if editable else None,
    )


def _membership(change: ChatMemberUpdated) -> Left | None:
    gone = change.new_chat_member.status in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
    return Left(chat_id=change.chat.id) if gone else None


def _message(message: Message, bot: Bot) -> Event | None:
    if message.migrate_to_chat_id:
        return Moved(old_chat_id=message.chat.id, new_chat_id=message.migrate_to_chat_id)
    person = message.from_user
    if person is not None and person.is_bot:
        return None
    line, addressed = (message.text or "").strip(), True
    if message.chat.type != ChatType.PRIVATE:
        line, addressed = _in_group(message, line, bot)
        if not line:  # a picture, somebody joins: not for us
            return None
    return Question(
        chat_id=message.chat.id,
        user_id=person.id if person else None,
        line=line,
        message_id=message.message_id,
        addressed=addressed,
    )


def _in_group(message: Message, line: str, bot: Bot) -> tuple[str, bool]:
    """The line without our name, and whether it is meant for us: a command, our name, an answer to us."""
    name = f"@{bot.username}".casefold()
    if line.startswith("/"):
        command = line.split(maxsplit=1)[0].casefold()
        return line, "@" not in command or command.endswith(name)
    for entity, mention in message.parse_entities([MessageEntity.MENTION]).items():
        if mention.casefold() == name:
            text = (message.text or "").encode("utf-16-le")
            start, end = entity.offset * 2, (entity.offset + entity.length) * 2
            return (text[:start] + text[end:]).decode("utf-16-le").strip(), True
    answered = message.reply_to_message
    ours = answered is not None and answered.from_user is not None and answered.from_user.id == bot.id
    return line, ours
