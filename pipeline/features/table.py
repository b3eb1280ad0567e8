"""Feature tables: one row per customer and moment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

from pipeline.config import ComputeConfig
from pipeline.dataset import CodeArray, Dataset, FloatArray, IntArray, Partition, day_number
from pipeline.features.completion import complete
from pipeline.features.context import (
    FeatureContext,
    PartSums,
    feature_context,
    genres_of_titles,
    joined_context,
    part_sums,
)
from pipeline.features.days import CustomerDays, customer_days
from pipeline.features.dictionary import NAMES, column
from pipeline.features.moment import LOG_SUMS, features_at
from pipeline.features.ordering import row_order
from pipeline.features.taste import Genres
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


@dataclass(frozen=True, kw_only=True)
class _Part:
    """Rows still to be completed, moment by moment; log_sums has shape (n, 3)."""

    table: FeatureTable
    log_sums: FloatArray
    sums: PartSums | None


def features_of(partition: Partition, as_of_days: Sequence[int], context: FeatureContext) -> FeatureTable:
    """Features of a partition's customers who did anything before each moment; pure.

    Args:
        partition: Its events, of whatever time.
        as_of_days: Moments: 00:00 UTC of these days since 1970.
        context: Made for the same moments.
    """
    days = customer_days(partition, genres=context.genres, fading_from=context.first_day)
    part = _incomplete(days, as_of_days, context.first_day, None)
    return _completed(part.table, part.log_sums, context)


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
        dataset: Read partition by partition, once.
        as_of_days: Moments: 00:00 UTC of these days since 1970; each counts once.
        compute: How the work is spread; changes nothing in the result.
        only: Just these customers; everybody's rhythm still enters.
        context: Made for at least these moments before; None: made here.
    """
    moments = tuple(sorted(set(as_of_days)))
    if only is not None and context is None:
        context = feature_context(dataset, moments, compute)
    chosen = None if only is None else frozenset(only)
    genres = genres_of_titles(dataset) if context is None else context.genres
    parts = spread(_part, dataset.numbers, dataset, moments, genres, context, chosen, compute=compute)
    if context is None:
        context = joined_context([part.sums for part in parts if part.sums is not None], genres)
    order = row_order(
        np.concatenate([part.table.customer_ids for part in parts]),
        np.concatenate([part.table.as_of_day for part in parts]),
    )
    log_sums = np.concatenate([part.log_sums for part in parts])[order]
    return _completed(_ordered([part.table for part in parts], order), log_sums, context)


def _part(
    number: int,
    dataset: Dataset,
    as_of_days: Sequence[int],
    genres: Genres,
    context: FeatureContext | None,
    only: frozenset[str] | None,
) -> _Part:
    partition = dataset.partition(number)
    if only is not None:
        partition = partition_of(partition, only)
    if context is not None:
        days = customer_days(partition, genres=genres, fading_from=context.first_day)
        return _incomplete(days, as_of_days, context.first_day, None)
    # Read once: what everybody owes to everybody is summed up on the way and filled in at the end.
    first_day = day_number(dataset.manifest.first_day)
    days = customer_days(partition, genres=genres, fading_from=first_day)
    return _incomplete(days, as_of_days, first_day, part_sums(partition, days, as_of_days, genres))


def _incomplete(
    days: CustomerDays, as_of_days: Sequence[int], first_day: int, sums: PartSums | None
) -> _Part:
    parts = [features_at(days, day, first_day) for day in as_of_days]
    table = FeatureTable(
        customer_ids=np.concatenate([np.zeros(0, object), *(days.customer_ids[who] for who, _, _ in parts)]),
        as_of_day=np.repeat(np.asarray(as_of_days, dtype=np.int32), [len(who) for who, _, _ in parts]),
        values=np.concatenate([np.zeros((0, len(NAMES))), *(values for _, values, _ in parts)]),
    )
    log_sums = np.concatenate([np.zeros((0, LOG_SUMS)), *(sums for _, _, sums in parts)])
    return _Part(table=table, log_sums=log_sums, sums=sums)


def _completed(table: FeatureTable, log_sums: FloatArray, context: FeatureContext) -> FeatureTable:
    """Completes the values in place; the rows of a moment stand together."""
    bounds = np.flatnonzero(np.diff(table.as_of_day, prepend=-1, append=-1))
    for first, end in pairwise(bounds):
        complete(table.values[first:end], log_sums[first:end], int(table.as_of_day[first]), context)
    return table


def sorted_rows(parts: Sequence[FeatureTable]) -> FeatureTable:
    """The rows of all parts, sorted by (as_of_day, customer_id)."""
    ids = np.concatenate([part.customer_ids for part in parts])
    return _ordered(parts, row_order(ids, np.concatenate([part.as_of_day for part in parts])))


def _ordered(parts: Sequence[FeatureTable], order: IntArray) -> FeatureTable:
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    # Straight to their places, feature by feature: each one's values lie together.
    values = np.empty((len(NAMES), len(order)))
    start = 0
    for part in parts:
        there = place[start : start + len(part)]
        for feature, column_ in zip(values, part.values.T, strict=True):
            feature[there] = column_
        start += len(part)
    return FeatureTable(
        customer_ids=np.concatenate([part.customer_ids for part in parts])[order],
        as_of_day=np.concatenate([part.as_of_day for part in parts])[order],
        values=values.T,
    )


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
