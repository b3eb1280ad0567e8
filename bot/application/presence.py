"""“typing …”, shown where an answer takes longer than half a second."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from telegram.constants import ChatAction

from bot.delivery.sender import Sender

SHOW_AFTER_SECONDS = 0.5
# Telegram shows it for five seconds.
SHOW_EVERY_SECONDS = 4.5
# When so much is leaving, a sign of life would only make the answers later.
MOST_LEAVING = 8


class Presence:
    """Shows that an answer is under way."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._showing: set[asyncio.Task[None]] = set()

    @contextmanager
    def shown(self, chat_id: int) -> Iterator[None]:
        """While what is inside goes on, and only if it goes on for long."""
        loop = asyncio.get_running_loop()
        timers: list[asyncio.TimerHandle] = []

        def show() -> None:
            if self._sender.leaving < MOST_LEAVING:
                # Not cancelled at the end: that would cost the connection it is being sent on.
                task = asyncio.create_task(self._sender.requests.show(chat_id, ChatAction.TYPING))
                self._showing.add(task)
                task.add_done_callback(self._showing.discard)
            timers[:] = [loop.call_later(SHOW_EVERY_SECONDS, show)]

        timers.append(loop.call_later(SHOW_AFTER_SECONDS, show))
        try:
            yield
        finally:
            timers[0].cancel()

    async def end(self) -> None:
        """Show nothing any more."""
        for task in self._showing:
            task.cancel()
        await asyncio.gather(*self._showing, return_exceptions=True)
