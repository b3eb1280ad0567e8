"""Facts as the rows that are published."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.facts import AMOUNT_TYPES, STREAMS, Entries, Facts
from pipeline.tables import CUSTOMERS

# A column of more different values is no way to group customers.
MOST_VALUES = 100
# Events of one customer in a month, and of one title.
COUNT_TYPES = {"event": "u1", "customer": "u2", "title": "u4"}
FactRow = tuple[
    str, str, int, int, bytes | None, bytes | None, bytes | None, bytes | None, bytes | None, bytes | None
]


def fact_rows(facts: Facts) -> Iterator[FactRow]:
    """Rows in the order of the columns of ``facts`` in the store."""
    for stream in STREAMS:
        yield from _rows(stream, "event", facts.events[stream])
        for grain, months in (("customer", facts.by_customer), ("title", facts.by_title)):
            if stream in months:
                yield from _rows(stream, grain, months[stream])


def _rows(stream: str, grain: str, entries: Entries) -> Iterator[FactRow]:
    count_type = COUNT_TYPES[grain]
    amount_type = "d" if grain == "title" else AMOUNT_TYPES[stream]
    days, starts = np.unique(entries.day, return_index=True)
    columns: tuple[tuple[npt.NDArray[Any], str, int], ...] = (
        (entries.customer, "u4", -1),
        (entries.title, "i4", -1),
        (entries.count, count_type, 1),
        (entries.amount, amount_type, 0),
        (entries.marked, count_type, 0),
        # As a difference, which is nothing where all of them are known.
        (entries.count - entries.known, count_type, 0),
    )
    split = [np.split(values, starts[1:]) for values, _, _ in columns]
    for number, day in enumerate(days.tolist()):
        groups = [column[number] for column in split]
        packed = [
            # What is the same everywhere is known without being kept.
            None if bool((values == usual).all()) else values.astype(type_).tobytes()
            for values, (_, type_, usual) in zip(groups, columns, strict=True)
        ]
        yield (stream, grain, day, len(groups[0]), *packed)


def attribute_values(people: pd.DataFrame) -> Iterator[tuple[str, str, int]]:
    """Name, value and number of customers of the source's own columns that have few values.

    Args:
        people: All customers; canonical columns and the source's own.
    """
    for name in people.columns:
        if CUSTOMERS.column(name) is not None:
            continue
        texts = people[name].dropna().astype(str)
        counts = texts[texts != ""].value_counts()
        if 2 <= len(counts) <= MOST_VALUES:
            yield from ((name, str(value), int(count)) for value, count in sorted(counts.items()))
