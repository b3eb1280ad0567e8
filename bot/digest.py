"""The morning digest: what is different from the last run; pushed by ``jobs``, asked by ``/digest``."""

from contextlib import closing
from datetime import date, timedelta

from bot.messages.digest import ALERT_RECORD, LAST_SCAN, AlertRecord, Headline, News, ScanNote, told
from bot.queries import Queries
from bot.replies import Reply
from store.records import Customer, Run
from store.results import Results
from store.state import State

NAMED = 3
WEEK = timedelta(days=7)


def digest(queries: Queries) -> Reply:
    """The digest of the run that is served.

    Raises:
        NoResults: nothing has been published yet.
    """
    return told(news(queries))


def news(queries: Queries) -> News:
    """Gather what is different.

    Raises:
        NoResults: nothing has been published yet.
    """
    results, run = queries.results, queries.results.run()
    before, headline_before = _previous(results)
    scan = ScanNote.read(queries.state.noted(LAST_SCAN))
    last_day = run.as_of - timedelta(days=1) if before is None else before.as_of
    is_alert = scan.run_id == run.run_id and scan.outcome == "alerts"
    # After a first scan everybody at risk is new to it, which is no news.
    entered, returned = _changes(queries.state, results, run, last_day) if is_alert else ((), 0)
    return News(
        run=run,
        headline=_headline(results),
        before=before,
        headline_before=headline_before,
        scan=scan if scan.run_id == run.run_id else None,
        newly_at_risk=entered,
        returned=returned,
        segments=results.segments(),
        moves=tuple(move for move in results.segment_moves() if move.from_segment != move.to_segment),
        lately=results.activity(run.watermark - WEEK + timedelta(days=1), run.watermark),
        week_before=results.activity(run.watermark - 2 * WEEK + timedelta(days=1), run.watermark - WEEK),
        record=AlertRecord.read(queries.state.noted(ALERT_RECORD)),
        stale_days=(queries.now().date() - run.watermark).days,
    )


def _previous(results: Results) -> tuple[Run | None, Headline | None]:
    previous = results.previous()
    if previous is None:
        return None, None
    with closing(previous):
        return previous.run(), _headline(previous)


def _headline(results: Results) -> Headline:
    served = next((one for one in results.model_reports("churn") if one.served), None)
    return Headline(
        customers=results.run().customers,
        active=sum(one.customers for one in results.risk_counts() if one.status == "active"),
        at_risk=results.count_at_risk(),
        auc=None if served is None else served.metrics.get("auc"),
    )


def _changes(state: State, results: Results, run: Run, last_day: date) -> tuple[tuple[Customer, ...], int]:
    """Who entered at this run, most at stake first, and how many came back since ``last_day``."""
    today = state.alert_states(since=run.as_of).values()
    known = {one.customer_id: results.customer(one.customer_id) for one in today}
    entered = [
        customer
        for one in today
        if one.state == "at_risk" and (customer := known[one.customer_id]) is not None
    ]
    returned = sum(
        customer.last_active_on is not None and customer.last_active_on >= last_day
        for one in today
        if one.state == "ok" and (customer := known[one.customer_id]) is not None
    )
    entered.sort(key=lambda one: (-(one.churn_probability or 0.0) * one.value, one.customer_id))
    return tuple(entered[:NAMED]), returned
