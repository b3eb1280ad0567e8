"""What the scans remember beside the customers' states: small notes in ``matinee.db``."""

import json
from dataclasses import asdict
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from statistics import median

from bot.messages.digest import ALERT_RECORD, AlertRecord
from store.records import Run
from store.results import Results
from store.state import State

BASIS, SCANNED_DAY, MEANS, OPEN_RUNS = "alerts.basis", "alerts.day", "alerts.means", "alerts.open_runs"
MEANS_KEPT = 30
FEWEST_JUMPS = 5
JUMP_SIGMAS, LEAST_JUMP = 3.0, 0.05
TO_SIGMA = 1.4826


def basis_of(run: Run) -> str:
    """What scores must have in common to be compared between runs: the model and the horizon."""
    # A model that was kept instead of a worse successor has the old name with a remark behind.
    return json.dumps([run.churn_model.partition(" (")[0], run.horizon_days])


def is_new_basis(state: State, run: Run) -> bool:
    """Whether this is the first scan, or the first by this model and horizon."""
    return state.noted(BASIS) != basis_of(run)


def is_new_day(state: State, run: Run) -> bool:
    """Whether the data reach further than at the last scan; the same day twice is not two scans."""
    scanned = state.noted(SCANNED_DAY)
    return scanned is None or date.fromisoformat(scanned) < run.as_of


def remember(state: State, run: Run, mean: float) -> None:
    """Note that this run was scanned and what its scores were on average."""
    state.note(BASIS, basis_of(run))
    state.note(SCANNED_DAY, run.as_of.isoformat())
    state.note(MEANS, json.dumps([*_means(state), mean][-MEANS_KEPT:]))


def forget_means(state: State) -> None:
    """Begin anew: averages of another model say nothing."""
    state.note(MEANS, "[]")


def jumped(state: State, mean: float, customers: int) -> bool:
    """Whether scores moved as a whole from one scan to the next as they never do: a fault of the import.

    The mean of few customers moves by itself; half a unit is the most that one of them can spread.
    """
    means = _means(state)
    steps = [after - before for before, after in pairwise(means)]
    if len(steps) < FEWEST_JUMPS:
        return False
    middle = median(steps)
    sigma = TO_SIGMA * median(abs(step - middle) for step in steps)
    noise = JUMP_SIGMAS * 0.5 / sqrt(max(customers, 1))
    return abs(mean - means[-1] - middle) > max(JUMP_SIGMAS * sigma, noise, LEAST_JUMP)


def _means(state: State) -> list[float]:
    means: list[float] = json.loads(state.noted(MEANS) or "[]")
    return means


def watch_for_outcome(state: State, run: Run) -> None:
    """Remember that this run alerted, until its horizon has passed."""
    state.note(OPEN_RUNS, json.dumps(_open_runs(state) | {run.run_id: run.as_of.isoformat()}))


def settle_outcomes(state: State, results: Results, run: Run) -> None:
    """Count what became of customers alerted about a horizon ago, and of those held out."""
    assert run.horizon_days is not None
    waiting = _open_runs(state)
    over = {
        run_id: date.fromisoformat(day)
        for run_id, day in waiting.items()
        if date.fromisoformat(day) + timedelta(days=run.horizon_days) <= run.as_of
    }
    if not over:
        return
    record = asdict(AlertRecord.read(state.noted(ALERT_RECORD)))
    for alert in state.alerts():
        if alert.run_id not in over:
            continue
        customer = results.customer(alert.customer_id)
        last = None if customer is None else customer.last_active_on
        left = last is None or last < over[alert.run_id]
        group = "held_out" if alert.held_out else "alerted"
        record[group] += 1
        record[f"{group}_left"] += left
        if not alert.held_out:
            record["value_reached"] += alert.value * left
    state.note(ALERT_RECORD, json.dumps(record))
    state.note(OPEN_RUNS, json.dumps({run_id: day for run_id, day in waiting.items() if run_id not in over}))


def _open_runs(state: State) -> dict[str, str]:
    runs: dict[str, str] = json.loads(state.noted(OPEN_RUNS) or "{}")
    return runs
