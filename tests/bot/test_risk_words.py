"""A risk, a rhythm and their charts in words, also where little is known."""

from dataclasses import replace
from datetime import date

import pytest

from bot.messages import cards, risk, trends
from bot.replies import Chart
from store.records import BandRecord, Customer, Run, Score
from tests.store.publishing import small_run

SEEN_ONCE = Customer(
    customer_id="7",
    name="Twin",
    profile={"days_since_last_activity": 21.4, "days_active": 1},
    status="active",
    churn_probability=0.5,
    value=3,
)


def facts(customer: Customer, run: Run | None = None, bands: tuple[BandRecord, ...] = ()) -> cards.Facts:
    return cards.Facts(customer=customer, run=run or small_run(), bands=bands)


def test_without_a_record_of_the_band_the_expected_number_is_said() -> None:
    lines = risk.risk_lines(SEEN_ONCE, small_run(), (BandRecord(band="high", customers=0, left=0),))

    assert lines == (
        "<b>Risk</b>: about 50 of 100 customers like this are expected to leave within 30 days.",
        "Estimate for this one: 50 %",
    )


def test_somebody_at_the_edge_of_a_wide_band_is_not_said_to_be_like_the_rest_of_it() -> None:
    bands = (BandRecord(band="high", customers=223, left=65),)

    def said(probability: float) -> str:
        return risk.risk_lines(
            replace(SEEN_ONCE, band="high", churn_probability=probability), small_run(), bands
        )[0]

    assert said(0.35) == "<b>High risk</b>: 29 of 100 customers like this left within 30 days last time."
    assert said(0.89) == "<b>High risk</b>: of all rated high, 29 of 100 left within 30 days last time."


def test_a_band_set_by_quiet_time_alone_says_so() -> None:
    customer = replace(SEEN_ONCE, churn_probability=None, band="high")
    run = replace(small_run(), churn_status="too_few", churn_message="Only 12 customers.", horizon_days=None)

    assert risk.risk_lines(customer, run, ()) == ("<b>High risk</b> by quiet time alone: Only 12 customers.",)
    assert risk.short_risk(customer) == "high risk"
    assert risk.within(run) == "within the horizon"


def test_a_score_that_could_not_be_checked_says_so() -> None:
    run = replace(small_run(), churn_status="uncalibrated", churn_message="No labels yet.")

    assert risk.risk_lines(SEEN_ONCE, run, ())[-1] == "<i>No labels yet.</i>"


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ({}, None),
        ({"days_since_last_activity": 21.4, "days_active": 1}, "seen on one day only, 21 days ago"),
        ({"days_since_last_activity": 3, "days_active": 2}, "quiet for 3 days"),
        (
            {"days_since_last_activity": 0.3, "days_active": 9, "usual_gap_days": 1.1},
            "usually every day, seen on the last day",
        ),
        (
            {"days_since_last_activity": 9, "days_active": 9, "usual_gap_days": 2.4},
            "usually every 2 days, now 9",
        ),
        (
            {"days_since_last_activity": 9, "days_active": 9, "usual_gap_days": 6.4},
            "usually every 6 days, now 9",
        ),
    ],
)
def test_a_rhythm_is_told_in_days(profile: dict[str, float], words: str | None) -> None:
    assert risk.rhythm(replace(SEEN_ONCE, profile=profile)) == words


def test_a_customer_who_left_without_a_profile_has_left_all_the_same() -> None:
    gone = replace(SEEN_ONCE, status="lapsed", profile={})

    assert risk.risk_lines(gone, small_run(), ()) == ("<b>Left already</b>.",)
    assert "There is nothing to draw yet" in trends.trend(facts(gone)).text


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.32, "That is about the average (32 %)."),
        (0.1, "below the average"),
        (0.64, "2.0 times the average"),
    ],
)
def test_a_risk_is_compared_with_the_average(probability: float, words: str) -> None:
    assert words in cards.churn(facts(replace(SEEN_ONCE, churn_probability=probability))).text


@pytest.mark.parametrize(
    ("past", "now", "title"),
    [
        (0.5, 0.52, "Risk steady at about 52 %"),
        (0.5, 0.9, "Risk rose from 50 % to 90 %"),
        (0.5, 0.1, "Risk fell from 50 % to 10 %"),
    ],
)
def test_a_charts_title_says_what_is_to_be_seen(past: float, now: float, title: str) -> None:
    scores = (Score(day=date(2026, 1, 1), probability=past), Score(day=date(2026, 2, 1), probability=now))
    run = replace(small_run(), base_rate=None)

    (chart,) = trends.trend(facts(replace(SEEN_ONCE, scores=scores), run)).charts

    assert isinstance(chart, Chart)
    assert (chart.title, chart.marks) == (title, ())


@pytest.mark.parametrize(
    ("quiet", "week", "title"),
    [
        (1, 3, "More active lately"),
        (1, 2, "As active as ever"),
        (5, 1, "Less active lately"),
        (20, 0, "Quiet for 20 days"),
    ],
)
def test_without_scores_activity_is_drawn_as_days_a_week(quiet: float, week: float, title: str) -> None:
    profile = {
        "tenure_days": 100,
        "days_active_180": 26,
        "days_active_90": 26,
        "days_active_30": 7.5,
        "days_active_7": week,
        "days_since_last_activity": quiet,
    }

    (chart,) = trends.trend(facts(replace(SEEN_ONCE, profile=profile))).charts

    assert isinstance(chart, Chart)
    assert chart.title == title
    assert chart.labels == ("last 90 days", "last 30 days", "last 7 days")
    assert [round(value, 2) for value in chart.series[0].values] == [2.02, 1.75, week]
