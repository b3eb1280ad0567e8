"""The morning digest: what is different from the one before; pushed by ``jobs``, asked by ``/digest``."""

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

from bot.messages.digest import told
from bot.messages.news import (
    ALERT_RECORD,
    SCANS,
    STALE_AFTER_DAYS,
    AlertRecord,
    News,
    ScanNote,
    Standing,
    kinds_told,
    scans_from,
)
from bot.queries import Queries
from bot.replies import Reply
from store.records import Customer
from store.results import Results
from store.state import State

NAMED = 3
WEEK = timedelta(days=7)
WEEKS_DRAWN = 4
# Whoever was told last before that is told as if anew.
LONGEST_COMPARED = timedelta(days=35)


def digest(queries: Queries) -> Reply:
    """The digest of the run that is served, against the run before it.

    Raises:
        NoResults: nothing has been published yet.
    """
    return told(news(queries))


def news(queries: Queries, since: Standing | None = None, skipped: tuple[date, ...] = ()) -> News:
    """Gather what is different.

    Args:
        queries: Where to look.
        since: How the business stood when the reader was last told; None: compare with the run before.
        skipped: Days whose digest he did not get.

    Raises:
        NoResults: nothing has been published yet.
    """
    results, run = queries.results, queries.results.run()
    before = _previous(results)
    if since is not None and run.as_of - date.fromisoformat(since.as_of) <= LONGEST_COMPARED:
        before = since
    scans = _scans_since(queries.state, before, run.run_id)
    entered, returned = _changes(queries.state, results, scans, before)
    stale_days = (queries.now().date() - run.watermark).days
    activity = results.activity
    return News(
        run=run,
        now=standing(results, before, scans, stale_days),
        before=before,
        scans=scans,
        entered=len(entered),
        newly_at_risk=tuple(one for one, held_out in entered if not held_out)[:NAMED],
        returned=returned,
        segments=results.segments(),
        moves=tuple(move for move in results.segment_moves() if move.from_segment != move.to_segment),
        lately=activity(run.watermark - WEEK + timedelta(days=1), run.watermark),
        week_before=activity(run.watermark - 2 * WEEK + timedelta(days=1), run.watermark - WEEK),
        weeks=activity(run.watermark - WEEKS_DRAWN * WEEK + timedelta(days=1), run.watermark),
        record=AlertRecord.read(queries.state.noted(ALERT_RECORD)),
        stale_days=stale_days,
        skipped=skipped,
    )


def standing(
    results: Results,
    before: Standing | None = None,
    scans: tuple[ScanNote, ...] = (),
    stale_days: int = 0,
) -> Standing:
    """How the business stands by the results that are served."""
    run = results.run()
    served = next((one for one in results.model_reports("churn") if one.served), None)
    metrics = {} if served is None else served.metrics
    # Without a scan since then, the next digest begins where this one did: this run may yet be scanned.
    scanned = (run.as_of - timedelta(days=1)).isoformat() if before is None else before.scanned
    return Standing(
        run_id=run.run_id,
        as_of=run.as_of.isoformat(),
        scanned=scans[-1].day if scans else scanned,
        customers=run.customers,
        active=sum(one.customers for one in results.risk_counts() if one.status == "active"),
        at_risk=results.count_at_risk(),
        newcomers=results.count_newcomers_at_risk(),
        auc=metrics.get("auc"),
        auc_low=metrics.get("auc_low"),
        auc_high=metrics.get("auc_high"),
        churn_model=run.churn_model,
        churn_message=run.churn_message,
        set_aside=run.quarantined,
        kinds=kinds_told(run.messages, before),
        stale=stale_days > STALE_AFTER_DAYS,
    )


def _previous(results: Results) -> Standing | None:
    previous = results.previous()
    if previous is None:
        return None
    with closing(previous):
        then = standing(previous)
        return replace(then, scanned=then.as_of)


def _scans_since(state: State, before: Standing | None, run_id: str) -> tuple[ScanNote, ...]:
    """Those the reader was not told of; who is told for the first time hears of the newest run's only."""
    scans = scans_from(state.noted(SCANS))
    if before is None:
        return tuple(one for one in scans if one.run_id == run_id)
    return tuple(one for one in scans if one.day > before.scanned)


def _changes(
    state: State, results: Results, scans: tuple[ScanNote, ...], before: Standing | None
) -> tuple[list[tuple[Customer, bool]], int]:
    """Who became at risk, most at stake first, each with whether he is held out; and how many came back."""
    # After a first scan everybody at risk is new to it, which is no news.
    days = {date.fromisoformat(one.day) for one in scans if one.outcome == "alerts"}
    if not days:
        return [], 0
    seen_until = min(days) - timedelta(days=1)
    if before is not None:
        seen_until = date.fromisoformat(before.scanned)
    moved = [one for one in state.alert_states(since=min(days)).values() if one.since in days]
    found = [(one, customer) for one in moved if (customer := results.customer(one.customer_id)) is not None]
    entered = [(customer, one.held_out) for one, customer in found if one.state == "at_risk"]
    entered.sort(key=lambda one: (-(one[0].churn_probability or 0.0) * one[0].value, one[0].customer_id))
    returned = sum(
        one.state == "ok" and customer.last_active_on is not None and customer.last_active_on >= seen_until
        for one, customer in found
    )
    return entered, returned
