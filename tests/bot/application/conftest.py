"""A bot within the test's own loop, on a small published run."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from bot.application import Application, Patience, build_application
from bot.delivery.limits import Limits
from bot.queries import Queries
from bot.replies import Asker, Chart, Reply
from bot.settings import BotSettings
from store.results import Results
from store.state import State
from tests.standin import TOKEN, Standin
from tests.store.publishing import publish_small

OWNER, RETENTION, SUPPORT, STRANGER, GROUP = 11, 12, 13, 99, -500
FAST = Limits(per_second=10_000, burst=10_000, chat_per_second=10_000, chat_burst=10_000)
HURRY = Patience(read_seconds=0.3, first_retry_seconds=0.01, drain_seconds=2.0)
SETTINGS = BotSettings(
    token=TOKEN, owners=(OWNER,), retention=(RETENTION,), support=(SUPPORT,), groups=(GROUP,)
)
EMPTY = MappingProxyType[str, object]({})


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_small(tmp_path_factory.mktemp("published"))


@pytest.fixture
def standin() -> Iterator[Standin]:
    with Standin() as running:
        yield running


@pytest.fixture
def queries(published: Path, tmp_path: Path) -> Iterator[Queries]:
    state, results = State(tmp_path / "matinee.db"), Results(published)
    yield Queries(results, state)
    results.close()
    state.close()


async def no_artist(chart: Chart) -> bytes:
    raise AssertionError(f"nobody asked for {chart.title}")


def built(
    standin: Standin, queries: Queries, settings: BotSettings = SETTINGS, limits: Limits = FAST
) -> Application:
    settings = replace(settings, api_root=standin.root)
    return build_application(settings, queries, no_artist, limits=limits, patience=HURRY)


@asynccontextmanager
async def running(application: Application) -> AsyncIterator[None]:
    """The bot at work; stopped properly afterwards."""
    stop = asyncio.Event()
    task = asyncio.create_task(application.run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


async def until(true: Callable[[], object]) -> None:
    """Let the bot work until something holds."""
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came true")


@pytest.fixture
def bot(standin: Standin, queries: Queries) -> Application:
    return built(standin, queries)


def answering(monkeypatch: pytest.MonkeyPatch, reply: Reply | Exception) -> list[str]:
    """Let every command answer the same; returns the lines asked."""
    asked: list[str] = []

    def answer(line: str, asker: Asker, queries: Queries) -> Reply | None:
        asked.append(line)
        if isinstance(reply, Exception):
            raise reply
        return None if asker.role == "stranger" else reply

    monkeypatch.setattr("bot.application.answering.answer", answer)
    return asked
