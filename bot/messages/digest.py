"""The morning digest in words: numbers first, then people, then what the numbers rest on."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.languages import counted, tell
from bot.messages.alerts import record_lines
from bot.messages.cards import heading
from bot.messages.news import WATCHED, News, ScanNote, kind_of
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
    decimal,
    fit,
    money,
    percent,
    safe,
    sentence,
    whole,
)
from bot.replies import Button, Chart, Reply, Series
from store.records import Segment, SegmentMove

MOVES_SHOWN, FINDINGS_SHOWN, SKIPS_SHOWN = 2, 3, 3
YEAR = 365.25
MOST_SENTENCE = 300
ALWAYS_TOLD = WATCHED - {"Churn"}
FEWEST_DAYS_DRAWN = 8


def told(facts: News) -> Reply:
    """The facts in words: numbers first, then people, then what the numbers rest on; and a small chart."""
    lines = [_title(facts)]
    quiet = facts.nothing_new and not facts.notable
    for part in _repeated(facts) if quiet else _parts(facts):
        if part:
            lines += ["", *part]
    if not (facts.notable or quiet):
        lines += ["", tell("Nothing else is new.")]
    newcomers = (Button(tell("Newcomers"), "/newcomers"),) if facts.now.newcomers else ()
    buttons = (
        Button(tell("At risk"), "/atrisk"),
        *newcomers,
        Button(tell("Segments"), "/segment"),
        Button(tell("Model"), "/model"),
    )
    charts = () if quiet else _chart(facts)
    return Reply(text=fit(lines, ending=data_until(facts.run)), buttons=(buttons,), charts=charts)


def _parts(facts: News) -> Sequence[list[str]]:
    return (
        _numbers(facts),
        _week(facts),
        _risk(facts),
        _moves(facts.moves, facts.segments),
        record_lines(facts.record, facts.run),
        _model_news(facts),
        _data(facts),
        _skips(facts.skipped),
    )


def _repeated(facts: News) -> Sequence[list[str]]:
    """Where no retrain has brought anything since: nobody reads yesterday's news twice."""
    told = tell("There are no new results since the last digest; /status says what the last retrain did.")
    return _numbers(facts), [f"{told} {_end(facts)}".rstrip()]


def _title(facts: News) -> str:
    today = day(facts.run.as_of)
    if facts.before is None or facts.nothing_new:
        return tell("<b>Digest for {day}</b>", day=today)
    before = day(date.fromisoformat(facts.before.as_of))
    return tell("<b>Digest for {day}</b>, compared with {before}", day=today, before=before)


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
    customers = whole(now.customers) + changed(now.customers, before.customers if before else None)
    active = whole(now.active) + changed(now.active, before.active if before else None)
    lines = [tell("Customers: {number}", number=customers), tell("Active: {number}", number=active)]
    if now.at_risk or now.newcomers or facts.run.churn_status in {"served", "held"}:
        established = count(now.at_risk, "established customer")
        established += changed(now.at_risk, before.at_risk if before else None)
        newcomers = count(now.newcomers or 0, "newcomer")
        newcomers += changed(now.newcomers or 0, before.newcomers if before else None)
        said = "At high risk: {established} and {newcomers}"
        lines.append(tell(said, established=established, newcomers=newcomers))
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
        revenue = tell("{money} revenue", money=safe(money(now, facts.run.currency)))
        said.append(revenue + _relative(now, before))
    return [tell("Last 7 days: {numbers}", numbers=", ".join(said))] if said else []


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
        lines.append(_starting_line(scan.at_risk))
    if scan is not None and scan.outcome == "blocked":
        lines.append(_held_back(facts.scans))
    if facts.entered:
        entered = count(facts.entered, "customer")
        said = "<b>{customers} newly at risk</b> of leaving {span}:"
        lines.append(tell(said, customers=entered, span=within(facts.run)))
        lines += [f"• {heading(one)}, {short_risk(one)}" for one in facts.newly_at_risk]
        hidden = facts.entered - len(facts.newly_at_risk)
        if hidden:
            lines.append(tell("• {number} more: /atrisk", number=whole(hidden)))
    if facts.returned:
        lines.append(tell("{customers} at risk came back.", customers=count(facts.returned, "customer")))
    if facts.now.newcomers:
        newcomers = count(facts.now.newcomers, "newcomer")
        lines.append(tell("{newcomers} may not come back: /newcomers", newcomers=newcomers))
    return lines


