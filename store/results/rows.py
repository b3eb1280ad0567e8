"""Between records and rows: the one place that knows how a record lies in ``results.db``."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date
from sqlite3 import Row
from typing import Any

from store.records import (
    PROFILE_FEATURES,
    Activity,
    Customer,
    ModelReport,
    Quarantined,
    Reason,
    Run,
    Segment,
    Title,
)
from store.results.packing import packed_days, packed_scores, scores_in
from store.times import day_number, day_of, micros, moment, optional_day, optional_day_number

Values = tuple[Any, ...]


def json_text(value: object) -> str:
    """Compact JSON; letters of every script stay themselves, what is not finite is refused.

    Raises:
        ValueError: NaN or infinity, which JSON does not know.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def finite(numbers: Mapping[str, float]) -> dict[str, float]:
    """Those that are numbers: what could not be measured is left out."""
    return {name: float(number) for name, number in numbers.items() if math.isfinite(number)}


def reasons_text(reasons: tuple[Reason, ...]) -> str | None:
    """Reasons as JSON: ``[[family, text, points], …]``; None for none."""
    if not reasons:
        return None
    return json_text([[reason.family, reason.text, reason.points] for reason in reasons])


def customer_values(customer: Customer) -> Values:
    """One customer in the order of ``CUSTOMER_COLUMNS``."""
    return (
        customer.customer_id,
        customer.name,
        customer.email,
        customer.country,
        customer.plan,
        optional_day_number(customer.signed_up_on),
        customer.age,
        customer.gender,
        customer.monthly_fee,
        json_text(dict(customer.attributes)) if customer.attributes else None,
        optional_day_number(customer.first_active_on),
        optional_day_number(customer.last_active_on),
        customer.segment,
        customer.status,
        customer.churn_probability,
        customer.band,
        customer.value,
        int(customer.established),
        int(customer.mixed_signals),
        reasons_text(customer.reasons),
        customer.probability_after_visit,
        customer.change,
        packed_days(score.day for score in customer.scores) or None,
        packed_scores(score.probability for score in customer.scores) or None,
        *map(customer.profile.get, PROFILE_FEATURES),
    )


def customer_of(
    row: Row, segment_names: Mapping[int | None, str], score_days: Mapping[int, Sequence[date]]
) -> Customer:
    """The customer in a row of ``customers``; by place: looking up 55 names costs more than the read."""
    values = tuple(row)[1:]
    customer_id, name, email, country, plan = values[:5]
    (signed_up, age, gender, fee, attributes, first, last, segment, status, probability, band, value) = (
        values[5:17]
    )
    established, mixed, reasons, after_visit, change, days_number, score_values = values[17:24]
    return Customer(
        customer_id=customer_id,
        name=name,
        email=email,
        country=country,
        plan=plan,
        signed_up_on=optional_day(signed_up),
        age=age,
        gender=gender,
        monthly_fee=fee,
        attributes=json.loads(attributes) if attributes else {},
        profile={
            name: number
            for name, number in zip(PROFILE_FEATURES, values[24:], strict=True)
            if number is not None
        },
        first_active_on=optional_day(first),
        last_active_on=optional_day(last),
        segment=segment,
        segment_name=segment_names.get(segment),
        status=status,
        churn_probability=probability,
        band=band,
        value=value,
        established=bool(established),
        mixed_signals=bool(mixed),
        reasons=_reasons(reasons) if reasons else (),
        probability_after_visit=after_visit,
        change=change,
        scores=scores_in(score_days[days_number], score_values) if days_number else (),
    )


def _reasons(text: str) -> tuple[Reason, ...]:
    return tuple(
        Reason(family=family, text=sentence, points=points) for family, sentence, points in json.loads(text)
    )


def title_values(code: int, title: Title) -> Values:
    """One title in the order of ``TITLE_COLUMNS``; ``code`` is its row in the data set's titles."""
    return (
        code,
        title.title_id,
        title.title,
        title.year,
        title.kind,
        json_text(list(title.genres)) if title.genres else None,
        title.description,
        title.language,
        title.country,
        title.duration_minutes,
        title.watchers,
        title.watchers_lately,
        title.rating_mean,
        int(title.available),
    )


