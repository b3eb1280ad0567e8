"""Feature tables: one row per customer and moment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from pipeline.config import ComputeConfig
from pipeline.dataset import CodeArray, Dataset, FloatArray, IntArray, Partition
from pipeline.features.context import FeatureContext, feature_context
from pipeline.features.days import customer_days
from pipeline.features.dictionary import NAMES, column
from pipeline.features.moment import features_at
from pipeline.partitions import spread


@dataclass(frozen=True, kw_only=True)
class FeatureTable:
    """What was known of customers at moments; ``feature_table`` sorts by (as_of_day, customer_id).

    Attributes:
        customer_ids: shape (n,).
        as_of_day: Days since 1970-01-01; nothing at or after 00:00 UTC of it was used; shape (n,).
        values: The features in the order of ``NAMES``, NaN for unknown; shape (n, F).
    """

    customer_ids: npt.NDArray[np.object_]
    as_of_day: CodeArray
    values: FloatArray

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.customer_ids)

    def column(self, name: str) -> FloatArray:
        """The values of one feature; shape (n,).

        Raises:
            KeyError: there is no such feature.
        """
        return self.values[:, column(name)]

    def columns(self, names: Sequence[str]) -> FloatArray:
        """The values of some features; shape (n, len(names))."""
        return self.values[:, [column(name) for name in names]]

    def at(self, day: int) -> Self:
        """The rows of one moment."""
        return self.where(self.as_of_day == day)

    def where(self, rows: npt.NDArray[np.bool_] | IntArray) -> Self:
        """The chosen rows."""
        return replace(
            self,
            customer_ids=self.customer_ids[rows],
            as_of_day=self.as_of_day[rows],
            values=self.values[rows],
        )


def features_of(partition: Partition, as_of_days: Sequence[int], context: FeatureContext) -> FeatureTable:
    """Features of a partition's customers who did anything before each moment; pure.

    Args:
        partition: Its events, of whatever time.
        as_of_days: Moments: 00:00 UTC of these days since 1970.
        context: Made for the same moments.
    """
    days = customer_days(partition, genres=context.genres, fading_from=context.first_day)
    parts = [features_at(days, day, context) for day in as_of_days]
    return FeatureTable(
        customer_ids=np.concatenate(
            [np.zeros(0, object), *(partition.customer_ids[who] for who, _ in parts)]
        ),
        as_of_day=np.repeat(np.asarray(as_of_days, dtype=np.int32), [len(who) for who, _ in parts]),
        values=np.concatenate([np.zeros((0, len(NAMES))), *(values for _, values in parts)]),
    )


def feature_table(
    dataset: Dataset,
    as_of_days: Sequence[int],
    compute: ComputeConfig,
    *,
    only: Collection[str] | None = None,
    context: FeatureContext | None = None,
) -> FeatureTable:
    """Features of all customers with a history at each moment, sorted by (as_of_day, customer_id).

    Args:
        dataset: Read partition by partition.
        as_of_days: Moments: 00:00 UTC of these days since 1970; each counts once.
        compute: How the work is spread; changes nothing in the result.
        only: Just these customers; everybody's rhythm still enters.
        context: Made for at least these moments before; None: made here.
    """
    moments = tuple(sorted(set(as_of_days)))
    context = context or feature_context(dataset, moments, compute)
    chosen = None if only is None else frozenset(only)
    parts = spread(_features_of_part, dataset.numbers, dataset, moments, context, chosen, compute=compute)
    return sorted_rows(parts)


def sorted_rows(parts: Sequence[FeatureTable]) -> FeatureTable:
    """The rows of all parts, sorted by (as_of_day, customer_id)."""
    ids = np.concatenate([part.customer_ids for part in parts])
    as_of_day = np.concatenate([part.as_of_day for part in parts])
    order = row_order(ids, as_of_day)
    values = np.empty((len(ids), len(NAMES)))
    place = np.empty(len(ids), dtype=np.int64)
    place[order] = np.arange(len(ids))
    start = 0
    for part in parts:
        values[place[start : start + len(part)]] = part.values
        start += len(part)
    return FeatureTable(customer_ids=ids[order], as_of_day=as_of_day[order], values=values)


def row_order(ids: npt.NDArray[np.object_], as_of_day: CodeArray) -> IntArray:
    """The order by (as_of_day, customer_id); ids are compared by code points, as Python does."""
    if not len(ids):
        return np.zeros(0, dtype=np.int64)
    unique, rank = np.unique(ids.astype(str), return_inverse=True)
    key = as_of_day.astype(np.int64) * len(unique) + rank
    order: IntArray = np.argsort(key, kind="stable")
    return order


def partition_of(partition: Partition, only: Collection[str]) -> Partition:
    """The same partition with just these customers."""
    kept = np.fromiter(
        (name in only for name in partition.customer_ids), np.bool_, len(partition.customer_ids)
    )
    counts = np.diff(partition.offsets)
    rows = np.repeat(kept, counts)
    return Partition(
        number=partition.number,
        customer_ids=partition.customer_ids[kept],
        offsets=np.concatenate(([0], np.cumsum(counts[kept]))),
        **{
            name: getattr(partition, name)[rows]
            for name in (
                "at",
                "kind",
                "title",
                "minutes",
                "progress",
                "rating",
                "rating_raw",
                "amount",
                "items",
            )
        },
    )


def _features_of_part(
    number: int,
    dataset: Dataset,
    as_of_days: Sequence[int],
    context: FeatureContext,
    only: frozenset[str] | None,
) -> FeatureTable:
    partition = dataset.partition(number)
    if only is not None:
        partition = partition_of(partition, only)
    return features_of(partition, as_of_days, context)
