"""Data sets for tests, built from short rows; the same layout that ``ingest`` writes.

dataset = build_dataset(
    tmp_path,
    [watch("ann", "2026-04-01 20:15", "heat", minutes=90), order("ann", "2026-04-02", 9.99)],
    titles=[{"title_id": "heat", "title": "Heat", "genres": ["Crime"]}],
    partitions=4,
)
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from math import nan
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.dataset import DAY_US, EVENT_VALUES, Dataset, Manifest, day_from_number
from pipeline.simulate import SimulationConfig, Truth, simulate
from pipeline.tables import CUSTOMERS, EVENT_KINDS, ORDER, RATING, REFUND, TITLES, WATCH, Table

Moment = str | date | datetime | int


@dataclass(frozen=True, kw_only=True)
class Event:
    """One row: a moment is ISO text or a date (UTC), or microseconds since 1970."""

    who: str
    at: Moment
    kind: str
    title: str | None = None
    minutes: float = nan
    progress: float = nan
    rating: float = nan
    rating_raw: float = nan
    amount: float = nan
    items: float = nan


def watch(
    who: str, at: Moment, title: str | None = None, *, minutes: float = nan, progress: float = nan
) -> Event:
    """Somebody watched something."""
    return Event(who=who, at=at, kind="watch", title=title, minutes=minutes, progress=progress)


def rating(who: str, at: Moment, title: str, stars: float) -> Event:
    """Somebody gave 1 to 5 stars."""
    return Event(who=who, at=at, kind="rating", title=title, rating=(stars - 1) / 4, rating_raw=stars)


def order(
    who: str, at: Moment, amount: float = nan, *, items: float = nan, title: str | None = None
) -> Event:
    """Somebody bought something."""
    return Event(who=who, at=at, kind="order", title=title, amount=amount, items=items)


def refund(who: str, at: Moment, amount: float) -> Event:
    """Somebody got ``amount`` (positive here, negative in the data set) back."""
    return Event(who=who, at=at, kind="refund", amount=-amount)


def microseconds(at: Moment) -> int:
    """Since 1970-01-01 UTC."""
    if isinstance(at, int):
        return at
    moment = pd.Timestamp(at)
    moment = moment.tz_localize(UTC) if moment.tzinfo is None else moment.tz_convert(UTC)
    return int((moment - pd.Timestamp(0, tz=UTC)) // pd.Timedelta(microseconds=1))


def event_frame(events: Iterable[Event]) -> pd.DataFrame:
    """The columns ``build_dataset`` also takes: who, at (µs), kind (code), title (id), values."""
    rows = list(events)
    return pd.DataFrame(
        {
            "who": np.array([row.who for row in rows], dtype=object),
            "at": np.array([microseconds(row.at) for row in rows], dtype=np.int64),
            "kind": np.array([EVENT_KINDS.index(row.kind) for row in rows], dtype=np.int8),
            "title": np.array([row.title for row in rows], dtype=object),
        }
        | {name: np.array([getattr(row, name) for row in rows], dtype=np.float64) for name in EVENT_VALUES}
    )


def build_dataset(
    folder: Path,
    events: Iterable[Event] | pd.DataFrame,
    *,
    titles: Iterable[Mapping[Any, Any]] = (),
    customers: Iterable[Mapping[Any, Any]] = (),
    partitions: int = 1,
    watermark: date | None = None,
) -> Dataset:
    """Write a data set into ``folder`` and open it.

    Args:
        folder: Made if missing; what a former call wrote is replaced.
        events: ``Event`` rows, or the frame ``event_frame`` would make of them.
        titles: Rows with canonical columns; ``title_id`` is needed. Titles only seen in events are added.
        customers: Rows with canonical columns; ``customer_id`` is needed. Those only in events are added.
        partitions: How many; a hash of his id picks a customer's.
        watermark: Day of the last event, unless given.
    """
    frame = events if isinstance(events, pd.DataFrame) else event_frame(events)
    for name in ("customers", "events"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    title_table = _described(TITLES, titles, frame["title"].dropna().unique())
    customer_table = _described(CUSTOMERS, customers, frame["who"].unique())
    title_codes = {identifier: code for code, identifier in enumerate(title_table["title_id"])}
    frame = frame.assign(
        title=np.array([title_codes.get(name, -1) for name in frame["title"]], dtype=np.int32),
    )
    part_of = {name: crc32(name.encode()) % partitions for name in customer_table["customer_id"]}
    row_parts = np.array([part_of[name] for name in frame["who"]], dtype=np.int64)
    customer_parts = np.array([part_of[name] for name in customer_table["customer_id"]], dtype=np.int64)
    pq.write_table(_arrow(TITLES, title_table), folder / "titles.parquet")
    for number in range(partitions):
        chosen = customer_table[customer_parts == number].drop(columns="described")
        name = f"part-{number:05d}.parquet"
        pq.write_table(_arrow(CUSTOMERS, chosen), folder / "customers" / name)
        pq.write_table(
            _sorted_events(frame[row_parts == number], list(chosen["customer_id"])), folder / "events" / name
        )
    _manifest(frame, partitions, title_table, customer_table, watermark).write(folder / "manifest.json")
    return Dataset.open(folder)


def simulated_dataset(
    folder: Path, config: SimulationConfig, *, partitions: int = 1
) -> tuple[Dataset, Truth]:
    """Simulate a service without dirt and make it a data set, without ``ingest``."""
    truth = simulate(folder / "files", replace(config, dirt=False, format="parquet"))
    tables = {
        name: pd.read_parquet(folder / "files" / f"{name}.parquet")
        for name in ("customers", "titles", "watches", "ratings", "orders")
    }
    rows = [
        pd.DataFrame(
            {
                "who": table["customer_id"].astype(object),
                "at": table["at"].astype("datetime64[us]").astype(np.int64),
                "kind": np.where(table["amount"] < 0, REFUND, kind) if "amount" in table else kind,
                "title": table["title_id"].astype(object) if "title_id" in table else None,
                **{name: table.get(name, nan) for name in ("minutes", "progress", "amount", "items")},
                "rating": (table["rating"] - 1) / 4 if "rating" in table else np.nan,
                "rating_raw": table["rating"].astype(np.float64) if "rating" in table else np.nan,
            }
        )
        for kind, table in (
            (WATCH, tables["watches"]),
            (RATING, tables["ratings"]),
            (ORDER, tables["orders"]),
        )
    ]
    titles = tables["titles"].assign(genres=tables["titles"]["genres"].str.split("|"))
    dataset = build_dataset(
        folder / "dataset",
        pd.concat(rows, ignore_index=True),
        titles=titles.to_dict("records"),
        customers=tables["customers"].to_dict("records"),
        partitions=partitions,
        watermark=config.last_day,
    )
    return dataset, truth


def _described(table: Table, rows: Iterable[Mapping[Any, Any]], seen: Iterable[str]) -> pd.DataFrame:
    key = table.key[0]
    known = {row[key]: {"described": True, **row} for row in rows}
    every = sorted(set(known) | set(seen))
    listed = [known.get(identifier, {key: identifier, "described": False}) for identifier in every]
    names = [column.name for column in table.columns]
    further = sorted({name for row in listed for name in row} - set(names) - {"described"})
    return pd.DataFrame(
        {
            name: pd.Series([row.get(name) for row in listed], dtype=object)
            for name in (*names, "described", *further)
        }
    )


def _arrow(table: Table, frame: pd.DataFrame) -> pa.Table:
    types = {
        "text": pa.string(),
        "time": pa.timestamp("us", tz="UTC"),
        "number": pa.float64(),
        "list": pa.list_(pa.string()),
    }
    arrays = {}
    for name in frame.columns:
        values = list(frame[name])
        column = table.column(name)
        if name == "described":
            arrays[name] = pa.array(values, pa.bool_())
        elif column is None:
            arrays[name] = pa.array(values)
        elif column.type == "list":
            arrays[name] = pa.array([value or [] for value in values], types["list"])
        elif column.type == "time":
            moments = [None if value is None else microseconds(value) for value in values]
            arrays[name] = pa.array(moments, pa.int64()).cast(types["time"])
        else:
            arrays[name] = pa.array(values, types[column.type])
    return pa.table(arrays)


def _sorted_events(frame: pd.DataFrame, customer_ids: list[str]) -> pa.Table:
    codes = {name: code for code, name in enumerate(customer_ids)}
    customer = np.array([codes[name] for name in frame["who"]], dtype=np.int32)
    columns = {"customer": customer} | {
        name: frame[name].to_numpy() for name in ("at", "kind", "title", *EVENT_VALUES)
    }
    place = np.lexsort(tuple(columns.values())[::-1])
    return pa.table({name: pa.array(values[place], from_pandas=False) for name, values in columns.items()})


def _manifest(
    frame: pd.DataFrame,
    partitions: int,
    titles: pd.DataFrame,
    customers: pd.DataFrame,
    watermark: date | None,
) -> Manifest:
    days = frame["at"].to_numpy() // DAY_US
    first = int(days.min()) if len(days) else 0
    last = int(days.max()) if len(days) else 0
    raw = frame["rating_raw"].to_numpy()
    return Manifest(
        fingerprint="test",
        partitions=partitions,
        customers=len(customers),
        titles=len(titles),
        events=len(frame),
        first_day=day_from_number(first),
        watermark=watermark or day_from_number(last),
        kinds={EVENT_KINDS[code]: count for code, count in sorted(Counter(frame["kind"]).items())},
        has_amounts=bool(frame["amount"].notna().any()),
        has_minutes=bool(frame["minutes"].notna().any()),
        has_titles=bool(titles["described"].any()),
        has_customers=bool(customers["described"].any()),
        rated_scale=(1.0, 5.0) if np.isfinite(raw).any() else None,
    )
