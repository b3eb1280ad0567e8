"""Charts are drawn in a process of their own, begun with the first one, so that answering stays light."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from threading import Lock
from types import TracebackType
from typing import Self

from bot.replies import Chart


def _draw(chart: Chart, dark: bool) -> bytes:  # noqa: FBT001 - handed over by position to the worker
    # Imported here because this runs in the worker: matplotlib must never come into the answering process.
    from bot.drawing import draw  # noqa: PLC0415

    return draw(chart, dark=dark)


class ChartWorker:
    """One worker process, started when the first chart is asked for and again when it has died.

    It is spawned, not forked: a fork would copy the answering process's threads' locks.
    """

    def __init__(self, *, dark: bool = False) -> None:
        self._dark = dark
        self._pool: ProcessPoolExecutor | None = None
        self._lock = Lock()

    def draw(self, chart: Chart) -> bytes:
        """The chart as a PNG; waits for it."""
        pool = self._running()
        try:
            return pool.submit(_draw, chart, self._dark).result()
        except BrokenProcessPool:
            self._drop(pool)
            return self._running().submit(_draw, chart, self._dark).result()

    async def draw_async(self, chart: Chart) -> bytes:
        """The chart as a PNG; others are answered meanwhile."""
        pool = self._running()
        try:
            return await asyncio.wrap_future(pool.submit(_draw, chart, self._dark))
        except BrokenProcessPool:
            self._drop(pool)
            return await asyncio.wrap_future(self._running().submit(_draw, chart, self._dark))

    def close(self) -> None:
        """End the worker; a chart asked for later starts another."""
        if self._pool is not None:
            self._drop(self._pool)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _running(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
            return self._pool

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        """Let go of a pool; one whose process was killed refuses everything for ever."""
        with self._lock:
            if self._pool is pool:
                self._pool = None
        pool.shutdown(cancel_futures=True)
