"""The whole of reading: open, spill by partition, sort each partition, sum up, put in place."""

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.config import PipelineConfig
from pipeline.ingest.devices import devices_of
from pipeline.ingest.events import SPILLED_VALUES, Numbers, event_schema, events_from
from pipeline.ingest.findings import findings_of
from pipeline.ingest.mapping import Mapped, table_named
from pipeline.ingest.naming import named
from pipeline.ingest.opening import OpenSource, open_sources
from pipeline.ingest.report import IngestReport
from pipeline.ingest.sorting import Shared, write_partition
from pipeline.ingest.spilling import Spill
from pipeline.ingest.summing import Titles, manifest_of, shared_of, table_reports, total_of
from pipeline.ingest.things import as_arrow, merged, thing_schema, things_from, with_unknown
from pipeline.partitions import spread
from pipeline.sources.blocks import Block, Reading
from pipeline.sources.files import fingerprint, matching_files
from pipeline.tables import CUSTOMERS, TITLES

Progress = Callable[[str], None]

# Starting a process costs a second and its libraries' memory; fewer events are sorted faster without.
WORTH_PROCESSES = 20_000_000


def silent(_: str) -> None:
    """Say nothing."""


def ingest(
    config: PipelineConfig,
    folder: Path,
    *,
    now: datetime,
    progress: Progress = silent,
    partitions: int | None = None,
) -> IngestReport:
    """Read all sources into a new data set at ``folder``; an older one there is replaced at the very end.

    Memory holds one block of a file, the titles, and one partition per process, whatever the files' size.

    Args:
        config: The sources and how work is spread.
        folder: Of the data set; made beside it under another name and then put in place.
        now: The moment, with zone; events more than a day later are set aside.
        progress: Told each stage in one line.
        partitions: How many; None: as many as ``partition_events`` asks for.

    Raises:
        ConfigError: a source names what is not there.
        DataError: a file cannot be used at all, or no event can.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left_behind in folder.parent.glob(f".{folder.name}-*"):
        # Of a run that was killed: a retrain holds its lock, so nobody else is at work here.
        shutil.rmtree(left_behind, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        fresh, old = Path(temporary) / "new", Path(temporary) / "old"
        report = _Build(config, fresh, now, progress).run(partitions)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    return report


def check(config: PipelineConfig, *, now: datetime, progress: Progress = silent) -> IngestReport:
    """Read everything into a folder that is thrown away, for the report; raises what ``ingest`` does."""
    with tempfile.TemporaryDirectory(prefix="matinee-check-") as temporary:
        return ingest(config, Path(temporary) / "dataset", now=now, progress=progress)


class _Build:
    """One data set in the making."""

    def __init__(self, config: PipelineConfig, folder: Path, now: datetime, progress: Progress) -> None:
        self.config = config
        self.folder = folder
        self.spills = folder / "spill"
        self.now = now
        self.progress = progress
        self.numbers = Numbers()
        self.digest = hashlib.sha256()

    def run(self, partitions: int | None) -> IngestReport:
        """Read, sort and sum up."""
        wall, cpu = time.perf_counter(), time.process_time()
        for place in (self.folder, self.spills, self.folder / "customers", self.folder / "events"):
            place.mkdir()
        self.sources = open_sources(self.config, self.now)
        count = partitions or self._partitions()
        files = sum(len(source.readings) for source in self.sources)
        self.progress(f"reading {files} {'file' if files == 1 else 'files'} into {count} partitions")
        titles = self._read(count)
        devices = devices_of(self.numbers.devices.ids.to_pylist(), self.numbers.devices.counts)
        shared = shared_of(self.sources, titles, devices, self.folder, self.spills, count)
        self.progress(f"sorting {count} partitions")
        children = self._sort(shared)
        for path in self.spills.iterdir():
            path.unlink()
        self.spills.rmdir()
        manifest = manifest_of(
            self.sources, self.total, titles, self._fingerprint(), self.config.watermark, count
        )
        manifest = replace(manifest, devices=devices.labels)
        manifest.write(self.folder / "manifest.json")
        return IngestReport(
            manifest=manifest,
            tables=table_reports(self.sources, self.total),
            quarantined=tuple(found for source in self.sources for found in source.tally.quarantined),
            findings=findings_of(self.sources, self.total, titles, manifest, shared),
            wall_seconds=time.perf_counter() - wall,
            cpu_seconds=time.process_time() - cpu + children,
            readings=tuple(dict.fromkeys(note for source in self.sources for note in source.tally.notes)),
        )

    def _partitions(self) -> int:
        """So many that each holds about ``partition_events`` events."""
        rows = sum(reading.rows for source in self._of("events") for reading, _ in source.readings)
        return max(1, -(-rows // self.config.compute.partition_events))

    def _of(self, table: str) -> list[OpenSource]:
        return [source for source in self.sources if source.config.table == table]

    def _read(self, partitions: int) -> Titles:
        """Spill customers and events, and build the titles, whose codes the partitions need."""
        self._spill("customers", thing_schema(CUSTOMERS, self._further("customers")), partitions)
        schema = thing_schema(TITLES, self._further("titles"))
        described = pa.Table.from_batches(list(self._converted("titles", schema)), schema)
        told = {
            name
            for source in self._of("events")
            for _, mapping in source.readings
            for name in mapping.columns
        }
        values = tuple(name for name in SPILLED_VALUES if name in told)
        self._spill("events", event_schema(values, devices="device" in told), partitions)
        return self._titles(described)

    def _further(self, table: str) -> tuple[str, ...]:
        """The sources' own columns of a table, in order of appearance."""
        canonical = {column.name for column in table_named(table).columns}
        names = dict.fromkeys(
            name for source in self._of(table) for _, mapping in source.readings for name in mapping.further
        )
        return tuple(name for name in names if name not in canonical)

    def _spill(self, table: str, schema: pa.Schema, partitions: int) -> None:
        with Spill(self.spills, table, schema, partitions) as spill:
            for rows in self._converted(table, schema):
                spill.write(rows)

    def _converted(self, table: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        row = 0
        for source in self._of(table):
            for reading, mapping in source.readings:
                for block in self._blocks(source, reading, mapping):
                    if table == "events":
                        yield events_from(
                            block,
                            mapping,
                            source.converter,
                            self.numbers,
                            schema,
                            source.number,
                        )
                    else:
                        yield things_from(
                            block, mapping, source.converter, schema, number=source.number, first_row=row
                        )
                    row += block.columns.num_rows

    def _blocks(self, source: OpenSource, reading: Reading, mapping: Mapped) -> Iterable[Block]:
        tally = source.tally
        key = mapping.columns[next(column.name for column in mapping.table.columns if column.needed)][0]
        for given in reading.blocks():
            block = _without_blank_lines(given, key)
            tally.read += block.columns.num_rows
            if source.config.database:
                self.digest.update(repr(block.columns.to_pydict()).encode())
            if block.columns.num_rows:
                yield block
        for bad in reading.bad_rows:
            tally.read += 1
            tally.set_aside(bad.reason, 1, [f"{bad.origin} line {bad.line}: {bad.value}"])
        tally.notes.update(dict.fromkeys(reading.notes))

    def _titles(self, described: pa.Table) -> Titles:
        result = merged(described, TITLES, len(self.sources), further=False)
        for source in self._of("titles"):
            source.tally.duplicates = int(result.duplicates[source.number])
        rows = named(with_unknown(result.rows, "title_id", self.numbers.titles.ids.to_pylist()))
        table = as_arrow(rows[[*(column.name for column in TITLES.columns), "described"]], TITLES)
        pq.write_table(table, self.folder / "titles.parquet", compression="zstd")
        codes = pc.index_in(self.numbers.titles.ids, value_set=table.column("title_id").combine_chunks())
        return Titles(rows=rows, codes=codes.to_numpy(zero_copy_only=False).astype(np.int32), merged=result)

    def _sort(self, shared: Shared) -> float:
        """Sort all partitions and sum them up; CPU seconds spent in other processes."""
        events = sum(source.tally.read for source in self._of("events"))
        compute = self.config.compute
        if compute.backend == "local" and events < WORTH_PROCESSES:
            compute = replace(compute, processes=1)
        summaries = spread(write_partition, range(shared.partitions), shared, compute=compute)
        self.total = total_of(summaries)
        here = compute.backend == "local" and min(compute.processes, shared.partitions) == 1
        return 0.0 if here else self.total.cpu_seconds

    def _fingerprint(self) -> str:
        """SHA-256 over the files as they lie there, or the rows of a query, and how they are mapped."""
        for source in self.config.sources:
            settings = replace(source, database=None, files=(), columns={})
            self.digest.update(repr((settings, sorted(source.columns.items()))).encode())
            for path in _files(source.files, self.config.data):
                self.digest.update(f"{path.name} {fingerprint(path)}".encode())
        return self.digest.hexdigest()


def _files(patterns: Sequence[str], folder: Path) -> tuple[Path, ...]:
    return matching_files(tuple(patterns), folder) if patterns else ()


def _without_blank_lines(block: Block, key: str) -> Block:
    """Leave out rows in which every column is missing: empty lines, not bad ones."""
    if not block.columns.column(key).null_count:
        return block
    blank = np.ones(block.columns.num_rows, dtype=bool)
    for column in block.columns.columns:
        blank &= column.is_null().to_numpy()
    if not blank.any():
        return block
    return replace(block, columns=block.columns.filter(pa.array(~blank)), lines=block.lines[~blank])
