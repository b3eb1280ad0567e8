"""Telegram's checks, with Telegram's wording, as far as Matinee could offend against them."""

import html
import json
import re
from collections.abc import Mapping
from typing import Any

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_CALLBACK_BYTES = 64
PNG = b"\x89PNG\r\n\x1a\n"

_TAGS = {"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}
_PIECE = re.compile(r"<(/?)([a-zA-Z-]*)([^<>]*)>|<|[^<]+")


class RefusedError(Exception):
    """The Bot API says no."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})


def bad(words: str) -> RefusedError:
    """Bad Request."""
    return RefusedError(400, f"Bad Request: {words}")


def utf16(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def shown_text(source: str, parse_mode: str | None, most: int) -> str:
    """What a person sees of a text; refuses broken markup and too much of it."""
    text = plain(source) if parse_mode == "HTML" else source
    text = text.strip()
    if utf16(text) > most:
        raise bad("message is too long" if most == MOST_TEXT else "message caption is too long")
    return text


def plain(source: str) -> str:
    """The text without its tags; every tag must be known, closed and properly nested."""
    opened: list[str] = []
    shown: list[str] = []
    for piece in _PIECE.finditer(source):
        closing, name = piece.group(1), (piece.group(2) or "").lower()
        if not piece.group().startswith("<"):
            shown.append(html.unescape(piece.group()))
        elif name not in _TAGS:
            raise bad(f'can\'t parse entities: unsupported start tag "{name}"')
        elif not closing:
            opened.append(name)
        elif not opened or opened.pop() != name:
            raise bad(f'can\'t parse entities: unexpected end tag "{name}"')
    if opened:
        raise bad(f"can't parse entities: can't find end tag for \"{opened[-1]}\"")
    return "".join(shown)


def checked_keyboard(raw: str | None) -> list[list[dict[str, str]]]:
    """Rows of buttons."""
    if not raw:
        return []
    rows: list[list[dict[str, str]]] = json.loads(raw).get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise bad("text buttons are unallowed in the inline keyboard")
        if not 1 <= len(button.get("callback_data", "").encode()) <= MOST_CALLBACK_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    return rows


def checked_picture(content: bytes, filename: str) -> None:
    """A picture needs a name and must be one."""
    if not filename or not content.startswith(PNG):
        raise bad("IMAGE_PROCESS_FAILED")


def checked_results(raw: str) -> list[dict[str, Any]]:
    """What an inline query is answered with: articles."""
    results: list[dict[str, Any]] = json.loads(raw)
    keys = [each["id"] for each in results]
    if len(results) > 50 or len(set(keys)) != len(keys):
        raise bad("RESULTS_TOO_MUCH" if len(results) > 50 else "RESULT_ID_DUPLICATE")
    for each in results:
        content = each["input_message_content"]
        if not each.get("title") or not 1 <= len(each["id"].encode()) <= 64:
            raise bad("RESULT_ID_INVALID")
        if not shown_text(content["message_text"], content.get("parse_mode"), MOST_TEXT):
            raise bad("MESSAGE_EMPTY")
    return results


def checked_commands(raw: str) -> list[dict[str, str]]:
    """A menu."""
    commands: list[dict[str, str]] = json.loads(raw)
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return commands
