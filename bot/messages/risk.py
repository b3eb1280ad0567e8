"""Risk in words that a support agent can repeat."""

from collections.abc import Mapping, Sequence

from bot.languages import tell
from bot.languages.published import retold
from bot.messages.wording import (
    BANDS,
    DOWN,
    UP,
    arrow,
    day,
    days,
    out_of,
    percent,
    points,
    quiet_days,
    safe,
    sentence,
    whole,
)
from store.records import BandRecord, Customer, Reason, RiskBand, Run

MOST_UP, MOST_DOWN = 3, 1
SHORT_BANDS: Mapping[RiskBand, str] = {"high": "high risk", "medium": "medium risk", "low": "low risk"}
RATED: Mapping[RiskBand, str] = {
    "high": "<b>{risk}</b>: of all rated high, {share} left {span} last time.",
    "medium": "<b>{risk}</b>: of all rated medium, {share} left {span} last time.",
    "low": "<b>{risk}</b>: of all rated low, {share} left {span} last time.",
}
LIKE_THE_BAND = 0.15
"""A customer whose estimate is this near to what his band did is like those in it."""


def within(run: Run) -> str:
    """The span that counts as leaving."""
    if not run.horizon_days:
        return tell("within the horizon")
    one = run.horizon_days == 1
    return tell("within 1 day") if one else tell("within {number} days", number=whole(run.horizon_days))


def risk_lines(customer: Customer, run: Run, bands: Sequence[BandRecord]) -> tuple[str, ...]:
    """How likely the customer is to leave, or why that is not known; escaped.

    The words rest on what each band did last time, not on the model alone.
    """
    if customer.status == "new":
        return (tell("<b>No history yet</b>: nothing has been seen of this customer."),)
    if customer.status == "lapsed":
        return (_left_already(customer, run),)
    if customer.churn_probability is None and customer.band is None:
        return (tell("<b>Not scored</b>: {why}", why=sentence(run.churn_message)),)
    if customer.churn_probability is None:
        assert customer.band is not None
        band, why = tell(BANDS[customer.band]), sentence(run.churn_message)
        return (tell("<b>{band}</b> by quiet time alone: {why}", band=band, why=why),)
    lines = [_band_line(customer, run, bands), _estimate(customer)]
    if run.churn_status in {"uncalibrated", "held"}:
        lines.append(f"<i>{sentence(run.churn_message)}</i>")
    return tuple(lines)


def _left_already(customer: Customer, run: Run) -> str:
    quiet = customer.profile.get("days_since_last_activity")
    if not quiet:
        return tell("<b>Left already</b>.")
    if not run.horizon_days:
        return tell("<b>Left already</b>: quiet for {days}.", days=quiet_days(quiet))
    said = "<b>Left already</b>: quiet for {days} ({limit} count as leaving)."
    return tell(said, days=quiet_days(quiet), limit=days(run.horizon_days))


def _band_line(customer: Customer, run: Run, bands: Sequence[BandRecord]) -> str:
    assert customer.churn_probability is not None
    record = next((each for each in bands if each.band == customer.band and each.customers), None)
    word = tell(BANDS[customer.band]) if customer.band else tell("Risk")
    if record is None:
        share = out_of(round(customer.churn_probability * 100), 100)
        said = "<b>{risk}</b>: about {share} customers like this are expected to leave {span}."
    elif abs(customer.churn_probability - record.left / record.customers) <= LIKE_THE_BAND:
        share = out_of(record.left, record.customers)
        said = "<b>{risk}</b>: {share} customers like this left {span} last time."
    else:
        # A band is wide: somebody at its edge is not like most of it, and his own estimate stands below.
        share = out_of(record.left, record.customers)
        said = RATED[record.band]
    return tell(said, risk=word, share=share, span=within(run))


def _estimate(customer: Customer) -> str:
    assert customer.churn_probability is not None
    line = tell("Estimate for this one: {share}", share=percent(customer.churn_probability))
    if customer.change:
        # The pipeline knows what moved it, which says more than by how much.
        return f"{line}\n{sentence(retold(customer.change))}"
    if len(customer.scores) < 2:
        return line
    before = customer.scores[-2]
    change = customer.churn_probability - before.probability
    since = tell("{change} since {day}", change=points(change), day=day(before.day))
    return f"{line} {arrow(change)} {since}"


def short_risk(customer: Customer) -> str:
    """The risk in one or two words, for lists."""
    if customer.status == "new":
        return tell("no history yet")
    if customer.status == "lapsed":
        return tell("left already")
    if customer.churn_probability is not None:
        return percent(customer.churn_probability)
    return tell(SHORT_BANDS[customer.band]) if customer.band else tell("no score")


def reason_lines(reasons: Sequence[Reason], *, with_points: bool) -> tuple[str, ...]:
    """Reasons for and against leaving, the weightiest first; escaped."""
    up = sorted((each for each in reasons if each.points > 0), key=lambda each: -each.points)[:MOST_UP]
    down = sorted((each for each in reasons if each.points < 0), key=lambda each: each.points)[:MOST_DOWN]
    return tuple(_reason(each, with_points=with_points) for each in (*up, *down))


def _reason(reason: Reason, *, with_points: bool) -> str:
    mark = UP if reason.points > 0 else DOWN
    size = max(round(abs(reason.points)), 1)
    sign = "+" if reason.points > 0 else "−"
    return f"{mark} {safe(retold(reason.text), 200)}" + (f" ({sign}{size})" if with_points else "")


def rhythm(customer: Customer) -> str | None:
    """How often he comes, and how long he has been quiet; None without history."""
    quiet = customer.profile.get("days_since_last_activity")
    if quiet is None:
        return None
    active = customer.profile.get("days_active", 0)
    if active <= 1:
        return tell("seen on one day only, {days} ago", days=quiet_days(quiet))
    usual = customer.profile.get("usual_gap_days")
    if not usual:
        return tell("quiet for {days}", days=quiet_days(quiet))
    every = tell("every day") if usual < 1.5 else tell("every {days}", days=days(round(usual)))
    now = tell("seen on the last day") if quiet < 1 else tell("now {number}", number=int(quiet))
    return tell("usually {every}, {now}", every=every, now=now)
