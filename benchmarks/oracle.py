"""The served churn model against the simulator's truth: what is lost to not knowing what nobody can know.

``python -m benchmarks.oracle --customers 20000`` simulates a service without dirt, learns from its events,
scores everybody who is active on the last day, and compares the scores with the future the simulator then
drew. The oracle knows the simulator’s parameters of each customer (how much he watches, how soon he tires)
and works out the exact chance of silence from what was seen of him; nothing that learns can beat it.
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.churn import Effort, learn
from pipeline.config import ChurnConfig, ComputeConfig
from pipeline.dataset import BoolArray, FloatArray
from pipeline.evaluation.metrics import auc, ece, log_loss
from pipeline.simulate import SimulationConfig, Truth
from tests.pipeline.building import simulated_dataset

SERVED, SEEN, STATE, RATE = (
    "served",
    "oracle, from what was seen",
    "oracle, from the true state",
    "constant rate",
)
MOST_EXCESS = 0.10
MOST_ECE = 0.02


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Everybody who was active on the last day, and what was said of him.

    Attributes:
        probability: By who said it; shape (n,) each.
        left: What then happened; shape (n,).
        status: Of the served findings.
    """

    probability: dict[str, FloatArray]
    left: BoolArray
    status: str

    def log_loss(self, name: str) -> float:
        """Of one who said something."""
        return log_loss(self.left, self.probability[name])

    @property
    def excess(self) -> float:
        """By how much of the oracle's log loss the served model's is larger."""
        return self.log_loss(SERVED) / self.log_loss(SEEN) - 1


def contest(folder: Path, simulation: SimulationConfig, compute: ComputeConfig, effort: Effort) -> Contest:
    """Simulate, learn, score, compare."""
    dataset, truth = simulated_dataset(folder, simulation)
    found = learn(dataset, ChurnConfig(horizon_days=simulation.horizon_days), compute, effort=effort)
    scored = np.isfinite(found.probability)
    place = place_of(truth, found.customer_ids[scored])
    left = truth.left[place]
    return Contest(
        probability={
            SERVED: found.probability[scored],
            SEEN: truth.churn_probability_seen[place],
            STATE: truth.churn_probability[place],
            RATE: np.full(len(left), left.mean()),
        },
        left=left,
        status=found.status,
    )


def place_of(truth: Truth, customer_ids: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """Where each customer stands in the truth."""
    place: npt.NDArray[np.int64] = np.searchsorted(truth.customer_ids.astype(str), customer_ids.astype(str))
    return place


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=18)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    asked = parser.parse_args()
    for seed in asked.seeds:
        simulation = SimulationConfig(customers=asked.customers, months=asked.months, seed=seed)
        start = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            found = contest(
                Path(folder),
                simulation,
                ComputeConfig(processes=1),
                Effort(forest_trees=0, draws=100, pictures=False),
            )
        print(
            f"{asked.customers:,} customers, {len(found.left):,} active on the last day, "
            f"{found.left.mean():.1%} left; seed {seed}; status {found.status}; "
            f"{time.process_time() - start:.0f} CPU s"
        )
        print(f"{'':<30}{'AUC':>7}{'log loss':>10}{'ECE':>7}{'mean p':>8}")
        for name, p in found.probability.items():
            print(
                f"{name:<30}{auc(found.left, p):7.3f}{found.log_loss(name):10.4f}"
                f"{ece(found.left, p):7.3f}{p.mean():8.3f}"
            )
        print(
            f"served above the oracle by {found.excess:.1%} of its log loss (bar {MOST_EXCESS:.0%}); "
            f"ECE {ece(found.left, found.probability[SERVED]):.3f} (bar {MOST_ECE})"
        )


if __name__ == "__main__":
    main()
