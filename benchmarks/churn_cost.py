"""What churn costs on a simulated service, stage by stage.

``python -m benchmarks.churn_cost --customers 150000`` prints CPU seconds, seconds and
peak memory; the goal is 180 CPU seconds and 3 GB for 150,000 customers at 24 anchors. How near the score
comes to the truth is measured by ``benchmarks.oracle``.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.churn import learn
from pipeline.churn.blend import Recipe
from pipeline.churn.examination import examine
from pipeline.churn.material import Material, gather
from pipeline.churn.mbg import fit
from pipeline.churn.training import train
from pipeline.config import ChurnConfig, ComputeConfig, PipelineConfig
from pipeline.dataset import Dataset
from pipeline.ingest import ingest
from pipeline.labels import anchors
from pipeline.simulate import SimulationConfig, simulate
from pipeline.sources.layouts import recognise

HORIZON_DAYS = 30
GOAL_CPU_SECONDS = 180
GOAL_GIGABYTES = 3.0


def cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def gigabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


@contextmanager
def stage(name: str, seconds: dict[str, float]) -> Iterator[None]:
    start, wall = cpu(), time.perf_counter()
    yield
    seconds[name] = cpu() - start
    print(
        f"  {name:<34}{seconds[name]:8.1f} CPU s{time.perf_counter() - wall:8.1f} s"
        f"   peak so far {gigabytes():.2f} GB",
        flush=True,
    )


def fitted_and_examined(material: Material) -> None:
    assert material.training is not None
    assert material.test is not None
    assert material.everybody is not None
    recipe = Recipe(horizon_days=HORIZON_DAYS, pattern=fit(material.everybody.histories))
    trained = train(material.training, material.season_before_test, recipe, ComputeConfig(processes=1))
    examine(trained, material.test, recipe)


def arguments_from(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=150_000)
    parser.add_argument("--watches", type=float, default=2.0, help="a month, of an engaged customer")
    parser.add_argument("--months", type=int, default=30)
    # Those of worker processes are only counted once they end.
    parser.add_argument("--processes", type=int, default=1)
    return parser.parse_args(given)


def learned_in_stages(dataset: Dataset, compute: ComputeConfig) -> float:
    """CPU seconds of the whole."""
    seconds: dict[str, float] = {}
    churn = ChurnConfig(horizon_days=HORIZON_DAYS)
    moments = anchors(dataset.manifest, HORIZON_DAYS, churn.most_anchors)
    with stage(f"gather ({len(moments.training)} anchors)", seconds):
        material = gather(dataset, moments, HORIZON_DAYS, churn, compute)
    with stage("fit and examine once", seconds):
        fitted_and_examined(material)
    del material
    with stage("learn: all of it", seconds):
        found = learn(dataset, churn, compute)
    print(f"  {found.status}: {found.message}; reasons for {len(found.reasons):,}")
    return seconds["learn: all of it"]


def main(given: Sequence[str] | None = None) -> int:
    asked = arguments_from(given)
    simulation = SimulationConfig(
        customers=asked.customers,
        months=asked.months,
        watches_per_month=asked.watches,
        horizon_days=HORIZON_DAYS,
        format="parquet",
        dirt=False,
    )
    compute = ComputeConfig(processes=asked.processes)
    with tempfile.TemporaryDirectory() as scratch:
        files, output = Path(scratch) / "files", Path(scratch) / "output"
        with stage("simulate", {}):
            simulate(files, simulation)
        sources = recognise(files).sources
        config = PipelineConfig(data=files, output=output, sources=sources, compute=compute)
        with stage("ingest", {}):
            ingest(config, output / "dataset", now=datetime.now(UTC) + timedelta(days=3_650))
        dataset = Dataset.open(output / "dataset")
        print(f"{dataset.manifest.customers:,} customers, {dataset.manifest.events:,} events")
        whole = learned_in_stages(dataset, compute)
    checks = [
        (whole <= GOAL_CPU_SECONDS, f"{whole:.0f} CPU s (goal ≤ {GOAL_CPU_SECONDS})"),
        (gigabytes() <= GOAL_GIGABYTES, f"{gigabytes():.2f} GB at most (goal ≤ {GOAL_GIGABYTES})"),
    ]
    for passed, words in checks:
        print(f"  {'reached' if passed else 'MISSED '}  {words}")
    return 0 if all(passed for passed, _ in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
