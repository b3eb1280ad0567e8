"""Results into the store: the only writer of ``results.db``."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.activity import DAILY, ActivitySums
from pipeline.customer_rows import customer_groupings, customer_rows, texts
from pipeline.dataset import Dataset, day_from_number
from pipeline.fact_rows import active_rows, fact_rows, grouping_rows, sum_rows
from pipeline.groupings import (
    of_titles,
)
from pipeline.recommend import RecommendFindings
from pipeline.recommend.catalogue import available_titles
from pipeline.recommend.rows import code_type, comeback_rows, history_rows, list_rows, neighbour_rows
from pipeline.run_results import RunResults
from store.errors import BrokenResultsError
from store.records import Activity, Title
from store.results import ResultsWriter
from store.results.rows import Values, title_values


def publish(folder: Path, found: RunResults) -> None:
    """Build ``results.db`` aside, check it, and put it in the place of the one before.

    Raises:
        StoreError: what was built does not hold together; the old results stay served.
    """
    recommendations = found.recommendations
    codes = code_type(found.run.titles)
    _check_codes(recommendations, found.run.titles)
    with ResultsWriter(folder) as writer:
        writer.run(found.run)
        writer.segments(found.segmentation.segments)
        writer.segment_moves(found.segmentation.moves)
        people = _people(found.dataset)
        writer.customers(customer_rows(found, people, writer.number_of_days))
        writer.titles(_title_rows(found.dataset.titles(), found.sums))
        writer.recommendations(list_rows(recommendations, codes), codes=codes, scores="B")
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
        _write_facts(writer, found, people)
        writer.quarantine(found.quarantined)
        writer.publish()


def _check_codes(found: RecommendFindings, titles: int) -> None:
    """Codes lie in the store as bytes, which it cannot hold against its titles.

    Raises:
        BrokenResultsError: one is of no title.
    """
    lists: Mapping[str, npt.NDArray[Any]] = {
        "recommendations": found.titles,
        "reasons": found.because,
        "histories": found.seen.indices,
        "neighbours": found.neighbour_codes,
        "similar titles": found.similar,
    }
    for name, codes in lists.items():
        worst = max(int(codes.max(initial=-1)), -int(codes.min(initial=-1)) + titles - 2)
        if worst >= titles:
            raise BrokenResultsError(f"{name} hold a code beyond the {titles} titles of this run")


def _write_facts(writer: ResultsWriter, found: RunResults, people: pd.DataFrame) -> None:
    groupings = list(customer_groupings(found, people))
    by_title = list(of_titles(found.dataset.titles()))
    facts = found.facts
    writer.groupings(grouping_rows(groupings, by_title, facts.devices))
    writer.facts(
        fact_rows(facts),
        sum_rows(facts, groupings, by_title),
        active_rows(facts),
        (facts.first_day, facts.first_single_day),
    )


def _people(dataset: Dataset) -> pd.DataFrame:
    """All customers, sorted by id."""
    people = pd.concat([dataset.customers(number) for number in dataset.numbers], ignore_index=True)
    return people.sort_values("customer_id", ignore_index=True)


def _title_rows(titles: pd.DataFrame, sums: ActivitySums) -> Iterator[Values]:
    rated = np.divide(
        sums.rating_sum, sums.rating_count, out=np.full(len(titles), np.nan), where=sums.rating_count > 0
    )
    known = [
        texts(titles[name]) for name in ("title_id", "title", "kind", "description", "language", "country")
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
