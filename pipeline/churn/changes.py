"""What moved a customer's risk since the run before, in one sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite, nan

from pipeline.churn.reasons import LEAST_POINTS
from pipeline.churn.sentences import DOWN, UP
from pipeline.churn.wording import counted, money, percent

# As of reasons: a movement of fewer points would not be missed.
LEAST_CHANGE = LEAST_POINTS / 100


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A customer at one moment.

    Attributes:
        day: When.
        probability: By today's model; None where he had lapsed.
        facts: Features by name.
    """

    day: date
    probability: float | None
    facts: Mapping[str, float]


def change(before: Moment, now: Moment, currency: str = "") -> str | None:
    """The movement, and a fact behind it that points the same way; None where it was less than two points.

    Args:
        before: At the run before.
        now: Today, with a probability.
        currency: Written behind money.
    """
    since = f"since {before.day:%-d %B}"
    assert now.probability is not None
    if before.probability is None:
        quiet = before.facts["days_since_last_activity"]
        return f"Came back {since} after {counted(quiet, 'quiet day')}"
    if abs(now.probability - before.probability) < LEAST_CHANGE:
        return None
    moved = f"Risk {percent(before.probability)} → {percent(now.probability)} {since}"
    direction = UP if now.probability > before.probability else DOWN
    fact = next((text for text, points in _facts(before, now, currency) if points == direction), None)
    return moved if fact is None else f"{moved}: {fact}"


def _facts(before: Moment, now: Moment, currency: str) -> Iterator[tuple[str, int]]:
    """What is different, each with the way it points: what contradicts the movement is not its reason."""
    visited = now.facts["days_active"] - before.facts["days_active"]
    if visited > 0:
        yield f"active on {counted(visited, 'more day')}", DOWN
    quiet, quiet_before = (each.facts["days_since_last_activity"] for each in (now, before))
    spending = list(_spending(before, now, currency))
    if quiet > quiet_before:
        less = "".join(f"; {text}" for text, points in spending if points == UP)
        yield f"quiet for {counted(quiet, 'day')}, {round(quiet_before):,} then{less}", UP
    active, active_before = (each.facts.get("days_active_30", nan) for each in (now, before))
    if active != active_before and isfinite(active) and isfinite(active_before):
        on = f"active on {round(active):,} of the last 30 days, {round(active_before):,} then"
        yield on, (UP if active < active_before else DOWN)
    yield from spending


def _spending(before: Moment, now: Moment, currency: str) -> Iterator[tuple[str, int]]:
    spent, spent_before = (each.facts.get("spend_30", nan) for each in (now, before))
    if spent != spent_before and isfinite(spent) and isfinite(spent_before):
        text = f"spent {money(spent, currency)} in 30 days, {money(spent_before, currency)} then"
        yield text, (UP if spent < spent_before else DOWN)
