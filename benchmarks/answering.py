"""The process that answers, by itself: asks lines from standard input, prints times and memory as JSON.

Started by ``benchmarks.questions``. It imports what ``matinee serve`` does and nothing that learns.
"""

import gc
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import jobs.serve  # noqa: F401  # what the serving process holds in memory too
from bot.commands import answer
from bot.queries import Queries
from bot.replies import Asker
from store.results import Results
from store.state import State

LEARNING = ("numpy", "pandas", "sklearn", "lightgbm", "scipy", "nltk", "joblib")
Asked = tuple[str, Sequence[str]]


def main() -> None:
    path, now = sys.argv[1:]
    asked: list[Asked] = json.load(sys.stdin)
    moment = datetime.fromisoformat(now).astimezone(UTC)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(State(Path(folder) / "matinee.db")) as state,
        closing(Results(Path(path))) as results,
    ):
        queries = Queries(results, state, lambda: moment)
        first = _milliseconds("how many customers", 0, queries)
        warm = _times(asked, queries, cold=False)
        peak_warm = _peak()
        cold = _times(asked, queries, cold=True)
    loaded = [name for name in LEARNING if name in sys.modules]
    found = {
        "first": first,
        "warm": warm,
        "cold": cold,
        "peak_warm": peak_warm,
        "peak": _peak(),
        "loaded": loaded,
    }
    json.dump(found, sys.stdout)


def _times(asked: Sequence[Asked], queries: Queries, *, cold: bool) -> list[float]:
    """CPU milliseconds of each question in a chat of its own; cold: as the first one after a publish."""
    times = []
    for chat_id, (line, after) in enumerate(asked, 1 + 10_000 * cold):
        for before in after:
            _milliseconds(before, chat_id, queries)
        if cold:
            queries.results.close()
            gc.collect()
        times.append(_milliseconds(line, chat_id, queries))
    return times


def _milliseconds(line: str, chat_id: int, queries: Queries) -> float:
    # Of the processor: what else runs on the machine does not count.
    start = time.process_time()
    answer(line, Asker(user_id=1, chat_id=chat_id, role="owner"), queries)
    return (time.process_time() - start) * 1000


def _peak() -> float:
    """Megabytes; ``getrusage`` would tell of the process that started this one too."""
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(told.partition("VmHWM:")[2].split(maxsplit=1)[0]) / 1000


if __name__ == "__main__":
    main()
