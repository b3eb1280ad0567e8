"""The connections to Telegram, and the moment at which a request has left us."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpx
from telegram.request import HTTPXRequest

# Eight for what is sent, the poll, and a few for spinners, menus and signs of life.
CONNECTIONS = 14
CONNECT_SECONDS = 5.0
# Waiting for a free connection is the normal case under load, not an error.
POOL_SECONDS = 60.0

_LEFT: ContextVar[Callable[[], None] | None] = ContextVar("left", default=None)


@contextmanager
def watched(left: Callable[[], None]) -> Iterator[None]:
    """Call ``left`` when the last byte of a request that is made inside was handed to the network.

    Before that moment a killed process has sent nothing that Telegram would act upon, afterwards everything.
    It is written down at that moment and neither sooner nor later, because between a note and the request
    other chats may be busy for milliseconds, and a crash there would lose an answer or give it twice.
    """
    token = _LEFT.set(left)
    try:
        yield
    finally:
        _LEFT.reset(token)


def open_wire(read_seconds: float) -> HTTPXRequest:
    """Connections to Telegram for everything, the poll included.

    Args:
        read_seconds: For Telegram's answer; without one by then, what was sent counts as perhaps sent.
    """
    return HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        read_timeout=read_seconds,
        write_timeout=read_seconds,
        connect_timeout=CONNECT_SECONDS,
        pool_timeout=POOL_SECONDS,
        httpx_kwargs={"event_hooks": {"request": [_watch]}},
    )


async def _watch(request: httpx.Request) -> None:
    left = _LEFT.get()
    if left is None:
        return

    async def trace(event: str, _details: object) -> None:
        if event.endswith("send_request_body.complete"):
            left()

    request.extensions = {**request.extensions, "trace": trace}
