"""Our bot as ``benchmarks.soak`` starts it: like ``matinee serve``, but its limits may be lifted."""

import asyncio
import signal
import sys
from contextlib import closing
from pathlib import Path

from bot.application import build_application
from bot.charts import ChartWorker
from bot.delivery.limits import Limits
from bot.queries import Queries
from bot.settings import BotSettings
from store.results import Results
from store.state import State

CHATS = range(1000, 1100)
LIFTED = Limits(per_second=1e6, burst=1000, chat_per_second=1e6, chat_burst=1000)


async def answer(folder: Path, token: str, root: str, *, limits: Limits) -> None:
    """Answer until SIGTERM."""
    settings = BotSettings(token=token, api_root=root, retention=tuple(CHATS))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with (
        closing(State(folder / "matinee.db")) as state,
        closing(Results(folder / "results.db")) as results,
        ChartWorker() as charts,
    ):
        queries = Queries(results, state)
        await build_application(settings, queries, charts.draw_async, limits=limits).run(stop)


if __name__ == "__main__":
    folder, token, root, limits = sys.argv[1:]
    asyncio.run(answer(Path(folder), token, root, limits=LIFTED if limits == "lifted" else Limits()))
