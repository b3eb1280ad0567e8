"""Sentences filled from facts, which never contradict their sign; what changed since; words for numbers."""

from datetime import date
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.churn import wording
from pipeline.churn.changes import Moment, change
from pipeline.churn.sentences import DOWN, UP, sentence
from tests.pipeline.churn.told_facts import facts


@pytest.mark.parametrize(
    ("family", "own", "up", "down"),
    [
        (
            "quiet now",
            {"days_since_last_activity": 21, "usual_gap_days": 6.2},
            "Quiet for 21 days; usually returns about every 6 days",
            None,
        ),
        ("quiet now", {"days_since_last_activity": 9, "days_active": 1}, "Quiet for 9 days", None),
        ("quiet now", {"days_since_last_activity": 1, "usual_gap_days": 6}, None, "Last active yesterday"),
        (
            "late versus own rhythm",
            {"days_since_last_activity": 21, "longest_gap_days": 12, "own_gaps_longer_share": 0},
            "Away for 21 days, longer than ever before (12 at most)",
            None,
        ),
        (
            "late versus own rhythm",
            {"days_since_last_activity": 11, "longest_gap_days": 12, "own_gaps_longer_share": 1 / 12},
            "Away longer than in 91 % of earlier pauses",
            None,
        ),
        (
            "late versus own rhythm",
            {"days_since_last_activity": 5, "usual_gap_days": 2, "days_active": 2, "longest_gap_days": 2},
            "Usually returns about every 2 days, now away for 5 days",
            None,
        ),
        (
            "late versus own rhythm",
            {"days_since_last_activity": 1, "usual_gap_days": 1.2, "own_gaps_longer_share": 0.9},
            None,
            "Within the usual rhythm: returns about every day, last active yesterday",
        ),
        (
            "late versus own rhythm",
            {"days_active": 1},
            "Has not returned since the first visit, 8 days ago",
            None,
        ),
        ("late versus own rhythm", {}, None, None),
        ("activity level", {"days_active": 1}, "Active on one day only, 8 days ago", None),
        (
            "activity level",
            {"days_active_30": 1, "days_since_last_activity": 12, "days_active": 9},
            "Active on 1 of the last 30 days, last 12 days ago",
            None,
        ),
        (
            "activity level",
            {"days_active_30": 0, "days_active": 3},
            "Not active in the last 30 days: last 8 days ago",
            None,
        ),
        (
            "activity level",
            {"days_active_30": 9, "days_active": 30, "days_since_last_activity": 1},
            None,
            "Active on 9 of the last 30 days, last yesterday",
        ),
        ("activity level", {"days_active": 30}, None, "Active on 30 days in all, last 8 days ago"),
        (
            "trend",
            {"days_active_30": 3, "days_active_previous_30": 9, "tenure_days": 90},
            "3 active days in the last 30 days, 9 in the 30 before",
            None,
        ),
        (
            "trend",
            {"days_active_30": 1, "days_active_previous_30": 0, "tenure_days": 90},
            None,
            "1 active day in the last 30 days, 0 in the 30 before",
        ),
        (
            "trend",
            {"days_active_30": 0, "days_active_previous_30": 2, "tenure_days": 90},
            "No active day in the last 30 days, 2 in the 30 before",
            None,
        ),
        ("trend", {"recent_share_90": 0.04}, "4 % of all visits fall in the last 90 days", None),
        (
            "spend",
            {"spend_30": 40, "spend_previous_30": 120.5, "total_spend": nan},
            "Spent €40 in the last 30 days, €120 in the 30 before",
            None,
        ),
        (
            "spend",
            {"spend_30": 9.5, "spend_previous_30": 0, "total_spend": 500, "monthly_spend": 7.5},
            "Spends €7.50 a month on average",
            "Spent €9.50 in the last 30 days, €0 in the 30 before",
        ),
        ("spend", {"total_spend": nan}, None, None),
        ("rhythm", {"usual_gap_days": 40}, "Returns only about every 40 days", None),
        ("rhythm", {"usual_gap_days": 2}, None, "Returns about every 2 days"),
        (
            "rhythm",
            {"usual_gap_days": 8, "last_gap_days": 20, "longest_gap_days": 11},
            "The last pause was 20 days, the usual one 8 days",
            "The longest pause was 11 days",
        ),
        ("rhythm", {"usual_gap_days": 40, "days_active": 2}, None, None),
        ("tenure", {"tenure_days": 12}, "Came for the first time 12 days ago", None),
        ("tenure", {"tenure_days": 150}, None, None),
        ("tenure", {"tenure_days": 800}, None, "Has been coming for 2 years"),
        ("somewhere else", {}, None, None),
    ],
)
def test_says_what_points_the_same_way_and_nothing_else(
    family: str, own: dict[str, float], up: str | None, down: str | None
) -> None:
    assert sentence(family, facts(**own), UP) == up
    assert sentence(family, facts(**own), DOWN) == down


