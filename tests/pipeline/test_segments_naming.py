"""Names checked against medians, descriptions in plain words."""

import numpy as np
import pytest

from pipeline.segments.behaviour import Measure
from pipeline.segments.naming import (
    amount_a_month,
    describe,
    descriptive_name,
    how_long,
    how_often,
    name_segments,
)

MONEY = Measure(worth="money", trend_days=90)
MINUTES = Measure(worth="minutes", trend_days=90)
OVERALL = np.array([20.0, 2.0, 10.0, 5.0, 0.0])


def names(
    profiles: list[list[float]], medians: list[list[float]], kept: list[str | None] | None = None
) -> tuple[str, ...]:
    return name_segments(
        np.array(profiles),
        np.array(medians),
        OVERALL,
        measure=MONEY,
        kept=kept or [None] * len(profiles),
        currency="€",
    )


def test_each_archetype_is_recognised_by_its_profile() -> None:
    assert names(
        [
            [-1, 1, 1, 0.5, 0],
            [1, -0.7, -0.7, 0, -0.5],
            [0, 0, 0, 0, 0],
            [0.5, 0, 0, 0, -1],
            [-0.5, 0, 0, 0, 1],
            [0.3, -0.5, 0, 1, 0],
        ],
        [
            [2, 9, 60, 7, 0],
            [90, 0.3, 1, 5, -0.5],
            [5, 2, 10, 5, 0],
            [40, 2, 10, 5, -0.9],
            [5, 2, 10, 5, 0.9],
            [30, 1, 10, 40, 0],
        ],
    ) == (
        "high-value power users",
        "low-engagement at-risk",
        "moderate stable",
        "cooling down",
        "new or rising",
        "big rare buyers",
    )


def test_a_name_that_the_medians_do_not_bear_out_becomes_a_description() -> None:
    # The centre looks like cooling down, but the typical member's activity has not changed.
    assert names([[0.5, 0, 0, 0, -1.2]], [[25, 0.5, 90, 60, 0]]) == ("buys every 60 days, €90 a month",)


def test_two_segments_never_share_a_name() -> None:
    assert names([[0.5, 0, 0, 0, -1.2]] * 2, [[25, 0.5, 90, 60, 0]] * 2) == (
        "buys every 60 days, €90 a month",
        "buys every 60 days, €90 a month (2)",
    )


def test_a_known_segment_keeps_its_name_as_long_as_it_holds() -> None:
    rising = [[-0.5, 0.4, 0.4, 0.0, 0.8], [0.1, 0.0, 0.0, 0.0, 0.2], [0.2, 0.0, 0.0, 0.1, 0.0]]
    medians = [[5.0, 4.0, 20.0, 6.0, 0.6], [6.0, 2.0, 10.0, 5.0, 0.3], [6.0, 2.0, 10.0, 5.0, 0.0]]

    assert names(rising, medians, [None, "new or rising", "moderate stable"])[1:] == (
        "new or rising",
        "moderate stable",
    )
    assert names(rising, medians, ["low-engagement at-risk", None, None])[0] == "new or rising"


def test_somebody_last_seen_long_ago_is_not_stable() -> None:
    assert names([[0.0, 0, 0, 0, 0]], [[70, 0.4, 4, 5, 0]]) == ("buys every 75 days, €4.00 a month",)


@pytest.mark.parametrize(
    ("days_a_month", "words"),
    [
        (30, "every day"),
        (10, "every 3 days"),
        (0.5, "every 60 days"),
        (0.1, "once in 10 months"),
        (0.01, "less than once in two years"),
    ],
)
def test_a_rate_is_said_as_a_rhythm(days_a_month: float, words: str) -> None:
    assert how_often(days_a_month) == words


def test_time_past_is_said_in_days_then_in_months_then_in_years() -> None:
    assert [how_long(days) for days in (45, 200, 5_100)] == ["45 days", "7 months", "14 years"]


def test_amounts_carry_their_unit() -> None:
    assert amount_a_month(24.4, "money", "€") == "€24 a month"
    assert amount_a_month(3.5, "money", "EUR") == "3.50 EUR a month"
    assert amount_a_month(1234, "money", "") == "spending 1,234 a month"
    assert amount_a_month(412.2, "minutes", "€") == "412 minutes a month"
    assert amount_a_month(1.0, "events", "") == "1 title a month"
    assert amount_a_month(2.5, "events", "") == "2.5 titles a month"


def test_describes_what_members_do() -> None:
    regular = np.array([2.0, 10.0, 24.0, 6.0, 0.0])
    quiet = np.array([210.0, 0.06, 0.0, 0.0, 0.0])

    assert describe(regular, MONEY, minutes_a_month=412, currency="€") == (
        "active every 3 days, 412 minutes and €24 a month"
    )
    assert describe(quiet, MONEY, minutes_a_month=12, currency="€") == (
        "active once in 17 months, 12 minutes a month, last seen 7 months ago"
    )
    assert describe(quiet, MINUTES, minutes_a_month=None, currency="") == (
        "active once in 17 months, last seen 7 months ago"
    )


def test_descriptive_names_fit_a_button() -> None:
    often, rarely = np.array([9.0, 0.77, 15.2, 6, 0]), np.array([9000.0, 0.01, 15.2, 6, 0])

    assert descriptive_name(often, MINUTES, "") == "watches every 39 days, 15 min a month"
    assert descriptive_name(often, Measure(worth="events", trend_days=30), "") == (
        "watches every 39 days, 15 a month"
    )
    assert descriptive_name(often, MONEY, "") == "buys every 39 days, 15 a month"
    assert descriptive_name(rarely, MINUTES, "") == "watches less than once in two years"
    assert descriptive_name(np.array([9.0, 0.06, 0, 0, 0]), MINUTES, "") == "watches once in 17 months"


def test_who_only_checks_in_is_not_said_to_watch() -> None:
    gym = Measure(worth="events", trend_days=90)

    assert descriptive_name(np.array([2.0, 7.5, 0.0, 0.0, 0.0]), gym, "") == "active every 4 days"
    assert descriptive_name(np.array([2.0, 7.5, 8.0, 1.0, 0.0]), gym, "") == "watches every 4 days, 8 a month"
