"""Writes the simulated tables as CSV or Parquet, row group by row group."""

from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

Format = Literal["csv", "parquet"]


class TableFile:
    """One table's file, written part by part; a context manager."""

    def __init__(self, folder: Path, name: str, format_: Format) -> None:
        self._path = folder / f"{name}.{format_}"
        self._format = format_
        self._writer: pc.CSVWriter | pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()

    def write(self, table: pa.Table) -> None:
        """Append rows; every part has the same columns."""
        if self._format == "csv":
            table = plain(table)
        if self._writer is None:
            kind = pc.CSVWriter if self._format == "csv" else pq.ParquetWriter
            self._writer = kind(str(self._path), table.schema)
        self._writer.write_table(table)


def plain(table: pa.Table) -> pa.Table:
    """Dictionaries written out: CSV knows only plain columns."""
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, table[field.name].cast(pa.string()))
    return table
