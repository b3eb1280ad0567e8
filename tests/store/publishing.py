"""A small published run for everybody's tests, through the real writer."""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from store.records import (
    Activity,
    BandRecord,
    Customer,
    ModelReport,
    Quarantined,
    Run,
    SegmentMove,
)
from store.results.packing import packed_codes, packed_numbers
from store.results.rows import customer_values, title_values
from store.results.schema import FILE_NAME
from store.results.writing import ResultsWriter
from tests.store.small_business import HORIZON_DAYS, PEOPLE, SEGMENTS, TITLES, WATERMARK, people

__all__ = ["PEOPLE", "PNG", "SEGMENTS", "TITLES", "WATERMARK", "people", "publish_small", "small_run"]

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def small_run(
    *,
    watermark: date = WATERMARK,
    run_id: str | None = None,
    churn_status: str = "served",
    customers: int = len(PEOPLE),
) -> Run:
    """What a small run says of itself."""
    finished = datetime.combine(watermark + timedelta(days=1), time(3, 0, 40), tzinfo=UTC)
    served = churn_status == "served"
    return Run(
        run_id=run_id or f"{finished:%Y%m%dT%H%M%SZ}-test",
        started_at=finished - timedelta(seconds=40),
        finished_at=finished,
        fingerprint="5" * 64,
        watermark=watermark,
        as_of=watermark + timedelta(days=1),
        churn_status=churn_status,
        churn_message=(
            "On customers it had not seen, the model ranks a leaver above a stayer 81 times of 100."
            if served
            else "There is no signal in this data: no model tells leavers from stayers."
        ),
        churn_model="logistic regression and LightGBM, blended" if served else "none",
        horizon_days=HORIZON_DAYS,
        base_rate=0.32,
        segments_message="Three segments, stable when found again on other samples.",
        recommend_model="EASE",
        recommend_message="It hits 1.9 times as often as popular titles, on 180 customers.",
        currency="EUR",
        customers=customers,
        titles=len(TITLES),
        events=4_321,
        quarantined=17,
        has_money=True,
        configuration={"churn": {"horizon_days": HORIZON_DAYS}},
        versions={"matinee": "0.1.0"},
        metrics={
            "churn.auc": 0.81,
            "recommend.hit_10": 0.24,
            "segments.silhouette": 0.31,
            "monitoring.ingestion_alarm": 0,
            "monitoring.calibration_gap": -0.012,
            "monitoring.features_watched": 44,
            "monitoring.features_moved": 0,
        },
        messages=("17 of 4,338 events were set aside, most of them without a customer.",),
        previous_runs=(),
    )


def publish_small(
    folder: Path,
    *,
    watermark: date = WATERMARK,
    probabilities: Mapping[str, float] | None = None,
    run_id: str | None = None,
    churn_status: str = "served",
    metrics: Mapping[str, float] | None = None,
    newcomers: Sequence[str] = (),
) -> Path:
    """Publish a small run into ``folder``, through the real writer; returns the path of its file.

    Those named as ``newcomers`` came three, four, … weeks ago, and on two days since. Where ``churn_status``
    is not ``served``, nobody has a probability, a band or reasons.
    """
    customers = tuple(
        _newcomer(one, watermark - timedelta(weeks=3 + newcomers.index(one.customer_id)))
        if one.customer_id in newcomers
        else one
        for one in people(watermark, probabilities)
    )
    if churn_status != "served":
        customers = tuple(
            replace(
                customer,
                churn_probability=None,
                band=None,
                reasons=(),
                scores=(),
                probability_after_visit=None,
                change=None,
            )
            for customer in customers
        )
    with ResultsWriter(folder) as writer:
        run = small_run(watermark=watermark, run_id=run_id, churn_status=churn_status)
        writer.run(run if metrics is None else replace(run, metrics=metrics))
        writer.segments(SEGMENTS)
        writer.segment_moves(_moves())
        writer.titles(title_values(code, title) for code, title in enumerate(TITLES))
        writer.customers(map(customer_values, customers))
        writer.recommendations(
            _listed(number, customer) for number, customer in enumerate(customers) if customer.status != "new"
        )
        writer.histories(
            _known(number, customer) for number, customer in enumerate(customers) if customer.status != "new"
        )
        _write_title_lists(writer)
        writer.model_reports(_reports(churn_status))
        writer.bands(_bands() if churn_status == "served" else ())
        writer.pictures(dict.fromkeys(PICTURES, PNG))
        writer.activity(_daily(watermark), _monthly(watermark))
        writer.quarantine(_quarantined())
        writer.publish()
    return folder / FILE_NAME


def _newcomer(customer: Customer, first: date) -> Customer:
    profile = {**customer.profile, "days_active": 2.0}
    return replace(customer, established=False, first_active_on=first, profile=profile)


PICTURES = ("confusion", "importance", "calibration", "return_curve", "segment_map", "segment_choice")


