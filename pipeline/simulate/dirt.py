"""Spoils a few rows as real deliveries are spoiled, so that the data report has something to say."""

import numpy as np
import pyarrow as pa

Columns = dict[str, pa.Array]

DUPLICATE_SHARE = 0.008
MISSING_SHARE = 0.01
IMPOSSIBLE_SHARE = 0.001
FAR_FUTURE_SECONDS = 4_102_444_800  # the year 2100
LOST_TITLE_SHARE = 0.02


def spoil_events(table: pa.Table, random: np.random.Generator) -> pa.Table:
    """Repeat some rows, lose some values, make some impossible; the first rows get a few rare mistakes.

    Args:
        table: Rows of watches, ratings or orders.
        random: Decides which.
    """
    count = len(table)
    if not count:
        return table
    for name in ("minutes", "progress"):
        if name in table.column_names:
            values = table[name].to_numpy().copy()
            values[random.random(count) < IMPOSSIBLE_SHARE] = -1.0
            table = _replaced(table, name, pa.array(values, mask=random.random(count) < MISSING_SHARE))
    repeated = np.flatnonzero(random.random(count) < DUPLICATE_SHARE)
    # A second delivery overlaps the first.
    return pa.concat_tables([table, table.take(pa.array(repeated))])


def spoil_few(table: pa.Table) -> pa.Table:
    """A date in the far future and a row without a customer: once per table."""
    at = table["at"].cast(pa.int64()).to_numpy().copy()
    who = table["customer_id"].combine_chunks().cast(pa.string()).to_pylist()
    middle = len(at) // 2
    at[middle : middle + 1] = FAR_FUTURE_SECONDS
    lost = np.zeros(len(who), dtype=np.bool_)
    lost[middle + 1 : middle + 2] = True
    table = _replaced(table, "at", pa.array(at).cast(pa.timestamp("s")))
    return _replaced(table, "customer_id", pa.array(who, pa.string(), mask=lost).dictionary_encode())


def spoil_customers(columns: dict[str, list[object]], random: np.random.Generator) -> dict[str, list[object]]:
    """Impossible ages, lost mails and countries, and a few customers delivered twice."""
    count = len(columns["customer_id"])
    spoiled = {name: list(values) for name, values in columns.items()}
    for row in np.flatnonzero(random.random(count) < MISSING_SHARE):
        spoiled["age"][row] = (150, -3, 0)[row % 3]
    for name in ("email", "country", "gender"):
        for row in np.flatnonzero(random.random(count) < MISSING_SHARE):
            spoiled[name][row] = None
    for row in np.flatnonzero(random.random(count) < DUPLICATE_SHARE / 2):
        for values in spoiled.values():
            values.append(values[row])
    return spoiled


def spoil_titles(columns: dict[str, list[object]], random: np.random.Generator) -> dict[str, list[object]]:
    """Lost descriptions and lengths."""
    spoiled = {name: list(values) for name, values in columns.items()}
    for name in ("description", "duration_minutes"):
        for row in np.flatnonzero(random.random(len(spoiled[name])) < LOST_TITLE_SHARE):
            spoiled[name][row] = None
    return spoiled


def _replaced(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)
