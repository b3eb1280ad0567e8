"""Titles of charts: what is seen in them, in words."""

import re
from collections.abc import Sequence

from bot.messages.answers import amount, brief_change
from bot.messages.wording import percent
from store.records import Run
from store.results.metric import Metric

LEVEL = 0.05
"""A number that moved by less, of what it was, stayed where it was."""

FEW = 14
"""Of up to so many values the first and the last are compared; of more, quarters: single ones jump."""

SMALL = 20
"""Below it, tenths and cents matter."""


def of_time(metric: Metric, run: Run, every: str, values: Sequence[float]) -> str:
    """How a number went over whole days, weeks or months.

    Args:
        metric: What was measured.
        run: For the currency.
        every: The unit of time.
        values: One for each; parts of a unit are left out.
    """
    label = f"{metric.label} a {every}"
    if not values:
        return metric.label
    part = 1 if len(values) <= FEW else len(values) // 4
    first, last = sum(values[:part]) / part, sum(values[-part:]) / part
    about = "about " if part > 1 else ""
    shown = [about + _short(value, metric, run) for value in (first, last)]
    if len(values) == 1:
        return f"{label}: {shown[1]}"
    if abs(last - first) <= LEVEL * abs(first):
        return f"{label} stayed at {shown[1]}"
    return f"{label} {'rose' if last > first else 'fell'} from {shown[0]} to {shown[1]}"


def of_lines(metric: Metric, run: Run, every: str, last: Sequence[tuple[str, float]]) -> str:
    """Which of several lines ends highest: their names and last whole values."""
    name, value = max(last, key=lambda pair: pair[1])
    return f"{metric.label} a {every}: {name} is highest with {_short(value, metric, run)}"


def of_groups(
    metric: Metric, run: Run, rows: Sequence[tuple[str, float]], *, lowest: bool = False, shares: bool = False
) -> str:
    """Which group has most, or least; with ``shares`` the values are shares of the whole."""
    name, value = (min if lowest else max)(rows, key=lambda pair: pair[1])
    shown = percent(value) if shares else _short(value, metric, run)
    return f"{metric.label}: {name} is {'lowest' if lowest else 'highest'} with {shown}"


def of_change(metric: Metric, now: tuple[str, float], before: float | None) -> str:
    """What became of the group that moved most."""
    name, value = now
    if not before:
        return f"{metric.label}: {name} came new"
    size = brief_change(value, before).removesuffix(" more").removesuffix(" less")
    return f"{metric.label}: {name} {'rose' if value > before else 'fell'} most, by {size}"


def _short(value: float, metric: Metric, run: Run) -> str:
    """Without cents and tenths where nobody would miss them."""
    if metric.unit == "share" or abs(value) < SMALL:
        return amount(value, metric, run, unit=False)
    return re.sub(r"\.0+(?=\D|$)", "", amount(float(round(value)), metric, run, unit=False))
