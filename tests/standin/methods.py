"""The methods of the Bot API that Matinee uses, without HTTP."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.standin.messages import Post
from tests.standin.rules import (
    MOST_CAPTION,
    MOST_TEXT,
    bad,
    checked_commands,
    checked_keyboard,
    checked_picture,
    checked_results,
    shown_text,
)

BOT_NAME = "standin_bot"
BOT = {"id": 700000002, "is_bot": True, "first_name": "Stand-in", "username": BOT_NAME}


@dataclass(frozen=True)
class Upload:
    """A file in a request."""

    name: str
    content: bytes


@dataclass
class Chats:
    """Everything people and the bot can see.

    Attributes:
        pressed: Callback ids that were not answered yet.
        answers: Text of each answered callback, by id.
        offered: What was offered for each inline query, by its id.
        menus: Commands by scope: the chat's id as text, or ``default``.
    """

    started: float = field(default_factory=time.monotonic)
    posts: list[Post] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    pressed: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    offered: dict[str, dict[str, Any]] = field(default_factory=dict)
    menus: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    actions: list[tuple[int, str]] = field(default_factory=list)
    webhook: dict[str, str] = field(default_factory=dict)
    last_message: int = 100

    def new_message_id(self) -> int:
        """Counts on for everybody's messages."""
        self.last_message += 1
        return self.last_message

    def post_of(self, chat_id: int, message_id: int) -> Post:
        """The bot's own message."""
        for post in self.posts:
            if (post.chat_id, post.message_id) == (chat_id, message_id):
                return post
        raise bad("message to edit not found")


def chat_json(chat_id: int) -> dict[str, Any]:
    """A chat; groups have negative ids."""
    if chat_id < 0:
        return {"id": chat_id, "type": "supergroup", "title": "Staff"}
    return {"id": chat_id, "type": "private", "first_name": f"Person {chat_id}"}


