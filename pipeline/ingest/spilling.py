"""Rows on their way to their partition: one Arrow file per partition, written block by block."""

from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.ingest.hashing import hashes_of

# Rows are gathered to this many before they are split, so that each piece is worth writing.
GATHERED_ROWS = 1 << 16


def partition_of(customer_ids: pa.Array, partitions: int) -> npt.NDArray[np.int64]:
    """The partition of each customer: high bits of his hash, so that it depends on nothing but his id."""
    high = hashes_of(customer_ids) >> np.uint64(32)
    return ((high * np.uint64(partitions)) >> np.uint64(32)).astype(np.int64)


class Spill:
    """Splits rows by customer and appends them to their partition's file."""

    def __init__(self, folder: Path, name: str, schema: pa.Schema, partitions: int) -> None:
        self._schema = schema
        self._partitions = partitions
        self._gathered: list[pa.RecordBatch] = []
        self._rows = 0
        self._sinks = [pa.OSFile(str(path), "wb") for path in spill_paths(folder, name, partitions)]
        self._writers = [pa.ipc.new_stream(sink, schema) for sink in self._sinks]

    def write(self, rows: pa.RecordBatch) -> None:
        """Take rows with a ``customer_id``."""
        self._gathered.append(rows)
        self._rows += rows.num_rows
        if self._rows >= GATHERED_ROWS:
            self._split()

    def _split(self) -> None:
        if not self._rows:
            return
        rows = pa.Table.from_batches(self._gathered, self._schema).combine_chunks().to_batches()[0]
        self._gathered, self._rows = [], 0
        number = partition_of(rows.column("customer_id"), self._partitions)
        counts = np.bincount(number, minlength=self._partitions)
        if self._partitions > 1:
            # Few distinct small numbers: a stable sort of 16 bits is a radix sort.
            rows = rows.take(pa.array(np.argsort(number.astype(np.uint16), kind="stable")))
        ends = np.cumsum(counts)
        for place, writer in enumerate(self._writers):
            if counts[place]:
                writer.write_batch(rows.slice(int(ends[place] - counts[place]), int(counts[place])))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._split()
        for writer, sink in zip(self._writers, self._sinks, strict=True):
            writer.close()
            sink.close()


def spill_paths(folder: Path, name: str, partitions: int) -> list[Path]:
    """Where the partitions' rows of a table are spilled."""
    return [folder / f"{name}-{number:05d}.arrow" for number in range(partitions)]


def spilled(path: Path) -> pa.Table:
    """All rows of one partition."""
    with pa.OSFile(str(path), "rb") as source, pa.ipc.open_stream(source) as reader:
        return reader.read_all()
