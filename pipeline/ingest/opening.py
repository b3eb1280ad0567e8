"""Opens every source and checks its mapping before a single row is converted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from pipeline.config import PipelineConfig, SourceConfig
from pipeline.errors import ConfigError
from pipeline.ingest.converting import Converter
from pipeline.ingest.mapping import Mapped, mapped, table_named
from pipeline.ingest.report import SourceTally
from pipeline.sources.blocks import Reading
from pipeline.sources.reading import read_source
from pipeline.sources.times import order_evidence
from pipeline.tables import EVENT_KINDS


@dataclass(frozen=True, kw_only=True)
class OpenSource:
    """One source with all its files open, and what counts it.

    Attributes:
        number: Its place in the configuration, from 0.
        readings: One per file or query, each with where its columns go.
    """

    number: int
    config: SourceConfig
    readings: tuple[tuple[Reading, Mapped], ...]
    converter: Converter
    tally: SourceTally


def open_sources(config: PipelineConfig, now: datetime) -> tuple[OpenSource, ...]:
    """Open all sources, in the order of the configuration.

    Raises:
        ConfigError: a setting cannot be followed, or no source holds events.
        DataError: a file cannot be read, or lacks a mapped column.
    """
    for source in config.sources:
        _check(source)
    if config.watermark is not None:
        watermark_of(config.watermark)
    if not any(source.table == "events" for source in config.sources):
        raise ConfigError(
            'No [[sources]] has table = "events". Events say who did what and when; without them there is '
            "nothing to learn from. Map a file of watches, ratings or orders."
        )
    return tuple(_opened(number, source, config, now) for number, source in enumerate(config.sources))


def watermark_of(text: str) -> date:
    """The configured watermark.

    Raises:
        ConfigError: it is no ISO date.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f'[data] watermark = “{text}” is no day. Write it as "2026-11-23".') from None


def _check(source: SourceConfig) -> None:
    table_named(source.table)
    where = f"[[sources]] for {source.table}"
    if source.kind is not None and source.kind not in EVENT_KINDS:
        raise ConfigError(f"{where}: kind = “{source.kind}” is unknown. Kinds are: {', '.join(EVENT_KINDS)}.")
    try:
        ZoneInfo(source.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(
            f"{where}: there is no zone “{source.zone}”. Write an IANA name like Europe/Berlin."
        ) from None
    if source.rating_scale is not None and source.rating_scale[0] >= source.rating_scale[1]:
        raise ConfigError(
            f"{where}: rating_scale = {list(source.rating_scale)} must rise, e.g. [1, 5] for worst and best."
        )


def _opened(number: int, source: SourceConfig, config: PipelineConfig, now: datetime) -> OpenSource:
    tally = SourceTally(label=", ".join(source.files), table=source.table)
    readings = []
    for reading in read_source(source, config.data):
        tally.files.append(reading.origin)
        tally.label = tally.label or reading.origin
        readings.append((reading, mapped(source, reading.names, reading.origin)))
    day_first = _day_first(source, readings, tally)
    until = None if config.watermark is None else watermark_of(config.watermark)
    converter = Converter(replace(source, day_first=day_first), tally, now, until)
    return OpenSource(
        number=number, config=source, readings=tuple(readings), converter=converter, tally=tally
    )


def _day_first(source: SourceConfig, readings: Sequence[tuple[Reading, Mapped]], tally: SourceTally) -> bool:
    """How 03/04/2026 is meant: told by the first date of the column that can only be one of both."""
    if source.day_first is not None:
        return source.day_first
    unsure = False
    for reading, mapping in readings:
        for canonical in ("at", "signed_up_at"):
            name = mapping.columns.get(canonical, ("",))[0]
            if not name or not _could_be_both(reading.sample.column(name)):
                continue
            unsure = True
            for texts in _texts_of(reading, name):
                day_first, month_first = order_evidence(texts)
                if day_first or month_first:
                    chosen = day_first >= month_first
                    order = "day first (DD.MM.YYYY)" if chosen else "month first (MM/DD/YYYY)"
                    tally.notes[f"{reading.origin}: dates in “{name}” are read {order}."] = None
                    return chosen
    if unsure:
        tally.notes[
            f"{tally.label}: no date tells whether day or month comes first; the day is assumed to. "
            f"If not, set day_first = false."
        ] = None
    return True


def _could_be_both(sample: pa.ChunkedArray) -> bool:
    if not pa.types.is_string(sample.type):
        return False
    texts = sample.drop_null().slice(0, 50).to_pylist()
    return any(_parted(text) for text in texts)


def _parted(text: str) -> bool:
    pieces = text.strip().replace("/", ".").replace("-", ".").split(".")
    return len(pieces) >= 3 and all(piece.isdecimal() and len(piece) <= 2 for piece in pieces[:2])


def _texts_of(reading: Reading, name: str) -> Iterator[list[str]]:
    yield reading.sample.column(name).drop_null().to_pylist()
    for block in reading.blocks():
        yield block.columns.column(name).drop_null().unique().to_pylist()
