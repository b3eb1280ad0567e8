"""The served score against the simulator’s truth; ``benchmarks.oracle`` does it for 20,000 customers."""

import pytest

from benchmarks.oracle import MOST_EXCESS, RATE, SEEN, SERVED, STATE, Contest, contest
from pipeline.churn import Effort
from pipeline.config import ComputeConfig
from pipeline.evaluation.metrics import ece
from pipeline.simulate import SimulationConfig

SERVICE = SimulationConfig(customers=3_000, titles=100, months=12, seed=7)
# Ten bins of 170 customers each miss a perfect score by .02 through chance alone; at 20,000 the bar is .02.
MOST_ECE_OF_FEW = 0.03


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Contest:
    effort = Effort(forest_trees=0, draws=100, pictures=False)
    return contest(tmp_path_factory.mktemp("truth"), SERVICE, ComputeConfig(processes=1), effort)


def test_the_oracle_knows_more_of_the_true_state_and_more_than_nothing(found: Contest) -> None:
    assert found.log_loss(STATE) < found.log_loss(SEEN) < found.log_loss(RATE)


def test_the_served_score_loses_at_most_a_tenth_to_the_oracle(found: Contest) -> None:
    assert found.status == "served"
    assert len(found.left) > 1_500
    assert found.excess < MOST_EXCESS


def test_what_the_served_score_says_is_what_happens(found: Contest) -> None:
    assert ece(found.left, found.probability[SERVED]) < MOST_ECE_OF_FEW
