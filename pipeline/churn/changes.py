"""What moved a customer's risk since the run before, in one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite

from pipeline.churn.wording import counted, money, percent

# Smaller movements are the noise of a day passing.
LEAST_CHANGE = 0.05


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
    """The movement and the fact behind it; None where the risk moved by less than five points.

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
    return f"{moved}: {_fact(before, now, currency)}"


def _fact(before: Moment, now: Moment, currency: str) -> str:
    quiet, quiet_before = (each.facts["days_since_last_activity"] for each in (now, before))
    visited = now.facts["days_active"] - before.facts["days_active"]
    if visited > 0:
        return f"active on {counted(visited, 'more day')}"
    spent, spent_before = (each.facts.get("spend_30", float("nan")) for each in (now, before))
    quieter = f"quiet for {counted(quiet, 'day')}, {round(quiet_before):,} then"
    if isfinite(spent) and isfinite(spent_before) and spent < spent_before:
        return f"{quieter}; spent {money(spent, currency)} in 30 days, {money(spent_before, currency)} then"
    return quieter
