"""A small film service whose customers have a taste, for the tests of recommendations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import numpy as np

from pipeline.config import ComputeConfig, RecommendConfig
from pipeline.recommend import RecommendFindings, recommend
from tests.pipeline.building import Event, build_dataset, watch

ALONE = ComputeConfig(processes=1)
START = date(2026, 1, 1)
GENRES = ("Crime", "Comedy", "Romance", "Horror")
TITLES = 40


@dataclass(frozen=True)
class Told:
    """One verdict from the chat."""

    customer_id: str
    title_id: str
    verdict: Literal["like", "dislike", "seen", "not_interested"]
    at: datetime = datetime(2026, 3, 1, tzinfo=UTC)


def films(titles: int = TITLES) -> list[dict[str, Any]]:
    return [
        {
            "title_id": f"t{code:02d}",
            "title": f"Film {'abcdefghijklmnopqrstuvwxyz'[code // 4]}{'mnop'[code % 4]}",
            "genres": [GENRES[code % 4]],
            "year": 2000 + code // 4,
        }
        for code in range(titles)
    ]


def viewers(customers: int = 90, *, taste: float = 0.95, seed: int = 5, titles: int = TITLES) -> list[Event]:
    """Over 100 days each watches 12 titles, mostly of his one genre; the rest by chance."""
    random = np.random.default_rng(seed)
    events = []
    for customer in range(customers):
        own = np.flatnonzero(np.arange(titles) % 4 == customer % 4)
        chosen = [*random.permutation(own)[: round(10 * taste)], *random.permutation(titles)]
        for number, code in enumerate(dict.fromkeys(int(code) for code in chosen)):
            if number == 12:
                break
            at = START + timedelta(days=int(random.integers(0, 100)))
            events.append(watch(f"c{customer:02d}", at, f"t{code:02d}", progress=1.0))
    return events


def found_in(
    folder: Path,
    events: Sequence[Event],
    *told: Told,
    titles: Sequence[dict[str, Any]] = (),
    customers: Sequence[dict[str, Any]] = (),
    partitions: int = 1,
) -> RecommendFindings:
    dataset = build_dataset(folder, events, titles=titles, customers=customers, partitions=partitions)
    return recommend(dataset, RecommendConfig(), ALONE, told)


def codes_watched(events: Sequence[Event], who: str) -> set[int]:
    return {int(event.title[1:]) for event in events if event.who == who and event.title}


def with_newcomers(folder: Path, *, times: int = 1, partitions: int = 1) -> RecommendFindings:
    """A service where taste is by genre; ``new`` has no history, ``t98`` and ``t99`` no watchers."""
    fresh = [
        {"title_id": "t98", "title": "Film zz", "genres": ["Crime"], "year": 2009},
        {"title_id": "t99", "title": "Film zy", "genres": ["Musical"], "year": 1950},
    ]
    return found_in(
        folder,
        viewers() * times,
        Told("c00", "t01", "not_interested"),
        titles=[*films(), *fresh],
        customers=[{"customer_id": "new"}],
        partitions=partitions,
    )


def told(found: RecommendFindings) -> dict[str, object]:
    """All that people are shown."""
    names = ("titles", "scores", "because", "neighbour_codes", "neighbour_weights", "similar", "popular")
    return {
        "message": found.message,
        "metrics": dict(found.metrics),
        "customer_ids": found.customer_ids.tolist(),
    } | {name: getattr(found, name) for name in names}
