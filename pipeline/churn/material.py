"""What is learned from, read out of the data set: whole customers, sampled before their features are made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from pipeline.churn.rows import Rows, together
from pipeline.churn.training import hashed
from pipeline.config import ChurnConfig, ComputeConfig
from pipeline.dataset import BoolArray, Dataset, FloatArray, IntArray, Partition, day_number
from pipeline.features import (
    CHURN_NAMES,
    FEATURES,
    FeatureContext,
    FeatureTable,
    feature_context,
    feature_table,
    features_of,
    one_more_visit,
    row_order,
    sorted_rows,
)
from pipeline.features.table import partition_of
from pipeline.labels import Anchors, labels_of
from pipeline.partitions import spread

FAMILY_OF = {feature.name: feature.family for feature in FEATURES if feature.churn}
YEAR_DAYS = 364
EVERYBODY = 2**32


@dataclass(frozen=True, kw_only=True)
class Material:
    """All rows of one run.

    Attributes:
        horizon_days: Nothing for this long means gone.
        training: Sampled customers at the training anchors; None where no anchor has closed.
        test: Everybody active at the test anchor.
        everybody: All with a history at the test anchor, lapsed customers too, labelled.
        newest: Sampled customers at the test anchor, to be learned from once the gate has passed.
        season_before_test, season_before_now: Sampled customers a year before the test anchor and before
            ``as_of``, where there is such an anchor with history.
        now: All with a history at ``as_of``; every feature.
        one_more_visit: The features of some customers as if each had come once more, yesterday.
        at_run_before: The features of some customers when the run before was made; None where there was none.
    """

    horizon_days: int
    now: FeatureTable
    one_more_visit: Callable[[frozenset[str]], FeatureTable]
    at_run_before: Callable[[frozenset[str]], FeatureTable] | None = None
    training: Rows | None = None
    test: Rows | None = None
    everybody: Rows | None = None
    newest: Rows | None = None
    season_before_test: Rows | None = None
    season_before_now: Rows | None = None


def churn_values(table: FeatureTable) -> FloatArray:
    """The columns the churn models learn from; shape (n, len(CHURN_NAMES))."""
    return table.columns(CHURN_NAMES)


@dataclass(frozen=True, kw_only=True)
class _Everybody:
    """All with a history at the test anchor, and how many rows each customer would bring to training.

    Attributes:
        rows, active: Features and labels at the test anchor, and who is eligible; shape (n,).
        hashes, anchors: Of each customer, and at how many training anchors he is eligible; shape (m,).
    """

    rows: Rows
    active: BoolArray
    hashes: IntArray
    anchors: IntArray


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """How the data set is read for one run."""

    dataset: Dataset
    horizon_days: int
    context: FeatureContext
    compute: ComputeConfig

    def whole(self, as_of: int, anchors: Anchors | None) -> tuple[FeatureTable, "_Everybody | None"]:
        """Everybody at ``as_of``, every feature; and at the test anchor, where there are training anchors."""
        moments = anchors if anchors is not None and anchors.training else None
        parts = spread(
            _whole,
            self.dataset.numbers,
            self.dataset,
            as_of,
            (moments, self.horizon_days),
            self.context,
            compute=self.compute,
        )
        now = sorted_rows([table for table, _ in parts])
        found = [everybody for _, everybody in parts if everybody is not None]
        if not found:
            return now, None
        rows, active = _in_order([(one.rows, one.active) for one in found])
        return now, _Everybody(
            rows=rows,
            active=active,
            hashes=np.concatenate([one.hashes for one in found]),
            anchors=np.concatenate([one.anchors for one in found]),
        )

    def labelled(self, days: Sequence[int], border: int) -> tuple[Rows, BoolArray]:
        """Customers whose hash lies below ``border``, sorted by moment and id; and who is eligible."""
        parts = spread(
            _labelled,
            self.dataset.numbers,
            self.dataset,
            (tuple(days), self.horizon_days),
            self.context,
            border,
            compute=self.compute,
        )
        return _in_order(parts)

    def at(self, day: int, customer_ids: frozenset[str]) -> FeatureTable:
        """Every feature of some customers at another moment."""
        return feature_table(self.dataset, (day,), self.compute, only=customer_ids, context=self.context)

    def visited(self, as_of: int, customer_ids: frozenset[str]) -> FeatureTable:
        """Some customers as if each had come once more."""
        parts = spread(
            _visited,
            self.dataset.numbers,
            self.dataset,
            as_of,
            self.context,
            customer_ids,
            compute=self.compute,
        )
        return sorted_rows(parts)


def gather(
    dataset: Dataset,
    anchors: Anchors | None,
    horizon_days: int,
    config: ChurnConfig,
    compute: ComputeConfig,
    run_before: int | None = None,
) -> Material:
    """Read the data set for one run.

    Args:
        dataset: All of it; at least one event.
        anchors: None where not even one label window has closed.
        horizon_days: Of the anchors.
        config: How many rows at most.
        compute: How to spread the reading.
        run_before: ``as_of`` of the run before, as days since 1970-01-01; None where there was none.
    """
    as_of = day_number(dataset.manifest.as_of)
    seasons = {} if anchors is None else _seasons(dataset, anchors, horizon_days)
    if run_before is not None and run_before >= as_of:
        run_before = None
    before = () if run_before is None else (run_before,)
    past = () if anchors is None else (*anchors.training, anchors.test, *seasons.values())
    reading = _Reading(
        dataset=dataset,
        horizon_days=horizon_days,
        context=feature_context(dataset, sorted({*past, *before, as_of}), compute),
        compute=compute,
    )
    now, everybody = reading.whole(as_of, anchors)
    bare = Material(
        horizon_days=horizon_days,
        now=now,
        one_more_visit=partial(reading.visited, as_of),
        at_run_before=None if run_before is None else partial(reading.at, run_before),
    )
    if anchors is None or everybody is None:
        return bare
    rows, eligible = reading.labelled(sorted(set(past)), _border(everybody, config.most_rows))
    chosen = rows.where(eligible)
    return replace(
        bare,
        training=chosen.where(np.isin(chosen.as_of_day, anchors.training)),
        test=everybody.rows.where(everybody.active),
        everybody=everybody.rows,
        newest=_at(chosen, anchors.test),
        season_before_test=_at(chosen, seasons.get(anchors.test)),
        season_before_now=_at(chosen, seasons.get(as_of)),
    )


def _seasons(dataset: Dataset, anchors: Anchors, horizon_days: int) -> dict[int, int]:
    """A year before the test anchor and before ``as_of``, where there was history and a closed window."""
    first = day_number(dataset.manifest.first_day) + max(30, horizon_days // 2)
    moments = (anchors.test, day_number(dataset.manifest.as_of))
    return {
        moment: moment - YEAR_DAYS
        for moment in moments
        if first <= moment - YEAR_DAYS <= anchors.test - horizon_days
    }


def _at(rows: Rows, day: int | None) -> Rows | None:
    """The rows of one moment, None where there are none."""
    chosen = rows.as_of_day == day
    return rows.where(chosen) if chosen.any() else None


def _border(everybody: _Everybody, most: int) -> int:
    """Customers whose hash lies below it have at most ``most`` rows together."""
    order = np.argsort(everybody.hashes, kind="stable")
    fitting = np.cumsum(everybody.anchors[order]) <= most
    return EVERYBODY if fitting.all() else int(everybody.hashes[order][int(fitting.sum())])


def _in_order(parts: Sequence[tuple[Rows, BoolArray]]) -> tuple[Rows, BoolArray]:
    """The rows of all parts sorted by moment and id, and who is eligible."""
    rows = together([part[0] for part in parts])
    place = row_order(rows.customer_ids, rows.as_of_day)
    return rows.where(place), np.concatenate([part[1] for part in parts])[place]


def _whole(
    number: int,
    dataset: Dataset,
    as_of: int,
    moments: tuple[Anchors | None, int],
    context: FeatureContext,
) -> tuple[FeatureTable, _Everybody | None]:
    """Everybody of a partition; read once, because reading is what costs."""
    anchors, horizon_days = moments
    partition = dataset.partition(number)
    if anchors is None:
        return features_of(partition, (as_of,), context), None
    table = features_of(partition, (anchors.test, as_of), context)
    rows, active = _rows(table.at(anchors.test), partition, (anchors.test,), horizon_days)
    labels = labels_of(partition, anchors.training, horizon_days)
    place = np.searchsorted(partition.customer_ids.astype(str), labels.customer_ids.astype(str))
    counts = np.bincount(place, labels.eligible, minlength=len(partition.customer_ids)).astype(np.int64)
    return table.at(as_of), _Everybody(
        rows=rows, active=active, hashes=hashed(partition.customer_ids), anchors=counts
    )


def _labelled(
    number: int, dataset: Dataset, moments: tuple[Sequence[int], int], context: FeatureContext, border: int
) -> tuple[Rows, BoolArray]:
    """Features and labels of the customers whose hash lies below ``border``; and who is eligible."""
    days, horizon_days = moments
    partition = dataset.partition(number)
    if border < EVERYBODY:
        chosen = partition.customer_ids[hashed(partition.customer_ids) < border]
        partition = partition_of(partition, frozenset(chosen))
    return _rows(features_of(partition, days, context), partition, days, horizon_days)


def _rows(
    table: FeatureTable, partition: Partition, days: Sequence[int], horizon_days: int
) -> tuple[Rows, BoolArray]:
    """A partition's table with its labels, and who is eligible."""
    labels = labels_of(partition, days, horizon_days)
    rows = Rows(
        names=CHURN_NAMES,
        values=churn_values(table),
        customer_ids=table.customer_ids,
        as_of_day=table.as_of_day,
        left=labels.left,
    )
    return rows, labels.eligible


def _visited(
    number: int, dataset: Dataset, as_of: int, context: FeatureContext, customer_ids: frozenset[str]
) -> FeatureTable:
    return one_more_visit(partition_of(dataset.partition(number), customer_ids), (as_of,), context)
