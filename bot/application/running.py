"""The bot as a whole: start, answer, stop, and lose nothing at any of it."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.access import owners, resolve
from bot.application.answering import Answering
from bot.application.lanes import Lanes
from bot.application.menus import Menus
from bot.application.polling import LONGEST_WAIT_SECONDS, Poller, Raw, StoppedError
from bot.application.presence import Presence
from bot.application.updates import lane_of
from bot.application.webhook import Webhook
from bot.commands.members import BOT_NAME
from bot.delivery.buttons import Buttons
from bot.delivery.limits import Limiter, Limits
from bot.delivery.outbox import Outbox
from bot.delivery.pictures import PictureStock
from bot.delivery.requests import Requests
from bot.delivery.sender import Sender
from bot.delivery.trouble import understood
from bot.delivery.wire import Wire
from bot.queries import Queries
from bot.replies import Chart
from bot.settings import BotSettings

LOG = logging.getLogger(__name__)

DRAIN_SECONDS = 25.0
HEARTBEAT = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long is waited; shorter in tests.

    Attributes:
        read_seconds: For Telegram's answer to something sent; then it counts as perhaps sent.
        first_retry_seconds: Before something not sent is tried again; doubled each time.
        drain_seconds: For what is being answered when the process shall stop.
    """

    read_seconds: float = 15.0
    first_retry_seconds: float = 0.5
    drain_seconds: float = DRAIN_SECONDS


@dataclass
class Application:
    """The parts, put together by ``build_application``."""

    bot: Bot
    request: Wire
    queries: Queries
    answering: Answering
    outbox: Outbox
    menus: Menus
    patience: Patience
    lanes: Lanes = field(default_factory=Lanes)
    _beat: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Answer until ``stop`` is set, then finish what was begun.

        Raises:
            StoppedError: it cannot go on: the token is refused, or another process polls for it.
        """
        try:
            if await self._reached(stop):
                await self._serve(stop)
        finally:
            await self.bot.shutdown()

    async def receive(self, batch: list[Raw]) -> None:
        """Keep updates, then have them answered; those that came before are dropped."""
        await self.lanes.room()
        state, at = self.queries.state, self.queries.now()
        with state.transaction():
            new = [
                update
                for update in batch
                if isinstance(update.get("update_id"), int)
                and state.receive(_id(update), json.dumps(update, ensure_ascii=False), at)
            ]
        for update in new:
            self._put(update)
        await asyncio.to_thread(state.secure)

    async def _reached(self, stop: asyncio.Event) -> bool:
        """Introduce ourselves to Telegram, as soon as it can be reached; False when we shall stop before."""
        wait = self.patience.first_retry_seconds
        said = False
        while not stop.is_set():
            try:
                await self.bot.initialize()
                if not self._url:
                    await self.bot.delete_webhook(drop_pending_updates=False)
            except InvalidToken as error:
                raise StoppedError(
                    "Telegram refuses the token. Ask @BotFather for the valid one (/token)."
                ) from error
            except TelegramError as error:
                if not said:
                    LOG.warning(
                        "Telegram cannot be reached (%s); trying again until it can. "
                        "“matinee chat” answers at the terminal meanwhile.",
                        understood(error).words,
                    )
                    said = True
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            else:
                LOG.info("Answering as @%s.", self.bot.username)
                return True
        return False

    async def _serve(self, stop: asyncio.Event) -> None:
        self._resume()
        await self.menus.start()
        poller = Poller(
            base_url=self.bot.base_url, request=self.request, receive=self.receive, alive=self._alive
        )
        polling = asyncio.create_task(self._be_called() if self._url else poller.run())
        pushing = asyncio.create_task(self.outbox.run())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({polling, pushing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (polling, stopping, pushing):
                task.cancel()
            ended = await asyncio.gather(polling, pushing, stopping, return_exceptions=True)
            await self._wind_down(poller)
        for outcome in ended[:2]:
            if isinstance(outcome, Exception):
                raise outcome

    @property
    def _url(self) -> str | None:
        return self.answering.settings.webhook_url

    async def _be_called(self) -> None:
        """Take Telegram's calls until cancelled."""
        webhook = Webhook(self.bot, self._called)
        try:
            await webhook.open(self._url or "", self.answering.settings.webhook_listen)
            await asyncio.Event().wait()
        except (OSError, TelegramError) as error:
            raise StoppedError(f"The webhook cannot be opened: {error}") from error
        finally:
            await webhook.close()

    async def _called(self, batch: list[Raw]) -> None:
        await self.receive(batch)
        self._alive()

    async def _wind_down(self, poller: Poller) -> None:
        # One after the other they could take longer than a service manager waits before it kills.
        seconds = self.patience.drain_seconds
        left, _ = await asyncio.gather(self.lanes.drain(seconds), self.outbox.stop(seconds))
        await self.answering.presence.end()
        await poller.confirm()
        if left:
            LOG.warning("%d updates are not answered yet; they will be at the next start.", left)
        LOG.info("Stopped.")

    def _resume(self) -> None:
        """Take up what the last process left."""
        state, at = self.queries.state, self.queries.now()
        self._check_identity()
        lost = state.interrupted_answers(at)
        if lost:
            LOG.warning("%d answers were leaving when the last process ended; not sent twice.", lost)
        waiting = state.unfinished()
        for row in waiting:
            self._put(json.loads(row.payload))
        if waiting:
            LOG.info("%d updates were waiting; they come first.", len(waiting))

    def _check_identity(self) -> None:
        """Another bot counts its updates anew; those of the one before must not hide them."""
        state = self.queries.state
        if state.noted("bot_id") not in (None, str(self.bot.id)):
            LOG.warning("This is another bot than before; the inbox of the old one is dropped.")
            state.empty_inbox()
        state.note("bot_id", str(self.bot.id))
        # Invitations are links with its name in them.
        state.note(BOT_NAME, self.bot.username)

    def _put(self, update: Raw) -> None:
        self.lanes.put(lane_of(update), partial(self.answering.handle, _id(update), update))

    def _alive(self) -> None:
        now = self.queries.now()
        if self._beat is None or now - self._beat >= HEARTBEAT:
            self.queries.state.note("last_poll", now.isoformat())
            self._beat = now


