"""Customers as the rows that are published, and by what they can be grouped."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.dataset import FloatArray, day_number
from pipeline.features import FeatureTable
from pipeline.groupings import (
    AGE_BANDS,
    AGE_OVER,
    TENURE_BANDS,
    TENURE_OVER,
    Grouping,
    by_band,
    by_number,
    by_own_columns,
    by_signup,
    by_text,
)
from pipeline.monitoring import kept_scores
from pipeline.run_results import RunResults
from pipeline.tables import CUSTOMERS
from store.records import ESTABLISHED_DAYS, PROFILE_FEATURES
from store.results.packing import DAY, NUMBER, SCORE_PARTS, SIZES, packed_days, packed_numbers
from store.results.rows import Values, json_text, reasons_text

# Value is monthly spend over at least this long, so that one large first order is not a monthly habit.
VALUE_DAYS = 90.0
MONTH_DAYS = 30.0


def customer_rows(
    found: RunResults, people: pd.DataFrame, number_of_days: Callable[[bytes], int]
) -> Iterator[Values]:
    """Rows in the order of ``store.results.schema.CUSTOMER_COLUMNS``, built column by column.

    Args:
        found: What the run found.
        people: All customers, sorted by id.
        number_of_days: Of the days of past scores, packed; the store's.
    """
    place = pd.Index(people["customer_id"]).get_indexer(pd.Index(found.table.customer_ids))
    columns: list[Iterable[Any]] = [
        *_identity(people),
        *_days(found.table, place, len(people)),
        *_findings(found, people["customer_id"], place, number_of_days),
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


def texts(column: pd.Series) -> list[str | None]:
    """A column as text; None for what is missing."""
    return [None if missing else str(text) for text, missing in zip(column, column.isna(), strict=True)]


def _identity(people: pd.DataFrame) -> list[Iterable[Any]]:
    further = [name for name in people.columns if CUSTOMERS.column(name) is None]
    own = {name: texts(people[name]) for name in further}
    attributes = [
        json_text(known)
        if (known := {name: text for name, text in zip(further, row, strict=True) if text})
        else None
        for row in (zip(*own.values(), strict=True) if further else repeat((), len(people)))
    ]
    return [
        people["customer_id"].tolist(),
        *(texts(people[name]) for name in ("name", "email", "country", "plan")),
        _signed_up(people),
        people["age"].astype(float).tolist(),
        texts(people["gender"]),
        people["monthly_fee"].astype(float).tolist(),
        attributes,
    ]


def _signed_up(people: pd.DataFrame) -> list[int | None]:
    moments = pd.to_datetime(people["signed_up_at"], utc=True)
    return [None if pd.isna(moment) else day_number(moment.date()) for moment in moments]


def _days(table: FeatureTable, place: npt.NDArray[np.intp], count: int) -> list[Iterable[Any]]:
    def day_before(name: str) -> list[int | None]:
        days = _spread(table.as_of_day.astype(np.float64) - np.floor(table.column(name)), place, count)
        return [None if np.isnan(day) else int(day) for day in days]

    return [day_before("tenure_days"), day_before("days_since_last_activity")]


def _findings(
    found: RunResults,
    ids: pd.Series,
    place: npt.NDArray[np.intp],
    number_of_days: Callable[[bytes], int],
) -> list[Iterable[Any]]:
    churn, count = found.churn, len(ids)
    scored = pd.Index(ids).get_indexer(pd.Index(churn.customer_ids))
    probability = _spread(churn.probability, scored, count)
    status, band, segment = _standing(found, ids)
    score_days, score_values = score_columns(
        ids, probability, found.past, found.run.watermark, found.churn.horizon_days
    )
    established = np.nan_to_num(_spread(found.table.column("days_active"), place, count)) >= ESTABLISHED_DAYS
    return [
        segment,
        status,
        probability.tolist(),
        band,
        np.nan_to_num(_spread(values_of(found.table, has_money=found.run.has_money), place, count)).tolist(),
        established.astype(int).tolist(),
        [int(one in churn.mixed_signals) for one in ids],
        [reasons_text(churn.reasons.get(one, ())) for one in ids],
        [churn.after_visit.get(one) for one in ids],
        [churn.changes.get(one) for one in ids],
        [None if days is None else number_of_days(days) for days in score_days],
        _as_parts(score_values),
    ]


def _standing(found: RunResults, ids: pd.Series) -> tuple[list[Any], list[Any], list[Any]]:
    """Status, risk band and number of the segment of each customer; None where he has none."""
    every = pd.Index(ids)
    scored = every.get_indexer(pd.Index(found.churn.customer_ids))
    status = np.full(len(ids), "new", dtype=object)
    status[scored] = found.churn.status_of
    band = np.full(len(ids), None, dtype=object)
    band[scored] = found.churn.band
    segment = np.full(len(ids), None, dtype=object)
    segment[every.get_indexer(pd.Index(found.segmentation.customer_ids))] = found.segmentation.number.tolist()
    return status.tolist(), band.tolist(), segment.tolist()


def values_of(table: FeatureTable, *, has_money: bool) -> FloatArray:
    """What a customer is worth a month: spend, or days active where there is no money; shape (n,)."""
    worth = table.column("total_spend" if has_money else "days_active")
    monthly: FloatArray = (
        np.maximum(worth, 0.0) / np.maximum(table.column("tenure_days"), VALUE_DAYS) * MONTH_DAYS
    )
    return monthly


def _as_parts(values: Sequence[bytes | None]) -> list[bytes | None]:
    """Probabilities as they are published: ``SCORE_PARTS``, two bytes each."""
    every = np.frombuffer(b"".join(filter(None, values)), NUMBER)
    parts = memoryview(np.rint(every * SCORE_PARTS).astype("u2").tobytes())
    ends = np.cumsum([len(each or b"") // 2 for each in values]).tolist()
    return [
        bytes(parts[start:end]) if end > start else None for start, end in zip([0, *ends], ends, strict=False)
    ]


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


def customer_groupings(found: RunResults, people: pd.DataFrame) -> Iterator[Grouping]:
    """By what customers can be split: what they are, and what was found of them."""
    place = pd.Index(people["customer_id"]).get_indexer(pd.Index(found.table.customer_ids))
    signed_up = np.array(_signed_up(people), dtype=float)
    # From the sign-up, where that is known; else from the first event.
    tenure = np.maximum(day_number(found.run.watermark) - signed_up, 0)
    first_event = _spread(found.table.column("tenure_days"), place, len(people))
    tenure = np.where(np.isnan(tenure), first_event, tenure)
    names = {segment.number: segment.name for segment in found.segmentation.segments}
    status, band, segment = _standing(found, people["customer_id"])
    for name in ("plan", "country", "gender"):
        yield by_text(name, texts(people[name]))
    yield by_text("status", status)
    yield by_text("band", band)
    yield by_number("segment", np.array(segment, dtype=float), names)
    yield by_band("age_band", people["age"].astype(float), AGE_BANDS, AGE_OVER)
    yield by_band("tenure_band", tenure, TENURE_BANDS, TENURE_OVER)
    yield from by_signup(_signed_up(people))
    yield from by_own_columns(people)
