"""A streaming service in a box: writes its files and tells the truth about its customers."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pc

from pipeline.dataset import IntArray
from pipeline.simulate import words
from pipeline.simulate.catalogue import Catalogue, make_catalogue
from pipeline.simulate.dirt import spoil_customers, spoil_events, spoil_few, spoil_titles
from pipeline.simulate.files import TableFile
from pipeline.simulate.lives import STATE_NAMES, Lives, live
from pipeline.simulate.people import SEGMENTS, People, customer_ids, make_people, profiles
from pipeline.simulate.settings import SimulationConfig, Truth
from pipeline.simulate.viewing import order, rate, watch

# So many customers live at a time: bounds the memory, and is part of what a seed means.
CHUNK_CUSTOMERS = 5000
TABLES = ("watches", "ratings", "orders")


@dataclass(frozen=True, kw_only=True)
class _Chunk:
    """Some customers: their rows of each table, and what is true of them."""

    ids: npt.NDArray[np.object_]
    people: People
    lives: Lives
    profiles: dict[str, list[object]]
    events: dict[str, pa.Table]
    rows: dict[str, IntArray]


def simulate(folder: Path, config: SimulationConfig) -> Truth:
    """Write ``customers``, ``titles``, ``watches``, ``ratings`` and ``orders`` into a folder.

    The truth is also written aside, to ``truth/truth.csv``, where no source looks for it.

    Args:
        folder: Made if missing.
        config: Size, period and seed; the same always gives the same files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = make_catalogue(config)
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(TableFile(folder, name, config.format))
            for name in ("customers", "titles", *TABLES)
        }
        files["titles"].write(_title_table(config, catalogue))
        chunks = []
        for first in range(0, config.customers, CHUNK_CUSTOMERS):
            chunk = _chunk(config, catalogue, first)
            _write(config, files, chunk)
            # The rows are written; only what is true of the customers is kept.
            chunks.append(_truth(chunk, catalogue))
    truth = _joined(chunks)
    (folder / "truth").mkdir(exist_ok=True)
    columns = {name: pa.array(values) for name, values in vars(truth).items()}
    pc.write_csv(pa.table(columns), str(folder / "truth" / "truth.csv"))
    return truth


def _chunk(config: SimulationConfig, catalogue: Catalogue, first: int) -> _Chunk:
    random = np.random.default_rng([config.seed, 2, first])
    count = min(CHUNK_CUSTOMERS, config.customers - first)
    ids = customer_ids(config, first, count)
    people = make_people(config, catalogue.clusters, first, count, random)
    lives = live(config, people, random)
    watches = watch(config, people, lives, catalogue, random)
    ratings = rate(config, people, catalogue, watches, random)
    orders = order(config, people, lives, watches, random)
    device = np.array(words.DEVICES, dtype=object)
    devices = random.choice(len(device), len(watches.at), p=(0.5, 0.3, 0.12, 0.08))
    events = {
        "watches": {
            "customer_id": _coded(ids, watches.customer),
            "at": _times(watches.at),
            "title_id": _coded(catalogue.title_ids, watches.title),
            "minutes": pa.array(watches.minutes),
            "progress": pa.array(watches.progress),
            "device": _coded(device, devices),
        },
        "ratings": {
            "customer_id": _coded(ids, ratings.customer),
            "at": _times(ratings.at),
            "title_id": _coded(catalogue.title_ids, ratings.title),
            "rating": pa.array(ratings.stars),
        },
        "orders": {
            "customer_id": _coded(ids, orders.customer),
            "at": _times(orders.at),
            "amount": pa.array(orders.amount),
            "items": pa.array(orders.items, from_pandas=True),
        },
    }
    customers = (watches.customer, ratings.customer, orders.customer)
    return _Chunk(
        ids=ids,
        people=people,
        lives=lives,
        profiles=profiles(people, ids, random),
        events={name: pa.table(columns) for name, columns in events.items()},
        rows={
            name: np.bincount(customer, minlength=count)
            for name, customer in zip(TABLES, customers, strict=True)
        },
    )


def _coded(names: npt.NDArray[np.object_], codes: IntArray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names, pa.string()))


def _times(seconds: IntArray) -> pa.Array:
    return pa.array(seconds).cast(pa.timestamp("s"))


def _write(config: SimulationConfig, files: dict[str, TableFile], chunk: _Chunk) -> None:
    random = np.random.default_rng([config.seed, 3, chunk.people.first])
    columns = spoil_customers(chunk.profiles, random) if config.dirt else chunk.profiles
    types = {"signed_up_at": pa.timestamp("s"), "age": pa.int64(), "monthly_fee": pa.float64()}
    files["customers"].write(
        pa.table({name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()})
    )
    for name, table in chunk.events.items():
        spoiled = spoil_events(table, random) if config.dirt else table
        if config.dirt and chunk.people.first == 0:
            spoiled = spoil_few(spoiled)
        files[name].write(spoiled)


def _title_table(config: SimulationConfig, catalogue: Catalogue) -> pa.Table:
    columns: dict[str, list[object]] = {
        "title_id": list(catalogue.title_ids),
        "title": list(catalogue.names),
        "year": list(catalogue.year),
        "kind": ["series" if series else "film" for series in catalogue.is_series],
        "genres": list(catalogue.genres),
        "description": list(catalogue.descriptions),
        "language": [words.LANGUAGES[place] for place in catalogue.country],
        "country": [words.COUNTRIES[place] for place in catalogue.country],
        "duration_minutes": list(catalogue.duration_minutes),
    }
    if config.dirt:
        columns = spoil_titles(columns, np.random.default_rng([config.seed, 4]))
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def _truth(chunk: _Chunk, catalogue: Catalogue) -> Truth:
    lives, people = chunk.lives, chunk.people
    genres = np.array(
        [" + ".join(words.CLUSTERS[cluster][0]) for cluster in range(catalogue.clusters)], dtype=object
    )
    return Truth(
        customer_ids=chunk.ids,
        churn_probability=lives.churn_probability,
        churn_probability_seen=lives.churn_probability_seen,
        left=lives.left,
        segment=SEGMENTS[people.segment],
        state=STATE_NAMES[lives.state],
        favourites=genres[people.favourite],
        watches=chunk.rows["watches"],
        ratings=chunk.rows["ratings"],
        orders=chunk.rows["orders"],
    )


def _joined(parts: list[Truth]) -> Truth:
    return Truth(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])})
