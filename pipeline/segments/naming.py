"""Names and descriptions of segments, in the words of the business.

A name comes from the archetype whose profile a centre resembles, and is kept only where the median of its
members bears it out; otherwise the segment is named by what its members do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.dataset import FloatArray
from pipeline.segments.behaviour import AMOUNT, BASKET, RATE, RECENCY, TREND, Measure, Worth

LEAST_LIKENESS = 0.35
# Further from the middle than this many standard deviations in any feature is not moderate.
MODERATE_WITHIN = 0.9
# Beyond half as much again, or two thirds, activity is not stable.
STEADY_TREND = 0.41
# Somebody steady was last seen, in the median, well within his own interval between visits.
SEEN_WITHIN_INTERVALS = 0.8
# ln(days now / days before): a fifth more or less.
CLEAR_TREND = 0.18
MONTH_DAYS = 30.0
YEAR_DAYS = 365.25
# Active days a month; rarer than once in two years, nobody counts months.
LEAST_RATE = 1 / 24
_FAR = 1e6


@dataclass(frozen=True, kw_only=True)
class Archetype:
    """A kind of customer every business knows.

    Attributes:
        profile: Recency, rate, amount, amount each time, trend in standard deviations; zeros: the middle.
        names: By what customers are worth here.
        holds: Whether the medians of a segment bear the name out, given those of all customers.
    """

    profile: tuple[float, float, float, float, float]
    names: Mapping[Worth, str]
    holds: Callable[[FloatArray, FloatArray], bool]


def _all(name: str) -> dict[Worth, str]:
    return {"money": name, "minutes": name, "events": name}


POWER = Archetype(
    profile=(-1, 1, 1, 0.5, 0),
    names={"money": "high-value power users", "minutes": "power viewers", "events": "power users"},
    holds=lambda own, everyone: bool(
        own[RECENCY] <= everyone[RECENCY] and own[RATE] > everyone[RATE] and own[AMOUNT] > everyone[AMOUNT]
    ),
)
AT_RISK = Archetype(
    profile=(1, -0.7, -0.7, 0, -0.5),
    names=_all("low-engagement at-risk"),
    holds=lambda own, everyone: bool(
        own[RECENCY] > everyone[RECENCY] and own[RATE] <= everyone[RATE] and own[AMOUNT] <= everyone[AMOUNT]
    ),
)
COOLING = Archetype(
    profile=(0.5, 0, 0, 0, -1),
    names=_all("cooling down"),
    holds=lambda own, everyone: bool(own[TREND] < min(-CLEAR_TREND, everyone[TREND])),
)
RISING = Archetype(
    profile=(-0.5, 0, 0, 0, 1),
    names=_all("new or rising"),
    holds=lambda own, everyone: bool(own[TREND] > max(CLEAR_TREND, everyone[TREND])),
)
BIG_RARE = Archetype(
    profile=(0.3, -0.5, 0, 1, 0),
    names={"money": "big rare buyers", "minutes": "rare long watchers", "events": "rare but busy"},
    holds=lambda own, everyone: bool(own[BASKET] > everyone[BASKET] and own[RATE] <= everyone[RATE]),
)
MODERATE = "moderate stable"
ARCHETYPES = (POWER, AT_RISK, COOLING, RISING, BIG_RARE)


def name_segments(
    profiles: FloatArray,
    medians: FloatArray,
    overall: FloatArray,
    *,
    measure: Measure,
    kept: Sequence[str | None],
    currency: str,
) -> tuple[str, ...]:
    """A different name for each segment.

    Args:
        profiles: Centres in standard deviations from the mean customer, shape (k, 5).
        medians: Of each segment's members, in plain units, shape (k, 5).
        overall: Medians of all customers, shape (5,).
        measure: What the columns are.
        currency: A symbol or a code; may be empty.
        kept: The name a segment had in the previous run, which it keeps as long as it holds.

    Returns:
        k names, in the order of ``profiles``.
    """
    names: list[str | None] = [None] * len(profiles)
    by_name = {archetype.names[measure.worth]: archetype for archetype in ARCHETYPES}
    for place, name in enumerate(kept):
        archetype = by_name.get(name or "")
        if archetype is not None and archetype.holds(medians[place], overall):
            names[place] = name
        if name == MODERATE and _is_moderate(profiles[place], medians[place]):
            names[place] = name
    if MODERATE not in names:
        _name_moderate(names, profiles, medians)
    free = [one for name, one in by_name.items() if name not in names]
    _name_by_archetype(names, profiles, medians, overall, (free, measure.worth))
    described = [
        name or descriptive_name(medians[place], measure, currency) for place, name in enumerate(names)
    ]
    return _made_different(described)


def _is_moderate(profile: FloatArray, medians: FloatArray) -> bool:
    in_rhythm = medians[RECENCY] * medians[RATE] <= SEEN_WITHIN_INTERVALS * MONTH_DAYS
    steady = in_rhythm and abs(medians[TREND]) <= STEADY_TREND
    return bool(steady and np.abs(profile).max() <= MODERATE_WITHIN)


def _name_moderate(names: list[str | None], profiles: FloatArray, medians: FloatArray) -> None:
    distances = np.where([name is None for name in names], (profiles**2).sum(axis=1), np.inf)
    place = int(np.argmin(distances))
    if np.isfinite(distances[place]) and _is_moderate(profiles[place], medians[place]):
        names[place] = MODERATE


def _name_by_archetype(
    names: list[str | None],
    profiles: FloatArray,
    medians: FloatArray,
    overall: FloatArray,
    choices: tuple[Sequence[Archetype], Worth],
) -> None:
    free, worth = choices
    places = [place for place, name in enumerate(names) if name is None]
    if not places or not free:
        return
    cost = np.full((len(places), len(free)), _FAR)
    for row, place in enumerate(places):
        for column, archetype in enumerate(free):
            likeness = _cosine(profiles[place], np.asarray(archetype.profile))
            if likeness >= LEAST_LIKENESS and archetype.holds(medians[place], overall):
                cost[row, column] = 1.0 - likeness
    for row, column in zip(*linear_sum_assignment(cost), strict=True):
        if cost[row, column] < _FAR:
            names[places[row]] = free[column].names[worth]


def _cosine(left: FloatArray, right: FloatArray) -> float:
    length = float(np.linalg.norm(left) * np.linalg.norm(right))
    return float(left @ right) / length if length > 0 else 0.0


def _made_different(names: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    different = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        different.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(different)


def descriptive_name(medians: FloatArray, measure: Measure, currency: str) -> str:
    """What a segment's typical member does, short enough for a button.

    Args:
        medians: In plain units, shape (5,).
        measure: What they are.
        currency: A symbol or a code; may be empty.
    """
    seen = measure.worth != "events" or medians[AMOUNT] > 0
    # Check-ins and the like say when somebody was there, not that he watched.
    verb = ("buys" if measure.worth == "money" else "watches") if seen else "active"
    rhythm = f"{verb} {how_often(medians[RATE])}"
    if medians[AMOUNT] <= 0 or medians[RATE] < LEAST_RATE:
        return rhythm
    amount = amount_a_month(medians[AMOUNT], measure.worth, currency)
    for unit, short in ((" minutes", " min"), (" titles", ""), (" title", ""), ("spending ", "")):
        amount = amount.replace(unit, short)
    return f"{rhythm}, {amount}"


def describe(
    medians: FloatArray,
    measure: Measure,
    *,
    minutes_a_month: float | None,
    currency: str,
) -> str:
    """One sentence of what a segment's members do, from their medians, without a full stop.

    Args:
        medians: In plain units, shape (5,).
        measure: What they are.
        minutes_a_month: Beside money; None where unknown.
        currency: A symbol or a code; may be empty.
    """
    amounts = []
    if minutes_a_month:
        amounts.append(amount_a_month(minutes_a_month, "minutes", currency).removesuffix(" a month"))
    if medians[AMOUNT] > 0:
        amounts.append(amount_a_month(medians[AMOUNT], measure.worth, currency))
    elif amounts:
        amounts[-1] += " a month"
    said = f"active {how_often(medians[RATE])}"
    if amounts:
        said += f", {' and '.join(amounts)}"
    interval = MONTH_DAYS / max(float(medians[RATE]), 1e-9)
    if medians[RECENCY] > max(MONTH_DAYS, 1.5 * min(interval, 2 * MONTH_DAYS)):
        said += f", last seen {how_long(medians[RECENCY])} ago"
    return said


def how_often(days_a_month: float) -> str:
    """An active-day rate as a rhythm: “every 3 days”."""
    interval = MONTH_DAYS / max(float(days_a_month), 1e-9)
    if interval < 1.5:
        return "every day"
    if interval <= 3 * MONTH_DAYS:
        return f"every {interval:.0f} days"
    if days_a_month >= LEAST_RATE:
        return f"once in {interval / MONTH_DAYS:.0f} months"
    return "less than once in two years"


def how_long(days: float) -> str:
    """A time past, in the unit people would use."""
    if days <= 3 * MONTH_DAYS:
        return f"{days:.0f} days"
    if days <= 24 * MONTH_DAYS:
        return f"{days / MONTH_DAYS:.0f} months"
    return f"{days / YEAR_DAYS:.0f} years"


def amount_a_month(amount: float, worth: Worth, currency: str) -> str:
    """Money, minutes or a count, rounded for reading: “€24 a month”."""
    rounded = f"{amount:,.0f}" if amount >= 10 else f"{amount:.1f}".removesuffix(".0")
    if worth == "minutes":
        return f"{rounded} minutes a month"
    if worth == "events":
        unit = "title" if rounded == "1" else "titles"
        return f"{rounded} {unit} a month"
    if amount < 10:
        rounded = f"{amount:.2f}"
    if len(currency) == 1:
        return f"{currency}{rounded} a month"
    return f"{rounded} {currency} a month" if currency else f"spending {rounded} a month"
