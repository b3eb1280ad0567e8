"""Events on the way in: canonical columns, rows without customer or time set aside, titles as numbers."""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.ingest.converting import Converter
from pipeline.ingest.mapping import Mapped
from pipeline.sources.blocks import Block
from pipeline.sources.times import MISSING, UNREADABLE
from pipeline.tables import EVENTS, ORDER, REFUND

# 1980-01-01 in µs. Computers write 1970-01-01, spreadsheets 1899-12-30, for a date that is not there.
EARLIEST = 315_532_800_000_000

SPILLED_VALUES = ("minutes", "progress", "rating", "amount", "items")


class TitleNumbers:
    """Gives each title id a number in order of appearance; all titles fit in memory, events do not."""

    def __init__(self) -> None:
        self.ids: pa.Array = pa.array([], pa.string())

    def of(self, column: pa.Array) -> npt.NDArray[np.int32]:
        """The number of each title, -1 for none; shape (n,)."""
        encoded = column.dictionary_encode()
        distinct = encoded.dictionary
        found = pc.index_in(distinct, value_set=self.ids)
        if found.null_count:
            self.ids = pa.concat_arrays([self.ids, distinct.filter(pc.is_null(found))])
            found = pc.index_in(distinct, value_set=self.ids)
        numbers = np.append(found.to_numpy(zero_copy_only=False).astype(np.int32), np.int32(-1))
        codes: npt.NDArray[np.int32] = encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
        return numbers[codes]


class DeviceNumbers(TitleNumbers):
    """Gives each device a number in order of appearance, and counts its events."""

    def __init__(self) -> None:
        super().__init__()
        self.counts = np.zeros(0, dtype=np.int64)

    def of(self, column: pa.Array) -> npt.NDArray[np.int32]:
        """The number of each device, -1 for none; shape (n,)."""
        numbers = super().of(column)
        counts = np.bincount(numbers[numbers >= 0], minlength=len(self.ids))
        counts[: len(self.counts)] += self.counts
        self.counts = counts
        return numbers


@dataclass(frozen=True)
class Numbers:
    """What events name, as numbers."""

    titles: TitleNumbers = field(default_factory=TitleNumbers)
    devices: DeviceNumbers = field(default_factory=DeviceNumbers)


def event_schema(values: tuple[str, ...], *, devices: bool = False) -> pa.Schema:
    """Columns of a spilled event; values that no source has, and devices, are left out."""
    return pa.schema(
        [
            ("customer_id", pa.string()),
            ("at", pa.int64()),
            ("kind", pa.int8()),
            ("title", pa.int32()),
            ("source", pa.int16()),
            ("rest", pa.uint64()),
            *([("device", pa.int32())] if devices else []),
            *((name, pa.float64()) for name in values),
        ]
    )


def events_from(
    block: Block,
    mapping: Mapped,
    converter: Converter,
    numbers: Numbers,
    schema: pa.Schema,
    number: int,
) -> pa.RecordBatch:
    """Turn a block into spilled events; what cannot be used is set aside and counted."""
    converter.column_tally(mapping, "customer_id")  # stands first in the report
    at = converter.time(block, mapping, "at")
    loaded = converter.loaded(at)
    if not loaded.all():
        at = at[loaded]
        block = replace(block, columns=block.columns.filter(pa.array(loaded)), lines=block.lines[loaded])
    count = block.columns.num_rows
    if not count:
        return pa.RecordBatch.from_pylist([], schema=schema)
    customer = converter.text(block, mapping, "customer_id")
    kind = converter.kinds(block, mapping)
    title = np.full(count, -1, dtype=np.int32)
    if "title_id" in mapping.columns:
        title = numbers.titles.of(converter.text(block, mapping, "title_id"))
    columns: dict[str, pa.Array] = {
        "customer_id": customer,
        "at": pa.array(at),
        "title": pa.array(title),
        "source": pa.array(np.full(count, number, dtype=np.int16)),
        "rest": pa.array(converter.rest(block, mapping.further)),
    }
    if "device" in schema.names:
        device = np.full(count, -1, dtype=np.int32)
        if "device" in mapping.columns:
            device = numbers.devices.of(converter.text(block, mapping, "device"))
        columns["device"] = pa.array(device)
    values = _values(block, mapping, converter, schema)
    if "amount" in mapping.columns:
        kind, values["amount"] = _refunds(kind, values["amount"])
    columns["kind"] = pa.array(kind)
    columns |= {name: pa.array(cells) for name, cells in values.items()}
    rows = pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)
    good = _usable(block, converter, customer, at)
    return rows if good.all() else rows.filter(pa.array(good))


def _values(
    block: Block, mapping: Mapped, converter: Converter, schema: pa.Schema
) -> dict[str, npt.NDArray[np.float64]]:
    values = {}
    for name in SPILLED_VALUES:
        if name in mapping.columns:
            column = EVENTS.column(name)
            assert column is not None
            scale = converter.source.progress_scale if name == "progress" else 1.0
            values[name] = converter.number(block, mapping, column, scale)
        elif name in schema.names:
            values[name] = np.full(block.columns.num_rows, np.nan)
    return values


def _refunds(
    kind: npt.NDArray[np.int8], amount: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float64]]:
    """An order with a negative amount is a refund; a refund's amount is made negative."""
    kind = np.where((kind == ORDER) & (amount < 0), np.int8(REFUND), kind)
    return kind, np.where(kind == REFUND, -np.abs(amount), amount)


def _usable(
    block: Block, converter: Converter, customer: pa.Array, at: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    good = np.ones(len(at), dtype=bool)
    if customer.null_count:
        good = ~customer.is_null().to_numpy(zero_copy_only=False)
        converter.set_aside(block, ~good, "customer_id is missing")
    if len(at) and (at.min() < EARLIEST or at.max() > converter.latest):
        for bad, reason in (
            (at == MISSING, "at is missing"),
            (at == UNREADABLE, "at cannot be read as a time"),
            (at > converter.latest, "at lies in the future"),
            (at < EARLIEST, "at lies before 1980: an empty date?"),
        ):
            converter.set_aside(block, bad & good, reason)
            good &= ~bad
    return good
