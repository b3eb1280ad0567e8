"""Each chat's updates one after the other, the chats side by side."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

LOG = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


class Lanes:
    """A lane for each chat, a task for each lane that has something in it.

    A lane that waits for its turn to send costs nothing, so its number is not bounded here; how many requests
    are under way at once is the connection pool's business. But lanes set out one by one, and between two of
    them the loop looks at the network: of a hundred who ask at once, the first has his answer while that of
    the last is not begun.
    """

    def __init__(self, *, most_waiting: int = 1000) -> None:
        self._lanes: dict[int, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._next: deque[int] = deque()
        self._setting_out = False
        self._most = most_waiting
        self._depth = 0
        self._room = asyncio.Event()
        self._room.set()

    @property
    def depth(self) -> int:
        """What was put in and is not done."""
        return self._depth

    def put(self, lane: int, work: Work) -> None:
        """Do this when everything before it in the lane is done."""
        self._depth += 1
        if self._depth >= self._most:
            self._room.clear()
        if lane in self._lanes:
            self._lanes[lane].append(work)
            return
        self._lanes[lane] = deque([work])
        self._next.append(lane)
        if not self._setting_out:
            self._set_out()

    async def room(self) -> None:
        """Wait until more may be put in, so that a flood waits at Telegram and not in our memory."""
        await self._room.wait()

    async def drain(self, seconds: float) -> int:
        """Let everything finish, for so long; then stop it.

        Returns:
            How much was left undone.
        """
        while self._next:
            self._begin(self._next.popleft())
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = self._depth
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return left

    def _set_out(self) -> None:
        self._setting_out = bool(self._next)
        if self._next:
            self._begin(self._next.popleft())
            asyncio.get_running_loop().call_soon(self._set_out)

    def _begin(self, lane: int) -> None:
        task = asyncio.create_task(self._walk(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _walk(self, lane: int) -> None:
        works = self._lanes[lane]
        try:
            while works:
                await self._do(works.popleft())
        finally:
            self._depth -= len(works)
            del self._lanes[lane]

    async def _do(self, work: Work) -> None:
        try:
            await work()
        except Exception:
            LOG.exception("An update could not be handled")
        finally:
            self._depth -= 1
            if self._depth < self._most:
                self._room.set()
