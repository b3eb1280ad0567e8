"""An event loop whose clock jumps to whatever is waited for: waits are exact, and cost no time.

Only for what waits for the clock alone; a loop that also waits for sockets would find them late.
"""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

P = ParamSpec("P")


class VirtualTime(asyncio.SelectorEventLoop):
    """Sleeps by setting its clock."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 1_000.0
        selector = self._selector  # type: ignore[attr-defined]  # BaseSelectorEventLoop's own
        really_select = selector.select

        def select(timeout: float | None = None) -> Any:
            self._now += timeout or 0.0
            return really_select(None if timeout is None else 0)

        selector.select = select

    def time(self) -> float:
        """Seconds on the virtual clock."""
        return self._now


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an async test on such a loop."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=VirtualTime) as runner:
            runner.run(test(*args, **kwargs))

    return run
