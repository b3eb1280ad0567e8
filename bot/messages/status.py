"""Whether everything runs: the last retrain, the data, the queues, the jobs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messages.mistakes import ANOTHER_VERSION
from bot.messages.wording import (
    MOST_SENTENCE,
    age,
    ago,
    code,
    count,
    data_until,
    day,
    fit,
    moment,
    safe,
    sentence,
    whole,
)
from bot.replies import Reply
from store.records import Quarantined, Run

MESSAGES_SHOWN = 12
JOBS = {"retrain": "Retrain", "digest": "Digest", "alerts": "Alerts"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Undelivered:
    """What was to be sent and did not, or perhaps not, arrive.

    Attributes:
        kind: As in the outbox: digest, alerts, answer, …
        to: A person's name, or the chat's number.
        at: When it was given up, in the asker's zone.
        perhaps: It may have arrived, and so is not sent again.
    """

    kind: str
    to: str
    at: datetime
    perhaps: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulse:
    """How the bot itself is doing; times in the asker's zone.

    Attributes:
        inbox, outbox: What waits to be answered, and to be sent.
        last_poll: When Telegram was last asked; None where it never was (the terminal).
        jobs: Name, when it began, what came of it (None: it still runs or was cut off).
        undelivered: Of the last days, newest first.
        perhaps_answered: Questions of the last days whose answer may or may not have arrived.
        results_of_another_version: There is a run, but this version cannot read it.
    """

    now: datetime
    inbox: int
    outbox: int
    last_poll: datetime | None
    jobs: tuple[tuple[str, datetime, str | None], ...]
    undelivered: tuple[Undelivered, ...] = ()
    perhaps_answered: int = 0
    results_of_another_version: bool = False


def status(run: Run | None, quarantined: Sequence[Quarantined], pulse: Pulse) -> Reply:
    """One screen for whoever looks after Matinee."""
    lines = [
        "<b>Status</b>",
        "",
        *(_run(run, quarantined, pulse) if run else [_no_run(pulse)]),
    ]
    polled = ago((pulse.now - pulse.last_poll).total_seconds()) if pulse.last_poll else "not yet"
    lines += ["", f"Telegram last asked: {polled}"]
    lines.append(f"Waiting: {count(pulse.inbox, 'question')}, {count(pulse.outbox, 'message')} to send")
    lines += _undelivered(pulse)
    for name, began, outcome in pulse.jobs:
        lines.append(f"{JOBS.get(name, safe(name))}: {moment(began)}, {safe(outcome or 'not finished', 120)}")
    return Reply(text=fit(lines, ending=data_until(run) if run else ""), edit=True)


def _no_run(pulse: Pulse) -> str:
    if pulse.results_of_another_version:
        return f"⚠ {ANOTHER_VERSION}: run <code>matinee retrain</code>, or /retrain."
    return "No run has been published yet."


def _undelivered(pulse: Pulse) -> list[str]:
    perhaps, surely = (
        [
            f"{safe(each.kind)} to {safe(each.to)} ({moment(each.at)})"
            for each in pulse.undelivered
            if each.perhaps is so
        ]
        for so in (True, False)
    )
    if pulse.perhaps_answered:
        perhaps.insert(0, count(pulse.perhaps_answered, "answer"))
    return [
        f"⚠ {words}: {', '.join(found[:MESSAGES_SHOWN])}"
        for words, found in (("Perhaps arrived, so not sent again", perhaps), ("Could not be sent", surely))
        if found
    ]


def _run(run: Run, quarantined: Sequence[Quarantined], pulse: Pulse) -> list[str]:
    since = ago((pulse.now - run.finished_at).total_seconds())
    took = age((run.finished_at - run.started_at).total_seconds())
    lines = [
        f"Run {code(run.run_id)}",
        f"published {since}, after {took} of work",
        f"{count(run.customers, 'customer')}, {count(run.titles, 'title')}, {count(run.events, 'event')}",
    ]
    behind = (pulse.now.date() - run.watermark).days
    if behind > 2:
        lines.append(f"⚠ The data is {count(behind, 'day')} old: it ends on {day(run.watermark)}.")
    lines.append(_set_aside(run, quarantined))
    lines += _watched(run.metrics)
    known = _to_know(run)
    lines += [f"• {sentence(each, MOST_SENTENCE)}" for each in known[:MESSAGES_SHOWN]]
    if len(known) > MESSAGES_SHOWN:
        lines.append(f"• {len(known) - MESSAGES_SHOWN} more; “matinee check” shows all about the data")
    return lines


def _to_know(run: Run) -> list[str]:
    """That no new score is served, wherever it stands among the run's messages, and then the messages."""
    churn = () if run.churn_status == "served" else (f"Churn: {run.churn_message}",)
    return list(dict.fromkeys((*churn, *run.messages)))


def _watched(metrics: Mapping[str, float]) -> list[str]:
    """That somebody looked, also where nothing is wrong; what is wrong stands in the run's messages."""
    odd = metrics.get("monitoring.ingestion_alarm")
    if odd is None:
        return []
    found = ["import odd" if odd else "import as usual"]
    gap = metrics.get("monitoring.calibration_gap")
    if gap is None:
        found.append("no scored horizon is over yet")
    elif round(abs(gap) * 100) == 0:
        found.append("past scores right on average")
    else:
        found.append(f"past scores {count(abs(gap) * 100, 'point')} too {'high' if gap > 0 else 'low'}")
    features = metrics.get("monitoring.features_watched")
    if features:
        moved = round(metrics.get("monitoring.features_moved", 0))
        found.append(f"{moved or 'none'} of {count(features, 'feature')} moved")
    return [f"Watched: {', '.join(found)}"]


def _set_aside(run: Run, quarantined: Sequence[Quarantined]) -> str:
    if not run.quarantined:
        return "No rows were set aside."
    by_reason: Counter[str] = Counter()
    for each in quarantined:
        by_reason[each.reason] += each.rows
    reasons = ", ".join(f"{safe(reason, 50)} {whole(rows)}" for reason, rows in by_reason.most_common(3))
    return f"{count(run.quarantined, 'row')} set aside" + (f": {reasons}" if reasons else "")
