"""What an update says, in our own words; the only place that knows Telegram's many kinds of updates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Bot
from telegram.constants import ChatMemberStatus, ChatType, MessageEntityType

KINDS = ("message", "callback_query", "my_chat_member", "inline_query")
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
        name: What the person calls himself.
        language: Of his Telegram, such as "de" or "pt-br".
    """

    chat_id: int
    user_id: int | None
    line: str = ""
    message_id: int | None = None
    callback_id: str | None = None
    callback: str = ""
    pressed_message: int | None = None
    addressed: bool = True
    name: str = ""
    language: str = ""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """Somebody types “@bot heat” in some chat; which one is not told."""

    user_id: int
    query_id: str
    text: str
    name: str = ""
    language: str = ""


Event = Question | Left | Moved | Search


def read_update(raw: Mapping[str, Any], bot: Bot) -> Event | None:
    """Read one update.

    What concerns us are a few fields, read as they come: building the library's objects out of each update
    takes longer than answering it.

    Args:
        raw: As Telegram sent it.
        bot: Its own name tells whether a message in a group is meant for it.

    Returns:
        What it says; None for what does not concern us (an edited message was answered when it was new).

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is not what Telegram documents; for the caller to
            bury it.
    """
    if "callback_query" in raw:
        return _pressed(raw["callback_query"])
    if "my_chat_member" in raw:
        return _membership(raw["my_chat_member"])
    if "message" in raw:
        return _message(raw["message"], bot)
    if "inline_query" in raw:
        return _search(raw["inline_query"])
    return None


def lane_of(raw: Mapping[str, object]) -> int:
    """The chat an update belongs to, or else the person; 0 where there is neither.

    Found without trusting the rest of the update.
    """
    for kind in ("message", "my_chat_member", "callback_query"):
        inner = raw.get(kind)
        if isinstance(inner, Mapping):
            for place in (inner, inner.get("message")):
                chat = place.get("chat") if isinstance(place, Mapping) else None
                number = chat.get("id") if isinstance(chat, Mapping) else None
                if isinstance(number, int):
                    return number
    inline = raw.get("inline_query")
    person = inline.get("from") if isinstance(inline, Mapping) else None
    number = person.get("id") if isinstance(person, Mapping) else None
    return number if isinstance(number, int) else 0


def _search(query: Mapping[str, Any]) -> Search:
    return Search(
        user_id=_number(query["from"]["id"]),
        query_id=str(query["id"]),
        text=str(query.get("query", "")),
        name=_name(query["from"]),
        language=_language(query["from"]),
    )


def _pressed(query: Mapping[str, Any]) -> Question | None:
    message = query.get("message")
    if message is None:
        return None
    # Of an old message nothing but its place is told; its date is 0.
    editable = "text" in message and message["date"] != 0
    return Question(
        chat_id=_number(message["chat"]["id"]),
        user_id=_number(query["from"]["id"]),
        callback_id=str(query["id"]),
        callback=str(query.get("data", "")),
        pressed_message=_number(message["message_id"]) if editable else None,
        name=_name(query["from"]),
        language=_language(query["from"]),
    )


def _membership(change: Mapping[str, Any]) -> Left | None:
    gone = change["new_chat_member"]["status"] in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
    return Left(chat_id=_number(change["chat"]["id"])) if gone else None


def _message(message: Mapping[str, Any], bot: Bot) -> Event | None:
    chat_id = _number(message["chat"]["id"])
    if "migrate_to_chat_id" in message:
        return Moved(old_chat_id=chat_id, new_chat_id=_number(message["migrate_to_chat_id"]))
    person = message.get("from")
    if person is not None and person["is_bot"]:
        return None
    line, addressed = str(message.get("text", "")).strip(), True
    if message["chat"]["type"] != ChatType.PRIVATE:
        line, addressed = _in_group(message, line, bot)
        if not line:  # a picture, somebody joins: not for us
            return None
    return Question(
        chat_id=chat_id,
        user_id=_number(person["id"]) if person else None,
        line=line,
        message_id=_number(message["message_id"]),
        addressed=addressed,
        name=_name(person) if person else "",
        language=_language(person) if person else "",
    )


def _name(person: Mapping[str, Any]) -> str:
    return " ".join(str(person[part]) for part in ("first_name", "last_name") if person.get(part))


def _language(person: Mapping[str, Any]) -> str:
    return str(person.get("language_code", ""))


def _in_group(message: Mapping[str, Any], line: str, bot: Bot) -> tuple[str, bool]:
    """The line without our name, and whether it is meant for us: a command, our name, an answer to us."""
    name = f"@{bot.username}".casefold()
    if line.startswith("/"):
        command = line.split(maxsplit=1)[0].casefold()
        return line, "@" not in command or command.endswith(name)
    # Telegram counts in UTF-16 units.
    text = str(message.get("text", "")).encode("utf-16-le")
    for entity in message.get("entities", ()):
        start, end = 2 * _number(entity["offset"]), 2 * _number(entity["offset"] + entity["length"])
        if entity["type"] == MessageEntityType.MENTION and _decoded(text[start:end]).casefold() == name:
            return _decoded(text[:start] + text[end:]).strip(), True
    author = message.get("reply_to_message", {}).get("from", {})
    return line, author.get("id") == bot.id


def _decoded(units: bytes) -> str:
    return units.decode("utf-16-le")


def _number(found: object) -> int:
    if not isinstance(found, int):
        raise TypeError(f"needed a whole number, found {found!r}")
    return found
