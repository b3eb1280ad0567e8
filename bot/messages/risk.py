"""Risk in words that a support agent can repeat."""

from collections.abc import Sequence

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
)
from store.records import BandRecord, Customer, Reason, Run

MOST_UP, MOST_DOWN = 3, 1
LIKE_THE_BAND = 0.15
"""A customer whose estimate is this near to what his band did is like those in it."""


def within(run: Run) -> str:
    """The span that counts as leaving."""
    return f"within {days(run.horizon_days)}" if run.horizon_days else "within the horizon"


def risk_lines(customer: Customer, run: Run, bands: Sequence[BandRecord]) -> tuple[str, ...]:
    """How likely the customer is to leave, or why that is not known; escaped.

    The words rest on what each band did last time, not on the model alone.
    """
    if customer.status == "new":
        return ("<b>No history yet</b>: nothing has been seen of this customer.",)
    if customer.status == "lapsed":
        return (_left_already(customer, run),)
    if customer.churn_probability is None and customer.band is None:
        return (f"<b>Not scored</b>: {sentence(run.churn_message)}",)
    if customer.churn_probability is None:
        assert customer.band is not None
        return (f"<b>{BANDS[customer.band]}</b> by quiet time alone: {sentence(run.churn_message)}",)
    lines = [_band_line(customer, run, bands), _estimate(customer)]
    if run.churn_status in {"uncalibrated", "held"}:
        lines.append(f"<i>{sentence(run.churn_message)}</i>")
    return tuple(lines)


def _left_already(customer: Customer, run: Run) -> str:
    quiet = customer.profile.get("days_since_last_activity")
    limit = f" ({days(run.horizon_days)} count as leaving)" if run.horizon_days else ""
    return f"<b>Left already</b>: quiet for {quiet_days(quiet)}{limit}." if quiet else "<b>Left already</b>."


def _band_line(customer: Customer, run: Run, bands: Sequence[BandRecord]) -> str:
    assert customer.churn_probability is not None
    record = next((each for each in bands if each.band == customer.band and each.customers), None)
    word = BANDS[customer.band] if customer.band else "Risk"
    if record is None:
        expected = out_of(round(customer.churn_probability * 100), 100)
        return f"<b>{word}</b>: about {expected} customers like this are expected to leave {within(run)}."
    share = out_of(record.left, record.customers)
    if abs(customer.churn_probability - record.left / record.customers) <= LIKE_THE_BAND:
        return f"<b>{word}</b>: {share} customers like this left {within(run)} last time."
    # A band is wide: somebody at its edge is not like most of it, and his own estimate stands below.
    return f"<b>{word}</b>: of all rated {customer.band}, {share} left {within(run)} last time."


def _estimate(customer: Customer) -> str:
    assert customer.churn_probability is not None
    line = f"Estimate for this one: {percent(customer.churn_probability)}"
    if customer.change:
        # The pipeline knows what moved it, which says more than by how much.
        return f"{line}\n{sentence(customer.change)}"
    if len(customer.scores) < 2:
        return line
    before = customer.scores[-2]
    change = customer.churn_probability - before.probability
    return f"{line} {arrow(change)} {points(change)} since {day(before.day)}"


def short_risk(customer: Customer) -> str:
    """The risk in one or two words, for lists."""
    if customer.status == "new":
        return "no history yet"
    if customer.status == "lapsed":
        return "left already"
    if customer.churn_probability is not None:
        return percent(customer.churn_probability)
    return BANDS[customer.band].lower() if customer.band else "no score"


def reason_lines(reasons: Sequence[Reason], *, with_points: bool) -> tuple[str, ...]:
    """Reasons for and against leaving, the weightiest first; escaped."""
    up = sorted((each for each in reasons if each.points > 0), key=lambda each: -each.points)[:MOST_UP]
    down = sorted((each for each in reasons if each.points < 0), key=lambda each: each.points)[:MOST_DOWN]
    return tuple(_reason(each, with_points=with_points) for each in (*up, *down))


def _reason(reason: Reason, *, with_points: bool) -> str:
    mark = UP if reason.points > 0 else DOWN
    size = max(round(abs(reason.points)), 1)
    sign = "+" if reason.points > 0 else "−"
    return f"{mark} {safe(reason.text, 200)}" + (f" ({sign}{size})" if with_points else "")


def rhythm(customer: Customer) -> str | None:
    """How often he comes, and how long he has been quiet; None without history."""
    quiet = customer.profile.get("days_since_last_activity")
    if quiet is None:
        return None
    active = customer.profile.get("days_active", 0)
    if active <= 1:
        return f"seen on one day only, {quiet_days(quiet)} ago"
    usual = customer.profile.get("usual_gap_days")
    if not usual:
        return f"quiet for {quiet_days(quiet)}"
    every = "every day" if usual < 1.5 else f"every {days(round(usual))}"
    now = "seen on the last day" if quiet < 1 else f"now {int(quiet)}"
    return f"usually {every}, {now}"
