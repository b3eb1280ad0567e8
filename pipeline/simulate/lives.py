"""How customers come, watch, slow down, sleep, return and leave: a Markov chain in steps of five days.

Every step a customer is in one state. He watches at random (Poisson) with his own rate, slowed by the state;
paying customers are billed every 30 days unless asleep or gone. So the chance of doing nothing from the last
day on can be worked out exactly: from the true state, and from what could be seen (a hidden Markov filter).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.dataset import FloatArray, IntArray
from pipeline.simulate.people import People
from pipeline.simulate.settings import STEP_DAYS, SimulationConfig

ENGAGED, SLOWING, SLOWER, SLOWEST, SLEEPING, GONE = range(6)
STATES = 6
STATE_NAMES = np.array(["engaged", "slowing", "slowing", "slowing", "sleeping", "gone"], dtype=object)
# By how much each state slows watching down.
PACE = np.array([1.0, 0.6, 0.35, 0.15, 0.0, 0.0])
BILLED = np.array([True, True, True, True, False, False])
BILLING_DAYS = 30
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
WEEKDAY_WEIGHTS = np.array([0.85, 0.8, 0.85, 0.9, 1.15, 1.35, 1.1])
SEASON_SWING = 0.2
MIDWINTER_DAY = 15
YEAR_DAYS = 365.2425
# Where members from before the first day stand on it.
START_SHARES = np.array([0.72, 0.06, 0.04, 0.03, 0.15, 0.0])
# What tiredness leads to …
SLOWING_SHARE, SLEEPING_SHARE, SUDDEN_SHARE = 0.25, 0.55, 0.2
# … and how it goes on, as chances per step.
SINKING, RECOVERY, WAKING, FORGETTING = 0.25, 0.2, 0.15, 0.03
# 1970-01-01 was a Thursday.
EPOCH_WEEKDAY = 3


@dataclass(frozen=True, kw_only=True)
class Lives:
    """What became of each customer.

    Attributes:
        watches: Number in each step; shape (n, steps).
        state: In the last step; shape (n,).
        billed: Whether the bill that falls into a step was sent; shape (n, steps).
    """

    watches: npt.NDArray[np.int16]
    billed: npt.NDArray[np.bool_]
    state: IntArray
    churn_probability: FloatArray
    churn_probability_seen: FloatArray
    left: npt.NDArray[np.bool_]


def weekday(day: IntArray) -> IntArray:
    """0 for Monday, for days since 1970."""
    return (day + EPOCH_WEEKDAY) % 7


def day_weight(day: IntArray) -> FloatArray:
    """How much is watched on a day, 1 on average: more at weekends and in winter."""
    season = 1.0 + SEASON_SWING * np.cos(2 * np.pi * ((day % YEAR_DAYS) - MIDWINTER_DAY) / YEAR_DAYS)
    weights: FloatArray = WEEKDAY_WEIGHTS[weekday(day)] * season
    return weights


def live(config: SimulationConfig, people: People, random: np.random.Generator) -> Lives:
    """Let customers live until the last day, and one future beyond it."""
    count, steps = len(people.rate), config.steps
    chances = _transitions(people)
    ladders = np.cumsum(chances, axis=2)
    watches = np.zeros((count, steps), dtype=np.int16)
    billed = np.zeros((count, steps), dtype=np.bool_)
    state = _first_states(people, random)
    belief = np.where(people.joined_step[:, None] == 0, START_SHARES, np.eye(STATES)[ENGAGED])
    exposure = _exposure(config, steps)
    for step in range(steps):
        if step:
            moved = _moved(ladders, state, random)
            state = np.where(people.joined_step < step, moved, state)
            predicted = np.einsum("ns,nst->nt", belief, chances)
            belief = np.where((people.joined_step < step)[:, None], predicted, belief)
        here = people.joined_step <= step
        mean = people.rate * exposure[step]
        watches[:, step] = random.poisson(mean * PACE[state] * here)
        # Whoever signs up tries something at once.
        watches[:, step] += people.joined_step == step
        due = here & people.bill_in(config.start + step * STEP_DAYS, STEP_DAYS)
        billed[:, step] = due & BILLED[state]
        likely = _likelihood(watches[:, step] - (people.joined_step == step), mean, due, billed[:, step])
        belief = np.where(here[:, None], belief * likely, belief)
        belief /= np.maximum(belief.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    silence = _silence(config, people, chances)
    return Lives(
        watches=watches,
        billed=billed,
        state=state,
        churn_probability=silence[np.arange(count), state],
        churn_probability_seen=np.einsum("ns,ns->n", belief, silence),
        left=random.random(count) < silence[np.arange(count), state],
    )


def _transitions(people: People) -> FloatArray:
    """Chances of going from state to state in one step; shape (n, 6, 6)."""
    chances = np.zeros((len(people.rate), STATES, STATES))
    chances[:, ENGAGED, SLOWING] = SLOWING_SHARE * people.weariness
    chances[:, ENGAGED, SLEEPING] = SLEEPING_SHARE * people.weariness
    chances[:, ENGAGED, GONE] = SUDDEN_SHARE * people.weariness
    for now, later in ((SLOWING, SLOWER), (SLOWER, SLOWEST), (SLOWEST, GONE)):
        chances[:, now, later] = SINKING
        chances[:, now, ENGAGED] = RECOVERY
    chances[:, SLEEPING, ENGAGED] = WAKING
    chances[:, SLEEPING, GONE] = FORGETTING
    states = np.arange(STATES)
    chances[:, states, states] = 1.0 - chances.sum(axis=2)
    return chances


def _first_states(people: People, random: np.random.Generator) -> IntArray:
    start = random.choice(STATES, len(people.rate), p=START_SHARES)
    return np.where(people.joined_step == 0, start, ENGAGED)


def _moved(ladders: FloatArray, state: IntArray, random: np.random.Generator) -> IntArray:
    rungs = ladders[np.arange(len(state)), state]
    moved: IntArray = np.minimum((random.random(len(state))[:, None] >= rungs).sum(axis=1), GONE)
    return moved


def _exposure(config: SimulationConfig, steps: int) -> FloatArray:
    days = config.start + np.arange(steps * STEP_DAYS)
    exposure: FloatArray = day_weight(days).reshape(steps, STEP_DAYS).sum(axis=1)
    return exposure


def _likelihood(
    watches: IntArray, mean: FloatArray, due: npt.NDArray[np.bool_], billed: npt.NDArray[np.bool_]
) -> FloatArray:
    """How likely what was seen in a step is in each state, up to a factor; shape (n, 6)."""
    likely: FloatArray = PACE ** watches[:, None].astype(np.float64) * np.exp(-np.outer(mean, PACE - 1.0))
    likely *= np.where(due[:, None], billed[:, None] == BILLED, 1.0)
    return likely


def _silence(config: SimulationConfig, people: People, chances: FloatArray) -> FloatArray:
    """Chance of nothing at all in the horizon, from each state in the last step; shape (n, 6)."""
    silence = np.ones((len(people.rate), STATES))
    for first in reversed(range(0, config.horizon_days, STEP_DAYS)):
        length = min(STEP_DAYS, config.horizon_days - first)
        days = config.end + first + np.arange(length)
        mean = people.rate * day_weight(days).sum()
        due = people.bill_in(config.end + first, length)
        quiet = np.exp(-np.outer(mean, PACE)) * np.where(due[:, None], ~BILLED, 1.0)
        silence = np.einsum("nst,nt->ns", chances, quiet * silence)
    return silence
