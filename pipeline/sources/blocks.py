"""What every reader hands over: blocks of raw columns that remember where each row stood."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
class Block:
    """A few thousand rows of one source, as they stand there.

    Attributes:
        origin: Name of the file, or of the table in a database.
        columns: One per column of the source, under its name; text unless the source is typed.
        lines: Where each row stands in ``origin``, from 1; shape (n,).
    """

    origin: str
    columns: pa.Table
    lines: npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A row that could not even be cut into columns."""

    origin: str
    line: int
    reason: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One file or query being read.

    Attributes:
        names: The source's columns.
        blocks: Reads from the start, each time it is called.
        bad_rows: Filled while ``blocks`` is used.
        notes: What a person should know of how it was read; filled while ``blocks`` is used.
        sample: The first rows, read ahead; columns as ``names``.
        rows: About how many; to choose the number of partitions.
    """

    origin: str
    names: tuple[str, ...]
    blocks: Callable[[], Iterator[Block]]
    sample: pa.Table
    rows: int
    bad_rows: list[BadRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
