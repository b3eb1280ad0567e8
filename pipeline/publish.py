"""Results into the store: the only writer of ``results.db``."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.activity import DAILY, ActivitySums
from pipeline.churn import ChurnFindings
from pipeline.dataset import Dataset, FloatArray, day_from_number, day_number
from pipeline.fact_rows import attribute_values, fact_rows
from pipeline.facts import Facts
from pipeline.features import FeatureTable
from pipeline.monitoring import kept_scores
from pipeline.recommend import RecommendFindings
from pipeline.recommend.catalogue import available_titles
from pipeline.recommend.rows import code_type, comeback_rows, history_rows, list_rows, neighbour_rows
from pipeline.segments import Segmentation
from pipeline.tables import CUSTOMERS
from store.records import PROFILE_FEATURES, Activity, Quarantined, Run, Title
from store.results import ResultsWriter
from store.results.packing import DAY, NUMBER, SIZES, packed_days, packed_numbers
from store.results.rows import Values, json_text, reasons_text, title_values

# Fewer active days than this are a beginning, not a habit: such customers are welcomed, not alerted about.
ESTABLISHED_DAYS = 3
# Value is monthly spend over at least this long, so that one large first order is not a monthly habit.
VALUE_DAYS = 90.0
MONTH_DAYS = 30.0


@dataclass(frozen=True, kw_only=True)
class RunResults:
    """All that one run found.

    Attributes:
        table: Features as of the run, one row per customer with a history.
        past: Past scores by customer, packed as ``store.results.packing`` says.
    """

    run: Run
    dataset: Dataset
    table: FeatureTable
    churn: ChurnFindings
    segmentation: Segmentation
    recommendations: RecommendFindings
    sums: ActivitySums
    facts: Facts
    quarantined: Sequence[Quarantined]
    past: Mapping[str, tuple[bytes, bytes]]


def publish(folder: Path, found: RunResults) -> None:
    """Build ``results.db`` aside, check it, and put it in the place of the one before.

    Raises:
        StoreError: what was built does not hold together; the old results stay served.
    """
    recommendations = found.recommendations
    codes = code_type(found.run.titles)
    with ResultsWriter(folder) as writer:
        writer.run(found.run)
        writer.segments(found.segmentation.segments)
        writer.segment_moves(found.segmentation.moves)
        people = _people(found.dataset)
        writer.customers(_customer_rows(found, people))
        writer.attribute_values(attribute_values(people))
        writer.titles(_title_rows(found.dataset.titles(), found.sums))
        writer.recommendations(list_rows(recommendations, codes), codes=codes, scores="e")
        writer.histories(history_rows(recommendations, codes))
        writer.title_neighbours(neighbour_rows(recommendations))
        writer.similar_titles(
            (code, row[row >= 0].tobytes()) for code, row in enumerate(recommendations.similar)
        )
        writer.popular([int(code) for code in recommendations.popular])
        writer.popular_by_genre(recommendations.popular_by_genre)
        writer.comebacks(comeback_rows(recommendations))
        writer.model_reports((*found.churn.reports, *recommendations.reports))
        writer.bands(found.churn.bands)
        writer.pictures({**found.churn.pictures, **found.segmentation.pictures})
        writer.activity(*_activity(found.sums))
        writer.facts(fact_rows(found.facts), found.facts.active.items(), found.facts.first_single_day)
        writer.quarantine(found.quarantined)
        writer.publish()


def _people(dataset: Dataset) -> pd.DataFrame:
    """All customers, sorted by id."""
    people = pd.concat([dataset.customers(number) for number in dataset.numbers], ignore_index=True)
    return people.sort_values("customer_id", ignore_index=True)


def _customer_rows(found: RunResults, people: pd.DataFrame) -> Iterator[Values]:
    """Rows in the order of ``store.results.schema.CUSTOMER_COLUMNS``, built column by column."""
    place = pd.Index(people["customer_id"]).get_indexer(pd.Index(found.table.customer_ids))
    columns: list[Iterable[Any]] = [
        *_identity(people),
        *_days(found.table, place, len(people)),
        *_findings(found, people["customer_id"], place),
    ]
    columns.extend(
        _spread(found.table.column(name), place, len(people)).tolist() for name in PROFILE_FEATURES
    )
    return zip(*columns, strict=True)


def _spread(values: FloatArray, place: npt.NDArray[np.intp], count: int) -> FloatArray:
    """Values of those with a history at their place among all; else NaN, which SQLite keeps as NULL."""
    every = np.full(count, np.nan)
    every[place] = values
    return every


def _texts(column: pd.Series) -> list[str | None]:
    return [None if missing else str(text) for text, missing in zip(column, column.isna(), strict=True)]


def _identity(people: pd.DataFrame) -> list[Iterable[Any]]:
    signed_up = pd.to_datetime(people["signed_up_at"], utc=True)
    days = [None if pd.isna(moment) else day_number(moment.date()) for moment in signed_up]
    further = [name for name in people.columns if CUSTOMERS.column(name) is None]
    texts = {name: _texts(people[name]) for name in further}
    attributes = [
        json_text(known)
        if (known := {name: text for name, text in zip(further, row, strict=True) if text})
        else None
        for row in (zip(*texts.values(), strict=True) if further else repeat((), len(people)))
    ]
    return [
        people["customer_id"].tolist(),
        *(_texts(people[name]) for name in ("name", "email", "country", "plan")),
        days,
        people["age"].astype(float).tolist(),
        _texts(people["gender"]),
        people["monthly_fee"].astype(float).tolist(),
        attributes,
    ]


def _days(table: FeatureTable, place: npt.NDArray[np.intp], count: int) -> list[Iterable[Any]]:
    def day_before(name: str) -> list[int | None]:
        days = _spread(table.as_of_day.astype(np.float64) - np.floor(table.column(name)), place, count)
        return [None if np.isnan(day) else int(day) for day in days]

    return [day_before("tenure_days"), day_before("days_since_last_activity")]


def _findings(found: RunResults, ids: pd.Series, place: npt.NDArray[np.intp]) -> list[Iterable[Any]]:
    churn, count = found.churn, len(ids)
    scored = pd.Index(ids).get_indexer(pd.Index(churn.customer_ids))
    probability = _spread(churn.probability, scored, count)
    status = np.full(count, "new", dtype=object)
    status[scored] = churn.status_of
    band = np.full(count, None, dtype=object)
    band[scored] = churn.band
    segment = np.full(count, None, dtype=object)
    segment[pd.Index(ids).get_indexer(pd.Index(found.segmentation.customer_ids))] = (
        found.segmentation.number.tolist()
    )
    score_days, score_values = score_columns(
        ids, probability, found.past, found.run.watermark, found.churn.horizon_days
    )
    established = np.nan_to_num(_spread(found.table.column("days_active"), place, count)) >= ESTABLISHED_DAYS
    return [
        segment.tolist(),
        status.tolist(),
        probability.tolist(),
        band.tolist(),
        np.nan_to_num(_spread(values_of(found.table, has_money=found.run.has_money), place, count)).tolist(),
        established.astype(int).tolist(),
        [int(one in churn.mixed_signals) for one in ids],
        [reasons_text(churn.reasons.get(one, ())) for one in ids],
        [churn.after_visit.get(one) for one in ids],
        [churn.changes.get(one) for one in ids],
        score_days,
        score_values,
    ]


def values_of(table: FeatureTable, *, has_money: bool) -> FloatArray:
    """What a customer is worth a month: spend, or days active where there is no money; shape (n,)."""
    worth = table.column("total_spend" if has_money else "days_active")
    monthly: FloatArray = (
        np.maximum(worth, 0.0) / np.maximum(table.column("tenure_days"), VALUE_DAYS) * MONTH_DAYS
    )
    return monthly


def score_columns(
    ids: Iterable[str],
    probability: FloatArray,
    past: Mapping[str, tuple[bytes, bytes]],
    watermark: date,
    horizon_days: int | None,
) -> tuple[list[bytes | None], list[bytes | None]]:
    """The past scores with this run's behind: it replaces one of the same day; up to 26 are kept.

    Of the same runs for everybody: else of an older run only those would be left who had no newer scores, and
    most of them have left.
    """
    today = packed_days([watermark])
    runs = sorted({day for one in {today, *(days for days, _ in past.values())} for day in _run_days(one)})
    shown = {runs[place] for place in kept_scores(runs, horizon_days)}
    days: list[bytes | None] = []
    values: list[bytes | None] = []
    # Most customers were scored in the same runs.
    kept: dict[bytes, list[int]] = {}
    for one, chance in zip(ids, probability.tolist(), strict=True):
        old_days, old_values = past.get(one, (b"", b""))
        if np.isfinite(chance):
            if old_days.endswith(today):
                old_days, old_values = old_days[:-2], old_values[:-4]
            old_days, old_values = old_days + today, old_values + packed_numbers([chance])
        if old_days not in kept:
            kept[old_days] = [place for place, day in enumerate(_run_days(old_days)) if day in shown]
        days.append(_items(old_days, kept[old_days], SIZES[DAY]) or None)
        values.append(_items(old_values, kept[old_days], SIZES[NUMBER]) or None)
    return days, values


def _run_days(packed: bytes) -> Sequence[int]:
    return memoryview(packed).cast(DAY)


def _items(packed: bytes, places: Sequence[int], size: int) -> bytes:
    """Some of the numbers of ``size`` bytes that were packed one behind the other."""
    if size * len(places) == len(packed):
        return packed
    return b"".join(packed[size * place : size * (place + 1)] for place in places)


def _title_rows(titles: pd.DataFrame, sums: ActivitySums) -> Iterator[Values]:
    rated = np.divide(
        sums.rating_sum, sums.rating_count, out=np.full(len(titles), np.nan), where=sums.rating_count > 0
    )
    known = [
        _texts(titles[name]) for name in ("title_id", "title", "kind", "description", "language", "country")
    ]
    available = available_titles(titles).tolist()
    numbers = [titles[name].astype(float).tolist() for name in ("year", "duration_minutes")]
    columns = (*known, *numbers, titles["genres"], rated.tolist(), available)
    for code, row in enumerate(zip(*columns, strict=True)):
        title_id, title, kind, description, language, country, year, minutes, genres, rating, shown = row
        yield title_values(
            code,
            Title(
                title_id=str(title_id),
                title=title or str(title_id),
                year=None if np.isnan(year) else int(year),
                kind=kind,
                genres=tuple(genres),
                description=description,
                language=language,
                country=country,
                duration_minutes=None if np.isnan(minutes) else minutes,
                watchers=int(sums.watchers[code]),
                watchers_lately=int(sums.watchers_lately[code]),
                rating_mean=None if np.isnan(rating) else rating,
                available=shown,
            ),
        )


def _activity(sums: ActivitySums) -> tuple[Iterator[Activity], Iterator[Activity]]:
    days = (sums.first_day + row for row in range(len(sums.days)))
    daily = (
        _activity_on(day_from_number(day), row) for day, row in zip(days, sums.days.tolist(), strict=True)
    )
    monthly = (
        _activity_on(day_from_number(day), row)
        for day, row in zip(sums.month_days.tolist(), sums.months.tolist(), strict=True)
    )
    return daily, monthly


def _activity_on(day: date, row: Sequence[float]) -> Activity:
    named = dict(zip(DAILY, row, strict=True))
    whole = {name: int(value) for name, value in named.items() if name not in {"watch_minutes", "revenue"}}
    return Activity(day=day, watch_minutes=named["watch_minutes"], revenue=named["revenue"], **whole)
