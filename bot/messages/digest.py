"""The morning digest in words: numbers first, then people, then what the numbers rest on."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from bot.messages.cards import heading
from bot.messages.risk import short_risk, within
from bot.messages.wording import (
    DOWN,
    LEVEL,
    UP,
    bold,
    count,
    data_until,
    day,
    days,
    fit,
    money,
    percent,
    safe,
    sentence,
    value_of,
    whole,
)
from bot.replies import Button, Reply
from store.records import Activity, Customer, Run, Segment, SegmentMove

# Notes in ``matinee.db`` that the alert scan leaves for the digest.
LAST_SCAN, ALERT_RECORD = "alerts.scan", "alerts.record"
# A metric of the run: 1 where the import looked so odd that nobody should be alerted by it.
INGESTION_ALARM = "monitoring.ingestion_alarm"
MOVES_SHOWN, FINDINGS_SHOWN = 2, 3
STALE_AFTER_DAYS = 3
CLEAR_AUC = 0.01
YEAR = 365.25
MOST_SENTENCE = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanNote:
    """What the last alert scan found; counts of customers."""

    run_id: str = ""
    outcome: str = ""
    at_risk: int = 0
    entered: int = 0
    alerted: int = 0
    waiting: int = 0

    @classmethod
    def read(cls, note: str | None) -> "ScanNote":
        """From its JSON; None is nothing yet."""
        return cls(**_known(cls, note))


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertRecord:
    """What became of customers once the horizon after their alert was over.

    Attributes:
        alerted, alerted_left: Alerted about, and of those who then did nothing for the horizon.
        held_out, held_out_left: The same of those drawn to get no alert.
        value_reached: Of those alerted about who left: what was at stake, a month.
    """

    alerted: int = 0
    alerted_left: int = 0
    held_out: int = 0
    held_out_left: int = 0
    value_reached: float = 0.0

    @classmethod
    def read(cls, note: str | None) -> "AlertRecord":
        """From its JSON; None is nothing yet."""
        return cls(**_known(cls, note))


def _known(record: "type[ScanNote | AlertRecord]", note: str | None) -> dict[str, Any]:
    """The fields of a note that this program knows; a newer one may have written more."""
    names = {field.name for field in fields(record)}
    return {name: value for name, value in json.loads(note or "{}").items() if name in names}


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """The numbers of one run."""

    customers: int
    active: int
    at_risk: int
    auc: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """Everything the digest speaks of.

    Attributes:
        before, headline_before: Of the newest earlier run; None where it is not kept.
        scan: Of this run; None where it was not scanned yet.
        newly_at_risk: The first few, most at stake first.
        returned: How many came back since the run before.
        lately, week_before: Days of activity, the last seven known and the seven before.
        stale_days: Since the data end, at the moment of asking.
    """

    run: Run
    headline: Headline
    before: Run | None
    headline_before: Headline | None
    scan: ScanNote | None
    newly_at_risk: tuple[Customer, ...]
    returned: int
    segments: tuple[Segment, ...]
    moves: tuple[SegmentMove, ...]
    lately: tuple[Activity, ...]
    week_before: tuple[Activity, ...]
    record: AlertRecord
    stale_days: int

    @property
    def notable(self) -> bool:
        """Whether somebody who wants to hear of news only should hear this."""
        scanned = self.scan is not None and (
            self.scan.entered > 0 or self.scan.outcome in {"baseline", "blocked"}
        )
        told_before = set() if self.before is None else set(map(_kind, self.before.messages))
        new_findings = any(_kind(message) not in told_before for message in self.run.messages)
        late = self.stale_days > STALE_AFTER_DAYS
        return bool(scanned or self.returned or new_findings or late or _model_news(self))


def _kind(message: str) -> str:
    """A finding without its numbers, which change every night and are no news."""
    return re.sub(r"\d[\d.,:]*", "#", message)


def told(facts: News) -> Reply:
    """The facts in words: numbers first, then people, then what the numbers rest on."""
    parts = [
        _numbers(facts),
        _week(facts),
        _risk(facts),
        _moves(facts.moves, facts.segments),
        _record(facts.record, facts.run),
        _model_news(facts),
        _data(facts),
    ]
    lines = [f"<b>Digest for {day(facts.run.as_of)}</b>"]
    for part in parts:
        if part:
            lines += ["", *part]
    if not facts.notable:
        lines += ["", "Nothing else is new."]
    buttons = (
        Button("At risk", "/atrisk"),
        Button("Segments", "/segment"),
        Button("Model", "/model"),
    )
    return Reply(text=fit(lines, ending=data_until(facts.run)), buttons=(buttons,))


def changed(now: float, before: float | None) -> str:
    """A change since the run before, with its direction: “ (▲ 12)”; empty where it is unknown."""
    if before is None:
        return ""
    difference = round(now - before)
    if difference == 0:
        return f" ({LEVEL})"
    return f" ({UP if difference > 0 else DOWN} {whole(abs(difference))})"


def _numbers(facts: News) -> list[str]:
    now, before = facts.headline, facts.headline_before
    lines = [
        f"Customers: {whole(now.customers)}{changed(now.customers, before.customers if before else None)}",
        f"Active: {whole(now.active)}{changed(now.active, before.active if before else None)}",
    ]
    if facts.headline.at_risk or facts.run.churn_status in {"served", "held"}:
        lines.append(
            f"At high risk: {whole(now.at_risk)}{changed(now.at_risk, before.at_risk if before else None)}"
        )
    return lines


def _week(facts: News) -> list[str]:
    if not facts.lately or len(facts.week_before) < len(facts.lately):
        return []
    named: Mapping[tuple[str, str], tuple[float, float]] = {
        (one, many): (
            sum(getattr(day, many) for day in facts.lately),
            sum(getattr(day, many) for day in facts.week_before),
        )
        for one, many in (("watch", "watches"), ("rating", "ratings"), ("order", "orders"))
    }
    said = [
        f"{count(now, one, many)}{_relative(now, before)}"
        for (one, many), (now, before) in named.items()
        if now or before
    ]
    now, before = (sum(one.revenue for one in span) for span in (facts.lately, facts.week_before))
    if now or before:
        said.append(f"{safe(money(now, facts.run.currency))} revenue{_relative(now, before)}")
    return [f"Last 7 days: {', '.join(said)}"] if said else []


def _relative(now: float, before: float) -> str:
    if before <= 0:
        return ""
    change = (now - before) / before
    if round(abs(change) * 100) == 0:
        return f" ({LEVEL})"
    return f" ({UP if change > 0 else DOWN} {percent(abs(change))})"


def _risk(facts: News) -> list[str]:
    scan, lines = facts.scan, []
    if scan is not None and scan.outcome == "baseline":
        already = count(scan.at_risk, "customer") if scan.at_risk else "Nobody is"
        lines.append(
            f"{already} at risk already: that is the starting line; alerts will speak of new ones only."
        )
    if scan is not None and scan.outcome == "blocked":
        lines.append(f"<b>Alerts are held back</b>: {_why_blocked(facts.run)}")
    if scan is not None and scan.outcome == "alerts" and scan.entered:
        lines.append(
            f"<b>{count(scan.entered, 'customer')} newly at risk</b> of leaving {within(facts.run)}:"
        )
        lines += [f"• {heading(one)}, {short_risk(one)}" for one in facts.newly_at_risk]
        hidden = scan.entered - len(facts.newly_at_risk)
        if hidden:
            lines.append(f"• {whole(hidden)} more: /atrisk")
    if facts.returned:
        lines.append(f"{count(facts.returned, 'customer')} at risk came back.")
    return lines


def _why_blocked(run: Run) -> str:
    if run.metrics.get(INGESTION_ALARM):
        return "the last import does not look right; see below."
    return (
        "the scores of all customers moved together, as they do when data are missing. Please look at the "
        "last import."
    )


def _moves(moves: Sequence[SegmentMove], segments: Sequence[Segment]) -> list[str]:
    names = {one.number: one.name for one in segments}
    shown = [one for one in moves if one.from_segment in names and one.to_segment in names][:MOVES_SHOWN]
    return [
        f"{count(one.customers, 'customer')} moved from {bold(names[one.from_segment])} "
        f"to {bold(names[one.to_segment])} in 30 days."
        for one in shown
    ]


def _record(record: AlertRecord, run: Run) -> list[str]:
    if not record.alerted:
        return []
    line = f"Alerts whose time is over: {record.alerted_left} of {record.alerted} customers left"
    if record.value_reached > 0:
        line += f", worth {safe(value_of(record.value_reached, run))} together"
    if record.held_out:
        line += f"; of those held out at random, {record.held_out_left} of {record.held_out}"
    return [line + "."]


def _model_news(facts: News) -> list[str]:
    run, before, lines = facts.run, facts.before, []
    known = before is not None and before.churn_message == run.churn_message
    if run.churn_status != "served" and not known:
        lines.append(sentence(run.churn_message, MOST_SENTENCE))
    kept = run.churn_status == "held"
    if before is not None and before.churn_model != run.churn_model and not kept:
        lines.append(f"Scored by {safe(run.churn_model, 80)} now, before by {safe(before.churn_model, 80)}.")
    now = facts.headline.auc
    then = None if facts.headline_before is None else facts.headline_before.auc
    if now is not None and then is not None and abs(now - then) >= CLEAR_AUC:
        verb = "better" if now > then else "worse"
        lines.append(
            f"The model tells leavers from stayers {verb} than before (AUC {then:.2f} to {now:.2f})."
        )
    return lines


def _data(facts: News) -> list[str]:
    # What became of the model stands above where it is news, and here where it is not.
    news = facts.before is None or facts.before.churn_message != facts.run.churn_message
    said = {f"Churn: {facts.run.churn_message}"} if news else set()
    messages = [one for one in facts.run.messages if one not in said]
    lines = [f"• {sentence(message, MOST_SENTENCE)}" for message in messages[:FINDINGS_SHOWN]]
    if facts.stale_days > STALE_AFTER_DAYS:
        ago = (
            days(facts.stale_days) if facts.stale_days < 2 * YEAR else f"{facts.stale_days / YEAR:.0f} years"
        )
        lines.append(f"• The data end {ago} ago.")
    return lines