def _listed(number: int, customer: Customer) -> tuple[str, bytes, bytes, bytes]:
    codes = [(number + step) % len(TITLES) for step in range(12)]
    scores = [1 / (1 + step) for step in range(12)]
    because = [-1 if step % 4 == 3 else (number + 12 + step % 8) % len(TITLES) for step in range(12)]
    return customer.customer_id, packed_codes(codes), packed_numbers(scores), packed_codes(because)


def _known(number: int, customer: Customer) -> tuple[str, bytes, float]:
    """The titles he has seen: those that are reasons; two more are neither seen nor on his list."""
    codes = [(number + 12 + step) % len(TITLES) for step in (0, 1, 2, 4, 5, 6)]
    return customer.customer_id, packed_codes(codes), 2.5


def _write_title_lists(writer: ResultsWriter) -> None:
    codes = range(len(TITLES))
    near = {code: [other for other in codes if other != code][:8] for code in codes}
    weights = packed_numbers(0.5 / (1 + step) for step in range(8))
    writer.title_neighbours((code, packed_codes(near[code]), weights) for code in codes)
    writer.similar_titles((code, packed_codes(near[code])) for code in codes)
    writer.popular(codes)
    genres = sorted({genre for title in TITLES for genre in title.genres})
    writer.popular_by_genre(
        {genre: [code for code in codes if genre in TITLES[code].genres] for genre in genres}
    )
    writer.comebacks(
        [
            ("", 1, 18, 14, 2.25),
            ("", 2, 13, 9, 1.5),
            ("Comedy", 1, 6, 9, 3.1),
            ("Comedy", 2, 3, 6, 1.8),
            ("Comedy", 3, 2, 5, 1.2),
        ]
    )


def _moves() -> tuple[SegmentMove, ...]:
    return (
        SegmentMove(from_segment=0, to_segment=1, customers=1, share=0.25),
        SegmentMove(from_segment=1, to_segment=2, customers=2, share=0.5),
    )


def _reports(churn_status: str) -> tuple[ModelReport, ...]:
    served = churn_status == "served"
    metrics = {
        "auc": 0.81,
        "auc_low": 0.77,
        "auc_high": 0.85,
        "pr_auc": 0.62,
        "brier": 0.16,
        "log_loss": 0.49,
        "ece": 0.02,
        "accuracy": 0.77,
        "precision": 0.61,
        "recall": 0.71,
        "f1": 0.656,
        "threshold": 0.41,
        "lift_10": 2.4,
        "accuracy_at_half": 0.79,
        "precision_at_half": 0.68,
        "recall_at_half": 0.55,
    }
    importance = {"quiet now": 0.46, "trend": 0.21, "activity level": 0.18, "rhythm": 0.1, "tenure": 0.05}
    names = ("logistic regression", "random forest", "LightGBM", "served")
    churn = tuple(
        ModelReport(
            task="churn",
            name=name,
            served=served and name == "served",
            metrics=metrics | {"auc": 0.78 + place / 100},
            confusion=(118, 28, 18, 44),
            importance=importance,
        )
        for place, name in enumerate(names)
    )
    found = {"hit_10": 0.24, "ndcg_10": 0.13, "coverage": 0.4}
    return (
        *churn,
        ModelReport(task="recommend", name="EASE", served=True, metrics=found),
        ModelReport(task="recommend", name="popular lately", served=False, metrics={"hit_10": 0.126}),
    )


def _bands() -> tuple[BandRecord, ...]:
    return (
        BandRecord(band="high", customers=60, left=47),
        BandRecord(band="medium", customers=80, left=33),
        BandRecord(band="low", customers=200, left=16),
    )


def _daily(watermark: date) -> tuple[Activity, ...]:
    return tuple(
        Activity(
            day=watermark - timedelta(days=59 - step),
            active_customers=5 + step % 4,
            new_customers=int(step % 20 == 0),
            watches=9 + step % 7,
            watch_minutes=700.0 + round(90 * math.sin(step / 7), 2),
            ratings=step % 3,
            orders=1 + step % 2,
            revenue=14.99 * (1 + step % 2),
        )
        for step in range(60)
    )


def _monthly(watermark: date) -> tuple[Activity, ...]:
    months = sorted({day.day.replace(day=1) for day in _daily(watermark)})
    return tuple(
        Activity(
            day=month,
            active_customers=11,
            new_customers=1,
            watches=330,
            watch_minutes=21_000.0,
            ratings=30,
            orders=45,
            revenue=674.55,
        )
        for month in months
    )


def _quarantined() -> tuple[Quarantined, ...]:
    return (
        Quarantined(
            source="events.csv",
            table="events",
            reason="no customer",
            rows=12,
            examples=("events.csv line 88: customer_id is empty",),
        ),
        Quarantined(source="events.csv", table="events", reason="the time cannot be read", rows=5),
    )
