"""Reads Parquet files row group by row group."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import DataError
from pipeline.sources.blocks import Block, Reading

BLOCK_ROWS = 1 << 16
SAMPLE_ROWS = 2000


def read_parquet(path: Path) -> Reading:
    """Open a Parquet file.

    Raises:
        DataError: it is none, or is cut off (its index stands at its end).
    """
    try:
        with pq.ParquetFile(path) as file:
            names, rows = tuple(file.schema_arrow.names), file.metadata.num_rows
            first = next(file.iter_batches(batch_size=SAMPLE_ROWS), None)
            sample = file.schema_arrow.empty_table() if first is None else pa.table(first)
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{path.name}: cannot be read as Parquet ({reason}). Deliver it again.") from None

    def blocks() -> Iterator[Block]:
        seen = 0
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BLOCK_ROWS):
                lines = np.arange(seen + 1, seen + 1 + batch.num_rows, dtype=np.int64)
                seen += batch.num_rows
                yield Block(origin=path.name, columns=pa.table(batch), lines=lines)

    return Reading(origin=path.name, names=names, blocks=blocks, sample=sample, rows=rows)
