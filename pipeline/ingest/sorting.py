"""One partition: its spilled rows are sorted in a total order, freed of duplicates, scaled and written."""

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.dataset import DAY_US, EVENT_VALUES
from pipeline.ingest.devices import Devices
from pipeline.ingest.spilling import spill_paths, spilled
from pipeline.ingest.things import as_arrow, merged, with_unknown
from pipeline.tables import CUSTOMERS, EVENT_KINDS

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Columns = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What all partitions need.

    Attributes:
        spills, folder: Where the rows wait, and the data set being built.
        title_codes: Final code of each title number of the spill; shape (t,).
        devices: Those that events name.
        durations: Minutes of each title by final code, NaN unknown; shape (t,).
        described: Whether a title is described, by final code; shape (t,).
        scales: Lowest and highest rating of each source; NaN where it rates nothing; shape (s, 2).
        keep_duplicates: By source; shape (s,).
        has_customers, has_titles: Whether some source describes them.
        usual: Where the values of a column of a source usually lie, by source and column.
    """

    spills: Path
    folder: Path
    partitions: int
    title_codes: npt.NDArray[np.int32]
    devices: Devices
    durations: FloatArray
    described: BoolArray
    scales: FloatArray
    keep_duplicates: BoolArray
    has_customers: bool
    has_titles: bool
    usual: dict[tuple[int, str], tuple[float, float]]


@dataclass(kw_only=True)
class PartitionSummary:
    """What one partition holds; summed over all."""

    customers: int = 0
    events: int = 0
    first_at: int | None = None
    last_at: int | None = None
    kinds: IntArray = field(default_factory=lambda: np.zeros(len(EVENT_KINDS), dtype=np.int64))
    duplicates: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    customer_duplicates: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    contradictions: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    outliers: Counter[tuple[int, str]] = field(default_factory=Counter)
    cpu_seconds: float = 0.0


def write_partition(number: int, shared: Shared) -> PartitionSummary:
    """Write ``customers`` and ``events`` of one partition, each by temporary name and rename."""
    started = time.process_time()
    summary = PartitionSummary()
    events = spilled(spill_paths(shared.spills, "events", shared.partitions)[number])
    customers = _customers(number, shared, summary)
    encoded = events.column("customer_id").combine_chunks().dictionary_encode()
    customers = with_unknown(customers, "customer_id", encoded.dictionary.to_pylist())
    ids = pa.array(customers["customer_id"], pa.string())
    rank = pc.index_in(encoded.dictionary, value_set=ids).to_numpy(zero_copy_only=False).astype(np.int64)
    customer = rank[encoded.indices.to_numpy()] if len(events) else np.zeros(0, np.int64)
    columns, source = _sorted(events, customer, shared, summary)
    _describe(columns, source, customers, shared, summary)
    name = f"part-{number:05d}.parquet"
    _write(as_arrow(customers.drop(columns="described"), CUSTOMERS), shared.folder / "customers" / name)
    _write(_event_table(columns, source, shared, summary), shared.folder / "events" / name)
    summary.cpu_seconds = time.process_time() - started
    return summary


def _customers(number: int, shared: Shared, summary: PartitionSummary) -> pd.DataFrame:
    waiting = spilled(spill_paths(shared.spills, "customers", shared.partitions)[number])
    result = merged(waiting, CUSTOMERS, len(shared.scales), further=True)
    summary.customer_duplicates = result.duplicates
    summary.contradictions = result.contradictions
    summary.examples = result.examples
    return result.rows


def _sorted(
    events: pa.Table, customer: IntArray, shared: Shared, summary: PartitionSummary
) -> tuple[Columns, npt.NDArray[np.int16]]:
    """Sort by (customer, at, kind, title, values …): whoever delivered first changes nothing."""
    columns: Columns = {"customer": customer.astype(np.int32)}
    columns |= {name: events.column(name).to_numpy() for name in events.column_names if name != "customer_id"}
    title = columns["title"]
    columns["title"] = np.append(shared.title_codes, np.int32(-1))[title]
    if "device" in columns:
        columns["device"] = np.append(shared.devices.ranks, np.int32(-1))[columns["device"]]
    order = _order(columns)
    columns = {name: cells[order] for name, cells in columns.items()}
    repeated = _repeated(columns) & ~shared.keep_duplicates[columns["source"]]
    summary.duplicates = np.bincount(columns["source"][repeated], minlength=len(shared.scales))
    if repeated.any():
        columns = {name: cells[~repeated] for name, cells in columns.items()}
    source = columns.pop("source")
    columns.pop("rest")
    return columns, source.astype(np.int16)


def _order(columns: Columns) -> IntArray:
    customer, at = columns["customer"].astype(np.int64), columns["at"].astype(np.int64)
    if not len(at):
        return np.zeros(0, dtype=np.int64)
    start = int(at.min())
    span = int(at.max()) - start + 1
    if (int(customer.max()) + 1) * span < 1 << 62:
        # One number for both: a single sort of integers instead of two.
        key = customer * span + (at - start)
        order = np.argsort(key)
        sorted_key = key[order]
        tied = np.concatenate(([False], sorted_key[1:] == sorted_key[:-1]))
    else:
        order = np.lexsort((at, customer))
        same = (customer[order][1:] == customer[order][:-1]) & (at[order][1:] == at[order][:-1])
        tied = np.concatenate(([False], same))
    if tied.any():
        _settle(order, tied, columns)
    return order


def _settle(order: IntArray, tied: BoolArray, columns: Columns) -> None:
    """Order rows of the same customer and moment by everything else they carry (in place)."""
    group = tied.copy()
    group[:-1] |= tied[1:]
    places = np.flatnonzero(group)
    run = np.cumsum(~tied[places])
    rows = order[places]
    others = [columns[name][rows] for name in columns if name not in ("customer", "at", "kind", "title")]
    keys = [run, columns["kind"][rows], columns["title"][rows], *others]
    order[places] = rows[np.lexsort(keys[::-1])]


def _repeated(columns: Columns) -> BoolArray:
    """Rows equal to the one before them in every column, missing values equal to each other."""
    count = len(columns["at"])
    same = np.ones(max(0, count - 1), dtype=bool)
    for cells in columns.values():
        if not same.any():
            break
        equal = cells[1:] == cells[:-1]
        if cells.dtype.kind == "f":
            equal |= np.isnan(cells[1:]) & np.isnan(cells[:-1])
        same &= equal
    return np.concatenate(([False], same)) if count else np.zeros(0, dtype=bool)


def _describe(
    columns: Columns,
    source: npt.NDArray[np.int16],
    customers: pd.DataFrame,
    shared: Shared,
    summary: PartitionSummary,
) -> None:
    """Count what relates events, customers and titles to each other."""
    at = columns["at"]
    summary.customers, summary.events = len(customers), len(at)
    summary.kinds = np.bincount(columns["kind"], minlength=len(EVENT_KINDS))
    for (number, name), (low, high) in shared.usual.items():
        if name in customers:
            cells = pd.to_numeric(customers[name]).to_numpy(dtype=np.float64, na_value=np.nan)
            summary.outliers[number, name] = int(((cells < low) | (cells > high)).sum())
    if not len(at):
        return
    summary.first_at, summary.last_at = int(at.min()), int(at.max())
    for name in ("minutes", "amount"):
        if name in columns:
            summary.counts[name] = len(at) - int(np.isnan(columns[name]).sum())
    if shared.has_customers:
        _against_customers(columns, customers, summary.counts)
    _against_titles(columns, shared, summary.counts)
    for (number, name), (low, high) in shared.usual.items():
        if name in columns:
            # A refund is far from the others where an order of its size would be.
            size = np.abs(columns[name])
            far = (size < low) | (size > high)
            summary.outliers[number, name] = int((far & (source == number)).sum())


def _against_customers(columns: Columns, customers: pd.DataFrame, counts: Counter[str]) -> None:
    customer, day = columns["customer"], columns["at"] // DAY_US
    unknown = ~customers["described"].to_numpy(dtype=bool)
    counts["unknown customers"] = int(unknown.sum())
    counts["of unknown customers"] = int(unknown[customer].sum())
    signed = customers["signed_up_at"].notna().to_numpy()
    if signed.any():
        moments = pd.DatetimeIndex(customers["signed_up_at"]).tz_localize(None).to_numpy()
        # A sign-up without a time of day means that day.
        days = moments.astype("datetime64[D]").astype(np.int64)
        counts["with sign-up"] = int(signed[customer].sum())
        counts["before sign-up"] = int((signed[customer] & (day < days[customer])).sum())


def _against_titles(columns: Columns, shared: Shared, counts: Counter[str]) -> None:
    title = columns["title"]
    if not len(shared.described):
        return
    named = title >= 0
    counts["with title"] = int(named.sum())
    counts["of unknown titles"] = int((named & ~shared.described[title]).sum())
    if "minutes" in columns:
        length = np.where(named, shared.durations[title], np.nan)
        counts["with duration"] = int((~np.isnan(length) & ~np.isnan(columns["minutes"])).sum())
        counts["longer than title"] = int((columns["minutes"] > length).sum())


def _event_table(
    columns: Columns, source: npt.NDArray[np.int16], shared: Shared, summary: PartitionSummary
) -> pa.Table:
    """The columns of the data set, ratings brought to 0–1 of their source's scale."""
    missing = np.full(len(source), np.nan)
    values = {name: columns.get(name, missing) for name in EVENT_VALUES}
    if "rating" in columns:
        lowest, highest = shared.scales[source].T
        rated = columns["rating"]
        off = (rated < lowest) | (rated > highest)
        summary.counts["off the scale"] = int(off.sum())
        values["rating_raw"] = np.where(off, np.nan, rated)
        values["rating"] = (values["rating_raw"] - lowest) / (highest - lowest)
    arrays = {name: columns[name] for name in ("customer", "at", "kind", "title")} | values
    if "device" in columns:
        arrays["device"] = np.append(shared.devices.codes, np.int16(-1))[columns["device"]]
    return pa.table({name: pa.array(cells) for name, cells in arrays.items()})


def _write(table: pa.Table, path: Path) -> None:
    temporary = path.with_name(path.name + ".new")
    pq.write_table(table, temporary, compression="zstd")
    temporary.replace(path)
