"""One customer: the card, why, what the risk is."""

from dataclasses import dataclass
from datetime import datetime

from bot.languages import tell
from bot.messages.risk import reason_lines, rhythm, risk_lines, within
from bot.messages.titles import title_words
from bot.messages.wording import (
    bold,
    clip,
    code,
    data_until,
    day,
    days,
    decimal,
    fit,
    line,
    name_of,
    percent,
    safe,
    value_of,
)
from bot.replies import Button, Reply
from store.records import BandRecord, Customer, Recommendation, Run

BRING_BACK = "Titles that bring people back"
OUTCOMES = {
    "contacted": "Contacted",
    "saved": "Saved",
    "lost": "Lost",
    "wrong": "Marked as a wrong alarm",
    "snoozed": "Snoozed",
}
CARD = "‹ Card"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """All that stands on a customer's card.

    Attributes:
        titles: What he might like, best first.
        contact: What staff last did about him, in words of ``contact_line``.
        bring_back: There are titles with which people like him came back.
    """

    customer: Customer
    run: Run
    bands: tuple[BandRecord, ...]
    titles: tuple[Recommendation, ...] = ()
    contact: str | None = None
    bring_back: bool = False


def heading(customer: Customer) -> str:
    """Name and id, the id ready to be copied."""
    name = name_of(customer.customer_id, customer.name)
    if name == clip(customer.customer_id):
        return bold(name)
    return f"{bold(name)} · {code(customer.customer_id)}"


def card(facts: Facts) -> Reply:
    """Everything a support agent needs, on one phone screen."""
    customer, run = facts.customer, facts.run
    lines = [heading(customer), *_about(customer), ""]
    lines += risk_lines(customer, run, facts.bands)
    lines += ["", *_habits(customer, run)]
    reasons = reason_lines(customer.reasons, with_points=False)
    if reasons:
        lines += ["", *([tell("Mixed signals; most likely:")] if customer.mixed_signals else []), *reasons]
    if facts.titles:
        might = ", ".join(title_words(each.title) for each in facts.titles[:3])
        lines += ["", tell("Might like: {titles}", titles=might)]
    if facts.contact:
        lines += ["", facts.contact]
    return Reply(text=fit(lines, ending=data_until(run)), buttons=card_buttons(customer, run), edit=True)


def _about(customer: Customer) -> list[str]:
    parts = [each for each in (customer.email, customer.plan, customer.country) if each]
    return [" · ".join(safe(each) for each in parts)] if parts else []


def _habits(customer: Customer, run: Run) -> list[str]:
    lines = []
    if customer.segment_name:
        lines.append(tell("Segment: {name}", name=safe(customer.segment_name)))
    if customer.status != "new":
        lines.append(tell("Value: {value}", value=safe(value_of(customer.value, run))))
    habit = rhythm(customer)
    if habit:
        lines.append(tell("Rhythm: {habit}", habit=habit))
    since = customer.signed_up_on or customer.first_active_on
    if since:
        lines.append(tell("Customer since {day}", day=day(since)))
    return lines


def card_buttons(customer: Customer, run: Run) -> tuple[tuple[Button, ...], ...]:
    """What can be done from the card."""
    who = customer.customer_id
    look = [Button(tell("Recommend"), line("/recommend", who))] if run.titles else []
    if customer.status != "new":
        why_and_trend = Button(tell("Why"), line("/why", who)), Button(tell("Trend"), line("/trend", who))
        look = [*why_and_trend, *look]
    done = (
        Button(tell("Contacted"), line("/contacted", who)),
        Button(tell("Snooze 7 d"), line("/snooze", who, 7)),
        # Tomorrow is another day: he is left alone until then, and is nobody's oversight.
        Button(tell("Not now"), line("/snooze", who, 1)),
    )
    return (tuple(look), done) if look else (done,)