def build_application(
    settings: BotSettings,
    queries: Queries,
    draw: Callable[[Chart], Awaitable[bytes]],
    *,
    limits: Limits | None = None,
    patience: Patience | None = None,
) -> Application:
    """Put the bot together; nothing is sent before ``run``.

    Args:
        settings: With a token.
        queries: What the commands look into.
        draw: Draws a chart, elsewhere.
        limits: Telegram's, unless the Bot API server is one's own.
        patience: How long is waited.
    """
    patience = patience or Patience()
    request = Wire(patience.read_seconds, proxy=settings.proxy)
    bot = Bot(
        settings.token or "",
        base_url=f"{settings.api_root}/bot",
        base_file_url=f"{settings.api_root}/file/bot",
        request=request,
        get_updates_request=request,
    )
    buttons = Buttons(queries.state, queries.now)
    requests = Requests(bot, PictureStock(draw))
    sender = Sender(requests, Limiter(limits or Limits()), first_wait_seconds=patience.first_retry_seconds)
    menus = Menus(bot, queries.state)

    async def renew_menu(chat_id: int) -> None:
        await menus.refresh(resolve(chat_id, chat_id, queries.state, settings))

    outbox = Outbox(
        state=queries.state,
        sender=sender,
        buttons=buttons,
        now=queries.now,
        owners=partial(owners, queries.state, settings),
        renew_menu=renew_menu,
    )
    answering = Answering(
        bot=bot,
        settings=settings,
        queries=queries,
        buttons=buttons,
        sender=sender,
        outbox=outbox,
        menus=menus,
        presence=Presence(sender),
    )
    return Application(
        bot=bot,
        request=request,
        queries=queries,
        answering=answering,
        outbox=outbox,
        menus=menus,
        patience=patience,
    )


def _id(update: Raw) -> int:
    number = update["update_id"]
    assert isinstance(number, int)
    return number
