"""Asking Telegram for updates, and keeping each before Telegram may forget it."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from urllib.parse import urlencode

from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.application.updates import KINDS
from bot.delivery.trouble import understood
from bot.delivery.wire import Wire, watched

LOG = logging.getLogger(__name__)

POLL_SECONDS = 30
# The answer to a long poll comes at its end; the network gets a little longer.
READ_SECONDS = POLL_SECONDS + 10.0
BATCH = 100
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
# A process that was killed may still be polling as far as Telegram knows; a second one is polling for good.
MOST_CONFLICTS = 3
CONFLICT_WAIT_SECONDS = 1.0

Raw = dict[str, object]


class StoppedError(Exception):
    """Polling cannot go on; the words say why and what to do."""


@dataclass
class Poller:
    """Polls until cancelled.

    Attributes:
        base_url: Of the Bot API with the token in it.
        receive: Keeps a batch; when it returns, Telegram may forget the updates.
        alive: Called after each poll that Telegram answered.
    """

    base_url: str
    request: Wire
    receive: Callable[[list[Raw]], Awaitable[None]]
    alive: Callable[[], None]
    _offset: int = 0
    _confirmed: int = 0
    _failures: int = 0
    _conflicts: list[float] = field(default_factory=list)

    async def run(self) -> None:
        """Poll for ever.

        Raises:
            StoppedError: another process polls for the same bot, or the token is refused.
        """
        while True:
            try:
                await self._poll(POLL_SECONDS, READ_SECONDS)
            except Conflict as error:
                await self._conflict(error)
            except InvalidToken as error:
                raise StoppedError(
                    "Telegram refuses the token. Was it revoked? Ask @BotFather for the valid one (/token)."
                ) from error
            except TelegramError as error:
                await self._unreachable(error)
            except Exception:
                # What could not be kept is not confirmed, so Telegram will bring it again.
                LOG.exception("Updates could not be kept; trying again")
                await asyncio.sleep(LONGEST_WAIT_SECONDS / 10)

    async def confirm(self) -> None:
        """Tell Telegram that the last batch is kept, so that it does not come once more."""
        if self._offset == self._confirmed:
            return
        try:
            await self._ask(0, 3.0, 1)
        except TelegramError as error:
            LOG.info("The last updates could not be confirmed; they will come once more: %s", error)

    async def _poll(self, seconds: int, read_seconds: float) -> None:
        batch = await self._ask(seconds, read_seconds, BATCH)
        if self._failures:
            LOG.warning("Telegram answers again.")
            self._failures = 0
        self.alive()
        if batch:
            # What is being kept is kept to the end, or it would have to come once more.
            await finished(self._keep(batch))

    async def _keep(self, batch: list[Raw]) -> None:
        await self.receive(sorted(batch, key=_number))
        self._offset = max(self._offset, *(_number(update) + 1 for update in batch))

    async def _ask(self, seconds: int, read_seconds: float, limit: int) -> list[Raw]:
        asked = {"offset": self._offset, "timeout": seconds, "limit": limit, "allowed_updates": _KINDS}
        address = f"{self.base_url}/getUpdates?{urlencode(asked)}"
        with watched(self._left):
            answer = await self.request.retrieve(address, read_timeout=read_seconds)
        try:
            return list(json.loads(answer)["result"])
        except (ValueError, KeyError, TypeError) as error:
            raise NetworkError(f"unreadable answer to getUpdates: {error!r}") from error

    def _left(self) -> None:
        """The offset is under way to Telegram, and what came before it is confirmed."""
        self._confirmed = self._offset

    async def _conflict(self, error: Conflict) -> None:
        now = asyncio.get_running_loop().time()
        self._conflicts = [*(at for at in self._conflicts if now - at < 60), now]
        if len(self._conflicts) >= MOST_CONFLICTS:
            raise StoppedError(
                "Another process polls for this bot, and two would take each other's questions away, "
                "so this one stops. Stop the other one, or give this one a bot of its own."
            ) from error
        LOG.warning("Another process polls for this bot (409); trying again, it may be ending.")
        await asyncio.sleep(CONFLICT_WAIT_SECONDS)

    async def _unreachable(self, error: TelegramError) -> None:
        if not self._failures:
            LOG.warning(
                "Telegram cannot be reached (%s); trying again until it can.", understood(error).words
            )
        self._failures += 1
        wait = min(FIRST_WAIT_SECONDS * 2 ** min(self._failures - 1, 10), LONGEST_WAIT_SECONDS)
        if isinstance(error, RetryAfter):
            wait = understood(error).after_seconds
        await asyncio.sleep(wait)


async def finished(work: Coroutine[None, None, None]) -> None:
    """Do it to the end even when cancelled meanwhile; the cancellation comes afterwards."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


_KINDS = json.dumps(KINDS)


def _number(update: Raw) -> int:
    number = update.get("update_id")
    return number if isinstance(number, int) else 0
