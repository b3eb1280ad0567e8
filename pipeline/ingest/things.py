"""Customers and titles: rows that describe the same thing become one, and contradictions are counted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from pipeline.ingest.converting import Converter
from pipeline.ingest.mapping import Mapped
from pipeline.sources.blocks import Block
from pipeline.tables import Column, Table

ARROW_TYPES = {
    "text": pa.string(),
    "time": pa.timestamp("us", tz="UTC"),
    "number": pa.float64(),
    "list": pa.list_(pa.string()),
}
# Where a row stood: its place in the order of reading, the source, and its line there.
PLACE = ("row_", "source_", "line_")


def thing_schema(table: Table, further: Sequence[str]) -> pa.Schema:
    """Columns of a spilled customer or title: canonical, the sources' own as text, and where it stood."""
    return pa.schema(
        [
            *((column.name, ARROW_TYPES[column.type]) for column in table.columns),
            *((name, pa.string()) for name in further),
            ("row_", pa.int64()),
            ("source_", pa.int16()),
            ("line_", pa.int64()),
        ]
    )


def things_from(
    block: Block, mapping: Mapped, converter: Converter, schema: pa.Schema, *, number: int, first_row: int
) -> pa.RecordBatch:
    """Turn a block into spilled customers or titles; rows without a key are set aside."""
    count = block.columns.num_rows
    own = {
        name: converter.attribute(block, name)
        for name in mapping.further
        if name in schema.names and mapping.table.column(name) is None
    }
    columns = {
        column.name: _cells(block, mapping, converter, column)
        for column in mapping.table.columns
        if column.name in mapping.columns
    }
    places = {
        "row_": pa.array(np.arange(first_row, first_row + count, dtype=np.int64)),
        "source_": pa.array(np.full(count, number, dtype=np.int16)),
        "line_": pa.array(block.lines),
    }
    every = columns | own | places
    arrays = [every.get(field.name, pa.nulls(count, field.type)) for field in schema]
    rows = pa.RecordBatch.from_arrays(arrays, schema=schema)
    key = columns[mapping.table.key[0]]
    if key.null_count:
        missing = key.is_null().to_numpy(zero_copy_only=False)
        converter.set_aside(block, missing, f"{mapping.table.key[0]} is missing")
        rows = rows.filter(pa.array(~missing))
    return rows


def _cells(block: Block, mapping: Mapped, converter: Converter, column: Column) -> pa.Array:
    if column.type == "list":
        return converter.lists(block, mapping, column.name)
    if column.type == "number":
        return pa.array(converter.number(block, mapping, column), from_pandas=True)
    if column.type == "time":
        counts = converter.time(block, mapping, column.name)
        known = counts > np.iinfo(np.int64).min + 1
        return pa.array(counts, mask=~known).cast(pa.timestamp("us", tz="UTC"))
    return converter.text(block, mapping, column.name)


@dataclass(frozen=True, kw_only=True)
class Merged:
    """One row per key.

    Attributes:
        rows: Sorted by key; canonical and further columns.
        duplicates: Removed rows per source that repeat another one in every column; shape (sources,).
        contradictions: How many keys disagree, by column.
        examples: Of contradictions, by column: key, both values, and where the later one stood.
    """

    rows: pd.DataFrame
    duplicates: npt.NDArray[np.int64]
    contradictions: dict[str, int]
    examples: dict[str, str]


def merged(spilled: pa.Table, table: Table, sources: int, *, further: bool) -> Merged:
    """Make one row per key: the last known value of each column wins, lists are united.

    Args:
        spilled: Canonical and further columns, and ``PLACE``.
        table: Which canonical table they are.
        sources: How many there are in all.
        further: Whether the sources' own columns will be kept, so that it matters if they disagree.
    """
    key = table.key[0]
    frame = spilled.to_pandas().sort_values("row_", kind="stable")
    lists = [column.name for column in table.columns if column.type == "list"]
    for name in lists:
        frame[name] = [() if cell is None else tuple(cell) for cell in frame[name]]
    described = [name for name in frame.columns if name not in PLACE]
    # A row of another delivery of the same source repeats a row as much as one of the same file.
    repeated = frame.duplicated(subset=[*described, "source_"], keep="first").to_numpy()
    duplicates = np.bincount(frame["source_"].to_numpy()[repeated], minlength=sources)
    frame = frame[~repeated]
    again = frame[key].duplicated(keep=False)
    compared = described if further else [column.name for column in table.columns]
    contradictions, examples = _contradictions(
        frame[again], key, [name for name in compared if name not in lists]
    )
    scalars = [name for name in described if name not in (key, *lists)]
    single = frame[~again]
    if again.any():
        groups = frame[again].groupby(key, sort=False)
        last = groups[scalars].last().reset_index()
        for name in lists:
            united = groups[name].agg(
                lambda cells: tuple(dict.fromkeys(entry for cell in cells for entry in cell))
            )
            last[name] = united.to_numpy()
        single = pd.concat([single[described], last[described]], ignore_index=True)
    rows = single[described].sort_values(key, kind="stable").reset_index(drop=True)
    return Merged(rows=rows, duplicates=duplicates, contradictions=contradictions, examples=examples)


def _contradictions(
    frame: pd.DataFrame, key: str, names: Sequence[str]
) -> tuple[dict[str, int], dict[str, str]]:
    counts: dict[str, int] = {}
    examples: dict[str, str] = {}
    for name in names:
        if name == key:
            continue
        distinct = frame.groupby(key, sort=True)[name].nunique()
        disagreeing = distinct[distinct > 1]
        if len(disagreeing):
            counts[name] = len(disagreeing)
            who = disagreeing.index[0]
            values = frame.loc[(frame[key] == who) & frame[name].notna(), [name, "line_"]].drop_duplicates(
                name
            )
            examples[name] = f"{who}: " + ", then ".join(
                f"“{value}” (line {line})" for value, line in list(values.itertuples(index=False))[:3]
            )
    return counts, examples


def as_arrow(rows: pd.DataFrame, table: Table) -> pa.Table:
    """Canonical types; lists are never null; further columns are text."""
    arrays = {}
    for name in rows.columns:
        column = table.column(str(name))
        if rows[name].isna().all() and (column is None or column.type != "list"):
            arrays[str(name)] = pa.nulls(
                len(rows), pa.string() if column is None else ARROW_TYPES[column.type]
            )
        elif column is None:
            kind = pa.bool_() if name == "described" else pa.string()
            arrays[str(name)] = pa.array(rows[name], kind, from_pandas=True)
        elif column.type == "list":
            arrays[str(name)] = pa.array(
                [list(cell) if isinstance(cell, tuple) else [] for cell in rows[name]], ARROW_TYPES["list"]
            )
        else:
            arrays[str(name)] = pa.array(rows[name], ARROW_TYPES[column.type], from_pandas=True)
    return pa.table(arrays)


def with_unknown(rows: pd.DataFrame, key: str, seen: Sequence[str]) -> pd.DataFrame:
    """Add a row for each key that only events know; ``described`` tells which are which; sorted by key."""
    known = set(rows[key])
    unknown = [one for one in seen if one not in known]
    rows = rows.assign(described=True)
    if unknown:
        added = pd.DataFrame({key: unknown, "described": False}).astype({"described": bool})
        rows = (
            pd.concat([rows, added.reindex(columns=rows.columns)], ignore_index=True)
            if len(rows)
            else added.reindex(columns=rows.columns)
        )
    return rows.sort_values(key, kind="stable").reset_index(drop=True)
