"""When a customer counts as at risk, and when that is worth an alert: pure rules, no file, no clock.

Without memory, a threshold alerts 11 to 24 times a customer; with two scans to enter, a lower line to leave
and a cool-down it is 1.0 to 1.3 times at the same precision (CHURN.md §7).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from store.state.records import AlertState

SCANS_TO_ENTER = 2
EXIT_SHARE = 0.8
RISE, RISE_DAYS = 0.15, 7
HIGHEST_ENTRY = 0.9
TIMES_BASE_RATE = 1.5


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The lines of one run.

    Attributes:
        enter: From this probability on a customer may become at risk; below 0.8 of it he is no longer.
        cool_down_days: After an alert, none about the same customer for so long.
    """

    enter: float
    cool_down_days: int

    @classmethod
    def of(cls, base_rate: float, horizon_days: int) -> "Rules":
        """The rules for a business in which ``base_rate`` of the active leave within the horizon."""
        return cls(
            enter=min(HIGHEST_ENTRY, TIMES_BASE_RATE * base_rate), cool_down_days=(horizon_days + 1) // 2
        )


@dataclass(frozen=True, kw_only=True)
class Sight:
    """One customer as a scan sees him; None as probability: he has none."""

    customer_id: str
    probability: float | None
    last_active_on: date | None


def first_seen(sight: Sight, rules: Rules, today: date) -> AlertState | None:
    """Where a customer stands at a baseline scan, which alerts about nobody; None: nothing to remember."""
    if sight.probability is None or sight.probability < rules.enter:
        return None
    return AlertState(customer_id=sight.customer_id, state="at_risk", since=today, above=1)


def advanced(
    before: AlertState | None, sight: Sight, rules: Rules, today: date, *, rose: Callable[[str], bool]
) -> AlertState | None:
    """Where a customer stands after this scan; None: nothing to remember.

    Args:
        before: At the last scan.
        sight: At this scan.
        rules: Of this run.
        today: Day of the scan: everything before it is known.
        rose: Whether his probability rose by 0.15 within a week; asked only where it matters.
    """
    above_line = sight.probability is not None and sight.probability >= rules.enter
    if before is not None and before.state == "at_risk":
        calm = sight.probability is not None and sight.probability < EXIT_SHARE * rules.enter
        if calm or came_back(before.since, sight):
            return replace(before, state="ok", since=today, above=0, held_out=False)
        return before
    known = before or AlertState(customer_id=sight.customer_id, state="ok", since=today)
    above = known.above + 1 if above_line else 0
    if above >= SCANS_TO_ENTER or (above and rose(sight.customer_id)):
        return replace(known, state="at_risk", since=today, above=above)
    return replace(known, above=above) if before is not None or above else None


def came_back(since: date, sight: Sight) -> bool:
    """Whether he did anything on or after that day."""
    return sight.last_active_on is not None and sight.last_active_on >= since


def may_alert(before: AlertState | None, sight: Sight, rules: Rules, today: date) -> bool:
    """Whether his entry is worth an alert: the first, or after a return and the cool-down."""
    if before is None or before.alerted_at is None:
        return True
    cooled = today - before.alerted_at >= timedelta(days=rules.cool_down_days)
    return cooled and came_back(before.alerted_at, sight)


def rose_lately(scores: Mapping[date, float], today: date) -> bool:
    """Whether the newest score is at least 0.15 above the lowest of the week before it."""
    if len(scores) < 2:
        return False
    newest = max(scores)
    week = [
        score for day, score in scores.items() if day < newest and today - day <= timedelta(days=RISE_DAYS)
    ]
    return bool(week) and scores[newest] - min(week) >= RISE


def is_held_out(customer_id: str, run_id: str, share: float) -> bool:
    """Whether a customer is drawn into the group that gets no alert; the same draw for the same run."""
    drawn = hashlib.sha256(f"{run_id}\n{customer_id}".encode()).digest()[:8]
    return int.from_bytes(drawn, "big") < share * 2**64