def _starting_line(at_risk: int) -> str:
    if not at_risk:
        return tell(
            "Nobody established is at risk already: that is the starting line; "
            "alerts will speak of new ones only."
        )
    return tell(
        "{customers} {are} at risk already: that is the starting line; alerts will speak of new ones only.",
        customers=count(at_risk, "established customer"),
        are=counted(at_risk, "is", "are"),
    )


def _held_back(scans: Sequence[ScanNote]) -> str:
    """Why nobody is alerted about, since when, and until when."""
    since = scans[-1].day
    for one in reversed(scans):
        if one.outcome != "blocked":
            break
        since = one.day
    return tell(
        "<b>Alerts are held back</b> since {day}: the last import does not look right; see below. "
        "They go again with the next run that does.",
        day=day(date.fromisoformat(since)),
    )


def _moves(moves: Sequence[SegmentMove], segments: Sequence[Segment]) -> list[str]:
    names = {one.number: one.name for one in segments}
    shown = [one for one in moves if one.from_segment in names and one.to_segment in names][:MOVES_SHOWN]
    return [
        tell(
            "{customers} moved from {old} to {new} in 30 days.",
            customers=count(one.customers, "customer"),
            old=bold(names[one.from_segment]),
            new=bold(names[one.to_segment]),
        )
        for one in shown
    ]


def _model_news(facts: News) -> list[str]:
    run, before, lines = facts.run, facts.before, []
    if facts.churn_is_news:
        lines.append(sentence(run.churn_message, MOST_SENTENCE))
    if before is not None and facts.other_model:
        now, then = safe(run.churn_model, 80), safe(before.churn_model, 80)
        lines.append(tell("Scored by {now} now, before by {before}.", now=now, before=then))
    if before is not None and facts.auc_moved:
        assert before.auc is not None
        assert facts.now.auc is not None
        said = (
            "The model tells leavers from stayers better than before (AUC {before} to {now})."
            if facts.now.auc > before.auc
            else "The model tells leavers from stayers worse than before (AUC {before} to {now})."
        )
        lines.append(tell(said, before=decimal(before.auc, 2), now=decimal(facts.now.auc, 2)))
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
        aside = tell("{rows} set aside", rows=count(run.quarantined, "row"))
        aside += changed(run.quarantined, before.set_aside if before else None)
        remarks = f", {count(others, 'more remark' if shown else 'remark')}" if others else ""
        lines.append(tell("Data: {findings}: /status", findings=aside + remarks))
    if facts.is_stale:
        lines.append(f"• {_end(facts)}")
    return lines


def _end(facts: News) -> str:
    """That the data ended too long ago; empty where they did not."""
    if not facts.is_stale:
        return ""
    recent = facts.stale_days < 2 * YEAR
    span = days(facts.stale_days) if recent else count(facts.stale_days / YEAR, "year")
    return tell("The data end {span} ago.", span=span)


def _skips(skipped: Sequence[date]) -> list[str]:
    if not skipped:
        return []
    named = [day(one) for one in skipped[-SKIPS_SHOWN:]]
    which = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} {tell('and')} {named[-1]}"
    if len(skipped) > SKIPS_SHOWN:
        which = tell("{days}, and {number} more before", days=which, number=len(skipped) - SKIPS_SHOWN)
    return [tell("Skipped, because it could not be sent in time: the digest for {days}.", days=which)]


def _chart(facts: News) -> tuple[Chart, ...]:
    """Active customers by day: whether the business lives is seen at a glance."""
    week, before = ([one.active_customers for one in span] for span in (facts.lately, facts.week_before))
    if not week or len(facts.weeks) < FEWEST_DAYS_DRAWN or not sum(before) or len(before) < len(week):
        return ()
    now, then = sum(week) / len(week), sum(before) / len(before)
    change = (now - then) / then
    customers, share = count(now, "active customer"), percent(abs(change))
    if not round(abs(change) * 100):
        title = tell("{customers} a day last week, as in the week before", customers=customers)
    elif change > 0:
        said = "{customers} a day last week, {share} more than the week before"
        title = tell(said, customers=customers, share=share)
    else:
        said = "{customers} a day last week, {share} fewer than the week before"
        title = tell(said, customers=customers, share=share)
    return (
        Chart(
            kind="line",
            title=title,
            labels=tuple(one.day.isoformat() for one in facts.weeks),
            series=(
                Series(name=tell("Active"), values=tuple(float(one.active_customers) for one in facts.weeks)),
            ),
            unit=tell("active customers a day"),
            note=tell("data up to {day}", day=day(facts.run.watermark)),
        ),
    )
