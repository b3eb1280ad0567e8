"""The Telegram library's requests over our own connections, and the moment at which one leaves us."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import urlsplit

import h11
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.delivery.connections import Connections, NeverLeftError, Patience
from bot.delivery.reaching import Place
from bot.errors import SettingsError

# Eight for what is sent, the poll, and a few for spinners, menus and signs of life.
CONNECTIONS = 14
CONNECT_SECONDS = 10.0
# Waiting for a free connection is the normal case under load, not an error.
POOL_SECONDS = 60.0
# A file of megabytes on a slow line.
FILE_SECONDS = 120.0


def _nothing() -> None:
    """Nobody watches."""


_LEAVES: ContextVar[Callable[[], None]] = ContextVar("leaves", default=_nothing)


@contextmanager
def watched(leaves: Callable[[], None]) -> Iterator[None]:
    """Call ``leaves`` when a request that is made inside is about to be handed to the network.

    Nothing comes between the two, no other chat and no waiting: a process killed before has sent nothing, and
    one killed afterwards all of it.
    """
    token = _LEAVES.set(leaves)
    try:
        yield
    finally:
        _LEAVES.reset(token)


class Wire(BaseRequest):
    """Connections to Telegram for everything, the poll included.

    Args:
        read_seconds: For Telegram's answer; without one by then, what was sent counts as perhaps sent.
        proxy: Address of an HTTP proxy; None to go directly.

    Raises:
        SettingsError: it is a proxy of another kind.
    """

    def __init__(self, read_seconds: float, *, proxy: str | None = None) -> None:
        self._read_seconds = read_seconds
        if proxy is not None and not proxy.startswith("http://"):
            # Not echoed: there may be a password in it.
            raise SettingsError(
                "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names another kind of proxy than I know; "
                "needed an HTTP proxy, like http://proxy.example.org:3128"
            )
        self._proxy = proxy
        self._places: dict[str, Connections] = {}

    @property
    def read_timeout(self) -> float:
        """Seconds for an answer where a request does not say otherwise."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Nothing is opened before it is needed."""

    async def shutdown(self) -> None:
        """Close all connections."""
        places, self._places = self._places, {}
        for connections in places.values():
            await connections.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_: object,
        **seconds: object,
    ) -> tuple[int, bytes]:
        """Make a request.

        Returns:
            Status and body.

        Raises:
            TimedOut, NetworkError: caused by a ``NeverLeftError`` where nothing was sent.
        """
        described, body = _written(url, request_data)
        files = request_data is not None and request_data.contains_files
        patience = Patience(
            connect=_asked(seconds.get("connect_timeout"), CONNECT_SECONDS),
            pool=_asked(seconds.get("pool_timeout"), POOL_SECONDS),
            write=_asked(seconds.get("write_timeout"), FILE_SECONDS if files else self._read_seconds),
            read=_asked(seconds.get("read_timeout"), self._read_seconds),
        )
        place = urlsplit(url)
        request = h11.Request(
            method=method,
            target=f"{place.path}?{place.query}" if place.query else place.path,
            headers=[("Host", place.netloc), ("User-Agent", self.USER_AGENT), *described],
        )
        try:
            return await self._connections(place.scheme, place.netloc).ask(
                request, body, _LEAVES.get(), patience
            )
        except TimeoutError as error:
            raise TimedOut from error
        except NeverLeftError as error:
            raise NetworkError(str(error)) from error
        except (OSError, h11.ProtocolError) as error:
            raise NetworkError(f"{type(error).__name__}: {error}") from error

    def _connections(self, scheme: str, netloc: str) -> Connections:
        known = self._places.get(netloc)
        if known is None:
            server = urlsplit(f"{scheme}://{netloc}")
            place = Place(scheme, server.hostname or "", server.port, self._proxy)
            known = self._places[netloc] = Connections(place, most=CONNECTIONS)
        return known


def _written(url: str, words: RequestData | None) -> tuple[list[tuple[str, str]], bytes]:
    """What is sent, and the headers that describe it."""
    if words is None:
        return [], b""
    if words.contains_files:
        form = httpx.Request("POST", url, data=words.json_parameters, files=words.multipart_data)
        kind, body = form.headers["Content-Type"], form.read()
    else:
        kind, body = "application/json", words.json_payload
    return [("Content-Type", kind), ("Content-Length", str(len(body)))], body


def _asked(asked: object, usual: float) -> float:
    """What was asked for; the library marks “nothing” by an object of its own."""
    return asked if isinstance(asked, int | float) else usual
