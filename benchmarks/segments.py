"""What finding segments costs beside the bare K-Means fits.

``python -m benchmarks.segments --customers 150000`` prints CPU seconds of the fits alone (k = 3…6, five
starts each), of the whole search with stability, sampled silhouette and shuffled data, and their ratio.
"""

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from pipeline.dataset import FloatArray
from pipeline.segments.choosing import STARTS, choose
from pipeline.segments.model import Scaling

COUNTS = (3, 4, 5, 6)
GOAL = 10.0


def customers_like_people(customers: int, seed: int = 7) -> FloatArray:
    """Standardised behaviour of four overlapping kinds of customers, shape (n, 5)."""
    random = np.random.default_rng(seed)
    kinds = np.array(
        [
            [0.7, 2.5, 4.5, 2.2, 0.0],
            [4.4, 0.5, 1.1, 1.9, -0.7],
            [2.3, 1.4, 2.8, 1.8, 0.0],
            [3.7, 0.4, 3.4, 4.1, 0.1],
        ]
    )
    kind = random.choice(len(kinds), customers, p=[0.15, 0.4, 0.3, 0.15])
    logs = kinds[kind] + random.normal(0, 0.6, (customers, 5))
    return Scaling.fit(logs).scaled(logs)


def cpu_seconds(function: Callable[[], object]) -> float:
    before = time.process_time()
    function()
    return time.process_time() - before


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=150_000)
    points = customers_like_people(parser.parse_args(arguments).customers)

    def fits() -> None:
        for count in COUNTS:
            KMeans(n_clusters=count, n_init=STARTS, random_state=7).fit(points)

    with threadpool_limits(limits=1):
        alone = cpu_seconds(fits)
        whole = cpu_seconds(lambda: choose(points, COUNTS, seed=7))
    print(f"{len(points):,} customers, k = 3…6")
    print(f"  fits alone, {STARTS} starts each   {alone:6.1f} CPU s")
    print(f"  whole search                {whole:6.1f} CPU s")
    print(f"  ratio                       {whole / alone:6.1f}   (goal ≤ {GOAL:.0f})")


if __name__ == "__main__":
    main()
