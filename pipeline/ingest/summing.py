"""What all partitions share, and what comes of summing them up: the manifest and the tables' reports."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.dataset import DAY_US, Manifest, day_from_number
from pipeline.errors import DataError
from pipeline.ingest.devices import Devices
from pipeline.ingest.opening import OpenSource, watermark_of
from pipeline.ingest.report import TableReport
from pipeline.ingest.sorting import PartitionSummary, Shared
from pipeline.ingest.things import Merged
from pipeline.sources.numbers import scale_of
from pipeline.tables import EVENT_KINDS


@dataclass(frozen=True, kw_only=True)
class Titles:
    """All titles.

    Attributes:
        rows: Sorted by ``title_id``; a title's code is its row.
        codes: Final code of each number that ``TitleNumbers`` gave; shape (t,).
        merged: What came of making one row of several.
    """

    rows: pd.DataFrame
    codes: npt.NDArray[np.int32]
    merged: Merged


def shared_of(
    sources: Sequence[OpenSource],
    titles: Titles,
    devices: Devices,
    folder: Path,
    spills: Path,
    partitions: int,
) -> Shared:
    """What every partition needs to know, now that all rows were seen once."""
    tables = {source.config.table for source in sources}
    scales = np.full((len(sources), 2), np.nan)
    for source in sources:
        rated = source.tally.columns.get("rating")
        if rated is not None and rated.lowest is not None and rated.highest is not None:
            scales[source.number] = source.config.rating_scale or scale_of(rated.lowest, rated.highest)
    durations = pd.to_numeric(titles.rows["duration_minutes"], errors="coerce")
    return Shared(
        spills=spills,
        folder=folder,
        partitions=partitions,
        title_codes=titles.codes,
        devices=devices,
        durations=durations.to_numpy(dtype=np.float64, na_value=np.nan),
        described=titles.rows["described"].to_numpy(dtype=bool),
        scales=scales,
        keep_duplicates=np.array([source.config.duplicates == "keep" for source in sources]),
        has_customers="customers" in tables,
        has_titles="titles" in tables,
        usual=_usual(sources),
    )


def _usual(sources: Sequence[OpenSource]) -> dict[tuple[int, str], tuple[float, float]]:
    return {
        (source.number, name): tally.usual
        for source in sources
        if source.config.table != "titles"
        for name, tally in source.tally.columns.items()
        if tally.usual is not None
    }


def total_of(summaries: Sequence[PartitionSummary]) -> PartitionSummary:
    """The sum over all partitions."""
    firsts = [one.first_at for one in summaries if one.first_at is not None]
    lasts = [one.last_at for one in summaries if one.last_at is not None]
    examples: dict[str, str] = {}
    for one in summaries:
        for name, example in one.examples.items():
            # The smallest, so that the number of partitions does not choose it.
            examples[name] = min(example, examples.get(name, example))
    return PartitionSummary(
        customers=sum(one.customers for one in summaries),
        events=sum(one.events for one in summaries),
        first_at=min(firsts, default=None),
        last_at=max(lasts, default=None),
        kinds=np.sum([one.kinds for one in summaries], axis=0),
        duplicates=np.sum([one.duplicates for one in summaries], axis=0),
        customer_duplicates=np.sum([one.customer_duplicates for one in summaries], axis=0),
        contradictions=sum((Counter(one.contradictions) for one in summaries), Counter()),
        examples=examples,
        counts=sum((one.counts for one in summaries), Counter()),
        outliers=sum((one.outliers for one in summaries), Counter()),
        cpu_seconds=sum(one.cpu_seconds for one in summaries),
    )


def manifest_of(
    sources: Sequence[OpenSource],
    total: PartitionSummary,
    titles: Titles,
    fingerprint: str,
    watermark: str | None,
    partitions: int,
) -> Manifest:
    """Describe the data set.

    Raises:
        DataError: there is not one usable event, or none up to the watermark; says why.
    """
    if total.first_at is None or total.last_at is None:
        raise DataError(_nothing_usable(sources))
    last_day = day_from_number(total.last_at // DAY_US)
    tables = {source.config.table for source in sources}
    return Manifest(
        fingerprint=fingerprint,
        partitions=partitions,
        customers=total.customers,
        titles=len(titles.rows),
        events=total.events,
        first_day=day_from_number(total.first_at // DAY_US),
        watermark=last_day if watermark is None else watermark_of(watermark),
        kinds={name: int(total.kinds[code]) for code, name in enumerate(EVENT_KINDS) if total.kinds[code]},
        has_amounts=total.counts["amount"] > 0,
        has_minutes=total.counts["minutes"] > 0,
        has_titles="titles" in tables,
        has_customers="customers" in tables,
        rated_scale=_rated_scale(sources),
    )


def _rated_scale(sources: Sequence[OpenSource]) -> tuple[float, float] | None:
    """That of the first source that rates."""
    for source in sources:
        rated = source.tally.columns.get("rating")
        if rated is not None and rated.lowest is not None and rated.highest is not None:
            return source.config.rating_scale or scale_of(rated.lowest, rated.highest)
    return None


def _nothing_usable(sources: Sequence[OpenSource]) -> str:
    events = [source for source in sources if source.config.table == "events"]
    labels = ", ".join(source.tally.label for source in events)
    reasons = "; ".join(
        f"{found.rows:,} {'row' if found.rows == 1 else 'rows'}: {found.reason} ({found.examples[0]})"
        for source in events
        for found in source.tally.quarantined
    )
    later = sum(source.tally.later for source in events)
    if later:
        found = f"{later:,} {'row lies' if later == 1 else 'rows lie'} after the watermark"
        reasons = "; ".join((*([reasons] if reasons else []), f"{found}: correct [data] watermark"))
    return (
        f"{labels}: not one usable event. {reasons or 'There is not a single row below the header'}. "
        f"Correct [[sources]] in matinee.toml, and try it with “matinee check”."
    )


def table_reports(sources: Sequence[OpenSource], total: PartitionSummary) -> tuple[TableReport, ...]:
    """One report per source, in the order of the configuration."""
    removed = {"events": total.duplicates, "customers": total.customer_duplicates}
    reports = []
    for source in sources:
        tally = source.tally
        if tally.table in removed:
            tally.duplicates = int(removed[tally.table][source.number])
        aside = sum(tally.aside.values())
        reports.append(
            TableReport(
                table=tally.table,
                source=tally.label,
                files=tuple(tally.files),
                read=tally.read,
                quarantined=aside,
                duplicates=tally.duplicates,
                kept=tally.read - aside - tally.duplicates - tally.later,
                columns=tuple(
                    column.report(total.outliers[source.number, column.name])
                    for column in tally.columns.values()
                ),
            )
        )
    return tuple(reports)
