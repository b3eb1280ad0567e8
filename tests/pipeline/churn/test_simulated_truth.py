"""The served score against the simulator’s truth, for 20,000 customers; ``benchmarks.oracle`` prints it."""

import pytest

from benchmarks.oracle import MOST_ECE, MOST_EXCESS, RATE, SEEN, SERVED, STATE, Contest, contest
from pipeline.churn import Effort
from pipeline.churn.run import Limits
from pipeline.config import ComputeConfig
from pipeline.evaluation.metrics import ece
from pipeline.simulate import SimulationConfig

SERVICE = SimulationConfig(customers=20_000, titles=100, months=9, seed=7)
# Reasons would take half of the time and are not looked at here.
NOBODY = Limits(for_all=0, first_in_line=0, high=0)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Contest:
    effort = Effort(forest_trees=0, draws=40, pictures=False, limits=NOBODY)
    return contest(tmp_path_factory.mktemp("truth"), SERVICE, ComputeConfig(processes=1), effort)


def test_the_oracle_knows_more_of_the_true_state_and_more_than_nothing(found: Contest) -> None:
    assert found.log_loss(STATE) < found.log_loss(SEEN) < found.log_loss(RATE)


def test_the_served_score_loses_at_most_a_tenth_to_the_oracle(found: Contest) -> None:
    assert found.status == "served"
    assert len(found.left) > 9_000
    assert found.excess < MOST_EXCESS


def test_what_the_served_score_says_is_what_happens(found: Contest) -> None:
    assert ece(found.left, found.probability[SERVED]) <= MOST_ECE