def title_of(row: Row | Values) -> Title:
    """The title in a row of ``titles``."""
    _, title_id, title, year, kind, genres, description, language, country, *counts = row
    minutes, watchers, watchers_lately, rating, available = counts
    return Title(
        title_id=title_id,
        title=title,
        year=year,
        kind=kind,
        genres=tuple(json.loads(genres)) if genres else (),
        description=description,
        language=language,
        country=country,
        duration_minutes=minutes,
        watchers=watchers,
        watchers_lately=watchers_lately,
        rating_mean=rating,
        available=bool(available),
    )


def run_values(run: Run) -> Values:
    """The row of ``run``, in the order of its table."""
    return (
        run.run_id,
        micros(run.started_at),
        micros(run.finished_at),
        run.fingerprint,
        day_number(run.watermark),
        day_number(run.as_of),
        run.churn_status,
        run.churn_message,
        run.churn_model,
        run.horizon_days,
        run.base_rate,
        run.segments_message,
        run.recommend_model,
        run.recommend_message,
        run.currency,
        run.customers,
        run.titles,
        run.events,
        run.quarantined,
        int(run.has_money),
        json_text(dict(run.configuration)),
        json_text(dict(run.versions)),
        json_text(finite(run.metrics)),
        json_text(run.messages),
        json_text(run.previous_runs),
    )


def run_of(row: Row) -> Run:
    """The run in a row of ``run``."""
    values = {name: row[name] for name in row.keys()}  # noqa: SIM118 - a Row iterates over values
    for name in ("started_at", "finished_at"):
        values[name] = moment(values[name])
    for name in ("watermark", "as_of"):
        values[name] = day_of(values[name])
    for name in ("configuration", "versions", "metrics"):
        values[name] = json.loads(values[name])
    for name in ("messages", "previous_runs"):
        values[name] = tuple(json.loads(values[name]))
    return Run(**values | {"has_money": bool(row["has_money"])})


def segment_values(segment: Segment) -> Values:
    """The row of ``segments``."""
    return (
        segment.number,
        segment.name,
        segment.description,
        segment.customers,
        segment.share,
        segment.left_share,
        json_text(finite(segment.medians)),
    )


def segment_of(row: Row) -> Segment:
    """The segment in a row of ``segments``."""
    return Segment(
        number=row["number"],
        name=row["name"],
        description=row["description"],
        customers=row["customers"],
        share=row["share"],
        left_share=row["left_share"],
        medians=json.loads(row["medians"]),
    )


def report_values(place: int, report: ModelReport) -> Values:
    """The row of ``model_reports``; ``place`` keeps the order."""
    return (
        place,
        report.task,
        report.name,
        int(report.served),
        json_text(finite(report.metrics)),
        None if report.confusion is None else json_text([int(count) for count in report.confusion]),
        json_text(finite(report.importance)),
    )


def report_of(row: Row) -> ModelReport:
    """The report in a row of ``model_reports``."""
    return ModelReport(
        task=row["task"],
        name=row["name"],
        served=bool(row["served"]),
        metrics=json.loads(row["metrics"]),
        confusion=None if row["confusion"] is None else tuple(json.loads(row["confusion"])),
        importance=json.loads(row["importance"]),
    )


def activity_values(span: str, activity: Activity) -> Values:
    """The row of ``activity`` for one ``day`` or ``month``."""
    return (
        span,
        day_number(activity.day),
        activity.active_customers,
        activity.new_customers,
        activity.watches,
        activity.watch_minutes,
        activity.ratings,
        activity.orders,
        activity.revenue,
    )


def activity_of(row: Row) -> Activity:
    """The day or month in a row of ``activity``."""
    values = {name: row[name] for name in row.keys() if name != "span"}  # noqa: SIM118 - see run_of
    return Activity(**values | {"day": day_of(row["day"])})


def quarantined_values(place: int, rows: Quarantined) -> Values:
    """The row of ``quarantine``; ``place`` keeps the order."""
    return (place, rows.source, rows.table, rows.reason, rows.rows, json_text(rows.examples))


def quarantined_of(row: Row) -> Quarantined:
    """What a row of ``quarantine`` tells."""
    return Quarantined(
        source=row["source"],
        table=row["source_table"],
        reason=row["reason"],
        rows=row["rows"],
        examples=tuple(json.loads(row["examples"])),
    )
