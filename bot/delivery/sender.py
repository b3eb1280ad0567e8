"""Sends what has to be sent, by the limits, and repeats only what certainly was not sent."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.delivery.limits import Limiter
from bot.delivery.pictures import caption_of
from bot.delivery.rendering import Pictures, Step, Text
from bot.delivery.requests import Manner, Request, Requests
from bot.delivery.trouble import Trouble, understood
from bot.delivery.wire import watched
from bot.messages import service
from bot.replies import Chart

LOG = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
# The width of the work: at 60 ms of network 130 messages a second, far above Telegram's limit. More would
# only make the connection pool slower, which looks through all of its connections for each request.
AT_ONCE = 8
# Once a part was sent, the rest is worth more patience than a whole that can be tried again later.
ATTEMPTS_FOR_THE_REST = 6


class DeliveryError(Exception):
    """A message that did not get through.

    Attributes:
        trouble: What it means.
        begun: Earlier parts of the same answer were sent.
    """

    def __init__(self, trouble: Trouble, *, begun: bool) -> None:
        super().__init__(trouble.words)
        self.trouble = trouble
        self.begun = begun


def _nothing() -> None:
    """Nobody keeps a record."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What is written down around the first request, so that a crash neither loses nor repeats it.

    Attributes:
        left: Called when the request has left: from here on it may have been sent.
        not_sent: Called when it is certain that it was not, whether it left or not.
    """

    left: Callable[[], None] = _nothing
    not_sent: Callable[[], None] = _nothing


NO_RECORD = Record()


class Sender:
    """One for the process, so that the limits hold for everything that is sent.

    Attributes:
        leaving: Requests that had their turn and are not answered yet.
    """

    def __init__(
        self, requests: Requests, limiter: Limiter, *, first_wait_seconds: float = FIRST_WAIT_SECONDS
    ) -> None:
        self.requests = requests
        self._limiter = limiter
        self._first_wait = first_wait_seconds
        self._connections = asyncio.Semaphore(AT_ONCE)
        self.leaving = 0

    async def send(
        self, chat_id: int, steps: tuple[Step, ...], manner: Manner, record: Record = NO_RECORD
    ) -> int | None:
        """Send everything, in order.

        Args:
            chat_id: The chat.
            steps: From ``rendering.steps_of``.
            manner: How.
            record: Told around the first request.

        Returns:
            Telegram's id of the first message; None when there was nothing to send.

        Raises:
            DeliveryError: something was not, or perhaps not, sent.
        """
        ids: list[int] = []
        for number, step in enumerate(steps):
            request = await self._prepared(chat_id, step, manner)
            try:
                ids.append(await self._persist(request, _Due(chat_id, step, manner, number > 0), record))
            except TelegramError as error:
                raise DeliveryError(understood(error), begun=number > 0) from error
        return ids[0] if ids else None

    async def _prepared(self, chat_id: int, step: Step, manner: Manner) -> Request:
        if isinstance(step, Pictures) and any(isinstance(chart, Chart) for chart in step.charts):
            await self.requests.show(chat_id, ChatAction.UPLOAD_PHOTO)
        try:
            return await self.requests.prepared(chat_id, step, manner)
        except Exception:
            LOG.exception("A picture could not be drawn")
            captions = [caption_of(chart) for chart in getattr(step, "charts", ())]
            instead = Text(html=service.not_drawn(captions).text)
            return await self.requests.prepared(chat_id, instead, manner)

    async def _persist(self, request: Request, due: "_Due", record: Record) -> int:
        told = NO_RECORD if due.begun else record
        for attempt in range(1, due.attempts + 1):
            await self._limiter.turn(
                due.chat_id, urgent=due.manner.urgent, messages=due.messages, in_place=due.in_place
            )
            try:
                return await self._made(request, told)
            except TelegramError as error:
                trouble = understood(error)
                if trouble.verdict != "not sent":
                    raise
                told.not_sent()
                LOG.warning("Chat %s: not sent, attempt %d: %s", due.chat_id, attempt, trouble.words)
                if trouble.after_seconds:
                    self._limiter.hold(due.chat_id, trouble.after_seconds)
                if attempt == due.attempts:
                    raise
                if not trouble.after_seconds:
                    await asyncio.sleep(min(self._first_wait * 2 ** (attempt - 1), LONGEST_WAIT_SECONDS))
        raise AssertionError("at least one attempt is made")

    async def _made(self, request: Request, told: Record) -> int:
        self.leaving += 1
        try:
            async with self._connections:
                with watched(told.left):
                    return await request()
        finally:
            self.leaving -= 1


@dataclass(frozen=True, slots=True)
class _Due:
    chat_id: int
    step: Step
    manner: Manner
    begun: bool

    @property
    def attempts(self) -> int:
        return ATTEMPTS_FOR_THE_REST if self.begun else self.manner.attempts

    @property
    def in_place(self) -> bool:
        return isinstance(self.step, Text) and self.step.replaces is not None

    @property
    def messages(self) -> int:
        return len(self.step.charts) if isinstance(self.step, Pictures) else 1
