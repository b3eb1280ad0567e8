"""The same work on a Dask cluster of two workers and on two local processes; wall seconds, both warm.

python -m benchmarks.spread --events 5000000
"""

import argparse
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.features import EVENTS_PER_CUSTOMER, MONTHS, TITLES, WATCHES_PER_MONTH
from pipeline.config import ComputeConfig
from pipeline.dataset import Dataset, day_number
from pipeline.features import FeatureTable, feature_table
from pipeline.simulate import SimulationConfig
from tests.pipeline.building import simulated_dataset

LOCAL = ComputeConfig(processes=2)
PARTITIONS = 4
MOMENTS = 24
MOMENT_STEP_DAYS = 10
REPEATS = 3


@contextmanager
def cluster() -> Iterator[ComputeConfig]:
    """Two workers of one thread on this machine, as two local processes are."""
    from distributed import LocalCluster  # an extra

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        started = LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        )
        with started as running:
            yield ComputeConfig(backend="dask", scheduler=running.scheduler_address)


def timed(dataset: Dataset, computes: tuple[ComputeConfig, ...]) -> list[tuple[float, FeatureTable]]:
    """The best of three for each, in turns, so that a busy machine is busy for both."""
    end = day_number(dataset.manifest.as_of)
    days = [end - MOMENT_STEP_DAYS * number for number in range(MOMENTS)]
    best = [(np.inf, feature_table(dataset, days[:1], compute)) for compute in computes]
    for _ in range(REPEATS):
        for number, compute in enumerate(computes):
            start = time.perf_counter()
            table = feature_table(dataset, days, compute)
            best[number] = (min(best[number][0], time.perf_counter() - start), table)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=5_000_000)
    events = parser.parse_args().events
    config = SimulationConfig(
        customers=max(100, events // EVENTS_PER_CUSTOMER),
        titles=TITLES,
        months=MONTHS,
        watches_per_month=WATCHES_PER_MONTH,
    )
    with tempfile.TemporaryDirectory() as folder, cluster() as dask:
        dataset, _ = simulated_dataset(Path(folder), config, partitions=PARTITIONS)
        (local, here), (distant, there) = timed(dataset, (LOCAL, dask))
    manifest = dataset.manifest
    print(f"{manifest.events:,} events, {PARTITIONS} tasks of {2 * local / PARTITIONS:.1f} s; wall seconds")
    print(f"two local processes  {local:7.2f}")
    print(f"two Dask workers     {distant:7.2f}   {distant / local:5.2f} × local (goal ≤ 1.3)")
    print(f"identical: {np.array_equal(here.values, there.values, equal_nan=True)}")


if __name__ == "__main__":
    main()