class Api:
    """One method of this class for each method of the Bot API; parameters as text, files apart."""

    def __init__(self, chats: Chats) -> None:
        self.chats = chats

    def call(self, method: str, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """Do it; raises RefusedError."""
        return self._methods()[method](words, files)

    def name_of(self, method: str) -> str:
        """The method's name as it is written usually; Telegram does not mind the case."""
        for known in ("getUpdates", *self._methods()):
            if known.lower() == method.lower():
                return known
        raise bad(f"the stand-in has no {method}")

    def _methods(self) -> dict[str, Callable[[Mapping[str, str], Mapping[str, Upload]], object]]:
        return {
            "getMe": self.get_me,
            "sendMessage": self.send_message,
            "editMessageText": self.edit_message_text,
            "sendPhoto": self.send_photo,
            "sendDocument": self.send_document,
            "sendMediaGroup": self.send_media_group,
            "answerCallbackQuery": self.answer_callback_query,
            "answerInlineQuery": self.answer_inline_query,
            "sendChatAction": self.send_chat_action,
            "setMyCommands": self.set_my_commands,
            "deleteMyCommands": self.delete_my_commands,
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
        }

    def get_me(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """Who the bot is."""
        return BOT

    def send_message(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """A text."""
        text = shown_text(words.get("text", ""), words.get("parse_mode"), MOST_TEXT)
        if not text:
            raise bad("message text is empty")
        return self._posted(words, "text", text)

    def edit_message_text(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """Another text in the same place; without a keyboard the old one goes."""
        post = self.chats.post_of(int(words["chat_id"]), int(words["message_id"]))
        text = shown_text(words.get("text", ""), words.get("parse_mode"), MOST_TEXT)
        keyboard = checked_keyboard(words.get("reply_markup"))
        if post.kind != "text":
            raise bad("there is no text in the message to edit")
        if (post.text, post.keyboard) == (text, keyboard):
            raise bad("message is not modified: specified new message content is exactly the same")
        post.text, post.keyboard, post.edits = text, keyboard, post.edits + 1
        return post.as_json(BOT, chat_json(post.chat_id))

    def send_photo(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """A picture, uploaded or known by its file_id."""
        upload = self._file(words.get("photo", ""), files, "photo")
        checked_picture(upload.content, upload.name)
        return self._posted(words, "photo", self._caption(words), upload)

    def send_document(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """A file."""
        upload = self._file(words.get("document", ""), files, "document")
        return self._posted(words, "document", self._caption(words), upload)

    def send_media_group(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """2 to 10 pictures."""
        items = json.loads(words["media"])
        if not 2 <= len(items) <= 10:
            raise bad("group send failed: 2 to 10 items are needed")
        sent = []
        for item in items:
            upload = self._file(item["media"], files, "")
            checked_picture(upload.content, upload.name)
            caption = {"caption": item.get("caption", ""), "parse_mode": item.get("parse_mode", "")}
            sent.append(self._posted({**words, **caption}, "photo", self._caption(caption), upload))
        return sent

    def answer_callback_query(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """Stops the button's spinner."""
        query = words["callback_query_id"]
        if query not in self.chats.pressed:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self.chats.pressed.discard(query)
        self.chats.answers[query] = words.get("text", "")
        return True

    def answer_inline_query(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """Offers something to somebody who types."""
        results = checked_results(words.get("results", "[]"))
        button = json.loads(words["button"]) if words.get("button") else None
        self.chats.offered[words["inline_query_id"]] = {**words, "results": results, "button": button}
        return True

    def send_chat_action(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """Typing."""
        self.chats.actions.append((int(words["chat_id"]), words["action"]))
        return True

    def set_my_commands(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """A menu for one scope."""
        self.chats.menus[_scope(words)] = checked_commands(words["commands"])
        return True

    def delete_my_commands(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """No menu for one scope."""
        self.chats.menus.pop(_scope(words), None)
        return True

    def set_webhook(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """Updates shall be pushed; the tests push them themselves."""
        self.chats.webhook = dict(words)
        return True

    def delete_webhook(self, words: Mapping[str, str], files: Mapping[str, Upload]) -> object:
        """Updates shall be polled; throwing waiting ones away is what Matinee must never do."""
        if words.get("drop_pending_updates") in ("true", "True"):
            raise AssertionError("the bot threw waiting updates away")
        self.chats.webhook = {}
        return True

    def _caption(self, words: Mapping[str, str]) -> str:
        return shown_text(words.get("caption", ""), words.get("parse_mode"), MOST_CAPTION)

    def _file(self, named: str, files: Mapping[str, Upload], field_name: str) -> Upload:
        if named.startswith("attach://"):
            return files[named.removeprefix("attach://")]
        if field_name in files:
            return files[field_name]
        if named not in self.chats.files:
            raise bad("wrong file identifier/HTTP URL specified")
        return Upload("known.png", self.chats.files[named])

    def _posted(
        self, words: Mapping[str, str], kind: str, text: str, upload: Upload | None = None
    ) -> dict[str, Any]:
        chat_id = int(words["chat_id"])
        post = Post(
            chat_id=chat_id,
            message_id=self.chats.new_message_id(),
            kind=kind,
            text=text,
            keyboard=checked_keyboard(words.get("reply_markup")),
            silent=words.get("disable_notification") in ("true", "True"),
            seconds=time.monotonic() - self.chats.started,
        )
        if upload is not None:
            post.filename, post.content = upload.name, upload.content
            post.file_id = f"file-{hash(upload.content) & 0xFFFFFFFF:x}"
            self.chats.files[post.file_id] = upload.content
        self.chats.posts.append(post)
        return post.as_json(BOT, chat_json(chat_id))


def _scope(words: Mapping[str, str]) -> str:
    scope = json.loads(words["scope"]) if words.get("scope") else {}
    return str(scope.get("chat_id", "default"))
