"""One update, from the person's question to the answer in the chat."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass

from telegram import Bot
from telegram.error import TelegramError

from bot.access import introduced, resolve
from bot.application.inline import answer_search
from bot.application.menus import Menus
from bot.application.presence import Presence
from bot.application.updates import Event, Left, Moved, Question, Search, read_update
from bot.commands import answer
from bot.delivery.buttons import Buttons
from bot.delivery.outbox import Outbox
from bot.delivery.rendering import steps_of
from bot.delivery.requests import Manner
from bot.delivery.sender import DeliveryError, Record, Sender
from bot.languages import speaking
from bot.messages import service
from bot.payloads import to_json
from bot.queries import Queries
from bot.replies import Asker, Reply
from bot.settings import BotSettings

LOG = logging.getLogger(__name__)

CHANGING = ("/start", "/language")
"""Lines after which somebody may be another: he brought an invitation, or chose a language."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answering:
    """Answers updates; each row of the inbox comes here once."""

    bot: Bot
    settings: BotSettings
    queries: Queries
    buttons: Buttons
    sender: Sender
    outbox: Outbox
    menus: Menus
    presence: Presence

    async def handle(self, update_id: int, raw: Mapping[str, object]) -> None:
        """Answer an update and finish its row; never raises, whatever the update is."""
        state, now = self.queries.state, self.queries.now
        try:
            event = read_update(raw, self.bot)
        except Exception as error:
            LOG.exception("Update %s cannot be read; it is set aside", update_id)
            state.bury(update_id, f"cannot be read: {error!r}", now())
            return
        try:
            await self._event(update_id, event)
        except Exception:
            LOG.exception("Update %s could not be answered", update_id)
        state.finish(update_id, now())

    async def _event(self, update_id: int, event: Event | None) -> None:
        if isinstance(event, Question):
            await self._question(update_id, event)
        elif isinstance(event, Moved):
            self.queries.state.move_chat(event.old_chat_id, event.new_chat_id)
        elif isinstance(event, Left):
            self.outbox.blocked(event.chat_id)
        elif isinstance(event, Search):
            await answer_search(event, self.bot, self.queries, self.settings)

    async def _question(self, update_id: int, question: Question) -> None:
        if not question.addressed:
            return
        line = self._line(question)
        asker = self._asker(question)
        stranger = asker.role == "stranger"
        introduced(asker, self.queries.state, self.queries.now())
        # What is said around the answer is in its language too.
        with speaking(asker.language):
            stale = "" if stranger or line is not None else service.stale_button()
            async with self._acknowledged(question, stale):
                if line is not None and (question.private or not stranger):
                    with nullcontext() if stranger else self.presence.shown(question.chat_id):
                        await self._answer(update_id, question, asker, line)
                if line is not None and line.startswith(CHANGING):
                    asker = self._asker(question)
                await self.menus.refresh(asker)

    def _asker(self, question: Question) -> Asker:
        who = question.user_id, question.chat_id
        return resolve(*who, self.queries.state, self.settings, question.name, question.language)

    def _line(self, question: Question) -> str | None:
        return self.buttons.line(question.callback) if question.callback_id else question.line

    async def _answer(self, update_id: int, question: Question, asker: Asker, line: str) -> None:
        reply = self._reply(asker, line)
        if reply is None:
            return
        if reply.quiet and question.callback_id is not None:
            self.outbox.look()  # what the button did is shown by it, where it was pressed
            return
        now = self.queries.now
        record = Record(
            left=lambda: self.queries.state.begin_answer(update_id, now()),
            not_sent=lambda: self.queries.state.no_answer_yet(update_id),
        )
        steps = steps_of(reply, self.buttons, pressed_message=question.pressed_message)
        manner = Manner(answers=None if question.private else question.message_id)
        try:
            await self.sender.send(question.chat_id, steps, manner, record)
        except DeliveryError as error:
            await self._undelivered(update_id, question, reply, error)

    def _reply(self, asker: Asker, line: str) -> Reply | None:
        """What the commands answer; a defect is logged in full and apologised for in one line."""
        try:
            if not line and asker.role != "stranger":
                return service.not_text()
            return answer(line, asker, self.queries)
        except Exception:
            reference = _reference()
            LOG.exception("Reference %s: a question of user %s failed", reference, asker.user_id)
            return None if asker.role == "stranger" else service.apology(reference)

    async def _undelivered(
        self, update_id: int, question: Question, reply: Reply, error: DeliveryError
    ) -> None:
        trouble, state, now = error.trouble, self.queries.state, self.queries.now
        if trouble.verdict == "blocked":
            self.outbox.blocked(question.chat_id)
        elif trouble.verdict == "migrated" and trouble.new_chat_id is not None:
            state.move_chat(question.chat_id, trouble.new_chat_id)
            await self.sender.send(trouble.new_chat_id, steps_of(reply, self.buttons), Manner())
        elif trouble.verdict == "not sent" and not error.begun:
            # Patience is over here, not in the outbox; the row has a key, so it is not queued twice.
            state.enqueue(f"answer:{update_id}", "answer", question.chat_id, to_json(reply), now())
        elif trouble.verdict == "refused":
            reference = _reference()
            LOG.error("Reference %s: Telegram refused an answer: %s", reference, trouble.words)
            await self.sender.send(
                question.chat_id, steps_of(service.apology(reference), self.buttons), Manner()
            )
        else:
            LOG.error("Update %s: the answer may or may not have arrived: %s", update_id, trouble.words)
            state.bury(update_id, f"perhaps answered: {trouble.words}", now())

    @asynccontextmanager
    async def _acknowledged(self, question: Question, words: str) -> AsyncIterator[None]:
        """Stop the pressed button's spinner, before anything else and without waiting for it."""
        if question.callback_id is None:
            yield
            return
        spinner = asyncio.create_task(self._acknowledge(question.callback_id, words))
        try:
            yield
        finally:
            await spinner

    async def _acknowledge(self, callback_id: str, words: str) -> None:
        try:
            await self.bot.answer_callback_query(callback_id, text=words or None, show_alert=bool(words))
        except TelegramError as error:
            LOG.info("A button's spinner could not be stopped: %s", error)


def _reference() -> str:
    """Short enough to be read out on the telephone."""
    return secrets.token_hex(3).upper()
