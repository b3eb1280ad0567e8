"""What the scans remember beside the customers' states: small notes in ``matinee.db``."""

import json
from dataclasses import asdict
from datetime import date, timedelta

from bot.messages.news import ALERT_RECORD, AlertRecord
from store.records import Run
from store.results import Results
from store.state import State

BASIS, SCANNED_DAY, OPEN_RUNS = "alerts.basis", "alerts.day", "alerts.open_runs"


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


def remember(state: State, run: Run) -> None:
    """Note that this run was scanned."""
    state.note(BASIS, basis_of(run))
    state.note(SCANNED_DAY, run.as_of.isoformat())


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
