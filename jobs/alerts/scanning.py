"""One look at all customers after each retrain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from bot.access import language_for
from bot.languages import speaking
from bot.messages.alerts import newly_at_risk, together
from bot.messages.news import INGESTION_ALARM, SCANS, ScanNote, with_scan
from bot.payloads import from_json, to_json
from bot.replies import Reply
from jobs.alerts import memory
from jobs.alerts.quiet import awake_at
from jobs.alerts.risk import Rules, Sight, advanced, first_seen, is_held_out, may_alert, rose_lately
from jobs.settings import JobSettings
from store.records import Run
from store.results import Results
from store.results.customers import Standing
from store.state import State
from store.state.records import Alert, AlertState, SubscriptionKind

KIND: SubscriptionKind = "alerts"
# The statuses in which probabilities are worth an alert.
SCORED = frozenset({"served", "held"})


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What a scan found.

    Attributes:
        outcome: ``alerts``, ``baseline`` (the first of its kind alerts about nobody), ``blocked`` (the import
            looked odd, or scores jumped with it), ``unscored`` (no probabilities), ``same day`` (no new data)
            or ``done`` (this run was scanned before).
        at_risk: Customers at risk now.
        entered: Of them, since this scan.
        alerted: Customers alerted about, most at stake first; those whose snooze is over too.
        held_out: Customers who would have been, but were drawn into the hold-out.
        waiting: Entered, but beyond what staff can look after.
    """

    outcome: str
    at_risk: int = 0
    entered: int = 0
    alerted: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    waiting: int = 0


@dataclass(frozen=True, kw_only=True)
class _Entry:
    standing: Standing
    state: AlertState
    snooze_is_over: bool = False

    @property
    def stake(self) -> tuple[float, float, str]:
        """Sorts the most at stake first; risk alone would name one-time visitors only."""
        probability = self.standing.probability or 0.0
        return (-probability * self.standing.value, -probability, self.standing.customer_id)


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What a scan will write, all at once.

    Attributes:
        message: Puts the alert into words, in the language spoken; None where nobody is alerted about.
    """

    found: Scan
    states: Sequence[AlertState] = ()
    alerts: Sequence[Alert] = ()
    message: Callable[[], Reply] | None = None


def scan(results: Results, state: State, settings: JobSettings, now: datetime) -> Scan:
    """Scan the run that is served, once: move everybody's state on and queue at most one message a chat.

    Args:
        results: The published run.
        state: Where states, alerts and the outbox are kept, all of it in one transaction.
        settings: Capacity and hold-out.
        now: UTC.

    Raises:
        NoResults: nothing has been published yet.
    """
    run = results.run()
    if state.alert_scan(run.run_id):
        return Scan(outcome="done")
    if run.churn_status not in SCORED or run.base_rate is None or run.horizon_days is None:
        return _kept(state, run, Scan(outcome="unscored"), now)
    if run.metrics.get(INGESTION_ALARM):
        # Nobody's state moves: who seems quiet may only be missing from the import.
        return _kept(state, run, Scan(outcome="blocked"), now)
    if not memory.is_new_day(state, run):
        return _kept(state, run, Scan(outcome="same day"), now)
    standings = [one for one in results.scores_of_all() if one.established]
    rules = Rules.of(run.base_rate, run.horizon_days)
    # Everybody is looked at before anything is locked: meanwhile the chat goes on writing.
    if memory.is_new_basis(state, run):
        plan = _baseline(state, run, standings, rules)
    else:
        plan = _alerts(results, state, (run, standings, rules), settings, now)
    with state.transaction():
        if state.alert_scan(run.run_id):  # somebody else did it while this scan was reading
            return Scan(outcome="done")
        memory.settle_outcomes(state, results, run)
        memory.remember(state, run)
        _write(state, run, plan, now)
        return _kept(state, run, plan.found, now)


def _write(state: State, run: Run, plan: _Plan, now: datetime) -> None:
    state.save_alert_states(plan.states, run.run_id, now)
    if plan.alerts:
        state.record_alerts(plan.alerts)
        memory.watch_for_outcome(state, run)
    if plan.message is None:
        return
    for subscription in state.subscriptions(KIND):
        chat_id = subscription.chat_id
        due_at = awake_at(now, subscription, state.member(subscription.user_id))
        with speaking(language_for(chat_id, state)):
            alert = plan.message()
        if due_at == now or not _joined(state, chat_id, alert, now):
            state.enqueue(f"{KIND}:{run.run_id}:{chat_id}", KIND, chat_id, to_json(alert), due_at)


def _joined(state: State, chat_id: int, alert: Reply, now: datetime) -> bool:
    """Whether an alert waits for the end of the chat's quiet hours already; this one goes with it then."""
    for row in state.pushed(KIND, chat_id):
        if row.state == "queued" and row.due_at > now:
            both = together(from_json(row.payload), alert)
            return state.amend(row.id, to_json(both))
    return False


