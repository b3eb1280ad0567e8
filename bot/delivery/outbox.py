"""From the rows of the outbox to Telegram: each once, across restarts, as far as that can be known."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.access import language_for
from bot.delivery.buttons import Buttons
from bot.delivery.rendering import steps_of
from bot.delivery.requests import Manner
from bot.delivery.sender import DeliveryError, Record, Sender
from bot.delivery.trouble import Trouble
from bot.languages import speaking
from bot.messages import service
from bot.payloads import from_json, to_json
from store.state import State
from store.state.records import OutboxRow, SubscriptionKind

LOG = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.0
ROWS_AT_ONCE = 50
MOST_ATTEMPTS = 12
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=1)
EDIT, MENU = "edit", "menu"
"""Rows that write nothing new: what takes the place of a message, and whose menu is to be renewed."""

# Somebody waits for it, or has just pressed a button.
URGENT = frozenset({"answer", EDIT})
# Nothing that must be read at once.
SILENT = frozenset({"digest", "notice"})
SUBSCRIPTION_KINDS: tuple[SubscriptionKind, ...] = ("digest", "alerts")


async def _no_menus(_chat_id: int) -> None:
    """There are none."""


@dataclass
class Outbox:
    """Sends what is due; one chat after the other within itself, chats side by side.

    Attributes:
        owners: Told when a chat blocks the bot.
        now: The moment, UTC.
        renew_menu: Brings the menu of a private chat up to date.
    """

    state: State
    sender: Sender
    buttons: Buttons
    now: Callable[[], datetime]
    owners: Callable[[], tuple[int, ...]] = tuple
    renew_menu: Callable[[int], Awaitable[None]] = _no_menus
    _chats: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _begun: set[int] = field(default_factory=set)
    _look: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Send until cancelled."""
        lost = self.state.interrupted(self.now())
        if lost:
            LOG.warning("%s rows of the outbox were being sent when the last process ended; uncertain", lost)
        while True:
            self._take_due()
            self._look.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), LOOK_EVERY_SECONDS)

    def look(self) -> None:
        """Something was put in; do not wait for the next look."""
        self._look.set()

    async def stop(self, seconds: float) -> None:
        """Finish what may have left already, for so long; what still waits for its turn stays queued."""
        for chat_id, task in list(self._chats.items()):
            if chat_id not in self._begun:
                task.cancel()
        tasks = list(self._chats.values())
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()  # what may have arrived is uncertain at the next start
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take_due(self) -> None:
        rows: dict[int, list[OutboxRow]] = {}
        for row in self.state.due(self.now(), ROWS_AT_ONCE):
            if row.chat_id not in self._chats:
                rows.setdefault(row.chat_id, []).append(row)
        for chat_id, mine in rows.items():
            self._chats[chat_id] = asyncio.create_task(self._chat(chat_id, mine))

    async def _chat(self, chat_id: int, rows: list[OutboxRow]) -> None:
        try:
            for row in rows:
                # It may have been changed or dropped while those before it were sent.
                fresh = self.state.outbox_row(row.key)
                if fresh is not None and fresh.state == "queued":
                    with speaking(language_for(chat_id, self.state)):
                        await self._row(fresh)
        except Exception:
            LOG.exception("The outbox stumbled in chat %s; it goes on with the next look", chat_id)
        finally:
            self._begun.discard(chat_id)
            del self._chats[chat_id]

    async def _row(self, row: OutboxRow) -> None:
        if row.kind == MENU:
            await self.renew_menu(row.chat_id)
            self.state.sent(row.id, None, self.now())
            return
        try:
            reply = from_json(row.payload)
            steps = steps_of(reply, self.buttons, pressed_message=reply.replaces)
        except (ValueError, TypeError, KeyError) as error:
            LOG.exception("Row %s of the outbox cannot be read", row.id)
            self.state.settle(row.id, "failed", f"unreadable: {error}", self.now())
            return

        def left() -> None:
            self._begun.add(row.chat_id)
            self.state.sending(row.id, self.now())

        manner = Manner(
            urgent=row.kind in URGENT,
            silent=row.kind in SILENT,
            attempts=1,
            only_in_place=reply.replaces is not None,
        )
        try:
            message_id = await self.sender.send(row.chat_id, steps, manner, Record(left=left, not_sent=left))
        except DeliveryError as error:
            self._settle(row, error)
        else:
            self.state.sent(row.id, message_id, self.now())
        self._begun.discard(row.chat_id)

    def _settle(self, row: OutboxRow, error: DeliveryError) -> None:
        trouble = error.trouble
        if trouble.verdict == "migrated" and trouble.new_chat_id is not None:
            self.state.move_chat(row.chat_id, trouble.new_chat_id)
            self.state.retry(row.id, self.now(), trouble.words)
        elif trouble.verdict == "blocked":
            self.state.settle(row.id, "blocked", trouble.words, self.now())
            self.blocked(row.chat_id)
        elif trouble.verdict == "not sent" and not error.begun and row.attempts + 1 < MOST_ATTEMPTS:
            self.state.retry(row.id, self.now() + _pause(row.attempts, trouble), trouble.words)
        else:
            surely = trouble.verdict != "perhaps sent" and not error.begun
            self.state.settle(row.id, "failed" if surely else "uncertain", trouble.words, self.now())
            LOG.error("Row %s of the outbox (%s): %s", row.id, row.kind, trouble.words)

    def blocked(self, chat_id: int) -> None:
        """The chat wants nothing any more: its subscriptions end, and the owners hear of it."""
        kinds = [
            kind
            for kind in SUBSCRIPTION_KINDS
            if any(each.chat_id == chat_id for each in self.state.subscriptions(kind))
        ]
        for kind in kinds:
            self.state.unsubscribe(chat_id, kind)
        if not kinds:
            return
        for owner in self.owners():
            if owner != chat_id:
                with speaking(language_for(owner, self.state)):
                    notice = to_json(service.chat_blocked(chat_id, kinds))
                key = f"blocked:{chat_id}:{owner}:{self.now():%Y-%m-%d}"
                self.state.enqueue(key, "notice", owner, notice, self.now())


def _pause(attempts: int, trouble: Trouble) -> timedelta:
    if trouble.after_seconds:
        return timedelta(seconds=trouble.after_seconds)
    return min(FIRST_RETRY * (1 << min(attempts, 16)), LONGEST_RETRY)
