"""HTTP/1.1 to one place: h11 speaks it, asyncio carries it.

httpx, which the Telegram library would use, takes 0.7 ms of processor time for a request, this 0.1 ms;
finding an answer takes about 0.5 ms.
"""

import asyncio
import select
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import h11

from bot.delivery.reaching import Place

# A server closes what is idle for long, and what is sent at that very moment is neither sent nor not sent.
KEPT_SECONDS = 15.0
_READ_BYTES = 65_536


class NeverLeftError(OSError):
    """No byte of a request was handed to the network."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """Seconds.

    Attributes:
        connect: For a connection, TLS and proxy included.
        pool: For one to become free.
        write, read: For what is sent to have left, and for the whole answer.
    """

    connect: float
    pool: float
    write: float
    read: float


class Connection:
    """One connection; an exchange that fails leaves it closed."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._protocol = h11.Connection(h11.CLIENT)
        self._used = time.monotonic()

    @property
    def fresh(self) -> bool:
        """Whether the other side still listens, as far as can be known."""
        if self._writer.is_closing() or self._reader.at_eof() or time.monotonic() - self._used > KEPT_SECONDS:
            return False
        # The end of the connection may wait in the socket while the loop was busy.
        waiting = select.poll()
        waiting.register(self._writer.get_extra_info("socket"), select.POLLIN)
        return not waiting.poll(0)

    async def exchange(
        self, request: h11.Request, body: bytes, left: Callable[[], None], patience: Patience
    ) -> tuple[int, bytes]:
        """Send a request and read its answer.

        Args:
            request: Method, target and headers.
            body: May be empty.
            left: Called at the last moment before the first byte is handed over.
            patience: How long.

        Returns:
            Status and body.

        Raises:
            NeverLeftError: ``left`` failed.
            TimeoutError, OSError, h11.ProtocolError: perhaps it arrived, perhaps not.
        """
        speak = self._protocol.send
        parts = [speak(request), speak(h11.Data(data=body)) if body else b"", speak(h11.EndOfMessage())]
        whole = b"".join(part for part in parts if part)
        try:
            left()
        except Exception as error:
            raise NeverLeftError(f"it could not be written down first: {error!r}") from error
        self._writer.write(whole)
        async with asyncio.timeout(patience.write):
            await self._writer.drain()
        async with asyncio.timeout(patience.read):
            return await self._answer()

    async def _answer(self) -> tuple[int, bytes]:
        status, parts = 0, []
        while True:
            event = self._protocol.next_event()
            if event is h11.NEED_DATA:
                self._protocol.receive_data(await self._reader.read(_READ_BYTES))
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                parts.append(event.data)
            elif isinstance(event, h11.EndOfMessage):
                self._used = time.monotonic()
                return status, b"".join(parts)

    def again(self) -> bool:
        """Get ready for the next exchange; False where there can be none."""
        if self._protocol.our_state is h11.DONE and self._protocol.their_state is h11.DONE:
            self._protocol.start_next_cycle()
            return True
        return False

    def close(self) -> None:
        """At once; nothing is waited for."""
        self._writer.transport.abort()

    async def closed(self) -> None:
        """Close it and wait until it is."""
        self.close()
        with suppress(OSError):
            await self._writer.wait_closed()


class Connections:
    """Connections to one server, kept open for the next request, at most so many at once."""

    def __init__(self, place: Place, *, most: int) -> None:
        self._place = place
        self._free = asyncio.Semaphore(most)
        self._idle: list[Connection] = []

    async def ask(
        self, request: h11.Request, body: bytes, left: Callable[[], None], patience: Patience
    ) -> tuple[int, bytes]:
        """Send a request over a free connection and read its answer.

        Raises:
            NeverLeftError: nothing was sent.
            TimeoutError, OSError, h11.ProtocolError: perhaps it was.
        """
        try:
            async with asyncio.timeout(patience.pool):
                await self._free.acquire()
        except TimeoutError as error:
            raise NeverLeftError("all connections are busy") from error
        try:
            connection = self._kept() or await self._new(patience.connect)
            answer = None
            try:
                answer = await connection.exchange(request, body, left, patience)
            finally:
                if answer is not None and connection.again():
                    self._idle.append(connection)
                else:
                    connection.close()
        finally:
            self._free.release()
        return answer

    async def close(self) -> None:
        """Close what is idle."""
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.closed()

    def _kept(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.fresh:
                return connection
            connection.close()
        return None

    async def _new(self, seconds: float) -> Connection:
        try:
            async with asyncio.timeout(seconds):
                return Connection(*await self._place.opened())
        except TimeoutError as error:
            raise NeverLeftError("no connection in time") from error
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            raise NeverLeftError(f"no connection: {error!r}") from error
