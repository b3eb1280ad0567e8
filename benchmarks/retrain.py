"""What a whole retrain costs on a simulated service, stage by stage: CPU seconds, seconds, peak memory.

``python -m benchmarks.retrain --customers 150000 --titles 20000 --events 25000000`` simulates the files (not
counted) and retrains from them as the nightly job does; with ``--again`` twice: the second run has a model,
scores and segments before it to go on from. ``--half`` measures half the events first: twice the events may
take at most twice the time. Worker processes are counted; shared memory is counted once.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import psutil

from pipeline.config import ComputeConfig, PipelineConfig
from pipeline.retrain import retrain
from pipeline.simulate import SimulationConfig, simulate
from pipeline.sources.layouts import recognise

GOAL_CPU_SECONDS, GOAL_GIGABYTES, GOAL_RATIO = 600, 6.0, 2.0
SAMPLE_SECONDS = 0.5


def processes() -> list[psutil.Process]:
    """This one and its workers."""
    own = psutil.Process()
    return [own, *own.children(recursive=True)]


def cpu_seconds() -> float:
    """Of this process, its workers, and workers that have ended."""
    whole = 0.0
    for process in processes():
        with suppress(psutil.NoSuchProcess):
            whole += sum(process.cpu_times()[:4])
    return whole


class Memory:
    """Looks twice a second how much memory all processes take together."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            whole = 0
            for process in processes():
                with suppress(psutil.Error):
                    whole += process.memory_full_info().pss
            self.peak = max(self.peak, whole / 1e9)


@dataclass
class Stages:
    """Prints each stage of a retrain as it ends."""

    memory: Memory
    cpu: float = field(default_factory=cpu_seconds)
    wall: float = field(default_factory=time.perf_counter)

    def ended(self, line: str) -> None:
        """``  what was done   12.3 s``, as ``retrain`` tells it."""
        name, used, now = line.rsplit(maxsplit=2)[0].strip(), cpu_seconds(), time.perf_counter()
        print(
            f"  {name:<34}{used - self.cpu:8.1f} CPU s{now - self.wall:8.1f} s   "
            f"peak so far {self.memory.peak:.2f} GB",
            flush=True,
        )
        self.cpu, self.wall = used, now


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Of one whole retrain."""

    cpu: float
    gigabytes: float
    events: int


def simulated(folder: Path, customers: int, titles: int, events: int, months: int) -> PipelineConfig:
    """Files with about so many events."""
    pilot = SimulationConfig(customers=2_000, titles=titles, months=months, dirt=False, format="parquet")
    files, start = folder / "files", time.perf_counter()
    # Elsewhere, so that what simulating took is given back before the retrain is measured.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
        truth = elsewhere.submit(simulate, folder / "pilot", pilot).result()
        written = float((truth.watches + truth.ratings + truth.orders).sum()) / pilot.customers
        pace = pilot.watches_per_month * events / customers / written
        service = SimulationConfig(customers=customers, titles=titles, months=months, watches_per_month=pace)
        elsewhere.submit(simulate, files, service).result()
    print(f"simulated in {time.perf_counter() - start:.0f} s", flush=True)
    return PipelineConfig(
        data=files,
        output=folder / "output",
        sources=recognise(files).sources,
        currency="€",
        compute=ComputeConfig(processes=2),
    )


def measured(config: PipelineConfig, now: datetime) -> Cost:
    """Retrain once."""
    start = cpu_seconds()
    with Memory() as memory:
        stages = Stages(memory)
        run = retrain(config, now=now, progress=stages.ended)
    cost = Cost(cpu=cpu_seconds() - start, gigabytes=memory.peak, events=run.events)
    print(
        f"{run.events:,} events, {run.customers:,} customers, {run.titles:,} titles: "
        f"{cost.cpu:.0f} CPU s, {cost.gigabytes:.2f} GB at most; churn {run.churn_status}, "
        f"titles by {run.recommend_model}",
        flush=True,
    )
    for message in run.messages[:4]:
        print(f"    {message}")
    return cost


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=150_000)
    parser.add_argument("--titles", type=int, default=20_000)
    parser.add_argument("--events", type=int, default=25_000_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--half", action="store_true", help="measure half the events first")
    parser.add_argument("--again", action="store_true", help="retrain a second time, with a run before it")
    asked = parser.parse_args(given)
    now = datetime.now(UTC) + timedelta(days=3_650)
    costs = []
    for events in (asked.events // 2, asked.events) if asked.half else (asked.events,):
        with tempfile.TemporaryDirectory() as folder:
            config = simulated(Path(folder), asked.customers, asked.titles, events, asked.months)
            costs.append(measured(config, now))
            if asked.again:
                costs[-1] = measured(config, now + timedelta(days=1))
    whole = costs[-1]
    checks = [
        (whole.cpu <= GOAL_CPU_SECONDS, f"{whole.cpu:.0f} CPU s (goal ≤ {GOAL_CPU_SECONDS})"),
        (whole.gigabytes <= GOAL_GIGABYTES, f"{whole.gigabytes:.2f} GB at most (goal ≤ {GOAL_GIGABYTES})"),
    ]
    if asked.half:
        ratio = whole.cpu / costs[0].cpu
        checks.append((ratio <= GOAL_RATIO, f"twice the events take {ratio:.2f} × (goal ≤ {GOAL_RATIO})"))
    for passed, words in checks:
        print(f"{'reached' if passed else 'MISSED '}  {words}")
    return 0 if all(passed for passed, _ in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
