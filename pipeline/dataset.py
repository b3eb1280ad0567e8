"""The data set on disk: Parquet, hash-partitioned by customer; partition k holds a customer's whole history.

::

    dataset/
      manifest.json                what is in it (``Manifest``); written last, so that half a data set is none
      titles.parquet               one row per title, sorted by title_id; a title's code is its row
      customers/part-00000.parquet one row per customer, sorted by customer_id; a customer's code is his row
      events/part-00000.parquet    sorted by (customer, at, kind, title, …): a total order
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.parquet as pq

from pipeline.errors import DataError

DAY_US = 86_400_000_000
EPOCH = date(1970, 1, 1)

IntArray = npt.NDArray[np.int64]
CodeArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_from_number(number: int) -> date:
    """The date that many days after 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a data set holds.

    Attributes:
        first_day: Day of the first event.
        watermark: Last day of which everything is loaded: the configured one, else the last event's day.
        kinds: Kept events by kind.
        has_titles: The source described its titles; otherwise a title is only its id.
        devices: What events happened on, in alphabetical order; empty where no source tells.
        rated_scale: Lowest and highest rating of the source; None where nothing is rated.
    """

    fingerprint: str
    partitions: int
    customers: int
    titles: int
    events: int
    first_day: date
    watermark: date
    kinds: dict[str, int] = field(default_factory=dict)
    has_amounts: bool = False
    has_minutes: bool = False
    has_titles: bool = False
    has_customers: bool = False
    devices: tuple[str, ...] = ()
    rated_scale: tuple[float, float] | None = None

    @property
    def as_of(self) -> date:
        """Midnight after the watermark: every loaded event lies before it."""
        return self.watermark + timedelta(days=1)

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1, default=str), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read back what ``write`` wrote."""
        raw = json.loads(path.read_text(encoding="utf-8"))
        for name in ("first_day", "watermark"):
            raw[name] = date.fromisoformat(raw[name])
        raw["devices"] = tuple(raw["devices"])
        scale = raw["rated_scale"]
        raw["rated_scale"] = None if scale is None else (scale[0], scale[1])
        return cls(**raw)


@dataclass(frozen=True, kw_only=True)
class Partition:
    """All customers of one partition and their events, as sorted arrays.

    Customer ``i`` owns the events ``offsets[i]:offsets[i + 1]``, in order of time.

    Attributes:
        customer_ids: shape (c,), sorted text.
        offsets: shape (c + 1,).
        at: microseconds since 1970 UTC; shape (n,).
        kind: index into ``tables.EVENT_KINDS``; shape (n,).
        title: row in ``titles.parquet``, -1 for none; shape (n,).
        minutes, progress, rating, rating_raw, amount, items: NaN for missing; shape (n,).
            ``rating`` and ``progress`` are 0 to 1; ``amount`` of a refund is negative.
    """

    number: int
    customer_ids: npt.NDArray[np.object_]
    offsets: IntArray
    at: IntArray
    kind: npt.NDArray[np.int8]
    title: CodeArray
    minutes: FloatArray
    progress: FloatArray
    rating: FloatArray
    rating_raw: FloatArray
    amount: FloatArray
    items: FloatArray

    @property
    def customer(self) -> IntArray:
        """The customer's code for each event; shape (n,)."""
        return np.repeat(np.arange(len(self.customer_ids)), np.diff(self.offsets))

    @property
    def day(self) -> IntArray:
        """Days since 1970-01-01 for each event; shape (n,)."""
        return self.at // DAY_US


EVENT_VALUES = ("minutes", "progress", "rating", "rating_raw", "amount", "items")


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A complete data set in a folder."""

    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a data set that ``ingest`` finished.

        Raises:
            DataError: there is none, or its writing was interrupted.
        """
        path = folder / "manifest.json"
        if not path.exists():
            raise DataError(f"{folder} holds no finished data set (no manifest.json). Run “matinee retrain”.")
        return cls(folder=folder, manifest=Manifest.read(path))

    @property
    def numbers(self) -> Sequence[int]:
        """The numbers of its partitions."""
        return range(self.manifest.partitions)

    def events_path(self, number: int) -> Path:
        """Where the events of a partition lie."""
        return self.folder / "events" / f"part-{number:05d}.parquet"

    def customers_path(self, number: int) -> Path:
        """Where the customers of a partition lie."""
        return self.folder / "customers" / f"part-{number:05d}.parquet"

    @property
    def titles_path(self) -> Path:
        """Where the titles lie."""
        return self.folder / "titles.parquet"

    def partition(self, number: int) -> Partition:
        """Load the events of one partition as arrays."""
        ids = pq.read_table(self.customers_path(number), columns=["customer_id"])["customer_id"]
        events = pq.read_table(self.events_path(number))
        customer = events["customer"].to_numpy()
        counts = np.bincount(customer, minlength=len(ids))
        values = {name: events[name].to_numpy().astype(np.float64, copy=False) for name in EVENT_VALUES}
        return Partition(
            number=number,
            customer_ids=np.asarray(ids.to_pylist(), dtype=object),
            offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            at=events["at"].to_numpy().astype(np.int64, copy=False),
            kind=events["kind"].to_numpy().astype(np.int8, copy=False),
            title=events["title"].to_numpy().astype(np.int32, copy=False),
            **values,
        )

    def devices(self, number: int) -> npt.NDArray[np.int16]:
        """For each event of a partition its place in ``manifest.devices``, -1 for none; shape (n,)."""
        column = pq.read_table(self.events_path(number), columns=["device"])["device"]
        codes: npt.NDArray[np.int16] = column.to_numpy().astype(np.int16, copy=False)
        return codes

    def customers(self, number: int) -> pd.DataFrame:
        """The customers of one partition: canonical columns and the source's own, sorted by id."""
        return pd.read_parquet(self.customers_path(number))

    def titles(self) -> pd.DataFrame:
        """All titles, sorted by id: canonical columns; the row number is the title's code."""
        return pd.read_parquet(self.titles_path)
