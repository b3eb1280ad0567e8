"""Work spread over processes or a cluster gives what one process gives."""

import math
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import ComputeConfig
from pipeline.dataset import day_number
from pipeline.errors import ConfigError
from pipeline.features import feature_table
from pipeline.partitions import spread
from pipeline.simulate import SimulationConfig
from tests.pipeline.building import simulated_dataset


def scaled(number: int, factor: int) -> int:
    return number * factor


def worker(_: int) -> int:
    return os.getpid()


def killed_once(number: int, folder: Path) -> int:
    """The first worker to come to item 2 dies over it, as a machine does that is taken away."""
    grave = folder / "here lies a worker"
    if number == 2 and not grave.exists():
        grave.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 10


def failing(number: int) -> float:
    return math.sqrt(number)


@pytest.fixture(scope="module")
def cluster() -> Iterator[ComputeConfig]:
    """Two workers on this machine, in processes of their own."""
    distributed = pytest.importorskip("distributed")
    with warnings.catch_warnings():
        # The cluster's own libraries may warn about each other; that is not ours to mend.
        warnings.simplefilter("ignore")
        started = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        )
        with started as running:
            yield ComputeConfig(backend="dask", scheduler=running.scheduler_address)


@pytest.mark.parametrize("processes", [1, 2])
def test_results_keep_the_order_of_the_items(processes: int) -> None:
    compute = ComputeConfig(processes=processes)

    assert spread(scaled, range(5), 10, compute=compute) == [0, 10, 20, 30, 40]
    assert spread(scaled, [], 10, compute=compute) == []


def test_one_item_needs_no_second_process() -> None:
    assert spread(worker, [1], compute=ComputeConfig(processes=4)) == [os.getpid()]


def test_two_processes_are_other_processes() -> None:
    assert os.getpid() not in spread(worker, range(4), compute=ComputeConfig(processes=2))


def test_an_error_in_a_worker_arrives() -> None:
    with pytest.raises(ValueError, match=r"math domain error|nonnegative"):
        spread(failing, [4, -1], compute=ComputeConfig(processes=2))


def test_dask_without_an_address_says_what_to_add() -> None:
    with pytest.raises(ConfigError, match="Add its address, tcp://host:8786"):
        spread(scaled, range(3), 10, compute=ComputeConfig(backend="dask"))


def test_dask_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(ConfigError, match=r"pip install 'matinee-bot\[dask\]'"):
        spread(scaled, range(3), 10, compute=ComputeConfig(backend="dask", scheduler="tcp://127.0.0.1:1"))


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_features(tmp_path: Path, cluster: ComputeConfig) -> None:
    dataset, _ = simulated_dataset(
        tmp_path, SimulationConfig(customers=60, titles=20, months=6), partitions=3
    )
    end = day_number(dataset.manifest.as_of)
    here = feature_table(dataset, [end, end - 60], ComputeConfig(processes=1))
    there = feature_table(dataset, [end, end - 60], cluster)

    assert os.getpid() not in spread(worker, range(4), compute=cluster)
    assert here.customer_ids.tolist() == there.customer_ids.tolist()
    assert np.array_equal(here.values, there.values, equal_nan=True)


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker_half_way_gives_the_same_results(
    tmp_path: Path, cluster: ComputeConfig
) -> None:
    results = spread(killed_once, range(6), tmp_path, compute=cluster)

    assert results == [0, 10, 20, 30, 40, 50]
    assert [grave.name for grave in tmp_path.iterdir()] == ["here lies a worker"]
