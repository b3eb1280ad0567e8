"""Raw blocks become canonical columns: cells are read, the impossible is set missing, all is counted."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.config import SourceConfig
from pipeline.dataset import DAY_US, day_number
from pipeline.ingest.hashing import hashes_of, mixed
from pipeline.ingest.mapping import Mapped
from pipeline.ingest.report import ColumnTally, SourceTally
from pipeline.sources.blocks import Block
from pipeline.sources.numbers import numbers_of
from pipeline.sources.times import MISSING, UNREADABLE, TimeReader
from pipeline.tables import EVENT_KINDS, ORDER, OTHER, RATING, REFUND, SEARCH, WATCH, Column

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_MISSING_TEXTS = pa.array(
    ("", "-", "NULL", "null", "\\N", "N/A", "n/a", "NaN", "nan", "None", "none", "<NA>"), pa.string()
)
_KIND_WORDS: Mapping[int, tuple[str, ...]] = {
    REFUND: ("refund", "chargeback", "return", "revers", "credit"),
    WATCH: (
        "watch",
        "view",
        "play",
        "stream",
        "start",
        "complet",
        "stop",
        "paus",
        "finish",
        "resum",
        "listen",
    ),
    RATING: ("rat", "review", "score", "star", "like"),
    SEARCH: ("search", "query", "find"),
    ORDER: (
        *(
            "order",
            "purchas",
            "pay",
            "sale",
            "buy",
            "bought",
            "charg",
            "invoice",
            "transact",
            "renew",
            "bill",
        ),
        *("subscri", "rent"),
    ),
}
# Columns whose usual range is measured; the others are bounded by what they are.
WITH_OUTLIERS = frozenset(("minutes", "amount", "items", "monthly_fee", "duration_minutes"))
_LETTERS = re.compile(r"[a-z]+")
_GENRE_CUT = re.compile(r"\s*[|,;]\s*")
_NO_GENRE = frozenset({"", "(no genres listed)", "n/a", "nan", "none", "null", "unknown"})


def kind_from(word: str) -> int:
    """The kind of event a word means; ``other`` for one that means none."""
    parts = _LETTERS.findall(word.lower())
    for kind, beginnings in _KIND_WORDS.items():
        if any(part.startswith(beginnings) for part in parts):
            return kind
    return OTHER


class Converter:
    """Reads the cells of one source, file after file, and counts what it meets."""

    def __init__(
        self, source: SourceConfig, tally: SourceTally, now: datetime, until: date | None = None
    ) -> None:
        self.source = source
        self.tally = tally
        self.times = TimeReader(source.zone, day_first=source.day_first is not False)
        epoch = datetime(1970, 1, 1, tzinfo=now.tzinfo)
        self.latest = (now + timedelta(days=1) - epoch) // timedelta(microseconds=1)
        self.until = None if until is None else (day_number(until) + 1) * DAY_US

    def loaded(self, at: IntArray) -> BoolArray:
        """Which moments lie up to the watermark; later ones are counted, and do not exist for anybody."""
        if self.until is None:
            return np.ones(len(at), dtype=np.bool_)
        later = (at >= self.until) & (at <= self.latest)
        if later.any():
            self.tally.later += int(later.sum())
            self.tally.last_at = max(self.tally.last_at, int(at[later].max()))
        return ~later

    def column_tally(self, mapping: Mapped, name: str) -> ColumnTally:
        """The counter of one canonical column."""
        given = " + ".join(mapping.columns[name])
        return self.tally.columns.setdefault(name, ColumnTally(name=name, source=given))

    def raw(self, block: Block, name: str) -> pa.Array:
        """One column of the source in one piece."""
        column = block.columns.column(name).combine_chunks()
        return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column

    def text(self, block: Block, mapping: Mapped, name: str) -> pa.Array:
        """A text column; words for missing become null; several columns are joined by a blank."""
        parts = [self._text(self.raw(block, given)) for given in mapping.columns[name]]
        joined = parts[0]
        if len(parts) > 1:
            joined = pc.binary_join_element_wise(*parts, " ", null_handling="skip")
            joined = pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)
        tally = self.column_tally(mapping, name)
        tally.rows += len(joined)
        tally.missing += joined.null_count
        return joined

    def attribute(self, block: Block, name: str) -> pa.Array:
        """A column of the source's own, as text."""
        return self._text(self.raw(block, name))

    @staticmethod
    def _text(column: pa.Array) -> pa.Array:
        if pa.types.is_floating(column.type) and pc.all(pc.equal(pc.floor(column), column)).as_py():
            # A number that identifies somebody, turned into 42.0 by a missing neighbour.
            column = column.cast(pa.int64())
        if not pa.types.is_string(column.type):
            column = column.cast(pa.string())
        if len(column) and pc.any(pc.match_substring_regex(column.slice(0, 256), r"^\s|\s$")).as_py():
            column = pc.utf8_trim_whitespace(column)
        missing = pc.is_in(column, value_set=_MISSING_TEXTS)
        if missing.true_count:
            column = pc.if_else(missing, pa.scalar(None, pa.string()), column)
        return column

    def time(self, block: Block, mapping: Mapped, name: str) -> IntArray:
        """A column of times in µs, or ``MISSING`` or ``UNREADABLE``."""
        raw = self.raw(block, mapping.columns[name][0])
        counts = self.times.read(raw)
        tally = self.column_tally(mapping, name)
        tally.rows += len(counts)
        tally.missing += int((counts == MISSING).sum())
        unreadable = counts == UNREADABLE
        self._count_unreadable(tally, block, raw, unreadable)
        return counts

    def number(self, block: Block, mapping: Mapped, column: Column, scale: float = 1.0) -> FloatArray:
        """A column of numbers divided by ``scale``; the impossible become NaN."""
        raw = self.raw(block, mapping.columns[column.name][0])
        values, unreadable = numbers_of(raw, decimal=self.source.decimal)
        if scale != 1.0:
            values = values / scale
        tally = self.column_tally(mapping, column.name)
        tally.rows += len(values)
        missing = int(np.isnan(values).sum())
        if unreadable is not None and unreadable.any():
            self._count_unreadable(tally, block, raw, unreadable)
            missing -= int(unreadable.sum())
        tally.missing += missing
        values = self._possible(block, column, values, tally)
        if column.name in WITH_OUTLIERS:
            tally.sampled(np.abs(values))
        return values

    def _possible(self, block: Block, column: Column, values: FloatArray, tally: ColumnTally) -> FloatArray:
        if np.isnan(values).all():
            return values
        lowest, highest = np.nanmin(values), np.nanmax(values)
        least = -np.inf if column.lowest is None else column.lowest
        most = np.inf if column.highest is None else column.highest
        if lowest < least or highest > most:
            impossible = (values < least) | (values > most)
            tally.impossible += int(impossible.sum())
            tally.example(
                f"{block.origin} line {block.lines[row]}: {values[row]:g}"
                for row in np.flatnonzero(impossible)[:5]
            )
            values = np.where(impossible, np.nan, values)
            if np.isnan(values).all():
                return values
            lowest, highest = np.nanmin(values), np.nanmax(values)
        tally.seen(float(lowest), float(highest))
        return values

    @staticmethod
    def _count_unreadable(tally: ColumnTally, block: Block, raw: pa.Array, unreadable: BoolArray) -> None:
        if unreadable.any():
            tally.unreadable += int(unreadable.sum())
            tally.example(
                f"{block.origin} line {block.lines[row]}: “{raw[int(row)]}”"
                for row in np.flatnonzero(unreadable)[:5]
            )

    def lists(self, block: Block, mapping: Mapped, name: str) -> pa.Array:
        """Lists of text: cells cut at ``|``, ``,``, ``;``; columns that hold only 0 and 1 give their name."""
        given = mapping.columns[name]
        columns = [self.raw(block, one) for one in given]
        if len(given) > 1 and all(_holds_flags(column) for column in columns):
            flags = np.array([[cell in ("1", 1, True) for cell in column.to_pylist()] for column in columns])
            rows = [[given[place] for place in np.flatnonzero(row)] for row in flags.T]
        else:
            rows = [_listed(cells) for cells in zip(*(column.to_pylist() for column in columns), strict=True)]
        rows = [[entry for entry in row if entry.lower() not in _NO_GENRE] for row in rows]
        tally = self.column_tally(mapping, name)
        tally.rows += len(rows)
        tally.missing += sum(not row for row in rows)
        return pa.array(rows, pa.list_(pa.string()))

    def kinds(self, block: Block, mapping: Mapped) -> npt.NDArray[np.int8]:
        """The kind of each event; shape (n,)."""
        if "kind" in mapping.columns:
            encoded = self.text(block, mapping, "kind").dictionary_encode()
            words = encoded.dictionary.to_pylist()
            meant = np.array([*(kind_from(word) for word in words), self.only_kind(mapping)], np.int8)
            kinds: npt.NDArray[np.int8] = meant[encoded.indices.fill_null(len(words)).to_numpy()]
            return kinds
        return np.full(block.columns.num_rows, self.only_kind(mapping), dtype=np.int8)

    def only_kind(self, mapping: Mapped) -> int:
        """The kind of all events of a source: configured, or told by what they carry."""
        if self.source.kind is not None:
            return EVENT_KINDS.index(self.source.kind)
        told = {"minutes": WATCH, "progress": WATCH, "amount": ORDER, "rating": RATING}
        return next((kind for name, kind in told.items() if name in mapping.columns), OTHER)

    def rest(self, block: Block, names: Sequence[str]) -> npt.NDArray[np.uint64]:
        """A hash of the columns that fill nothing: two events that differ there are two events."""
        total = np.zeros(block.columns.num_rows, dtype=np.uint64)
        for place, name in enumerate(names, start=1):
            column = self.raw(block, name)
            texts = column if pa.types.is_string(column.type) else _as_text(column)
            total = mixed(total + hashes_of(texts) * np.uint64(2 * place + 1))
        return total

    def set_aside(self, block: Block, bad: BoolArray, reason: str) -> None:
        """Count rows as quarantined, with file, line and values of the first."""
        rows = np.flatnonzero(bad)
        self.tally.set_aside(
            reason,
            len(rows),
            [f"{block.origin} line {block.lines[row]}: {shown(block, int(row))}" for row in rows[:5]],
        )


def shown(block: Block, row: int) -> str:
    """The first columns of a row, for an example."""
    cells = (column[row].as_py() for column in block.columns.columns[:6])
    return ",".join("" if cell is None else str(cell) for cell in cells)[:120]


def _as_text(column: pa.Array) -> pa.Array:
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if cell is None else str(cell) for cell in column.to_pylist()], pa.string())


def _holds_flags(column: pa.Array) -> bool:
    return set(column.unique().to_pylist()) <= {"0", "1", 0, 1, None}


def _listed(cells: Sequence[object]) -> list[str]:
    entries: dict[str, None] = {}
    for cell in cells:
        if isinstance(cell, list | tuple):
            entries.update(dict.fromkeys(str(entry).strip() for entry in cell))
        elif cell is not None:
            entries.update(dict.fromkeys(_GENRE_CUT.split(str(cell).strip().strip("[]"))))
    return [entry.strip("'\" ") for entry in entries]
