"""What lies in a folder: each data file, its columns, their names, and what their cells look like."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa

from pipeline.config import SourceConfig
from pipeline.errors import DataError
from pipeline.sources.blocks import Reading
from pipeline.sources.databases import read_database, tables_of
from pipeline.sources.files import plain_suffix
from pipeline.sources.numbers import numbers_of
from pipeline.sources.reading import read_file
from pipeline.sources.sniffing import dialect_of
from pipeline.sources.synonyms import WORDS, folded
from pipeline.sources.times import UNREADABLE, TimeReader

CellType = Literal["time", "whole", "decimal", "text", "empty"]
DATA_SUFFIXES = frozenset(
    (".csv", ".tsv", ".tab", ".txt", ".dat", ".data", ".psv", ".item", ".user", ".parquet", ".pq", ".log")
)
_DATABASE_SUFFIXES = frozenset((".db", ".sqlite", ".sqlite3", ".db3"))
_OWN_TABLES = frozenset(("members", "outbox", "inbox"))
_DOCUMENTS = re.compile(r"^(readme|licen[cs]e|copying|changelog|notice|authors)", re.IGNORECASE)
_KNOWN_WORDS = frozenset(word for table in WORDS.values() for words in table.values() for word in words)
FEWEST_TELLING_CELLS = 500
# A whole number is believed to be a moment only between 1990 and 2040.
_SOONEST, _LATEST = 631_152_000_000_000, 2_208_988_800_000_000


@dataclass(frozen=True, kw_only=True)
class FileLook:
    """One file of a folder.

    Attributes:
        names: Of its columns; their numbers from 1 where ``header`` is False.
        delimiter: None for Parquet.
        types: What the cells of each column look like.
        sample: The first rows.
        database: Address of the database that ``path`` is; None for a file of rows.
        query: The table of that database.
    """

    path: Path
    names: tuple[str, ...]
    header: bool
    delimiter: str | None
    types: Mapping[str, CellType]
    sample: pa.Table
    database: str | None = None
    query: str | None = None

    @property
    def stem(self) -> str:
        """The name without endings, in lower case: ``ratings`` of ``Ratings.csv.gz``; a table's own name."""
        if self.query is not None:
            return self.query.lower()
        return self.path.name.split(".")[0].lower()

    @property
    def folded(self) -> Mapping[str, str]:
        """Column by its folded name."""
        return {folded(name): name for name in self.names}


def look_at(folder: Path) -> tuple[tuple[FileLook, ...], tuple[str, ...]]:
    """Look at every data file of a folder (not of folders below), and say which were left out and why."""
    looks: list[FileLook] = []
    notes: list[str] = []
    for path in sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")):
        if _DOCUMENTS.match(path.name) or plain_suffix(path) in (".md", ".toml", ".html", ".pdf", ".json"):
            continue
        if plain_suffix(path) not in DATA_SUFFIXES:
            if path.suffix.lower() in _DATABASE_SUFFIXES:
                found, more = _tables(path)
                looks += found
                notes += more
            continue
        try:
            looks.append(_look(path))
        except DataError as error:
            notes.append(f"Left out: {error}")
    return tuple(looks), tuple(notes)


def _tables(path: Path) -> tuple[list[FileLook], list[str]]:
    """Each table of an SQLite file, as if it were a file; Matinee's own databases are not the business's."""
    address = f"sqlite:///{path.resolve()}"
    looks: list[FileLook] = []
    try:
        names = tables_of(address)
        for name in names if not set(names) >= _OWN_TABLES else ():
            reading = read_database(SourceConfig(table="events", database=address, query=name))
            if len(reading.names) < 2:
                continue
            looks.append(
                FileLook(
                    path=path,
                    names=reading.names,
                    header=True,
                    delimiter=None,
                    types=_types_of(reading),
                    sample=reading.sample,
                    database=address,
                    query=name,
                )
            )
    except DataError as error:
        return [], [f"Left out: {path.name} is no SQLite database that can be read. {error}"]
    return looks, [] if names else [f"Left out: {path.name} holds no table of an SQLite database."]


def _types_of(reading: Reading) -> dict[str, CellType]:
    return {name: cell_type(reading.sample.column(name).combine_chunks()) for name in reading.names}


def _look(path: Path) -> FileLook:
    delimiter, header = None, True
    if plain_suffix(path) not in (".parquet", ".pq"):
        dialect = dialect_of(path)
        delimiter = dialect.delimiter
        header = _has_header(dialect.rows)
    reading = read_file(path, SourceConfig(table="events", header=header, delimiter=delimiter))
    if len(reading.names) < 2:
        raise DataError(f"{path.name} has only one column.")
    return FileLook(
        path=path,
        names=reading.names,
        header=header,
        delimiter=delimiter,
        types=_types_of(reading),
        sample=reading.sample,
    )


def _has_header(rows: tuple[tuple[str, ...], ...]) -> bool:
    """The first row names columns where it holds words above numbers, or words that name columns."""
    first = [cell.strip() for cell in rows[0]]
    if any(not cell or _is_value(cell) for cell in first) or len(set(first)) < len(first):
        return False
    if sum(folded(cell) in _KNOWN_WORDS for cell in first) * 3 >= len(first):
        return True
    below = rows[1:50]
    return any(
        below
        and all(
            len(row) > place and (not row[place].strip() or _is_value(row[place].strip())) for row in below
        )
        for place in range(len(first))
    )


def _is_value(cell: str) -> bool:
    return bool(re.match(r"^[+-]?[\d.,:/ TZ-]*\d[\d.,:/ TZ+-]*$", cell))


def cell_type(column: pa.Array) -> CellType:
    """What the cells of a column look like: moments, numbers or text."""
    kind = column.type
    column = column.drop_null().slice(0, FEWEST_TELLING_CELLS)
    if not len(column):
        return "empty"
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return "time"
    if pa.types.is_list(kind) or pa.types.is_boolean(kind):
        return "text"
    values, unreadable = numbers_of(column)
    numeric = unreadable is None or unreadable.mean() < 0.05
    moments = TimeReader().read(column)
    read = moments > UNREADABLE
    plausible = read & (moments >= _SOONEST) & (moments < _LATEST)
    if plausible.mean() > 0.95 and (not numeric or np.nanmedian(np.abs(values)) >= 19_000_101):
        return "time"
    if not numeric:
        return "time" if read.mean() > 0.95 else "text"
    whole = values == np.floor(values)
    return "whole" if (whole | np.isnan(values)).all() else "decimal"
