"""Whether everything runs: the last retrain, the data, the queues, the jobs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.languages import tell
from bot.messages.mistakes import ANOTHER_VERSION
from bot.messages.news import ScanNote
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
NO_ALERTS = {
    "blocked": "held back: the last import looks odd; they go again with the next run that does not",
    "unscored": "none: there are no risk scores",
    "same day": "none: no newer data",
}
JOBS = {"retrain": "Retrain", "digest": "Digest", "alerts": "Alerts"}
MESSAGES = frozenset({"digest", "alerts", "answer", "notice", "progress", "edit"})
"""Kinds of rows in the outbox that somebody would miss."""

OUTCOMES = frozenset(
    {
        "published",
        "queued",
        "nothing to tell",
        "skipped: too late",
        "skipped: nothing was published yet",
    }
)
"""What jobs record of themselves; a failure is told as it was recorded."""


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
        scan: The newest alert scan.
        undelivered: Of the last days, newest first.
        perhaps_answered: Questions of the last days whose answer may or may not have arrived.
        results_of_another_version: There is a run, but this version cannot read it.
    """

    now: datetime
    inbox: int
    outbox: int
    last_poll: datetime | None
    jobs: tuple[tuple[str, datetime, str | None], ...]
    scan: ScanNote | None = None
    undelivered: tuple[Undelivered, ...] = ()
    perhaps_answered: int = 0
    results_of_another_version: bool = False


def status(run: Run | None, quarantined: Sequence[Quarantined], pulse: Pulse) -> Reply:
    """One screen for whoever looks after Matinee."""
    lines = [
        tell("<b>Status</b>"),
        "",
        *(_run(run, quarantined, pulse) if run else [_no_run(pulse)]),
    ]
    polled = ago((pulse.now - pulse.last_poll).total_seconds()) if pulse.last_poll else tell("not yet")
    lines += ["", tell("Telegram last asked: {ago}", ago=polled), _waiting(pulse), *_undelivered(pulse)]
    for name, began, outcome in pulse.jobs:
        job = tell(JOBS[name]) if name in JOBS else safe(name)
        lines.append(f"{job}: {moment(began)}, {_came_of(name, outcome, pulse.scan)}")
    return Reply(text=fit(lines, ending=data_until(run) if run else ""), edit=True)


def _came_of(name: str, outcome: str | None, scan: ScanNote | None) -> str:
    if outcome is None:
        return tell("not finished")
    if name == "alerts" and scan is not None:
        return _scanned(scan)
    return tell(outcome) if outcome in OUTCOMES else safe(outcome, 120)


def _scanned(scan: ScanNote) -> str:
    if scan.outcome == "alerts":
        return tell(
            "{entered} newly at risk, {alerted} alerted about, {held_out} held out, "
            "{waiting} beyond what staff can look after",
            entered=scan.entered,
            alerted=scan.alerted,
            held_out=scan.held_out,
            waiting=scan.waiting,
        )
    if scan.outcome == "baseline":
        return tell("starting line: {number} at risk already, nobody alerted about", number=scan.at_risk)
    return tell(NO_ALERTS[scan.outcome])


def _waiting(pulse: Pulse) -> str:
    questions, messages = count(pulse.inbox, "question"), count(pulse.outbox, "message")
    return tell("Waiting: {questions}, {messages} to send", questions=questions, messages=messages)


def _no_run(pulse: Pulse) -> str:
    if pulse.results_of_another_version:
        what_to_do = tell("run <code>matinee retrain</code>, or /retrain.")
        return f"⚠ {tell(ANOTHER_VERSION)}: {what_to_do}"
    return tell("No run has been published yet.")


def _undelivered(pulse: Pulse) -> list[str]:
    perhaps, surely = (
        [
            tell(
                "{message} to {name} ({moment})",
                message=tell(each.kind) if each.kind in MESSAGES else safe(each.kind),
                name=safe(each.to),
                moment=moment(each.at),
            )
            for each in pulse.undelivered
            if each.perhaps is so
        ]
        for so in (True, False)
    )
    if pulse.perhaps_answered:
        perhaps.insert(0, count(pulse.perhaps_answered, "answer"))
    lines = []
    if perhaps:
        named = ", ".join(perhaps[:MESSAGES_SHOWN])
        lines.append(tell("⚠ Perhaps arrived, so not sent again: {messages}", messages=named))
    if surely:
        named = ", ".join(surely[:MESSAGES_SHOWN])
        lines.append(tell("⚠ Could not be sent: {messages}", messages=named))
    return lines


def _run(run: Run, quarantined: Sequence[Quarantined], pulse: Pulse) -> list[str]:
    since = ago((pulse.now - run.finished_at).total_seconds())
    took = age((run.finished_at - run.started_at).total_seconds())
    lines = [
        tell("Run {id}", id=code(run.run_id)),
        tell("published {ago}, after {span} of work", ago=since, span=took),
        f"{count(run.customers, 'customer')}, {count(run.titles, 'title')}, {count(run.events, 'event')}",
    ]
    behind = (pulse.now.date() - run.watermark).days
    if behind > 2:
        days = count(behind, "day")
        lines.append(tell("⚠ The data is {days} old: it ends on {day}.", days=days, day=day(run.watermark)))
    lines.append(_set_aside(run, quarantined))
    lines += _watched(run.metrics)
    known = _to_know(run)
    lines += [f"• {sentence(each, MOST_SENTENCE)}" for each in known[:MESSAGES_SHOWN]]
    if len(known) > MESSAGES_SHOWN:
        more = len(known) - MESSAGES_SHOWN
        lines.append(tell("• {number} more; “matinee check” shows all about the data", number=more))
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
    found = [tell("import odd") if odd else tell("import as usual")]
    gap = metrics.get("monitoring.calibration_gap")
    if gap is None:
        found.append(tell("no scored horizon is over yet"))
    elif round(abs(gap) * 100) == 0:
        found.append(tell("past scores right on average"))
    elif gap > 0:
        found.append(tell("past scores {points} too high", points=count(gap * 100, "point")))
    else:
        found.append(tell("past scores {points} too low", points=count(-gap * 100, "point")))
    watched = metrics.get("monitoring.features_watched")
    if watched:
        moved = round(metrics.get("monitoring.features_moved", 0)) or tell("none")
        found.append(tell("{moved} of {features} moved", moved=moved, features=count(watched, "feature")))
    return [tell("Watched: {findings}", findings=", ".join(found))]


def _set_aside(run: Run, quarantined: Sequence[Quarantined]) -> str:
    if not run.quarantined:
        return tell("No rows were set aside.")
    by_reason: Counter[str] = Counter()
    for each in quarantined:
        by_reason[each.reason] += each.rows
    reasons = ", ".join(f"{safe(reason, 50)} {whole(rows)}" for reason, rows in by_reason.most_common(3))
    set_aside = tell("{rows} set aside", rows=count(run.quarantined, "row"))
    return f"{set_aside}: {reasons}" if reasons else set_aside
