"""What the bot wrote, as the person in the chat sees it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Post:
    """A message of the bot.

    Attributes:
        kind: text, photo, document or album.
        keyboard: Rows of buttons, each with ``text`` and ``callback_data``.
        edits: How often it was edited.
        seconds: After the stand-in's start.
    """

    chat_id: int
    message_id: int
    kind: str
    text: str
    keyboard: list[list[dict[str, str]]] = field(default_factory=list)
    filename: str = ""
    content: bytes = b""
    file_id: str = ""
    silent: bool = False
    edits: int = 0
    seconds: float = 0.0

    @property
    def captions(self) -> list[str]:
        """Of all buttons, in reading order."""
        return [button["text"] for row in self.keyboard for button in row]

    def callback(self, caption: str) -> str:
        """What pressing the button sends."""
        for row in self.keyboard:
            for button in row:
                if button["text"] == caption:
                    return button["callback_data"]
        raise AssertionError(f"no button {caption!r}; there are {self.captions}")

    def as_json(self, bot: dict[str, Any], chat: dict[str, Any]) -> dict[str, Any]:
        """The Bot API's Message."""
        message: dict[str, Any] = {
            "message_id": self.message_id,
            "date": 1_700_000_000,
            "chat": chat,
            "from": bot,
        }
        if self.kind == "photo":
            message["photo"] = [
                {"file_id": self.file_id, "file_unique_id": self.file_id, "width": 1000, "height": 600}
            ]
            message["caption"] = self.text
        elif self.kind == "document":
            message["document"] = {
                "file_id": self.file_id,
                "file_unique_id": self.file_id,
                "file_name": self.filename,
            }
            message["caption"] = self.text
        else:
            message["text"] = self.text
        if self.keyboard:
            message["reply_markup"] = {"inline_keyboard": self.keyboard}
        return message
