"""Reads delimited text by pyarrow's streaming reader, whatever its delimiter and encoding; bad rows aside."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from pipeline.config import SourceConfig
from pipeline.sources.blocks import BadRow, Block, Reading
from pipeline.sources.files import COMPRESSIONS, opened, plain_size
from pipeline.sources.sniffing import SAMPLE_BYTES, WHITESPACE, Dialect, dialect_of, legacy_encoding_of
from pipeline.sources.streams import BLOCK_BYTES, Recoded, Translated, blanks_to_tabs, unchanged

# A delimiter of several characters is replaced by this one, which text does not hold.
UNIT_SEPARATOR = "\x1f"
MISSING_TEXTS = ("", "NULL", "null", "\\N", "N/A", "n/a", "NaN", "nan", "None", "none", "#N/A", "<NA>")
_UTF8 = ("utf-8", "utf_8", "utf8", "utf-8-sig", "utf_8_sig")


def _translation(delimiter: str) -> Callable[[bytes], bytes] | None:
    if delimiter == WHITESPACE:
        return blanks_to_tabs
    if len(delimiter.encode()) > 1:
        old = delimiter.encode()
        return lambda lines: lines.replace(old, UNIT_SEPARATOR.encode())
    return None


def read_delimited(path: Path, source: SourceConfig) -> Reading:
    """Open a delimited text file.

    Raises:
        DataError: the file is empty or is no text.
    """
    dialect = dialect_of(path, encoding=source.encoding, delimiter=source.delimiter)
    names = tuple(_unique(_names(dialect, source)))
    average = max(
        1, sum(len(field) + 1 for row in dialect.rows for field in row) // max(1, len(dialect.rows))
    )
    bad_rows: list[BadRow] = []
    notes: list[str] = []
    if dialect.encoding not in _UTF8:
        notes.append(f"{path.name} is read as {dialect.encoding}.")

    def blocks() -> Iterator[Block]:
        bad_rows.clear()
        with opened(path) as stream:
            yield from _Blocks(path, dialect, names, source, bad_rows, notes).read(stream)

    return Reading(
        origin=path.name,
        names=names,
        blocks=blocks,
        sample=_sample(dialect, names, header=source.header),
        rows=plain_size(path) // average,
        bad_rows=bad_rows,
        notes=notes,
    )


def _names(dialect: Dialect, source: SourceConfig) -> tuple[str, ...]:
    first = dialect.rows[0]
    if source.header:
        return tuple(name.strip().lstrip("\ufeff") or str(place) for place, name in enumerate(first, start=1))
    given = source.names
    width = max(len(row) for row in dialect.rows[:100])
    return tuple(given[place] if place < len(given) else str(place + 1) for place in range(width))


def _sample(dialect: Dialect, names: tuple[str, ...], *, header: bool) -> pa.Table:
    rows = [row for row in dialect.rows[int(header) :] if len(row) == len(names)]
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.table(
        {
            name: pa.array([None if cell in MISSING_TEXTS else cell for cell in cells], pa.string())
            for name, cells in zip(names, columns, strict=True)
        }
    )


class _Blocks:
    """One pass over one file."""

    def __init__(  # the state of one pass, made in one place
        self,
        path: Path,
        dialect: Dialect,
        names: tuple[str, ...],
        source: SourceConfig,
        bad_rows: list[BadRow],
        notes: list[str],
    ) -> None:
        self.path = path
        self.dialect = dialect
        self.names = names
        self.header = source.header
        self.bad_rows = bad_rows
        self.notes = notes
        self.legacy: str | None = None

    def read(self, stream: io.BufferedIOBase) -> Iterator[Block]:
        """Yield the file's blocks; where it breaks off, what came before, and a bad row that says so."""
        readable, compressed = self._readable(stream)
        seen = int(self.header)
        used = 0
        try:
            reader = pa_csv.open_csv(readable, **self._options(list(self.names)))
            for batch in reader:
                lines, used = self._lines(seen, batch.num_rows, used)
                seen = int(lines[-1]) if len(lines) else seen
                yield self._block(pa.table(batch), lines)
        except (pa.ArrowInvalid, OSError) as error:
            # Otherwise nothing stands below the header.
            if "Empty CSV" not in str(error) and "Could not skip initial" not in str(error):
                self._break_off(seen, error)
        if compressed is not None and compressed.broken is not None:
            self._break_off(seen, compressed.broken)

    def _break_off(self, seen: int, error: Exception) -> None:
        reason, said = _broken(error), (str(error).splitlines() or [""])[0][:120]
        self.bad_rows.append(BadRow(origin=self.path.name, line=seen + 1, reason=reason, value=said))

    def _readable(self, stream: io.BufferedIOBase) -> tuple[io.BufferedIOBase, Translated | None]:
        if self.dialect.encoding not in _UTF8:
            stream = io.BufferedReader(Recoded(stream, self.dialect.encoding), BLOCK_BYTES)
        translate = _translation(self.dialect.delimiter)
        if translate is None and self.path.suffix.lower() not in COMPRESSIONS:
            return stream, None
        lines = Translated(stream, translate or unchanged)
        return io.BufferedReader(lines, BLOCK_BYTES), lines

    def _options(self, unique: list[str]) -> dict[str, object]:
        delimiter = self.dialect.delimiter
        if delimiter == WHITESPACE:
            delimiter = "\t"
        elif len(delimiter.encode()) > 1:
            delimiter = UNIT_SEPARATOR
        quoted = self.dialect.quoted
        return {
            # One thread keeps row numbers known; the next block is parsed while this one is used.
            "read_options": pa_csv.ReadOptions(
                use_threads=False, block_size=BLOCK_BYTES, column_names=unique, skip_rows=int(self.header)
            ),
            "parse_options": pa_csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
                ignore_empty_lines=False,
                invalid_row_handler=self._invalid,
            ),
            "convert_options": pa_csv.ConvertOptions(
                column_types=dict.fromkeys(unique, pa.binary()),
                null_values=list(MISSING_TEXTS),
                strings_can_be_null=True,
            ),
        }

    def _invalid(self, row: pa_csv.InvalidRow) -> str:
        self.bad_rows.append(
            BadRow(
                origin=self.path.name,
                line=row.number or 0,
                reason=f"{row.actual_columns} fields instead of {row.expected_columns}",
                value=row.text[:200],
            )
        )
        return "skip"

    def _lines(self, seen: int, count: int, used: int) -> tuple[np.ndarray, int]:
        """Line numbers of ``count`` kept rows after line ``seen``; rows set aside stand between them."""
        lines = np.arange(seen + 1, seen + 1 + count, dtype=np.int64)
        while used < len(self.bad_rows):
            place = self.bad_rows[used].line
            if not len(lines) or place > lines[-1] + 1:
                break
            lines[lines >= place] += 1
            used += 1
        return lines, used

    def _block(self, table: pa.Table, lines: np.ndarray) -> Block:
        columns = {name: self._text(table.column(name), name) for name in table.column_names}
        return Block(origin=self.path.name, columns=pa.table(columns), lines=lines)

    def _text(self, column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
        try:
            texts = column.cast(pa.string())
        except pa.ArrowInvalid:
            texts = self._repaired(column, name)
        # Where a stray mark made quoting unusable, marks around a whole field are still no part of it.
        stray = not self.dialect.quoted and self.dialect.delimiter in {",", ";"}
        return pc.utf8_trim(texts, '"') if stray else texts

    def _repaired(self, column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
        """Decode a column that is not UTF-8, value by value; the rest of the file is."""
        values = column.to_pylist()
        if self.legacy is None:
            strange = b"\n".join(value for value in values if value and not _is_utf8(value))
            self.legacy = legacy_encoding_of(strange[:SAMPLE_BYTES])
            self.notes.append(
                f"{self.path.name} is UTF-8 but for some values, first in column “{name}”; "
                f"these are read as {self.legacy}."
            )
        return pa.chunked_array([pa.array([_decoded(value, self.legacy) for value in values], pa.string())])


def _broken(error: Exception) -> str:
    if "straddling" in str(error):
        return "a quotation mark opens and never closes; the rest of the file is not read"
    return "the file breaks off here"


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(value: bytes | None, legacy: str) -> str | None:
    if value is None:
        return None
    return value.decode() if _is_utf8(value) else value.decode(legacy, errors="replace")


def _unique(names: tuple[str, ...]) -> list[str]:
    """The names, with “_2”, “_3” … behind those that repeat."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return unique
