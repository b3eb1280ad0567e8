"""Small folders of source files for tests, and what reading them gives."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.config import ComputeConfig, PipelineConfig, SourceConfig
from pipeline.dataset import DAY_US, Dataset, day_from_number
from pipeline.ingest import IngestReport, ingest
from pipeline.tables import EVENT_KINDS

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEADER = "customer_id,at,title_id,minutes,amount"
GOOD = "ann,2026-01-01 10:00:00,heat,90,\nbob,2026-01-02 11:30:00,heat,,9.99\n"
COLUMNS = {name: name for name in HEADER.split(",")}


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files by name; text as UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def source(table: str, *files: str, **settings: Any) -> SourceConfig:
    """A source; columns are mapped to themselves unless given."""
    settings.setdefault("columns", COLUMNS)
    return SourceConfig(table=table, files=files, **settings)


def read(
    folder: Path, *sources: SourceConfig, watermark: str | None = None, partitions: int | None = None
) -> tuple[IngestReport, Dataset]:
    """Read the sources in ``folder`` into ``folder/out/dataset``."""
    config = PipelineConfig(
        data=folder,
        output=folder / "out",
        sources=sources,
        watermark=watermark,
        compute=ComputeConfig(processes=1),
    )
    report = ingest(config, folder / "out" / "dataset", now=NOW, partitions=partitions)
    return report, Dataset.open(folder / "out" / "dataset")


def events_of(dataset: Dataset) -> pd.DataFrame:
    """All events as a table for people: who, day, kind, title and values."""
    titles = list(dataset.titles()["title_id"])
    frames = []
    for number in dataset.numbers:
        part = dataset.partition(number)
        frames.append(
            pd.DataFrame(
                {
                    "who": part.customer_ids[part.customer],
                    "day": [str(day_from_number(at // DAY_US)) for at in part.at],
                    "at": part.at,
                    "kind": [EVENT_KINDS[kind] for kind in part.kind],
                    "title": [titles[code] if code >= 0 else "" for code in part.title],
                    "minutes": part.minutes,
                    "progress": part.progress,
                    "rating": part.rating,
                    "rating_raw": part.rating_raw,
                    "amount": part.amount,
                    "items": part.items,
                }
            )
        )
    whole = pd.concat(frames, ignore_index=True).astype({"who": str, "day": str, "kind": str, "title": str})
    return whole.sort_values("who", kind="stable").reset_index(drop=True)


def rows_of(dataset: Dataset, *columns: str) -> list[tuple[Any, ...]]:
    """Chosen columns of all events, in order of customer and time."""
    return list(events_of(dataset)[list(columns)].itertuples(index=False, name=None))


def customers_of(dataset: Dataset) -> pd.DataFrame:
    """All customers, by id."""
    frames = [dataset.customers(number) for number in dataset.numbers]
    return pd.concat(frames).set_index("customer_id").sort_index()
