"""Command lines in callback data: ``v1:`` and the line.

Where Telegram's 64 bytes are too few, the line's fingerprint stands for it and the state keeps the line.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.replies import Button
from store.state import State

Keyboard = dict[str, list[list[dict[str, str]]]]
"""The Bot API's InlineKeyboardMarkup, as plain as it is sent."""

MOST_BYTES = 64
VERSION = "v1:"
_KEPT = VERSION + "#"
_REMEMBERED = 10_000


class Buttons:
    """Turns lines into callback data and back; what was sent once can be pressed years later."""

    def __init__(self, state: State, now: Callable[[], datetime]) -> None:
        self._state = state
        self._now = now
        self._kept: set[str] = set()

    def keyboard(self, rows: Sequence[Sequence[Button]]) -> Keyboard | None:
        """Telegram's keyboard for rows of buttons; None for none."""
        keys = [
            [{"text": button.caption, "callback_data": self.callback(button.line)} for button in row]
            for row in rows
            if row
        ]
        return {"inline_keyboard": keys} if keys else None

    def callback(self, line: str) -> str:
        """Callback data for a command line, at most 64 bytes."""
        whole = VERSION + line
        if len(whole.encode()) <= MOST_BYTES and not whole.startswith(_KEPT):
            return whole
        fingerprint = base64.urlsafe_b64encode(hashlib.sha256(line.encode()).digest()[:18]).decode()
        if fingerprint not in self._kept:
            self._state.keep_line(fingerprint, line, self._now())
            if len(self._kept) >= _REMEMBERED:
                self._kept.clear()
            self._kept.add(fingerprint)
        return _KEPT + fingerprint

    def line(self, callback: str) -> str | None:
        """The command line of callback data; None where it is of another version or was never ours."""
        if callback.startswith(_KEPT):
            return self._state.kept_line(callback.removeprefix(_KEPT))
        if callback.startswith(VERSION):
            return callback.removeprefix(VERSION) or None
        return None
