"""From the name of a server to an open connection: addresses, proxy, TLS."""

import asyncio
import socket
import ssl
from base64 import b64encode
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import SplitResult, unquote, urlsplit

import httpx

# Where one address of a host does not answer, as IPv6 behind a router that knows none, the next is tried.
ADDRESS_SECONDS = 2.0
_PORTS = {"http": 80, "https": 443}

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Place:
    """A server, and the proxy on the way to it.

    Attributes:
        scheme: ``http`` or ``https``.
        port: None for the usual one of the scheme.
        proxy: Address of an HTTP proxy; None to go directly.
    """

    scheme: str
    host: str
    port: int | None = None
    proxy: str | None = None
    _answered: object = field(default=None, init=False)

    async def opened(self) -> Streams:
        """A connection, as far as the first byte of a request.

        Raises:
            OSError, EOFError, asyncio.LimitOverrunError: there is none.
        """
        port = self.port or _PORTS[self.scheme]
        if self.proxy is not None:
            return await self._through(urlsplit(self.proxy), port)
        connected = await self._reached(self.host, port)
        name, context = (self.host, trusted()) if self._tls else (None, None)
        return await asyncio.open_connection(sock=connected, ssl=context, server_hostname=name)

    @property
    def _tls(self) -> bool:
        return self.scheme == "https"

    async def _through(self, proxy: SplitResult, port: int) -> Streams:
        """A tunnel; proxies know it for what is encrypted, and most for any other port too."""
        connected = await self._reached(proxy.hostname or "", proxy.port or _PORTS["http"])
        reader, writer = await asyncio.open_connection(sock=connected)
        place = f"{self.host}:{port}"
        try:
            writer.write(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n{_shown(proxy)}\r\n".encode())
            _check((await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0].decode("latin-1"))
            if self._tls:
                await writer.start_tls(trusted(), server_hostname=self.host)
        except BaseException:
            writer.transport.abort()
            raise
        return reader, writer

    async def _reached(self, host: str, port: int) -> socket.socket:
        """A connected socket; the address that answered last time comes first."""
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )
        found.sort(key=lambda each: each[4] != self._answered)
        for family, _, _, _, address in found[:-1]:
            try:
                async with asyncio.timeout(ADDRESS_SECONDS):
                    return await self._tried(family, address)
            except OSError:
                continue
        family, _, _, _, address = found[-1]
        return await self._tried(family, address)

    async def _tried(self, family: int, address: tuple[object, ...]) -> socket.socket:
        tried = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            tried.setblocking(False)  # noqa: FBT003  # the library's own
            await asyncio.get_running_loop().sock_connect(tried, address)
        except BaseException:
            tried.close()
            raise
        self._answered = address
        return tried


@cache
def trusted() -> ssl.SSLContext:
    """Whom to believe: as httpx does it, ``SSL_CERT_FILE`` included."""
    return httpx.create_ssl_context()


def _check(said: str) -> None:
    if said.split()[1:2] != ["200"]:
        raise OSError(f"the proxy says {said!r}")


def _shown(proxy: SplitResult) -> str:
    """The proxy's password, where it wants one."""
    if proxy.username is None:
        return ""
    words = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return f"Proxy-Authorization: Basic {b64encode(words.encode()).decode()}\r\n"
