"""The morning digest in words: numbers first, then people, then what the numbers rest on."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import sqrt

from bot.messages.cards import heading
from bot.messages.news import WATCHED, AlertRecord, News, ScanNote, kind_of
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
from bot.replies import Button, Chart, Reply, Series
from store.records import Run, Segment, SegmentMove

MOVES_SHOWN, FINDINGS_SHOWN, SKIPS_SHOWN = 2, 3, 3
YEAR = 365.25
MOST_SENTENCE = 300
ALWAYS_TOLD = WATCHED - {"Churn"}
FEWEST_COMPARED = 30
"""Held-out customers below which nothing is concluded from them."""

FEWEST_DAYS_DRAWN = 8


def told(facts: News) -> Reply:
    """The facts in words: numbers first, then people, then what the numbers rest on; and a small chart."""
    lines = [f"<b>Digest for {day(facts.run.as_of)}</b>{_compared_with(facts)}"]
    quiet = facts.nothing_new and not facts.notable
    for part in _repeated(facts) if quiet else _parts(facts):
        if part:
            lines += ["", *part]
    if not (facts.notable or quiet):
        lines += ["", "Nothing else is new."]
    newcomers = (Button("Newcomers", "/newcomers"),) if facts.now.newcomers else ()
    buttons = (
        Button("At risk", "/atrisk"),
        *newcomers,
        Button("Segments", "/segment"),
        Button("Model", "/model"),
    )
    charts = () if quiet else _chart(facts)
    return Reply(text=fit(lines, ending=data_until(facts.run)), buttons=(buttons,), charts=charts)


def _parts(facts: News) -> Sequence[list[str]]:
    return (
        _numbers(facts),
        _week(facts),
        _risk(facts),
        _moves(facts.moves, facts.segments),
        _record(facts.record, facts.run),
        _model_news(facts),
        _data(facts),
        _skips(facts.skipped),
    )


def _repeated(facts: News) -> Sequence[list[str]]:
    """Where no retrain has brought anything since: nobody reads yesterday's news twice."""
    told = "There are no new results since the last digest; /status says what the last retrain did."
    return _numbers(facts), [f"{told} {_end(facts)}".rstrip()]


def _compared_with(facts: News) -> str:
    if facts.before is None or facts.nothing_new:
        return ""
    return f", compared with {day(date.fromisoformat(facts.before.as_of))}"


def changed(now: float, before: float | None) -> str:
    """A change, with its direction: “ (▲ 12)”; empty where it is unknown."""
    if before is None:
        return ""
    difference = round(now - before)
    if difference == 0:
        return f" ({LEVEL})"
    return f" ({UP if difference > 0 else DOWN} {whole(abs(difference))})"


