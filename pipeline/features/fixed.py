"""Sums that do not depend on the order of adding: whole numbers of tiny units.

A difference of two running sums of floats carries the rounding of everything summed before, so it would
change with the partitioning. Whole numbers do not round; where a running sum overflows 64 bits it wraps, and
the difference of two is right again.
"""

import numpy as np

from pipeline.dataset import BoolArray, FloatArray, IntArray

# Money and minutes are kept to a millionth: cents stay exact.
MICRO = 1_000_000
# For shares, logarithms and squares of days: a power of two, about 1e-10.
FINE = 1 << 34
MOST = 4e12
# Where fewer than one value in so many is known, they are picked out.
SPARSE = 8


def whole_units(values: FloatArray, scale: int, rows: BoolArray | None = None) -> IntArray:
    """``values × scale`` rounded to whole numbers; missing, infinite and unchosen values are 0.

    Args:
        values: shape (n,); beyond ±4e12 a value is taken as ±4e12.
        scale: Units in one.
        rows: Which values count; shape (n,).
    """
    known = np.isfinite(values) if rows is None else np.isfinite(values) & rows
    if np.count_nonzero(known) * SPARSE < len(values):
        found = np.flatnonzero(known)
        whole = np.zeros(len(values), dtype=np.int64)
        whole[found] = np.rint(np.clip(values[found], -MOST, MOST) * scale)
        return whole
    scaled = np.where(known, values, 0.0)
    np.clip(scaled, -MOST, MOST, out=scaled)
    scaled *= scale
    return np.rint(scaled, out=scaled).astype(np.int64)


def running_sum(values: IntArray | BoolArray) -> IntArray:
    """Sum of the first i values at place i; shape (n + 1,)."""
    sums = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, dtype=np.int64, out=sums[1:])
    return sums


def running_maximum(values: IntArray, offsets: IntArray) -> IntArray:
    """The largest value so far within each segment.

    Args:
        values: ≥ 0; shape (n,).
        offsets: Segment i is ``offsets[i]:offsets[i + 1]``; shape (c + 1,).
    """
    if not len(values):
        return values
    span = int(values.max()) + 1
    # Each segment is lifted above the one before; as many at a time as fit into 64 bits.
    step = min(len(offsets), max(1, (2**63 - 1) // span))
    largest = np.empty_like(values)
    for first in range(0, len(offsets) - 1, step):
        bounds = offsets[first : first + step + 1]
        lift = np.repeat(np.arange(len(bounds) - 1) * span, np.diff(bounds))
        rows = slice(bounds[0], bounds[-1])
        largest[rows] = np.maximum.accumulate(values[rows] + lift) - lift
    return largest


def spread(count: IntArray, total: FloatArray, squares: FloatArray) -> FloatArray:
    """Standard deviation (n − 1) from count, sum and sum of squares; NaN for fewer than two."""
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (squares - total * total / count) / (count - 1)
    return np.where(count >= 2, np.sqrt(np.maximum(variance, 0.0)), np.nan)
