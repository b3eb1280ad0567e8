"""The same customers, had each been there once more."""

from collections.abc import Sequence

import numpy as np

from pipeline.dataset import DAY_US, EVENT_VALUES, BoolArray, FloatArray, IntArray, Partition
from pipeline.features.context import FeatureContext
from pipeline.features.dictionary import NAMES
from pipeline.features.table import FeatureTable, features_of
from pipeline.tables import EVENT_KINDS, REFUND


def one_more_visit(partition: Partition, as_of_days: Sequence[int], context: FeatureContext) -> FeatureTable:
    """The features of ``features_of``, had each customer come once more on the day before the moment.

    On that visit he does once what he did most often, with his mean minutes, amount and so on of doing it.
    Everybody's rhythm stays as it is.
    """
    tables = [features_of(with_visit(partition, day), [day], context) for day in as_of_days]
    return FeatureTable(
        customer_ids=np.concatenate([np.zeros(0, object), *(table.customer_ids for table in tables)]),
        as_of_day=np.concatenate([np.zeros(0, np.int32), *(table.as_of_day for table in tables)]),
        values=np.concatenate([np.zeros((0, len(NAMES))), *(table.values for table in tables)]),
    )


def with_visit(partition: Partition, as_of_day: int) -> Partition:
    """Without what lies at or after the moment, and with one event more just before it."""
    moment = as_of_day * DAY_US
    past = partition.at < moment
    customer = partition.customer[past]
    active = partition.kind[past] != REFUND
    count = len(partition.customer_ids)
    kinds = np.bincount(
        customer[active] * len(EVENT_KINDS) + partition.kind[past][active], minlength=count * len(EVENT_KINDS)
    ).reshape(count, len(EVENT_KINDS))
    usual = kinds.argmax(axis=1)
    knows = kinds.sum(axis=1) > 0
    counts = np.bincount(customer, minlength=count)
    # After each known customer's last event.
    places = np.cumsum(counts)[knows]
    like = partition.kind[past] == usual[customer]
    values = {name: getattr(partition, name)[past] for name in EVENT_VALUES}
    return Partition(
        number=partition.number,
        customer_ids=partition.customer_ids,
        offsets=np.concatenate(([0], np.cumsum(counts + knows))),
        at=np.insert(partition.at[past], places, moment - 1),
        kind=np.insert(partition.kind[past], places, usual[knows]),
        title=np.insert(partition.title[past], places, -1),
        **{
            name: np.insert(known, places, _means(known, like, customer, count)[knows])
            for name, known in values.items()
        },
    )


def _means(values: FloatArray, like: BoolArray, customer: IntArray, count: int) -> FloatArray:
    rows = like & np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: FloatArray = np.bincount(customer[rows], weights=values[rows], minlength=count) / np.bincount(
            customer[rows], minlength=count
        )
    return means