def _numbers(facts: News) -> list[str]:
    now, before = facts.now, facts.before
    lines = [
        f"Customers: {whole(now.customers)}{changed(now.customers, before.customers if before else None)}",
        f"Active: {whole(now.active)}{changed(now.active, before.active if before else None)}",
    ]
    if now.at_risk or now.newcomers or facts.run.churn_status in {"served", "held"}:
        established = count(now.at_risk, "established customer")
        established += changed(now.at_risk, before.at_risk if before else None)
        newcomers = now.newcomers or 0
        known = before.newcomers if before else None
        lines.append(
            f"At high risk: {established} and {count(newcomers, 'newcomer')}{changed(newcomers, known)}"
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
        already = f"{count(scan.at_risk, 'established customer')} {'is' if scan.at_risk == 1 else 'are'}"
        lines.append(
            f"{already if scan.at_risk else 'Nobody established is'} at risk already: that is the starting "
            "line; alerts will speak of new ones only."
        )
    if scan is not None and scan.outcome == "blocked":
        lines.append(_held_back(facts.scans))
    if facts.entered:
        lines.append(
            f"<b>{count(facts.entered, 'customer')} newly at risk</b> of leaving {within(facts.run)}:"
        )
        lines += [f"• {heading(one)}, {short_risk(one)}" for one in facts.newly_at_risk]
        hidden = facts.entered - len(facts.newly_at_risk)
        if hidden:
            lines.append(f"• {whole(hidden)} more: /atrisk")
    if facts.returned:
        lines.append(f"{count(facts.returned, 'customer')} at risk came back.")
    if facts.now.newcomers:
        lines.append(f"{count(facts.now.newcomers, 'newcomer')} may not come back: /newcomers")
    return lines


def _held_back(scans: Sequence[ScanNote]) -> str:
    """Why nobody is alerted about, since when, and until when."""
    since = scans[-1].day
    for one in reversed(scans):
        if one.outcome != "blocked":
            break
        since = one.day
    return (
        f"<b>Alerts are held back</b> since {day(date.fromisoformat(since))}: the last import does not look "
        "right; see below. They go again with the next run that does."
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
    """What alerts were worth: how many were right, what was at stake, and those held out beside them."""
    if not record.alerted:
        return []
    line = (
        f"Alerts whose time is over: {record.alerted_left} of {record.alerted} customers left "
        f"({percent(record.alerted_left / record.alerted)})"
    )
    if record.value_reached > 0:
        line += f", worth {safe(value_of(record.value_reached, run))} together"
    back = record.alerted - record.alerted_left
    lines = [f"{line}; {whole(back)} came back." if back else f"{line}."]
    if record.held_out:
        lines.append(
            f"Held out at random, without an alert: {record.held_out_left} of {record.held_out} left "
            f"({percent(record.held_out_left / record.held_out)}); {_compared(record)}."
        )
    return lines


def _compared(record: AlertRecord) -> str:
    if record.held_out < FEWEST_COMPARED:
        return "too few to compare yet"
    alerted, held = record.alerted_left / record.alerted, record.held_out_left / record.held_out
    error = sqrt(alerted * (1 - alerted) / record.alerted + held * (1 - held) / record.held_out)
    if abs(held - alerted) <= 2 * error:
        return "no clear difference"
    return f"with alerts, {abs(held - alerted) * 100:.0f} in 100 {'fewer' if held > alerted else 'more'} left"


def _model_news(facts: News) -> list[str]:
    run, before, lines = facts.run, facts.before, []
    if facts.churn_is_news:
        lines.append(sentence(run.churn_message, MOST_SENTENCE))
    if before is not None and facts.other_model:
        lines.append(f"Scored by {safe(run.churn_model, 80)} now, before by {safe(before.churn_model, 80)}.")
    if before is not None and facts.auc_moved:
        assert before.auc is not None
        assert facts.now.auc is not None
        verb = "better" if facts.now.auc > before.auc else "worse"
        lines.append(
            f"The model tells leavers from stayers {verb} than before "
            f"(AUC {before.auc:.2f} to {facts.now.auc:.2f})."
        )
    return lines


def _data(facts: News) -> list[str]:
    """What is wrong now, and remarks not made before; how many others there are."""
    run, before = facts.run, facts.before
    # What became of the model stands above where it is news, and here where it is not.
    said = {f"Churn: {run.churn_message}"} if facts.churn_is_news else set()
    new = facts.new_findings
    shown = [one for one in run.messages if one not in said and (one in new or kind_of(one) in ALWAYS_TOLD)][
        :FINDINGS_SHOWN
    ]
    lines = [f"• {sentence(message, MOST_SENTENCE)}" for message in shown]
    others = len(run.messages) - len(shown) - len(said & set(run.messages))
    if run.quarantined or others:
        aside = f"{count(run.quarantined, 'row')} set aside"
        aside += changed(run.quarantined, before.set_aside if before else None)
        remarks = f", {count(others, 'more remark' if shown else 'remark')}" if others else ""
        lines.append(f"Data: {aside}{remarks}: /status")
    if facts.is_stale:
        lines.append(f"• {_end(facts)}")
    return lines


def _end(facts: News) -> str:
    """That the data ended too long ago; empty where they did not."""
    if not facts.is_stale:
        return ""
    ago = days(facts.stale_days) if facts.stale_days < 2 * YEAR else f"{facts.stale_days / YEAR:.0f} years"
    return f"The data end {ago} ago."


def _skips(skipped: Sequence[date]) -> list[str]:
    if not skipped:
        return []
    named = [day(one) for one in skipped[-SKIPS_SHOWN:]]
    which = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    more = f", and {len(skipped) - SKIPS_SHOWN} more before" if len(skipped) > SKIPS_SHOWN else ""
    return [f"Skipped, because it could not be sent in time: the digest for {which}{more}."]


def _chart(facts: News) -> tuple[Chart, ...]:
    """Active customers by day: whether the business lives is seen at a glance."""
    week, before = ([one.active_customers for one in span] for span in (facts.lately, facts.week_before))
    if len(facts.weeks) < FEWEST_DAYS_DRAWN or not sum(before) or len(before) < len(week):
        return ()
    now, then = sum(week) / len(week), sum(before) / len(before)
    change = (now - then) / then
    size = (
        f"{percent(abs(change))} {'more' if change > 0 else 'fewer'} than"
        if round(abs(change) * 100)
        else "as in"
    )
    return (
        Chart(
            kind="line",
            title=f"{whole(now)} active customers a day last week, {size} the week before",
            labels=tuple(one.day.isoformat() for one in facts.weeks),
            series=(Series(name="Active", values=tuple(float(one.active_customers) for one in facts.weeks)),),
            unit="active customers a day",
            note=f"data up to {day(facts.run.watermark)}",
        ),
    )
