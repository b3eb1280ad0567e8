"""Being called by Telegram instead of asking: by choice, behind a proxy that speaks TLS."""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from telegram import Bot

from bot.application.updates import KINDS

LOG = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name
CALLS_AT_ONCE = 8
MOST_BYTES = 1_000_000
READ_SECONDS = 10.0

Raw = dict[str, object]
Receive = Callable[[list[Raw]], Awaitable[None]]


def secret_of(token: str) -> str:
    """What Telegram shows at each call; only who has the token can know it."""
    return hmac.new(token.encode(), b"webhook secret", hashlib.sha256).hexdigest()


def path_of(token: str) -> str:
    """Where Telegram calls; nobody guesses it."""
    return "/" + hmac.new(token.encode(), b"webhook path", hashlib.sha256).hexdigest()[:32]


class Webhook:
    """A small HTTP server for one path; acknowledges an update once it is kept."""

    def __init__(self, bot: Bot, receive: Receive) -> None:
        self._bot = bot
        self._receive = receive
        self._server: asyncio.Server | None = None

    async def open(self, url: str, listen: tuple[str, int]) -> None:
        """Listen, then tell Telegram where.

        Args:
            url: The public address of the proxy.
            listen: Host and port, where the proxy passes calls on to.

        Raises:
            OSError: the port is taken.
            TelegramError: Telegram refuses the address, or cannot be reached.
        """
        self._server = await asyncio.start_server(self._call, *listen, limit=MOST_BYTES)
        await self._bot.set_webhook(
            url + path_of(self._bot.token),
            secret_token=secret_of(self._bot.token),
            allowed_updates=list(KINDS),
            max_connections=CALLS_AT_ONCE,
            drop_pending_updates=False,
        )
        LOG.info("Telegram calls %s, passed on to %s:%d.", url, *self.address)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()[:2]
        return str(host), int(port)

    async def close(self) -> None:
        """Take no more calls; Telegram keeps what comes now and calls again."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            status = await asyncio.wait_for(self._answer(reader), READ_SECONDS)
        except (TimeoutError, ValueError, EOFError, asyncio.LimitOverrunError):
            status = HTTPStatus.BAD_REQUEST
        except Exception:
            # Not acknowledged, so Telegram brings it again.
            LOG.exception("An update could not be kept")
            status = HTTPStatus.INTERNAL_SERVER_ERROR
        line = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        try:
            writer.write(line.encode("ascii"))
            await writer.drain()
        except ConnectionError:
            LOG.info("A caller hung up before it was answered")
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> HTTPStatus:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request, *lines = head.split("\r\n")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines if line)
        }
        method, path, *_ = request.split(" ")
        shown = headers.get(SECRET_HEADER.lower(), "")
        token = self._bot.token
        # A proxy may pass the whole path of the public address on, or what it has not used up itself.
        known = hmac.compare_digest(f"/{path.rpartition('/')[2]}".encode(), path_of(token).encode())
        if not hmac.compare_digest(shown.encode(), secret_of(token).encode()) or not known:
            return HTTPStatus.NOT_FOUND
        size = int(headers.get("content-length", "0"))
        if method != "POST" or not 0 < size <= MOST_BYTES:
            return HTTPStatus.BAD_REQUEST
        update = json.loads(await reader.readexactly(size))
        if not isinstance(update, dict):
            return HTTPStatus.BAD_REQUEST
        await self._receive([update])
        return HTTPStatus.OK
