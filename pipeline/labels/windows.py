"""Who left, and by when: anchored windows, and the moments to learn from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from pipeline.config import ComputeConfig
from pipeline.dataset import (
    BoolArray,
    CodeArray,
    Dataset,
    IntArray,
    Manifest,
    Partition,
    day_from_number,
    day_number,
)
from pipeline.errors import DataError
from pipeline.features.days import customer_days
from pipeline.features.ordering import row_order
from pipeline.features.table import partition_of
from pipeline.partitions import spread

LEAST_HISTORY_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class LabelTable:
    """Who left after which moment; one row per customer active before it, as in a ``FeatureTable``.

    Attributes:
        customer_ids: shape (n,).
        as_of_day: Days since 1970-01-01; shape (n,).
        recency_days: From the last active day to the moment; ≥ 1; shape (n,).
        eligible: Quiet for at most the horizon: still to be lost; shape (n,).
        left: No activity from the moment until the horizon has passed; shape (n,).
    """

    customer_ids: npt.NDArray[np.object_]
    as_of_day: CodeArray
    recency_days: IntArray
    eligible: BoolArray
    left: BoolArray

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.customer_ids)

    def at(self, day: int) -> Self:
        """The rows of one moment."""
        return self.where(self.as_of_day == day)

    def where(self, rows: BoolArray | IntArray) -> Self:
        """The chosen rows."""
        return replace(
            self,
            customer_ids=self.customer_ids[rows],
            as_of_day=self.as_of_day[rows],
            recency_days=self.recency_days[rows],
            eligible=self.eligible[rows],
            left=self.left[rows],
        )


@dataclass(frozen=True, kw_only=True)
class Anchors:
    """Moments, as days since 1970-01-01.

    Attributes:
        test: The newest whose label window is closed.
        training: Newest first; each window is closed by ``test``. May be empty.
    """

    test: int
    training: tuple[int, ...]


def anchors(manifest: Manifest, horizon_days: int, most: int) -> Anchors:
    """The moments to test on and to learn from.

    Args:
        manifest: Of the data; its last day may be incomplete, so that no window reaches into it.
        horizon_days: Length of a label window.
        most: Training moments; they lie a third of the horizon apart.

    Raises:
        DataError: the history is too short for a single closed window.
    """
    first, end = day_number(manifest.first_day), day_number(manifest.watermark)
    history = max(LEAST_HISTORY_DAYS, horizon_days / 2)
    test = end - horizon_days
    if test - first < history:
        raise DataError(
            f"The data spans {end - first} days ({manifest.first_day} to {manifest.watermark}); "
            f"to see who left within {horizon_days} days needs {horizon_days + int(np.ceil(history))}. "
            "Load more history or choose a shorter horizon_days."
        )
    step = max(1, horizon_days // 3)
    training = (test - horizon_days - number * step for number in range(most))
    return Anchors(test=test, training=tuple(day for day in training if day - first >= history))


def labels_of(partition: Partition, as_of_days: Sequence[int], horizon_days: int) -> LabelTable:
    """Labels of a partition's customers who were active before each moment; pure.

    Activity is every event but refunds. A window is half open: an event at the moment counts, one exactly
    when the horizon has passed does not. Whether the windows are closed is for the caller to know.
    """
    days = customer_days(partition, genres=None)
    ids, recency, left = [np.zeros(0, object)], [np.zeros(0, np.int64)], [np.zeros(0, np.bool_)]
    for day in as_of_days:
        end = days.active_before(day)
        known = end > days.active_offsets[:-1]
        ids.append(days.customer_ids[known])
        recency.append(day - days.active_day[end[known] - 1])
        left.append((days.active_before(day + horizon_days) == end)[known])
    quiet = np.concatenate(recency)
    return LabelTable(
        customer_ids=np.concatenate(ids),
        as_of_day=np.repeat(np.asarray(as_of_days, dtype=np.int32), [len(part) for part in recency[1:]]),
        recency_days=quiet,
        eligible=quiet <= horizon_days,
        left=np.concatenate(left),
    )


def label_table(
    dataset: Dataset,
    as_of_days: Sequence[int],
    horizon_days: int,
    compute: ComputeConfig,
    *,
    only: Collection[str] | None = None,
) -> LabelTable:
    """Labels of all customers, row by row those of ``feature_table`` for the same moments.

    Raises:
        DataError: a window is not closed: it reaches beyond the last loaded day.
    """
    moments = tuple(sorted(set(as_of_days)))
    closed = day_number(dataset.manifest.as_of) - horizon_days
    if moments and moments[-1] > closed:
        raise DataError(
            f"Who left within {horizon_days} days of {day_from_number(moments[-1])} is not known yet: "
            f"the data ends on {dataset.manifest.watermark}. Choose {day_from_number(closed)} or earlier."
        )
    chosen = None if only is None else frozenset(only)
    parts = spread(_labels_of_part, dataset.numbers, dataset, moments, horizon_days, chosen, compute=compute)
    whole = LabelTable(
        customer_ids=np.concatenate([part.customer_ids for part in parts]),
        as_of_day=np.concatenate([part.as_of_day for part in parts]),
        recency_days=np.concatenate([part.recency_days for part in parts]),
        eligible=np.concatenate([part.eligible for part in parts]),
        left=np.concatenate([part.left for part in parts]),
    )
    return whole.where(row_order(whole.customer_ids, whole.as_of_day))


def _labels_of_part(
    number: int, dataset: Dataset, as_of_days: Sequence[int], horizon_days: int, only: frozenset[str] | None
) -> LabelTable:
    partition = dataset.partition(number)
    if only is not None:
        partition = partition_of(partition, only)
    return labels_of(partition, as_of_days, horizon_days)
