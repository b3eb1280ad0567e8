"""Reasons in words: sentences filled from facts, each knowing whether it speaks for or against leaving.

A sentence is only used where its fact points the same way as the model; otherwise the next one of its family
is tried, and where none is left the family stays silent.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite, nan

from pipeline.churn.wording import ago, counted, every, money, percent, span

UP, DOWN = 1, -1
# Of the typical tenure: so much younger is new.
YOUNG = 0.5


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of one customer, beside what is typical.

    Attributes:
        of: Feature by name, in its own unit; NaN where unknown.
        typical: Median of active customers, by name.
        currency: Written behind money.
    """

    of: Mapping[str, float]
    typical: Mapping[str, float]
    currency: str = ""

    def __getitem__(self, name: str) -> float:
        return self.of.get(name, nan)

    def direction(self, name: str, *, more_is: int) -> int:
        """Which way a value beside the typical one points: ``more_is`` above it, the opposite below."""
        value, typical = self[name], self.typical.get(name, nan)
        if not (isfinite(value) and isfinite(typical)) or value == typical:
            return 0
        return more_is if value > typical else -more_is


Sentence = tuple[str, int]


def _falling(now: float, before: float) -> int:
    """Less than before speaks for leaving, more against it."""
    return int(now < before) * UP + int(now > before) * DOWN


def _quiet(facts: Facts) -> Iterator[Sentence]:
    quiet, usual = facts["days_since_last_activity"], facts["usual_gap_days"]
    away = f"Quiet for {counted(quiet, 'day')}"
    if facts["days_active"] >= 3 and isfinite(usual) and quiet > usual:
        yield f"{away}; usually returns {every(usual)}", UP
    direction = facts.direction("days_since_last_activity", more_is=UP)
    yield away, (UP if direction == UP and quiet >= 2 else 0)
    yield f"Last active {ago(quiet)}", direction


def _late(facts: Facts) -> Iterator[Sentence]:
    quiet, usual = facts["days_since_last_activity"], facts["usual_gap_days"]
    longest, gaps = facts["longest_gap_days"], facts["days_active"] - 1
    if gaps < 1:
        yield f"Has not returned since the first visit, {ago(quiet)}", UP
        return
    longer = facts["own_gaps_longer_share"] * (gaps + 1)
    if isfinite(longest) and quiet > longest and gaps >= 3:
        yield (
            f"Away for {counted(quiet, 'day')}, longer than ever before ({round(longest):,} at most)",
            UP,
        )
    if gaps >= 3 and isfinite(longer) and longer / gaps < 0.5:
        yield f"Away longer than in {percent(1 - longer / gaps)} of earlier pauses", UP
    if isfinite(usual) and quiet > usual:
        yield f"Usually returns {every(usual)}, now away for {counted(quiet, 'day')}", UP
    if isfinite(usual) and quiet <= usual:
        yield f"Within the usual rhythm: returns {every(usual)}, last active {ago(quiet)}", DOWN


def _level(facts: Facts) -> Iterator[Sentence]:
    when = ago(facts["days_since_last_activity"])
    if facts["days_active"] == 1:
        yield f"Active on one day only, {when}", UP
    last = f"last {when}"
    for days in (30, 90):
        active = facts[f"days_active_{days}"]
        if isfinite(active):
            fact = f"Active on {round(active):,} of the last {days} days, {last}"
            yield (
                fact if active else f"Not active in the last {days} days: {last}",
                facts.direction(f"days_active_{days}", more_is=DOWN),
            )
    yield (
        f"Active on {counted(facts['days_active'], 'day')} in all, {last}",
        facts.direction("days_active", more_is=DOWN),
    )


def _trend(facts: Facts) -> Iterator[Sentence]:
    for days in (30, 60, 90):
        now, before = facts[f"days_active_{days}"], facts[f"days_active_previous_{days}"]
        if isfinite(now) and isfinite(before) and facts["tenure_days"] > days:
            active = counted(now, "active day") if now else "No active day"
            lately = f"{active} in the last {days} days"
            yield f"{lately}, {round(before):,} in the {days} before", _falling(now, before)
    yield (
        f"{percent(facts['recent_share_90'])} of all visits fall in the last 90 days",
        facts.direction("recent_share_90", more_is=DOWN),
    )


def _spend(facts: Facts) -> Iterator[Sentence]:
    def price(amount: float) -> str:
        return money(amount, facts.currency)

    now, before = facts["spend_30"], facts["spend_previous_30"]
    if isfinite(now) and isfinite(before) and max(now, before) > 0:
        fact = f"Spent {price(now)} in the last 30 days, {price(before)} in the 30 before"
        yield fact, _falling(now, before)
    if facts["total_spend"] > 0:
        yield (
            f"Spends {price(facts['monthly_spend'])} a month on average",
            facts.direction("monthly_spend", more_is=DOWN),
        )
        yield (
            f"Spent {price(facts['total_spend'])} in all",
            facts.direction("total_spend", more_is=DOWN),
        )


def _rhythm(facts: Facts) -> Iterator[Sentence]:
    usual, last, longest = facts["usual_gap_days"], facts["last_gap_days"], facts["longest_gap_days"]
    if facts["days_active"] < 3:
        return
    if isfinite(usual):
        slow = facts.direction("usual_gap_days", more_is=UP)
        yield f"Returns {'only ' if slow == UP and usual >= 2 else ''}{every(usual)}", slow
    if isfinite(last) and isfinite(usual):
        fact = f"The last pause was {counted(last, 'day')}, the usual one {counted(usual, 'day')}"
        yield fact, (UP if last > 1.5 * usual else DOWN if last < usual / 1.5 else 0)
    if isfinite(longest):
        yield (
            f"The longest pause was {counted(longest, 'day')}",
            facts.direction("longest_gap_days", more_is=UP),
        )


def _tenure(facts: Facts) -> Iterator[Sentence]:
    tenure = facts["tenure_days"]
    new = facts.direction("tenure_days", more_is=DOWN)
    if tenure <= YOUNG * facts.typical.get("tenure_days", nan):
        yield f"Came for the first time {ago(tenure)}", UP
    yield f"Has been coming for {span(tenure)}", min(0, new)


_FAMILIES: Mapping[str, Callable[[Facts], Iterator[Sentence]]] = {
    "quiet now": _quiet,
    "late versus own rhythm": _late,
    "activity level": _level,
    "trend": _trend,
    "spend": _spend,
    "rhythm": _rhythm,
    "tenure": _tenure,
}
FAMILIES = tuple(_FAMILIES)


def sentence(family: str, facts: Facts, direction: int) -> str | None:
    """The first sentence of a family whose fact points in ``direction`` (1 up, −1 down); None without one."""
    if family not in _FAMILIES:
        return None
    return next((text for text, points in _FAMILIES[family](facts) if points == direction), None)