def back_to_card(customer: Customer) -> tuple[tuple[Button, ...], ...]:
    """The way back."""
    return ((Button(tell(CARD), line("/user", customer.customer_id)),),)


def churn(facts: Facts) -> Reply:
    """The risk alone: how high, compared with what, why, and what would lower it."""
    customer, run = facts.customer, facts.run
    lines = [heading(customer), "", *risk_lines(customer, run, facts.bands), *_compared(customer, run)]
    habit = rhythm(customer)
    if habit:
        lines.append(tell("Rhythm: {habit}", habit=habit))
    lines += _reasons(customer) + _after_visit(customer)
    bring_back = (
        ((Button(tell(BRING_BACK), line("/bringback", customer.customer_id)),),) if facts.bring_back else ()
    )
    buttons = (*bring_back, *card_buttons(customer, run), *back_to_card(customer))
    return Reply(text=fit(lines, ending=data_until(run)), buttons=buttons, edit=True)


def _compared(customer: Customer, run: Run) -> list[str]:
    probability, usual = customer.churn_probability, run.base_rate
    if probability is None or not usual:
        return []
    times = probability / usual
    if 0.9 <= times <= 1.1:
        return [tell("That is about the average ({share}).", share=percent(usual))]
    if times > 1:
        return [
            tell("That is {times} times the average ({share}).", times=decimal(times), share=percent(usual))
        ]
    return [tell("That is below the average ({share}).", share=percent(usual))]


def _reasons(customer: Customer) -> list[str]:
    reasons = reason_lines(customer.reasons, with_points=True)
    if not reasons:
        return []
    if customer.mixed_signals:
        return ["", tell("<b>Mixed signals</b>, in points of risk:"), *reasons]
    return ["", tell("<b>What speaks for and against leaving</b>, in points of risk:"), *reasons]


def _after_visit(customer: Customer) -> list[str]:
    after = customer.probability_after_visit
    if after is None:
        return []
    said = "Customers like this after one more visit: {share} (seen together, no proof of a cause)."
    return ["", tell(said, share=percent(after))]


def why(facts: Facts) -> Reply:
    """Where the risk comes from."""
    customer, run = facts.customer, facts.run
    lines = [tell("Why: {customer}", customer=heading(customer)), "", *risk_lines(customer, run, facts.bands)]
    reasons = _reasons(customer)
    if reasons:
        lines += [*reasons, *_after_visit(customer)]
    else:
        lines.append("")
        if customer.churn_probability is not None:
            lines.append(tell("Reasons are worked out for those most at risk. What is known here:"))
        lines += _facts(customer)
    if customer.churn_probability is not None:
        said = "<i>Leaving means no activity {span}. Scored by {model}.</i>"
        lines += ["", tell(said, span=within(run), model=safe(run.churn_model, 80))]
    return Reply(text=fit(lines, ending=data_until(run)), buttons=back_to_card(customer), edit=True)


def _facts(customer: Customer) -> list[str]:
    known = customer.profile
    lines = []
    habit = rhythm(customer)
    if habit:
        lines.append(f"• {habit}")
    if "days_active_30" in known and "days_active_previous_30" in known:
        said = "• active on {days} of the last 30, {before} of the 30 before"
        active, before = known["days_active_30"], known["days_active_previous_30"]
        lines.append(tell(said, days=days(active), before=f"{before:.0f}"))
    if "tenure_days" in known:
        lines.append(tell("• first seen {days} ago", days=days(round(known["tenure_days"]))))
    return lines


def contact_line(outcome: str, when: str, by: str, until: datetime | None) -> str:
    """What staff last did about a customer; escaped."""
    done = tell(OUTCOMES[outcome]) if outcome in OUTCOMES else safe(outcome)
    if until is None:
        return tell("<i>{done} ({when}, by {name})</i>", done=done, when=when, name=safe(by))
    said = "<i>{done} until {day} ({when}, by {name})</i>"
    return tell(said, done=done, day=day(until), when=when, name=safe(by))