@given(
    quiet=st.integers(1, 60),
    usual=st.floats(0.5, 60),
    now=st.integers(0, 30),
    before=st.integers(0, 30),
    direction=st.sampled_from((UP, DOWN)),
)
def test_rising_visits_are_never_a_risk_and_falling_ones_never_a_comfort(
    quiet: int, usual: float, now: int, before: int, direction: int
) -> None:
    own = facts(
        days_since_last_activity=quiet,
        usual_gap_days=usual,
        days_active_30=now,
        days_active_previous_30=before,
        tenure_days=90,
    )

    trend = sentence("trend", own, direction)

    if trend is not None:
        assert (now < before) == (direction == UP)
    late = sentence("late versus own rhythm", own, direction)
    if late is not None:
        assert (quiet > usual) == (direction == UP)


NOW = date(2026, 4, 10)
THEN = date(2026, 4, 3)


def moment(day: date, probability: float | None, **own: float) -> Moment:
    known = {"days_since_last_activity": 2.0, "days_active": 5.0, "spend_30": nan} | own
    return Moment(day=day, probability=probability, facts=known)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (
            moment(THEN, 0.4, days_since_last_activity=2),
            moment(NOW, 0.6, days_since_last_activity=9),
            "Risk 40 % → 60 % since 3 April: quiet for 9 days, 2 then",
        ),
        (
            moment(THEN, 0.4, days_since_last_activity=2, spend_30=60),
            moment(NOW, 0.6, days_since_last_activity=9, spend_30=20),
            "Risk 40 % → 60 % since 3 April: quiet for 9 days, 2 then; spent €20 in 30 days, €60 then",
        ),
        (
            moment(THEN, 0.6),
            moment(NOW, 0.4, days_active=6),
            "Risk 60 % → 40 % since 3 April: active on 1 more day",
        ),
        (
            moment(THEN, None, days_since_last_activity=31),
            moment(NOW, 0.4),
            "Came back since 3 April after 31 quiet days",
        ),
        (moment(THEN, 0.41), moment(NOW, 0.425), None),
        pytest.param(
            moment(THEN, 0.4, days_since_last_activity=2),
            moment(NOW, 0.6, days_since_last_activity=6, days_active=6),
            "Risk 40 % → 60 % since 3 April: quiet for 6 days, 2 then",
            id="a visit is no reason for a risk that rose",
        ),
        pytest.param(
            moment(THEN, 0.6, days_since_last_activity=2, days_active_30=3),
            moment(NOW, 0.4, days_since_last_activity=9, days_active_30=4),
            "Risk 60 % → 40 % since 3 April: active on 4 of the last 30 days, 3 then",
            id="quiet is no reason for a risk that fell",
        ),
        pytest.param(
            moment(THEN, 0.6, spend_30=10),
            moment(NOW, 0.4, spend_30=40),
            "Risk 60 % → 40 % since 3 April: spent €40 in 30 days, €10 then",
            id="more was spent",
        ),
        pytest.param(
            moment(THEN, 0.6, days_since_last_activity=2),
            moment(NOW, 0.4, days_since_last_activity=9),
            "Risk 60 % → 40 % since 3 April",
            id="no fact points the way the risk went",
        ),
    ],
)
def test_says_what_changed_since_the_run_before(before: Moment, now: Moment, told: str | None) -> None:
    assert change(before, now, "€") == told


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (wording.counted(1, "day"), "1 day"),
        (wording.counted(1_204, "customer"), "1,204 customers"),
        (wording.counted(2, "life", "lives"), "2 lives"),
        (wording.every(1.4), "about every day"),
        (wording.ago(0), "today"),
        (wording.ago(1), "yesterday"),
        (wording.span(59), "59 days"),
        (wording.span(150), "5 months"),
        (wording.span(380), "12 months"),
        (wording.span(1_100), "3 years"),
        (wording.money(40, ""), "40"),
        (wording.money(7.5, "€"), "€7.50"),
        (wording.money(1_234.56, "€"), "€1,235"),
        (wording.percent(0.634), "63 %"),
        (wording.percent(0.002), "under 1 %"),
        (wording.percent(0.997), "over 99 %"),
        (wording.percent(1.0), "100 %"),
    ],
)
def test_words_for_numbers(said: str, expected: str) -> None:
    assert said == expected
