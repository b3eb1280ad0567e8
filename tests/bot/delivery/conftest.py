"""A stand-in, a state and a sender for each test."""

import base64
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.delivery.buttons import Buttons
from bot.delivery.limits import Limiter, Limits
from bot.delivery.pictures import PictureStock
from bot.delivery.requests import Requests
from bot.delivery.sender import Sender
from bot.delivery.wire import Wire
from bot.queries import utc_now
from bot.replies import Chart
from store.state import State
from tests.standin import TOKEN, Standin

FAST = Limits(per_second=10_000, burst=10_000, chat_per_second=10_000, chat_burst=10_000)
READ_SECONDS = 0.3
BLANK = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Artist:
    """Draws the same PNG for everything, and counts."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.broken = False

    async def draw(self, chart: Chart) -> bytes:
        if self.broken:
            raise RuntimeError("no brush")
        self.drawn.append(chart.title)
        return BLANK + chart.title.encode()


@pytest.fixture
def standin() -> Iterator[Standin]:
    with Standin() as running:
        yield running


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State(tmp_path / "matinee.db")
    yield opened
    opened.close()


@pytest.fixture
def artist() -> Artist:
    return Artist()


@pytest.fixture
async def sender(standin: Standin, artist: Artist) -> AsyncIterator[Sender]:
    request = Wire(READ_SECONDS)
    bot = Bot(TOKEN, base_url=f"{standin.root}/bot", request=request, get_updates_request=request)
    await bot.initialize()
    requests = Requests(bot, PictureStock(artist.draw))
    yield Sender(requests, Limiter(FAST), first_wait_seconds=0.01)
    await bot.shutdown()


@pytest.fixture
def buttons(state: State) -> Buttons:
    return Buttons(state, utc_now)
