"""What reading found: frozen reports for people, and the counters they are made from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from pipeline.dataset import Manifest
from store.records import Quarantined

MOST_EXAMPLES = 5
MOST_SAMPLED = 200_000
# With fewer values a quarter of them is too few to tell what is usual.
FEWEST_FOR_RANGE = 20


@dataclass(frozen=True, kw_only=True)
class ColumnReport:
    """How one canonical column was filled.

    Attributes:
        source: Column or columns it came from.
        rows: Rows read.
        missing: Empty, or a word for missing.
        unreadable: Not of the column's type; became missing.
        impossible: Outside of what the column allows; became missing.
        outliers: Beyond ``usual``; kept.
        usual: Where the others lie; None where it was not measured.
        lowest, highest: Of the values kept; None where there are none.
    """

    name: str
    source: str
    rows: int
    missing: int = 0
    unreadable: int = 0
    impossible: int = 0
    outliers: int = 0
    usual: tuple[float, float] | None = None
    lowest: float | None = None
    highest: float | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TableReport:
    """What one source brought.

    Attributes:
        source: Its files or query.
        read: Rows read, with those set aside.
        duplicates: Rows that repeat another one in every column; removed.
        kept: Rows that went into the data set.
    """

    table: str
    source: str
    files: tuple[str, ...]
    read: int
    quarantined: int
    duplicates: int
    kept: int
    columns: tuple[ColumnReport, ...] = ()


@dataclass(frozen=True, kw_only=True)
class IngestReport:
    """What came of reading all sources.

    Attributes:
        quarantined: Rows set aside, by source and reason, with examples.
        findings: Sentences a person should read, most important first.
        readings: How files are read where they do not say it: encoding, order of day and month.
        wall_seconds, cpu_seconds: Of the whole reading, with its worker processes.
    """

    manifest: Manifest
    tables: tuple[TableReport, ...]
    quarantined: tuple[Quarantined, ...]
    findings: tuple[str, ...]
    wall_seconds: float
    cpu_seconds: float
    readings: tuple[str, ...] = ()

    @property
    def period(self) -> tuple[date, date]:
        """Day of the first event, and the watermark."""
        return self.manifest.first_day, self.manifest.watermark


@dataclass(kw_only=True)
class ColumnTally:
    """Counts one column while it is read."""

    name: str
    source: str
    rows: int = 0
    missing: int = 0
    unreadable: int = 0
    impossible: int = 0
    lowest: float | None = None
    highest: float | None = None
    examples: list[str] = field(default_factory=list)
    _samples: list[npt.NDArray[np.float64]] = field(default_factory=list)
    _sampled: int = 0
    _stride: int = 1

    def example(self, texts: Iterable[str]) -> None:
        """Remember some examples, the first ones met."""
        for text in texts:
            if len(self.examples) >= MOST_EXAMPLES:
                return
            self.examples.append(text)

    def seen(self, lowest: float, highest: float) -> None:
        """Widen the range of values."""
        self.lowest = lowest if self.lowest is None else min(self.lowest, lowest)
        self.highest = highest if self.highest is None else max(self.highest, highest)

    def sampled(self, values: npt.NDArray[np.float64]) -> None:
        """Remember some values, evenly spread; every second one is dropped when there are too many."""
        self._samples.append(values[:: self._stride])
        self._sampled += len(self._samples[-1])
        if self._sampled > MOST_SAMPLED:
            self._stride *= 2
            self._samples = [np.concatenate(self._samples)[::2]]
            self._sampled = len(self._samples[0])

    @property
    def usual(self) -> tuple[float, float] | None:
        """Three widths of the middle half around it (Tukey's outer fences); None where it has no width."""
        values = np.concatenate(self._samples) if self._samples else np.zeros(0)
        values = values[~np.isnan(values)]
        if len(values) < FEWEST_FOR_RANGE:
            return None
        low, high = np.quantile(values, (0.25, 0.75))
        return (float(low - 3 * (high - low)), float(high + 3 * (high - low))) if high > low else None

    def report(self, outliers: int = 0) -> ColumnReport:
        """The counts so far."""
        return ColumnReport(
            name=self.name,
            source=self.source,
            rows=self.rows,
            missing=self.missing,
            unreadable=self.unreadable,
            impossible=self.impossible,
            outliers=outliers,
            usual=self.usual,
            lowest=self.lowest,
            highest=self.highest,
            examples=tuple(self.examples),
        )


@dataclass(kw_only=True)
class SourceTally:
    """Counts one source while it is read.

    Attributes:
        later: Events after the configured watermark; they are left out, and the last is of ``last_at`` (µs).
    """

    label: str
    table: str
    files: list[str] = field(default_factory=list)
    read: int = 0
    duplicates: int = 0
    later: int = 0
    last_at: int = 0
    columns: dict[str, ColumnTally] = field(default_factory=dict)
    aside: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)

    def set_aside(self, reason: str, rows: int, examples: Iterable[str]) -> None:
        """Count rows that are not used, and remember some."""
        if not rows:
            return
        self.aside[reason] = self.aside.get(reason, 0) + rows
        kept = self.examples.setdefault(reason, [])
        kept.extend(list(examples)[: MOST_EXAMPLES - len(kept)])

    @property
    def quarantined(self) -> tuple[Quarantined, ...]:
        """As the store keeps it."""
        return tuple(
            Quarantined(
                source=self.label,
                table=self.table,
                reason=reason,
                rows=rows,
                examples=tuple(self.examples[reason]),
            )
            for reason, rows in sorted(self.aside.items())
        )