def _kept(state: State, run: Run, found: Scan, now: datetime) -> Scan:
    note = ScanNote(
        run_id=run.run_id,
        day=run.as_of.isoformat(),
        outcome=found.outcome,
        at_risk=found.at_risk,
        entered=found.entered,
        alerted=len(found.alerted),
        held_out=len(found.held_out),
        waiting=found.waiting,
    )
    with state.transaction():
        state.save_alert_states((), run.run_id, now)
        state.start_job(KIND, now.date(), at=now)
        state.finish_job(KIND, now.date(), outcome=found.outcome, at=now)
        state.note(SCANS, with_scan(state.noted(SCANS), note))
    return found


def _sight(standing: Standing) -> Sight:
    probability = standing.probability if standing.status == "active" else None
    return Sight(
        customer_id=standing.customer_id, probability=probability, last_active_on=standing.last_active_on
    )


def _baseline(state: State, run: Run, standings: Sequence[Standing], rules: Rules) -> _Plan:
    """Take everybody's place as given: alerts about all who were at risk before would be noise."""
    known = state.alert_states()
    placed = []
    for standing in standings:
        before = known.get(standing.customer_id)
        after = first_seen(_sight(standing), rules, run.as_of)
        if after is not None:
            if before is not None:
                after = replace(after, alerted_at=before.alerted_at, held_out=before.held_out)
            placed.append(after)
        elif before is not None and (before.state == "at_risk" or before.above):
            placed.append(replace(before, state="ok", since=run.as_of, above=0, held_out=False))
    at_risk = sum(one.state == "at_risk" for one in placed)
    return _Plan(found=Scan(outcome="baseline", at_risk=at_risk), states=placed)


def _alerts(
    results: Results,
    state: State,
    scanned: tuple[Run, Sequence[Standing], Rules],
    settings: JobSettings,
    now: datetime,
) -> _Plan:
    run, standings, rules = scanned
    changed, entries, at_risk = _moved(results, state, standings, rules, (run.as_of, now))
    entered = sum(one.state == "at_risk" and one.since == run.as_of for one in changed.values())
    snoozed = state.snoozed(now)
    ranked = sorted(
        (one for one in entries if one.standing.customer_id not in snoozed), key=lambda one: one.stake
    )
    chosen, held = _drawn(ranked, run, settings) if state.subscriptions(KIND) else ([], [])
    for entry in (*chosen, *held):
        changed[entry.state.customer_id] = replace(entry.state, alerted_at=run.as_of, held_out=entry in held)
    reminded = frozenset(one.state.customer_id for one in chosen if one.snooze_is_over)
    found = Scan(
        outcome="alerts",
        at_risk=at_risk,
        entered=entered,
        alerted=tuple(one.state.customer_id for one in chosen),
        held_out=tuple(one.state.customer_id for one in held),
        waiting=len(ranked) - len(chosen) - len(held),
    )
    customers = [one for one in map(results.customer, found.alerted) if one is not None]
    return _Plan(
        found=found,
        states=tuple(changed.values()),
        alerts=tuple(_alert(one, run, now, held_out=one in held) for one in (*chosen, *held)),
        message=partial(newly_at_risk, customers, run, waiting=found.waiting, reminded=reminded)
        if customers
        else None,
    )


def _moved(
    results: Results, state: State, standings: Sequence[Standing], rules: Rules, at: tuple[date, datetime]
) -> tuple[dict[str, AlertState], list[_Entry], int]:
    """The states that changed, who is worth an alert, how many are at risk now; ``at``: day and moment."""
    today, now = at

    def rose(customer_id: str) -> bool:
        customer = results.customer(customer_id)
        scores = () if customer is None else customer.scores
        return rose_lately({score.day: score.probability for score in scores}, today)

    known, awake = state.alert_states(), state.awake_again(now)
    changed: dict[str, AlertState] = {}
    entries = []
    at_risk = 0
    for standing in standings:
        sight = _sight(standing)
        before = known.get(standing.customer_id)
        after = advanced(before, sight, rules, today, rose=rose)
        if after is None:
            continue
        if after != before:
            changed[after.customer_id] = after
        if after.state == "ok" or sight.probability is None:
            continue
        at_risk += 1
        over = awake.get(after.customer_id)
        if after.since == today and may_alert(before, sight, rules, today):
            entries.append(_Entry(standing=standing, state=after))
        elif over is not None and after.since <= over.date():
            # Whoever snoozed him asked to hear of him again.
            entries.append(_Entry(standing=standing, state=after, snooze_is_over=True))
    return changed, entries, at_risk


def _drawn(ranked: Sequence[_Entry], run: Run, settings: JobSettings) -> tuple[list[_Entry], list[_Entry]]:
    """As many as staff can look after, from the top; on the way some are drawn into the hold-out."""
    chosen: list[_Entry] = []
    held: list[_Entry] = []
    for entry in ranked:
        if len(chosen) == settings.alert_capacity:
            break
        drawn = is_held_out(entry.standing.customer_id, run.run_id, settings.hold_out_share)
        (held if drawn and not entry.snooze_is_over else chosen).append(entry)
    return chosen, held


def _alert(entry: _Entry, run: Run, now: datetime, *, held_out: bool) -> Alert:
    return Alert(
        customer_id=entry.standing.customer_id,
        run_id=run.run_id,
        probability=entry.standing.probability or 0.0,
        value=entry.standing.value,
        sent_at=now,
        held_out=held_out,
    )
