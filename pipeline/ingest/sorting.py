"""One partition: its spilled rows are sorted in a total order, freed of duplicates, scaled and written."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.dataset import EVENT_VALUES
from pipeline.ingest.spilling import spill_paths, spilled
from pipeline.ingest.things import as_arrow, merged, with_unknown
from pipeline.tables import CUSTOMERS, EVENT_KINDS

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What all partitions need.

    Attributes:
        spills, folder: Where the rows wait, and the data set being built.
        title_codes: Final code of each title number of the spill; shape (t,).
        durations: Minutes of each title by final code, NaN unknown; shape (t,).
        described: Whether a title is described, by final code; shape (t,).
        scales: Lowest and highest rating of each source; NaN where it rates nothing; shape (s, 2).
        keep_duplicates: By source; shape (s,).
        stride: Every how many-th customer, by hash, feeds the outlier statistics.
    """

    spills: Path
    folder: Path
    partitions: int
    title_codes: npt.NDArray[np.int32]
    durations: FloatArray
    described: BoolArray
    scales: FloatArray
    keep_duplicates: BoolArray
    has_customers: bool


@dataclass(kw_only=True)
class PartitionSummary:
    """What one partition holds; summed over all."""

    customers: int = 0
    events: int = 0
    first_at: int | None = None
    last_at: int | None = None
    kinds: IntArray = field(default_factory=lambda: np.zeros(len(EVENT_KINDS), dtype=np.int64))
    values: dict[str, int] = field(default_factory=dict)
    duplicates: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    customer_duplicates: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    contradictions: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
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
    _describe(columns, customers, shared, summary)
    _write(
        as_arrow(customers.drop(columns="described"), CUSTOMERS),
        shared.folder / "customers" / f"part-{number:05d}.parquet",
    )
    _write(_event_table(columns, source, shared), shared.folder / "events" / f"part-{number:05d}.parquet")
    summary.cpu_seconds = time.process_time() - started
    return summary


def _customers(number: int, shared: Shared, summary: PartitionSummary) -> pd.DataFrame:
    waiting = spilled(spill_paths(shared.spills, "customers", shared.partitions)[number])
    result = merged(waiting, CUSTOMERS, len(shared.scales))
    summary.customer_duplicates = result.duplicates
    summary.contradictions = result.contradictions
    summary.examples = result.examples
    return result.rows


def _sorted(
    events: pa.Table, customer: IntArray, shared: Shared, summary: PartitionSummary
) -> tuple[dict[str, npt.NDArray[np.generic]], npt.NDArray[np.int16]]:
    """Sort by (customer, at, kind, title, values …): whoever delivered first changes nothing."""
    columns: dict[str, npt.NDArray[np.generic]] = {"customer": customer.astype(np.int32)}
    columns |= {name: events.column(name).to_numpy() for name in events.column_names if name != "customer_id"}
    title = columns["title"]
    columns["title"] = np.append(shared.title_codes, np.int32(-1))[title]
    order = _order(columns)
    columns = {name: cells[order] for name, cells in columns.items()}
    repeated = _repeated(columns) & ~shared.keep_duplicates[columns["source"]]
    summary.duplicates = np.bincount(columns["source"][repeated], minlength=len(shared.scales))
    if repeated.any():
        columns = {name: cells[~repeated] for name, cells in columns.items()}
    source = columns.pop("source")
    columns.pop("rest")
    return columns, source.astype(np.int16)


def _order(columns: dict[str, npt.NDArray[np.generic]]) -> IntArray:
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


def _settle(order: IntArray, tied: BoolArray, columns: dict[str, npt.NDArray[np.generic]]) -> None:
    """Order rows of the same customer and moment by everything else they carry (in place)."""
    group = tied.copy()
    group[:-1] |= tied[1:]
    places = np.flatnonzero(group)
    run = np.cumsum(~tied[places])
    rows = order[places]
    others = [columns[name][rows] for name in columns if name not in ("customer", "at", "kind", "title")]
    keys = [run, columns["kind"][rows], columns["title"][rows], *others]
    order[places] = rows[np.lexsort(keys[::-1])]


def _repeated(columns: dict[str, npt.NDArray[np.generic]]) -> BoolArray:
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
    columns: dict[str, npt.NDArray[np.generic]],
    customers: pd.DataFrame,
    shared: Shared,
    summary: PartitionSummary,
) -> None:
    at, customer, title = columns["at"], columns["customer"], columns["title"]
    summary.customers, summary.events = len(customers), len(at)
    summary.kinds = np.bincount(columns["kind"], minlength=len(EVENT_KINDS))
    summary.values = {
        name: int((~np.isnan(columns[name])).sum())
        for name in ("minutes", "amount", "rating")
        if name in columns
    }
    if not len(at):
        return
    summary.first_at, summary.last_at = int(at.min()), int(at.max())
    found = summary.findings
    if shared.has_customers:
        unknown = ~customers["described"].to_numpy(dtype=bool)
        found["events of unknown customers"] = int(unknown[customer].sum())
        found["unknown customers"] = int(unknown.sum())
        signed = customers["signed_up_at"]
        starts = (
            pd.DatetimeIndex(signed).tz_localize(None).to_numpy().astype("datetime64[us]").astype(np.int64)
            if signed.notna().any()
            else None
        )
        if starts is not None:
            known = signed.notna().to_numpy()
            found["events of customers with sign-up"] = int(known[customer].sum())
            # A sign-up without a time of day means that day.
            found["events before sign-up"] = int(
                (known[customer] & (at // 86_400_000_000 < starts[customer] // 86_400_000_000)).sum()
            )
    if len(shared.described):
        named = title >= 0
        found["events with title"] = int(named.sum())
        found["events of unknown titles"] = int((named & ~shared.described[title]).sum())
        if "minutes" in columns:
            longest = np.where(named, shared.durations[title], np.nan)
            found["watches with minutes and duration"] = int(
                (~np.isnan(longest) & ~np.isnan(columns["minutes"])).sum()
            )
            found["watches longer than their title"] = int((columns["minutes"] > longest).sum())


def _event_table(
    columns: dict[str, npt.NDArray[np.generic]], source: npt.NDArray[np.int16], shared: Shared
) -> pa.Table:
    missing = np.full(len(source), np.nan)
    arrays = {name: columns[name] for name in ("customer", "at", "kind", "title")}
    values = {name: columns.get(name, missing) for name in EVENT_VALUES if name != "rating_raw"}
    values["rating_raw"] = values["rating"]
    if "rating" in columns:
        lowest, highest = shared.scales[source].T
        inside = (values["rating"] >= lowest) & (values["rating"] <= highest)
        values["rating_raw"] = np.where(inside, values["rating"], np.nan)
        values["rating"] = (values["rating_raw"] - lowest) / (highest - lowest)
    return pa.table(
        {name: pa.array(cells) for name, cells in (arrays | {n: values[n] for n in EVENT_VALUES}).items()}
    )


def _write(table: pa.Table, path: Path) -> None:
    temporary = path.with_name(path.name + ".new")
    pq.write_table(table, temporary, compression="zstd")
    temporary.replace(path)
