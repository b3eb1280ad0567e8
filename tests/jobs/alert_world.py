"""A business in a folder, whose scores a test moves day by day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from store.records import Customer, Reason, Run, Score
from store.results.rows import customer_values
from store.results.writing import ResultsWriter
from tests.store.publishing import SEGMENTS, small_run

BASE_RATE = 0.4  # enters at 0.6, leaves below 0.48
HORIZON_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Person:
    """What a run says of one customer; quiet since long before any test unless told otherwise."""

    p: float | None
    seen: date = date(2026, 8, 1)
    value: float = 10.0
    established: bool = True
    lapsed: bool = False
    week_ago: float | None = None


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def publish_day(
    folder: Path, as_of: date, people: Mapping[str, Person], *, suffix: str = "x", **run_fields: Any
) -> Run:
    """Publish a run that knows everything before ``as_of``."""
    watermark = as_of - timedelta(days=1)
    run = replace(
        small_run(watermark=watermark, run_id=f"{as_of:%Y%m%d}T030000Z-{suffix}", customers=len(people)),
        base_rate=BASE_RATE,
        titles=0,
    )
    run = replace(run, **({"horizon_days": HORIZON_DAYS} | run_fields))
    with ResultsWriter(folder) as writer:
        writer.run(run)
        writer.segments(SEGMENTS)
        writer.customers(
            customer_values(_customer(name, person, watermark)) for name, person in sorted(people.items())
        )
        writer.publish()
    return run


def _customer(name: str, person: Person, watermark: date) -> Customer:
    scores = [(6, person.week_ago), (0, person.p)]
    return Customer(
        customer_id=name,
        name=name.title(),
        last_active_on=person.seen,
        segment=1,
        segment_name=SEGMENTS[1].name,
        status="lapsed" if person.lapsed else "active",
        churn_probability=person.p,
        band=None if person.p is None else "high" if person.p >= 0.6 else "low",
        value=person.value,
        established=person.established,
        reasons=(Reason(family="quiet now", text="quiet for 21 days, usually back after 6", points=20.0),),
        scores=tuple(
            Score(day=watermark - timedelta(days=days), probability=score)
            for days, score in scores
            if score is not None
        ),
    )
