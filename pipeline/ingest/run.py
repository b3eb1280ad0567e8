"""Reads every source into one data set: spill by partition, then sort each partition."""

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.config import PipelineConfig, SourceConfig
from pipeline.dataset import DAY_US, Manifest, day_from_number
from pipeline.errors import ConfigError, DataError
from pipeline.ingest.converting import Converter
from pipeline.ingest.events import SPILLED_VALUES, TitleNumbers, event_schema, events_from
from pipeline.ingest.mapping import Mapping_, mapped, table_named
from pipeline.ingest.report import IngestReport, SourceTally, TableReport
from pipeline.ingest.sorting import PartitionSummary, Shared, write_partition
from pipeline.ingest.spilling import Spill
from pipeline.ingest.things import as_arrow, merged, thing_schema, things_from, with_unknown
from pipeline.sources.numbers import scale_of
from pipeline.sources.times import order_evidence
from pipeline.partitions import spread
from pipeline.sources.blocks import Reading
from pipeline.sources.files import fingerprint, matching_files
from pipeline.sources.reading import read_source
from pipeline.tables import CUSTOMERS, EVENT_KINDS, TITLES

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """Say nothing."""


class _Run:
    """One ingest, from opening the sources to the summaries."""

    def __init__(self, config: PipelineConfig, work: Path, now: datetime, progress: Progress) -> None:
        self.config = config
        self.work = work
        self.now = now
        self.progress = progress
        self.opened: list[tuple[int, SourceConfig, Reading, Mapping_]] = []
        self.tallies: list[SourceTally] = []
        self.converters: list[Converter] = []
        self.titles = TitleNumbers()
        self.title_rows: list[pa.RecordBatch] = []

    def open(self) -> None:
        """Open all sources and check their mapping before a single row is read."""
        for number, source in enumerate(self.config.sources):
            table_named(source.table)
            label = ", ".join(source.files) or source.query or "database"
            tally = SourceTally(label=label, table=source.table)
            day_first = True if source.day_first is None else source.day_first
            self.tallies.append(tally)
            self.converters.append(Converter(source, tally, self.now, day_first=day_first))
            for reading in read_source(source, self.config.data):
                tally.files.append(reading.origin)
                self.opened.append((number, source, reading, mapped(source, reading.names, reading.origin)))
        if not any(source.table == "events" for source in self.config.sources):
            raise ConfigError(
                'No [[sources]] has table = "events". Events say who did what and when; without them there is '
                "nothing to learn from. Map a file of watches, ratings or orders."
            )

    def of_table(self, name: str) -> list[tuple[int, SourceConfig, Reading, Mapping_]]:
        """What was opened for one canonical table."""
        return [entry for entry in self.opened if entry[1].table == name]

    def partitions(self) -> int:
        """How many, so that each holds about ``partition_events`` events."""
        rows = sum(reading.rows for _, _, reading, _ in self.of_table("events"))
        return max(1, -(-rows // self.config.compute.partition_events))

    def read(self, partitions: int) -> None:
        """Spill events and customers, gather titles."""
        values = tuple(
            name
            for name in SPILLED_VALUES
            if any(name in entry[3].columns for entry in self.of_table("events"))
        )
        self._spill("customers", self.customer_schema(), partitions)
        schema = thing_schema(TITLES, self._further("titles"))
        row = 0
        for entry in self.of_table("titles"):
            for batch in self._converted(entry, schema, row):
                row += batch.num_rows
                self.title_rows.append(batch)
        self._spill("events", event_schema(values), partitions)

    def customer_schema(self) -> pa.Schema:
        """Canonical columns and all further ones of all customer sources."""
        return thing_schema(CUSTOMERS, self._further("customers"))

    def _further(self, table: str) -> tuple[str, ...]:
        canonical = {column.name for column in table_named(table).columns}
        names = dict.fromkeys(name for entry in self.of_table(table) for name in entry[3].further)
        return tuple(name for name in names if name not in canonical)

    def _spill(self, table: str, schema: pa.Schema, partitions: int) -> None:
        spill = Spill(self.work, table, schema, partitions)
        row = 0
        try:
            for entry in self.of_table(table):
                for batch in self._converted(entry, schema, row):
                    row += batch.num_rows
                    spill.write(batch)
        except BaseException:
            spill.abandon()
            raise
        spill.close()

    def _converted(
        self, entry: tuple[int, SourceConfig, Reading, Mapping_], schema: pa.Schema, row: int
    ) -> Iterable[pa.RecordBatch]:
        number, source, reading, mapping = entry
        tally, converter = self.tallies[number], self.converters[number]
        for block in reading.blocks():
            tally.read += block.columns.num_rows
            if source.table == "events":
                batch = events_from(block, mapping, converter, self.titles, schema, number)
            else:
                batch = things_from(block, mapping, converter, schema, number=number, first_row=row)
            row += batch.num_rows
            yield batch
        for bad in reading.bad_rows:
            tally.read += 1
            tally.set_aside(bad.reason, 1, [f"{bad.origin} line {bad.line}: {bad.value}"])
        tally.notes.update(dict.fromkeys(reading.notes))


def build(
    config: PipelineConfig, folder: Path, work: Path, now: datetime, progress: Progress
) -> IngestReport:
    """Build a data set in ``folder``, which exists and is empty."""
    wall, cpu = time.perf_counter(), time.process_time()
    run = _Run(config, work, now, progress)
    run.open()
    partitions = run.partitions()
    progress(f"Reading {len(run.opened)} files or queries into {partitions} partitions.")
    run.read(partitions)
    title_rows, title_codes, contradictions = _titles(run, folder)
    shared = _shared(run, folder, work, partitions, title_rows, title_codes)
    for name in ("customers", "events"):
        (folder / name).mkdir()
    progress(f"Sorting {partitions} partitions.")
    events = sum(tally.read for tally in run.tallies if tally.table == "events")
    # Starting processes costs a second each; a small data set is sorted faster here.
    compute = (
        config.compute if events > _WORTH_PROCESSES else replace(config.compute, backend="local", processes=1)
    )
    summaries = spread(write_partition, range(partitions), shared, compute=compute)
    inside = compute.processes == 1
    cpu = time.process_time() - cpu + (0 if inside else sum(one.cpu_seconds for one in summaries))
    manifest = _manifest(run, summaries, title_rows, partitions, shared)
    manifest.write(folder / "manifest.json")
    return IngestReport(
        manifest=manifest,
        tables=_tables(run, summaries),
        quarantined=tuple(found for tally in run.tallies for found in tally.quarantined),
        findings=(),
        wall_seconds=time.perf_counter() - wall,
        cpu_seconds=cpu,
    )


_WORTH_PROCESSES = 2_000_000


def _titles(run: _Run, folder: Path) -> tuple[pd.DataFrame, np.ndarray, dict[str, int]]:
    schema = thing_schema(TITLES, run._further("titles"))
    result = merged(pa.Table.from_batches(run.title_rows, schema), TITLES, len(run.tallies))
    for number, tally in enumerate(run.tallies):
        if tally.table == "titles":
            tally.duplicates = int(result.duplicates[number])
    rows = with_unknown(result.rows, "title_id", run.titles.ids.to_pylist())
    from pipeline.ingest.naming import named

    rows = named(rows)
    table = as_arrow(rows[[*(column.name for column in TITLES.columns), "described"]], TITLES)
    pq.write_table(table, folder / "titles.parquet", compression="zstd")
    codes = pc.index_in(run.titles.ids, value_set=table.column("title_id").combine_chunks())
    return rows, codes.to_numpy(zero_copy_only=False).astype(np.int32), result.contradictions


def _shared(run, folder, work, partitions, title_rows, title_codes) -> Shared:
    scales = np.full((len(run.tallies), 2), np.nan)
    for number, source in enumerate(run.config.sources):
        tally = run.tallies[number].columns.get("rating")
        if source.table == "events" and tally is not None and tally.lowest is not None:
            scales[number] = source.rating_scale or scale_of(tally.lowest, tally.highest)
    return Shared(
        spills=work,
        folder=folder,
        partitions=partitions,
        title_codes=title_codes,
        durations=title_rows["duration_minutes"].to_numpy(dtype=np.float64, na_value=np.nan),
        described=title_rows["described"].to_numpy(dtype=bool)
        if run.of_table("titles")
        else np.zeros(0, bool),
        scales=scales,
        keep_duplicates=np.array([source.duplicates == "keep" for source in run.config.sources]),
        has_customers=bool(run.of_table("customers")),
    )


def _manifest(run, summaries, title_rows, partitions, shared) -> Manifest:
    first = [one.first_at for one in summaries if one.first_at is not None]
    last = [one.last_at for one in summaries if one.last_at is not None]
    if not first:
        files = ", ".join(tally.label for tally in run.tallies if tally.table == "events")
        reasons = "; ".join(
            f"{found.rows} rows: {found.reason}, e.g. {found.examples[0]}"
            for tally in run.tallies
            for found in tally.quarantined
        )
        raise DataError(
            f"{files}: not one usable event. {reasons or 'The files hold no rows.'} Correct [[sources]] in matinee.toml."
        )
    kinds = sum(one.kinds for one in summaries)
    watermark = (
        date.fromisoformat(run.config.watermark)
        if run.config.watermark
        else day_from_number(max(last) // DAY_US)
    )
    rated = [
        shared.scales[number]
        for number in range(len(shared.scales))
        if not np.isnan(shared.scales[number]).any()
    ]
    return Manifest(
        fingerprint=_fingerprint(run.config),
        partitions=partitions,
        customers=sum(one.customers for one in summaries),
        titles=len(title_rows),
        events=sum(one.events for one in summaries),
        first_day=day_from_number(min(first) // DAY_US),
        watermark=watermark,
        kinds={name: int(kinds[code]) for code, name in enumerate(EVENT_KINDS) if kinds[code]},
        has_amounts=any(one.values.get("amount", 0) for one in summaries),
        has_minutes=any(one.values.get("minutes", 0) for one in summaries),
        has_titles=bool(run.of_table("titles")),
        has_customers=bool(run.of_table("customers")),
        rated_scale=(float(rated[0][0]), float(rated[0][1])) if rated else None,
    )


def _fingerprint(config: PipelineConfig) -> str:
    digest = hashlib.sha256()
    for source in config.sources:
        digest.update(
            repr(
                (source.table, source.files, source.query, source.kind, sorted(source.columns.items()))
            ).encode()
        )
        for path in matching_files(source.files, config.data) if not source.database else ():
            digest.update(f"{path.name} {fingerprint(path)}".encode())
    return digest.hexdigest()


def _tables(run: _Run, summaries: list[PartitionSummary]) -> tuple[TableReport, ...]:
    reports = []
    for number, tally in enumerate(run.tallies):
        if tally.table == "events":
            tally.duplicates = int(sum(one.duplicates[number] for one in summaries))
        elif tally.table == "customers":
            tally.duplicates = int(sum(one.customer_duplicates[number] for one in summaries))
        aside = sum(tally.aside.values())
        reports.append(
            TableReport(
                table=tally.table,
                source=tally.label,
                files=tuple(tally.files),
                read=tally.read,
                quarantined=aside,
                duplicates=tally.duplicates,
                kept=tally.read - aside - tally.duplicates,
                columns=tuple(column.report() for column in tally.columns.values()),
            )
        )
    return tuple(reports)


def ingest(
    config: PipelineConfig, folder: Path, *, now: datetime, progress: Progress = silent
) -> IngestReport:
    """Read all sources into a new data set at ``folder``; an older one there is replaced at the very end.

    Raises:
        ConfigError: a source names what is not there.
        DataError: nothing usable was found.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        fresh, work, old = (Path(temporary) / name for name in ("new", "spill", "old"))
        fresh.mkdir()
        work.mkdir()
        report = build(config, fresh, work, now, progress)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    return report


def check(config: PipelineConfig, *, now: datetime, progress: Progress = silent) -> IngestReport:
    """Read everything into a folder that is thrown away, for the report alone."""
    with tempfile.TemporaryDirectory(prefix="matinee-check-") as temporary:
        return ingest(config, Path(temporary) / "dataset", now=now, progress=progress)
