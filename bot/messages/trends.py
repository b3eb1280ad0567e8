"""One customer over time: his risk over the last runs, or how active he was."""

from bot.languages import tell
from bot.messages.cards import Facts, back_to_card, heading
from bot.messages.risk import within
from bot.messages.wording import clip, data_until, day, fit, percent, quiet_days, safe
from bot.replies import Chart, Reply, Series

STEADY = 0.05
"""A change of risk below this is no change that anybody should act on."""

WINDOWS = (180, 90, 30, 7)
WEEK = 7
MUCH_QUIET_DAYS = 14
CHANGED = 0.2


def trend(facts: Facts) -> Reply:
    """The risk of the last runs as a line, or how active he was where there are no scores."""
    customer = facts.customer
    chart = _score_chart(facts) if len(customer.scores) >= 2 else _activity_chart(facts)
    if chart is None:
        nothing = tell("There is nothing to draw yet: too little is known of this customer.")
        return Reply(
            text=fit([heading(customer), nothing], ending=data_until(facts.run)),
            buttons=back_to_card(customer),
        )
    text = fit([heading(customer), f"{safe(chart.title, 200)}."], ending=data_until(facts.run))
    return Reply(text=text, charts=(chart,), buttons=back_to_card(customer))


def _score_chart(facts: Facts) -> Chart:
    scores = facts.customer.scores
    first, last = scores[0], scores[-1]
    change = last.probability - first.probability
    if abs(change) < STEADY:
        finding = tell("Risk steady at about {share}", share=percent(last.probability))
    else:
        said = "Risk rose from {first} to {last}" if change > 0 else "Risk fell from {first} to {last}"
        finding = tell(said, first=percent(first.probability), last=percent(last.probability))
    usual = facts.run.base_rate
    return Chart(
        kind="line",
        title=finding,
        labels=tuple(each.day.isoformat() for each in scores),
        series=(Series(name=tell("Risk"), values=tuple(each.probability for each in scores)),),
        unit=tell("risk of leaving {span}", span=within(facts.run)),
        percent=True,
        note=_note(facts),
        marks=((tell("average"), usual),) if usual else (),
    )


def _activity_chart(facts: Facts) -> Chart | None:
    known = facts.customer.profile
    tenure = known.get("tenure_days", 0)
    rates = {
        window: known[f"days_active_{window}"] * WEEK / window
        for window in WINDOWS
        if f"days_active_{window}" in known and window <= max(tenure, WEEK)
    }
    if len(rates) < 2:
        return None
    return Chart(
        kind="bar",
        title=_finding(facts, list(rates.values())),
        labels=tuple(tell("last {days} days", days=window) for window in rates),
        series=(Series(name=tell("Active days"), values=tuple(rates.values())),),
        unit=tell("active days a week"),
        note=_note(facts),
    )


def _finding(facts: Facts, rates: list[float]) -> str:
    quiet = facts.customer.profile.get("days_since_last_activity", 0)
    if quiet >= MUCH_QUIET_DAYS:
        return tell("Quiet for {days}", days=quiet_days(quiet))
    before, lately = rates[0], rates[-1]
    if abs(lately - before) <= CHANGED * before:
        return tell("As active as ever")
    return tell("More active lately") if lately > before else tell("Less active lately")


def _note(facts: Facts) -> str:
    until = tell("data up to {day}", day=day(facts.run.watermark))
    return f"{clip(facts.customer.customer_id)} · {until}"
