"""Our own connections to Telegram: kept, renewed, encrypted, tunnelled; and what a failure means."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram.error import NetworkError

from bot.delivery.reaching import trusted
from bot.delivery.trouble import understood
from bot.delivery.wire import CONNECTIONS, Wire, watched
from bot.errors import SettingsError
from tests.bot.delivery.serving import CLOSING, OK, Proxy, Server, certified

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'd\r\n{"ok": true, \r\nd\r\n"result": 42}\r\n0\r\n\r\n'
)
BODY = b'{"ok": true, "result": 42}'


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    serving = Server()
    async with await serving.start():
        yield serving


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    tunnelling = Proxy()
    async with await tunnelling.start():
        yield tunnelling


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    opened = Wire(0.3)
    async with opened:
        yield opened


def address(server: Server, *, scheme: str = "http", host: str = "127.0.0.1") -> str:
    return f"{scheme}://{host}:{server.port}/bot1:x/getMe"


async def verdict(wire: Wire, url: str, *, connect_timeout: float = 5.0, pool_timeout: float = 5.0) -> str:
    with pytest.raises(NetworkError) as caught:
        await wire.post(url, connect_timeout=connect_timeout, pool_timeout=pool_timeout)
    return understood(caught.value).verdict


async def test_one_connection_serves_one_request_after_the_other(server: Server, wire: Wire) -> None:
    for _ in range(3):
        assert await wire.do_request(address(server), "POST") == (200, BODY)

    assert server.connections == 1


async def test_a_connection_that_the_server_closed_is_replaced(server: Server, wire: Wire) -> None:
    server.answers = [CLOSING, OK]
    for _ in range(2):
        assert await wire.do_request(address(server), "POST") == (200, BODY)

    assert server.connections == 2


async def test_what_was_idle_for_long_is_not_trusted(
    server: Server, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.connections.KEPT_SECONDS", -1.0)
    for _ in range(2):
        assert await wire.do_request(address(server), "POST") == (200, BODY)

    assert server.connections == 2


async def test_an_answer_in_pieces_is_put_together(server: Server, wire: Wire) -> None:
    server.answers = [CHUNKED]

    assert await wire.do_request(address(server), "POST") == (200, BODY)


async def test_a_connection_cut_before_the_answer_leaves_it_open_what_happened(
    server: Server, wire: Wire
) -> None:
    server.answers = [None]
    assert await verdict(wire, address(server)) == "perhaps sent"
    server.answers = [OK[:-5], None]
    assert await verdict(wire, address(server)) == "perhaps sent"


async def test_when_all_are_busy_nothing_was_sent(server: Server, wire: Wire) -> None:
    server.pause = 0.2
    busy = [asyncio.create_task(wire.do_request(address(server), "POST")) for _ in range(CONNECTIONS)]
    await asyncio.sleep(0.05)

    assert await verdict(wire, address(server), pool_timeout=0.01) == "not sent"
    assert await asyncio.gather(*busy) == [(200, BODY)] * CONNECTIONS


async def test_what_cannot_be_written_down_first_is_not_sent(server: Server, wire: Wire) -> None:
    def disk_full() -> None:
        raise OSError("disk full")

    with watched(disk_full):
        assert await verdict(wire, address(server)) == "not sent"

    assert server.heard == []


async def test_it_is_written_down_before_the_first_byte_leaves(server: Server, wire: Wire) -> None:
    arrived_when_told: list[int] = []
    with watched(lambda: arrived_when_told.append(len(server.heard))):
        await wire.do_request(address(server), "POST")

    assert (arrived_when_told, len(server.heard)) == ([0], 1)


async def test_where_one_address_does_not_answer_the_next_is_tried_and_remembered(
    server: Server, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers = [CLOSING]
    told: list[list[tuple[object, ...]]] = []

    def two_addresses(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        usual = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        told.append([(*usual, ("127.0.0.2", 1)), (*usual, ("127.0.0.1", port))])
        return told[-1]

    monkeypatch.setattr(socket, "getaddrinfo", two_addresses)
    for _ in range(2):
        assert await wire.do_request(address(server, host="api.example"), "POST") == (200, BODY)

    assert [each[4] for each in told[1]] == [("127.0.0.1", server.port), ("127.0.0.2", 1)], "as it tried them"


async def test_speaks_tls_with_whom_it_trusts_and_with_nobody_else(
    proxy: Proxy, wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = certified(tmp_path)
    if found is None:
        pytest.skip("needs openssl")
    context, certificate = found
    server = Server()
    async with await server.start(context):
        url = address(server, scheme="https", host="localhost")
        trusted.cache_clear()
        assert await verdict(wire, url) == "not sent"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        trusted.cache_clear()
        assert await wire.do_request(url, "POST") == (200, BODY)
        async with Wire(0.3, proxy=f"http://ann:p%40ss@127.0.0.1:{proxy.port}") as behind:
            assert await behind.do_request(url, "POST") == (200, BODY)
            assert await behind.do_request(url, "POST") == (200, BODY)
    trusted.cache_clear()

    (head,) = proxy.heads
    assert head.startswith(f"CONNECT localhost:{server.port} HTTP/1.1\r\n")
    assert "Proxy-Authorization: Basic YW5uOnBAc3M=" in head
    assert "bot1:x" not in head, "a proxy sees no token"


@pytest.mark.parametrize(("status", "seconds"), [(407, 5.0), (0, 0.05)])
async def test_a_proxy_that_refuses_or_is_silent_has_sent_nothing(
    server: Server, proxy: Proxy, status: int, seconds: float
) -> None:
    proxy.status = status
    async with Wire(0.3, proxy=f"http://127.0.0.1:{proxy.port}") as behind:
        assert await verdict(behind, address(server), connect_timeout=seconds) == "not sent"

    assert server.connections == 0


def test_a_proxy_of_another_kind_is_said_without_its_password() -> None:
    with pytest.raises(SettingsError, match="needed an HTTP proxy") as caught:
        Wire(0.3, proxy="socks5://ann:secret@127.0.0.1:1080")

    assert "secret" not in str(caught.value)
