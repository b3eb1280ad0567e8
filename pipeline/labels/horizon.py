"""After how many quiet days a customer counts as gone: the horizon that suits the data."""

from dataclasses import dataclass
from math import log

import numpy as np

from pipeline.config import ComputeConfig
from pipeline.dataset import Dataset, FloatArray, IntArray, Manifest, day_number
from pipeline.errors import DataError
from pipeline.features.days import customer_days
from pipeline.features.fixed import FINE
from pipeline.labels.windows import anchors, label_table
from pipeline.partitions import spread

HORIZONS_DAYS: tuple[int, ...] = (7, 14, 30, 60, 90, 120, 180, 365)
# At least four closed label windows, and the history before them.
WINDOWS_IN_SPAN = 5
LEAST_SPELLS = 50
RETURNED_SHARE = 0.8
BASE_RATES = (0.05, 0.85)
LEAST_OF_RARER_CLASS = 50
NEARLY_ALL = 0.95


@dataclass(frozen=True, kw_only=True)
class ReturnCurve:
    """By how many quiet days how many customers have come back, each customer counting once.

    Attributes:
        days: 0, 1, … to the last day at which enough spells are at risk; shape (t,).
        returned: Kaplan-Meier estimate, 0 to 1; shape (t,).
        spells_returned: The same with each quiet spell counting once, and to the end of the data: whoever has
            been quiet for so long is in one spell, however many he had; shape (u,), u ≥ t.
    """

    days: IntArray
    returned: FloatArray
    spells_returned: FloatArray

    @property
    def nobody_leaves(self) -> bool:
        """Nearly everybody comes back some day: what is predicted are pauses."""
        return bool(self.returned[-1] >= NEARLY_ALL)

    def returning_after(self, quiet_days: int) -> float:
        """Of those quiet for so long, the share that still comes back; NaN beyond the curve."""
        if quiet_days >= len(self.spells_returned) - 1:
            return float("nan")
        by_then, ever = float(self.spells_returned[quiet_days]), float(self.spells_returned[-1])
        return (ever - by_then) / (1.0 - by_then) if by_then < 1.0 else 0.0


@dataclass(frozen=True, kw_only=True)
class HorizonChoice:
    """After how many quiet days a customer counts as gone, and why.

    Attributes:
        q80_days: By then 80 % of those who come back have; None where nobody does.
        reason: One sentence for people.
    """

    horizon_days: int
    q80_days: int | None
    reason: str
    curve: ReturnCurve


