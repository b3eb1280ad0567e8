"""Laws: what is written is what is read."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from store.records import (
    PROFILE_FEATURES,
    Activity,
    BandRecord,
    Customer,
    ModelReport,
    Quarantined,
    Reason,
    Run,
    Score,
    Segment,
    SegmentMove,
    Title,
)
from store.results import Results, ResultsWriter
from store.results.packing import SCORE_PARTS
from store.results.rows import customer_values, title_values
from tests.store.publishing import small_run

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
NAME = TEXT.filter(bool)
SHARE = st.floats(0, 1)
NUMBER = st.floats(-1e12, 1e12).map(lambda number: number + 0.0)  # no −0.0, which SQLite stores as 0
COUNT = st.integers(0, 2**40)
DAYS = st.dates(date(1900, 1, 1), date(2149, 1, 1))
SCORE_DAYS = st.dates(date(1970, 1, 1), date(2149, 1, 1))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
# SQLite has no rest of a thing: maps keep their order, numbers their bits.
NUMBERS = st.dictionaries(TEXT, NUMBER, max_size=4)

REASONS = st.builds(Reason, family=TEXT, text=TEXT, points=NUMBER)
SCORES = st.builds(
    Score, day=SCORE_DAYS, probability=st.integers(0, SCORE_PARTS).map(lambda parts: parts / SCORE_PARTS)
)
CUSTOMERS = st.builds(
    Customer,
    customer_id=NAME,
    name=st.none() | TEXT,
    email=st.none() | TEXT,
    country=st.none() | TEXT,
    plan=st.none() | TEXT,
    signed_up_on=st.none() | DAYS,
    age=st.none() | NUMBER,
    gender=st.none() | TEXT,
    monthly_fee=st.none() | NUMBER,
    attributes=st.dictionaries(TEXT, TEXT, max_size=3),
    profile=st.dictionaries(st.sampled_from(PROFILE_FEATURES), NUMBER, max_size=5),
    first_active_on=st.none() | DAYS,
    last_active_on=st.none() | DAYS,
    segment=st.none(),
    segment_name=st.none(),
    status=st.sampled_from(("active", "lapsed", "new")),
    churn_probability=st.none() | SHARE,
    band=st.sampled_from((None, "low", "medium", "high")),
    value=NUMBER,
    established=st.booleans(),
    mixed_signals=st.booleans(),
    reasons=st.lists(REASONS, max_size=4).map(tuple),
    probability_after_visit=st.none() | SHARE,
    change=st.none() | TEXT,
    scores=st.lists(SCORES, max_size=26).map(tuple),
)
TITLES = st.builds(
    Title,
    title_id=NAME,
    title=TEXT,
    year=st.none() | st.integers(1870, 2100),
    kind=st.none() | TEXT,
    genres=st.lists(TEXT, max_size=3).map(tuple),
    description=st.none() | TEXT,
    language=st.none() | TEXT,
    country=st.none() | TEXT,
    duration_minutes=st.none() | NUMBER,
    watchers=COUNT,
    watchers_lately=COUNT,
    rating_mean=st.none() | NUMBER,
    available=st.booleans(),
)
RUNS = st.builds(
    replace,
    st.just(small_run(customers=0)),
    titles=st.just(0),
    run_id=st.from_regex(r"[0-9A-Za-z-]{1,20}", fullmatch=True),
    started_at=MOMENTS,
    finished_at=MOMENTS,
    watermark=DAYS,
    as_of=DAYS,
    horizon_days=st.none() | COUNT,
    base_rate=st.none() | SHARE,
    churn_message=TEXT,
    has_money=st.booleans(),
    configuration=st.dictionaries(TEXT, st.none() | st.booleans() | COUNT | TEXT | NUMBER, max_size=3),
    versions=st.dictionaries(TEXT, TEXT, max_size=3),
    metrics=NUMBERS,
    messages=st.lists(TEXT, max_size=3).map(tuple),
    previous_runs=st.lists(TEXT, max_size=3).map(tuple),
)
SEGMENTS = st.builds(
    Segment,
    number=st.integers(0, 20),
    name=TEXT,
    description=TEXT,
    customers=COUNT,
    share=SHARE,
    left_share=st.none() | SHARE,
    medians=NUMBERS,
)
REPORTS = st.builds(
    ModelReport,
    task=st.just("churn"),
    name=TEXT,
    served=st.booleans(),
    metrics=NUMBERS,
    confusion=st.none() | st.tuples(COUNT, COUNT, COUNT, COUNT),
    importance=NUMBERS,
)
ACTIVITY = st.builds(
    Activity,
    day=DAYS,
    active_customers=COUNT,
    new_customers=COUNT,
    watches=COUNT,
    watch_minutes=NUMBER,
    ratings=COUNT,
    orders=COUNT,
    revenue=NUMBER,
)
QUARANTINED = st.builds(
    Quarantined,
    source=TEXT,
    table=TEXT,
    reason=TEXT,
    rows=COUNT,
    examples=st.lists(TEXT, max_size=3).map(tuple),
)


@contextmanager
def publishing(run: Run) -> Iterator[tuple[ResultsWriter, Results]]:
    """A writer that has said which run it is, and a reader for what will be published."""
    with tempfile.TemporaryDirectory() as name, ResultsWriter(Path(name)) as writer:
        writer.run(run)
        with closing(Results(Path(name) / "results.db")) as results:
            yield writer, results


EMPTY = replace(small_run(customers=0), titles=0)
FEW = settings(max_examples=30)


@FEW
@given(st.lists(CUSTOMERS, max_size=3, unique_by=lambda customer: customer.customer_id))
def test_customers_come_back(customers: list[Customer]) -> None:
    with publishing(replace(EMPTY, customers=len(customers))) as (writer, results):
        writer.customers(map(customer_values, sorted(customers, key=lambda each: each.customer_id)))
        writer.publish()

        assert [results.customer(customer.customer_id) for customer in customers] == customers
        assert {standing.customer_id for standing in results.scores_of_all()} == {
            customer.customer_id for customer in customers
        }


@FEW
@given(st.lists(TITLES, max_size=3, unique_by=lambda title: title.title_id))
def test_titles_come_back(titles: list[Title]) -> None:
    with publishing(replace(EMPTY, titles=len(titles))) as (writer, results):
        writer.titles(title_values(code, title) for code, title in enumerate(titles))
        writer.popular(range(len(titles)))
        writer.publish()

        assert [results.title(title.title_id) for title in titles] == titles
        assert results.popular() == tuple(titles)


@FEW
@given(
    run=RUNS,
    segments=st.lists(SEGMENTS, max_size=3, unique_by=lambda segment: segment.number),
    reports=st.lists(REPORTS, max_size=2),
    days=st.lists(ACTIVITY, max_size=3, unique_by=lambda day: day.day),
    months=st.lists(ACTIVITY, max_size=3, unique_by=lambda day: day.day),
    quarantined=st.lists(QUARANTINED, max_size=2),
)
def test_everything_else_of_a_run_comes_back(
    run: Run,
    segments: list[Segment],
    reports: list[ModelReport],
    days: list[Activity],
    months: list[Activity],
    quarantined: list[Quarantined],
) -> None:
    moves = [
        SegmentMove(from_segment=one.number, to_segment=one.number, customers=1, share=1) for one in segments
    ]
    with publishing(run) as (writer, results):
        writer.segments(segments)
        writer.segment_moves(moves)
        writer.model_reports(reports)
        writer.activity(days, months)
        writer.quarantine(quarantined)
        writer.bands(
            [BandRecord(band="low", customers=3, left=1), BandRecord(band="high", customers=2, left=2)]
        )
        writer.publish()

        assert results.run() == run
        assert results.segments() == tuple(sorted(segments, key=lambda segment: segment.number))
        assert results.segment_moves() == tuple(sorted(moves, key=lambda move: move.from_segment))
        assert results.model_reports("churn") == tuple(reports)
        assert results.activity(date.min, date.max) == tuple(sorted(days, key=lambda day: day.day))
        assert results.monthly_activity(date.min, date.max) == tuple(sorted(months, key=lambda day: day.day))
        assert results.quarantined() == tuple(quarantined)
        assert [band.band for band in results.bands()] == ["high", "low"]


def test_what_cannot_be_measured_is_left_out() -> None:
    report = ModelReport(task="churn", name="x", served=True, metrics={"auc": float("nan"), "brier": 0.25})
    run = replace(EMPTY, metrics={"a": float("inf"), "b": 1.5}, started_at=EMPTY.started_at - timedelta(1))
    with publishing(run) as (writer, results):
        writer.model_reports([report])
        writer.publish()

        assert results.model_reports("churn")[0].metrics == {"brier": 0.25}
        assert results.run().metrics == {"b": 1.5}
