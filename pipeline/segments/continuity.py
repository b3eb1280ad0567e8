"""Segments keep their numbers from one retrain to the next as long as they are recognisably the same.

Without this, 69 to 92 % of unchanged customers change their label (CHURN.md §5).
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.dataset import FloatArray, IntArray
from pipeline.segments.model import SegmentModel

# A segment whose centre moved further, in standard deviations, is another segment.
FARTHEST_STEP = 1.5


def numbers_for(
    centres: FloatArray, sizes: IntArray, previous: SegmentModel | None, previous_centres: FloatArray | None
) -> tuple[tuple[int, ...], int]:
    """The number of each segment, and the next free one.

    Args:
        centres: Standardised, shape (k, 5).
        sizes: Customers in each, shape (k,): new segments are numbered from the largest.
        previous: The last run's model; None at first.
        previous_centres: Of ``previous``, in the standard deviations of this run; shape (m, 5).

    Returns:
        k numbers, each different.
    """
    numbers: list[int | None] = [None] * len(centres)
    if previous is not None and previous_centres is not None:
        squared = ((centres[:, None, :] - previous_centres[None, :, :]) ** 2).sum(axis=2)
        for new, old in zip(*linear_sum_assignment(squared), strict=True):
            if squared[new, old] <= FARTHEST_STEP**2:
                numbers[new] = previous.numbers[old]
    next_number = previous.next_number if previous is not None else 1
    for place in np.lexsort((np.arange(len(sizes)), -sizes)):
        if numbers[place] is None:
            numbers[place] = next_number
            next_number += 1
    return tuple(number for number in numbers if number is not None), next_number


def structure_changes(
    numbers: Sequence[int], names: Sequence[str], previous: SegmentModel | None
) -> tuple[str, ...]:
    """What people should know when segments came or went; empty when they are the same."""
    if previous is None or not previous.numbers:
        return ()
    added = [name for number, name in zip(numbers, names, strict=True) if number not in previous.numbers]
    gone = [
        name for number, name in zip(previous.numbers, previous.names, strict=True) if number not in numbers
    ]
    parts = []
    for heading, listed, other in (("new", added, gone), ("no longer there", gone, added)):
        distinct = [name for name in listed if name not in other]
        if distinct:
            parts.append(f"{heading}: " + ", ".join(f"“{name}”" for name in distinct))
    detail = f" ({'; '.join(parts)})" if parts else ""
    return (f"The structure of the segments changed{detail}.",) if added or gone else ()
