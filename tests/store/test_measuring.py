"""Metrics measured on a handful of events, from single events and from whole months."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline.activity import activity
from pipeline.config import ComputeConfig
from pipeline.fact_rows import active_rows, fact_rows, grouping_rows, sum_rows
from pipeline.facts import facts
from pipeline.groupings import (
    AGE_BANDS,
    AGE_OVER,
    TENURE_BANDS,
    TENURE_OVER,
    Grouping,
    by_band,
    by_number,
    by_signup,
    by_text,
    of_titles,
)
from store.records import Customer, Segment, Title
from store.results import Results, ResultsWriter
from store.results.asked import Bound, Choice, Span, TooFineError
from store.results.facts import ALL
from store.results.metrics import METRIC_BY_NAME
from store.results.rows import customer_values, title_values
from store.times import day_number
from tests.pipeline.building import build_dataset, order, rating, refund, watch
from tests.store.publishing import small_run

EVENTS = [
    watch("ann", "2026-01-05 20:00", "alien", minutes=60, progress=1.0),
    watch("ann", "2026-01-20 20:00", "heat", minutes=30, progress=0.2),
    watch("bob", "2026-01-20 21:00", "heat", minutes=90, progress=1.0),
    watch("bob", "2026-02-10 21:00", "alien", minutes=60),
    watch("cleo", "2026-03-15 21:00", "heat", minutes=120),
    rating("ann", "2026-01-21", "heat", 5),
    rating("bob", "2026-02-11", "heat", 2),
    order("ann", "2026-01-06", 10.0),
    order("ann", "2026-02-06", 10.0),
    refund("ann", "2026-02-07", 4.0),
    order("cleo", "2026-03-06", 30.0),
]
PEOPLE = (
    Customer(customer_id="ann", country="Spain", age=24, signed_up_on=date(2025, 12, 31), monthly_fee=5,
             status="active", band="high", churn_probability=0.5, segment=1, value=10,
             attributes={"device": "tv"}),
    Customer(customer_id="bob", country="Italy", age=40, signed_up_on=date(2026, 1, 2), status="lapsed",
             segment=2, profile={"tenure_days": 90}),
    Customer(customer_id="cleo", signed_up_on=date(2026, 3, 1), status="active", band="low",
             churn_probability=0.1, value=30),
)  # fmt: skip
YEAR = Span(date(2026, 1, 1), date(2026, 3, 31))
JANUARY = Span(date(2026, 1, 1), date(2026, 1, 31))
FEBRUARY = Span(date(2026, 2, 1), date(2026, 2, 28))


def groupings() -> list[Grouping]:
    """By what the people above can be split."""
    signed_up = [None if each.signed_up_on is None else day_number(each.signed_up_on) for each in PEOPLE]
    nan = float("nan")
    return [
        *(by_text(name, [getattr(each, name) for each in PEOPLE]) for name in ("country", "status", "band")),
        by_number("segment", [1, 2, nan], {1: "power users", 2: "rare guests"}),
        by_band("age_band", [24, 40, nan], AGE_BANDS, AGE_OVER),
        by_band("tenure_band", [nan, 90, nan], TENURE_BANDS, TENURE_OVER),
        *by_signup(signed_up),
        by_text("attribute:device", [each.attributes.get("device") for each in PEOPLE]),
    ]


def publish(folder: Path, most_events: int) -> Path:
    dataset = build_dataset(folder / "data", EVENTS, watermark=date(2026, 3, 31))
    compute = ComputeConfig(processes=1)
    found = facts(dataset, activity(dataset, compute), compute, like_share=0.7, most_events=most_events)
    with ResultsWriter(folder) as writer:
        run = small_run(customers=3)
        writer.run(replace(run, titles=2, watermark=date(2026, 3, 31), base_rate=0.25))
        writer.segments(
            Segment(number=number, name=name, description="", customers=1, share=0.5, left_share=0.1 * number)
            for number, name in ((1, "power users"), (2, "rare guests"))
        )
        writer.titles(
            title_values(code, Title(title_id=name, title=name.title(), genres=genres, kind="film"))
            for code, (name, genres) in enumerate((("alien", ("Horror", "Sci-Fi")), ("heat", ("Crime",))))
        )
        writer.customers(map(customer_values, PEOPLE))
        titles = pd.DataFrame(
            {"genres": [("Horror", "Sci-Fi"), ("Crime",)], "kind": "film", "language": [None, None]}
        )
        by_title = list(of_titles(titles))
        writer.groupings(grouping_rows(groupings(), by_title))
        writer.recommendations(())
        days = (found.first_day, found.first_single_day)
        writer.facts(fact_rows(found), sum_rows(found, groupings(), by_title), active_rows(found), days)
        writer.publish()
    return folder / "results.db"


@pytest.fixture(params=["single events", "whole months"])
def results(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Results]:
    with closing(Results(publish(tmp_path, 1000 if request.param == "single events" else 2))) as published:
        yield published


def value(results: Results, metric: str, span: Span = YEAR, *conditions: Choice | Bound) -> float | None:
    return results.measure(METRIC_BY_NAME[metric], conditions, span)[ALL].value


def by(results: Results, metric: str, dimension: str, span: Span = YEAR) -> dict[str, float | None]:
    measured = results.measure(METRIC_BY_NAME[metric], (), span, dimension)
    return {label: each.value for label, each in measured.items()}


def test_adds_up_what_happened(results: Results) -> None:
    assert value(results, "watches") == 5
    assert value(results, "hours_watched", JANUARY) == 3
    assert value(results, "revenue") == pytest.approx(46)
    assert value(results, "revenue", FEBRUARY) == pytest.approx(6)
    assert value(results, "average_order_value") == pytest.approx(50 / 3)
    assert value(results, "average_rating") == 3.5
    assert value(results, "likes") == 1
    assert value(results, "completion_rate", JANUARY) == pytest.approx(2 / 3)
    assert value(results, "titles_watched", FEBRUARY) == 1


def test_counts_people_once(results: Results) -> None:
    assert value(results, "active_customers", JANUARY) == 2
    assert value(results, "active_customers") == 3
    assert value(results, "retention", FEBRUARY) == 1
    assert value(results, "paying_customers") == 2
    assert value(results, "viewers", JANUARY) == 2
    assert value(results, "minutes_per_active_customer", JANUARY) == 90
    assert value(results, "active_share", JANUARY) == pytest.approx(2 / 3)


def test_knows_how_things_stand_on_the_last_day(results: Results) -> None:
    assert value(results, "customers") == 3
    assert value(results, "lapsed_customers") == 1
    assert value(results, "at_risk_customers") == 1
    assert value(results, "churn_risk") == pytest.approx(0.3)
    assert value(results, "expected_losses") == pytest.approx(0.6)
    assert value(results, "revenue_at_risk") == pytest.approx(8)
    assert value(results, "monthly_fees") == 5
    assert value(results, "new_customers", JANUARY) == 1
    assert value(results, "churn_rate") == 0.25


def test_splits_by_customers_and_titles(results: Results) -> None:
    assert by(results, "hours_watched", "country") == {"Italy": 2.5, "Spain": 1.5}
    assert by(results, "watches", "genre") == {"Crime": 3, "Horror": 2, "Sci-Fi": 2}
    assert by(results, "churn_rate", "segment") == {"power users": 0.1, "rare guests": 0.2}
    assert by(results, "churn_risk", "country") == {"Spain": 0.5}
    assert by(results, "customers", "age_band")["18–24"] == 1
    assert by(results, "customers", "attribute:device") == {"tv": 1}
    assert by(results, "customers", "signup_month") == {"2025-12": 1, "2026-01": 1, "2026-03": 1}
    assert by(results, "titles_watched", "genre") == {"Crime": 1, "Horror": 1, "Sci-Fi": 1}
    assert by(results, "churn_rate", "band") == {}


def test_devices_that_no_source_tells_are_no_dimension(results: Results) -> None:
    assert results.devices() == ()
    with pytest.raises(KeyError):
        by(results, "watches", "device")


def test_filters_customers(results: Results) -> None:
    spain, elsewhere = Choice("country", ("Spain",)), Choice("country", ("Spain",), negated=True)

    assert value(results, "hours_watched", YEAR, spain) == 1.5
    assert value(results, "customers", YEAR, elsewhere) == 1
    assert results.unknown((elsewhere,)) == {"country": 1}
    assert value(results, "customers", YEAR, Bound("spent", low=10)) == 2
    assert value(results, "customers", YEAR, Bound("age", high=30, high_included=False)) == 1
    assert value(results, "monthly_fees", YEAR, spain) == 5
    assert results.people(METRIC_BY_NAME["average_rating"], (spain,), YEAR) == {ALL: 1}
    assert results.people(METRIC_BY_NAME["churn_rate"], (), YEAR) == {}


def test_lists_whom_a_metric_counts(results: Results) -> None:
    def members(metric: str, span: Span = YEAR) -> list[int]:
        return list(results.members_of(METRIC_BY_NAME[metric], (), span))

    assert members("customers") == [1, 1, 1]
    assert members("active_customers", FEBRUARY) == [1, 1, 0]
    assert members("new_customers", JANUARY) == [0, 1, 0]
    assert members("at_risk_customers") == [1, 0, 0]
    assert members("viewers", JANUARY) == [1, 1, 0]
    with pytest.raises(KeyError):
        members("revenue")


def test_a_number_that_cannot_be_told_that_way_is_refused(results: Results) -> None:
    with pytest.raises(KeyError):
        results.measure(METRIC_BY_NAME["churn_rate"], (Choice("country", ("Spain",)),), YEAR)
    with pytest.raises(KeyError):
        results.title_grouping("director")


def test_old_single_days_are_refused_where_months_are_kept(tmp_path: Path) -> None:
    with closing(Results(publish(tmp_path, 2))) as results:
        week = Span(date(2026, 1, 3), date(2026, 1, 9))

        assert value(results, "active_customers", week) == 1
        assert value(results, "watches", week) == 1
        with pytest.raises(TooFineError, match="single days are kept since"):
            by(results, "watches", "country", week)
        with pytest.raises(TooFineError):
            value(results, "watches", JANUARY, Choice("genre", ("Crime",)), Choice("country", ("Spain",)))


def test_customers_and_titles_cross_among_single_events(tmp_path: Path) -> None:
    with closing(Results(publish(tmp_path, 1000))) as results:
        crime, spain = Choice("genre", ("Crime",)), Choice("country", ("Spain",))

        assert value(results, "hours_watched", YEAR, crime, spain) == 0.5
        assert value(results, "active_customers", YEAR, crime) == 3
        assert value(results, "titles_watched", YEAR, spain) == 2
        viewers = results.measure(METRIC_BY_NAME["viewers"], (), YEAR, "genre")
        assert {label: each.value for label, each in viewers.items()} == {
            "Crime": 3,
            "Horror": 2,
            "Sci-Fi": 2,
        }
        titles = results.measure(METRIC_BY_NAME["titles_watched"], (), YEAR, "country")
        assert {label: each.value for label, each in titles.items()} == {"Italy": 2, "Spain": 2}


def test_a_run_without_facts_says_so(tmp_path: Path) -> None:
    with ResultsWriter(tmp_path) as writer:
        writer.run(replace(small_run(customers=0), titles=0))
        writer.publish()
    with closing(Results(tmp_path / "results.db")) as results:
        assert results.facts_until() is None