def return_curve(dataset: Dataset, compute: ComputeConfig) -> ReturnCurve:
    """Kaplan-Meier curve of coming back after an active day.

    Each of a customer's n spells weighs 1/n; the last is cut off at the watermark. The curve ends where fewer
    than 50 spells are at risk, or at two thirds of the data's span; that of spells only at the former.

    References:
        Kaplan and Meier (1958), "Nonparametric estimation from incomplete observations", JASA 53.
    """
    end, span = day_number(dataset.manifest.watermark), _span_days(dataset.manifest)
    parts = spread(_spells_of_part, dataset.numbers, dataset, end, span, compute=compute)
    returns, all_weights, spell_returns, spells = np.sum(parts, axis=0)
    # From the end: what lasts at least t days is at risk at t.
    weight, at_risk = (np.cumsum(sums[::-1])[::-1] for sums in (all_weights, spells))
    enough = np.flatnonzero(at_risk >= LEAST_SPELLS)
    longest = int(enough[-1]) if len(enough) else 0
    last = min(longest, span * 2 // 3)
    return ReturnCurve(
        days=np.arange(last + 1),
        returned=_by_then(returns, weight, last),
        spells_returned=_by_then(spell_returns, at_risk, longest),
    )


def _by_then(returns: IntArray, at_risk: IntArray, last: int) -> FloatArray:
    """Share that has come back by 0, 1, … ``last`` days."""
    hazard = np.zeros(last + 1)
    hazard[1:] = returns[1 : last + 1] / np.maximum(at_risk[1 : last + 1], 1)
    return (1.0 - np.cumprod(1.0 - hazard)).astype(np.float64)


def _span_days(manifest: Manifest) -> int:
    return day_number(manifest.watermark) - day_number(manifest.first_day)


def _spells_of_part(number: int, dataset: Dataset, end: int, span: int) -> IntArray:
    """Spells by length in days: weights of those ended by a return and of all, counts of both.

    Shape (4, span + 1). Weights are whole numbers of 1/FINE, so that partitions change nothing.
    """
    days = customer_days(dataset.partition(number), genres=None)
    counts = np.diff(days.active_offsets)
    customer = np.repeat(np.arange(len(counts)), counts)
    last = np.zeros(len(days.active_day), dtype=np.bool_)
    last[days.active_offsets[1:][counts > 0] - 1] = True
    following = np.append(days.active_day[1:], end)
    length = np.clip(np.where(last, end, following) - days.active_day, 0, span)
    weight = np.rint(FINE / counts[customer]).astype(np.int64)
    sums = np.zeros((4, span + 1), dtype=np.int64)
    np.add.at(sums[0], length[~last], weight[~last])
    np.add.at(sums[1], length, weight)
    np.add.at(sums[2], length[~last], 1)
    np.add.at(sums[3], length, 1)
    return sums


def choose_horizon(dataset: Dataset, compute: ComputeConfig) -> HorizonChoice:
    """The horizon by which 80 % of those who return have returned, made usable.

    Snapped to a round number of days, at most a fifth of the data's span, and moved one step where next to
    nobody or next to everybody leaves.
    """
    curve = return_curve(dataset, compute)
    most = _span_days(dataset.manifest) / WINDOWS_IN_SPAN
    allowed = tuple(days for days in HORIZONS_DAYS if days <= most) or HORIZONS_DAYS[:1]
    if curve.returned[-1] <= 0:
        why = "nobody ever came back" if len(curve.days) > 1 else "too few came back to measure it"
        reason = f"{why}, so that {allowed[-1]} days are as good as any other"
        return HorizonChoice(horizon_days=allowed[-1], q80_days=None, reason=reason, curve=curve)
    q80 = int(np.argmax(curve.returned >= RETURNED_SHARE * curve.returned[-1]))
    snapped = min(HORIZONS_DAYS, key=lambda days: abs(log(days / max(q80, 1))))
    chosen = min(snapped, allowed[-1])
    reason = f"80 % of those who come back have done so after {q80} quiet {'day' if q80 == 1 else 'days'}"
    if chosen < snapped:
        reason += f"; {chosen} is the longest horizon that {_span_days(dataset.manifest)} days of data allow"
    moved, why = _usable(dataset, compute, chosen, allowed)
    return HorizonChoice(horizon_days=moved, q80_days=q80, reason=reason + why, curve=curve)


def _usable(
    dataset: Dataset, compute: ComputeConfig, horizon_days: int, allowed: tuple[int, ...]
) -> tuple[int, str]:
    """One step shorter where too few leave, one longer where too few stay; and the words for it."""
    try:
        day = anchors(dataset.manifest, horizon_days, 0).test
    except DataError:
        return horizon_days, ""
    labels = label_table(dataset, (day,), horizon_days, compute)
    left = labels.left[labels.eligible]
    gone, stayed = int(left.sum()), int((~left).sum())
    rate = gone / max(1, len(left))
    if not len(left):
        return horizon_days, ""
    place = allowed.index(horizon_days)
    if rate < BASE_RATES[0] or gone < min(LEAST_OF_RARER_CLASS, stayed):
        moved = allowed[max(0, place - 1)]
    elif rate > BASE_RATES[1] or stayed < LEAST_OF_RARER_CLASS:
        moved = allowed[min(len(allowed) - 1, place + 1)]
    else:
        return horizon_days, ""
    if moved == horizon_days:
        return horizon_days, f"; {gone} of {len(left)} left within it, which is little to learn from"
    return moved, f"; moved from {horizon_days}, within which {gone} of {len(left)} left"
