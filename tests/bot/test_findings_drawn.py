"""What charts of answers say: findings in titles, dashes where time is not over."""

import pytest

from bot.messages import findings
from bot.queries import Queries
from store.results.metrics import METRIC_BY_NAME
from tests.bot.asking import OWNER, ask, drawn


def test_titles_of_charts_say_what_is_seen(house: Queries) -> None:
    metric, run = METRIC_BY_NAME["revenue"], house.results.run()

    assert findings.of_time(metric, run, "month", []) == "Revenue"
    assert findings.of_time(metric, run, "month", [12.5]) == "Revenue a month: €12.50"
    assert findings.of_time(metric, run, "week", [400.2, 1500.4]) == "Revenue a week rose from €400 to €1,500"
    assert findings.of_time(metric, run, "week", [100.0, 104.0]) == "Revenue a week stayed at €104"
    many = [float(100 - day) for day in range(40)]
    assert findings.of_time(metric, run, "day", many) == "Revenue a day fell from about €96 to about €66"
    watches = METRIC_BY_NAME["watches"]
    lines = findings.of_lines(watches, run, "week", [("Free", 3.0), ("Basic", 1234.0)])
    assert lines == "Watches a week: Basic is highest with 1,234"
    assert findings.of_groups(watches, run, [("a", 5.0), ("b", 2.0)], lowest=True) == (
        "Watches: b is lowest with 2"
    )
    assert findings.of_groups(watches, run, [("a", 0.7), ("b", 0.3)], shares=True) == (
        "Watches: a is highest with 70 %"
    )


def test_a_week_that_is_not_over_is_dashed_and_no_finding(house: Queries) -> None:
    chart = drawn(ask("hours watched per week this year", OWNER, house))
    whole = drawn(ask("hours watched per week from 5 january to 28 june 2026", OWNER, house))

    assert chart.cut == (True, True)  # Thursday, 1 January, to Tuesday, 30 June
    assert chart.note.endswith("dashed: part of a week")
    assert chart.title == whole.title
    assert whole.cut == (False, False)


def test_of_sign_up_months_the_last_are_shown(house: Queries) -> None:
    chart = drawn(ask("customers by sign-up month", OWNER, house))

    assert chart.labels[-1] == "2026-06"


def test_shares_are_drawn_as_shares_and_what_was_before_stands_behind(house: Queries) -> None:
    shares = drawn(ask("share of customers by plan", OWNER, house))
    assert shares.percent
    assert sum(shares.series[0].values) == pytest.approx(1.0)

    both = drawn(ask("revenue by plan in june compared with may", OWNER, house))
    assert [each.name for each in both.series] == ["1–31 May 2026", "1–30 Jun 2026"]


def test_an_unfinished_week_is_told_as_so_far_and_of_weekdays_the_highest(house: Queries) -> None:
    assert ask("watches per week", OWNER, house).text.splitlines()[0].endswith(" watches so far</b>")
    assert "so far" not in ask("watches per month", OWNER, house).text

    days = ask("watches by weekday", OWNER, house)
    values = dict(zip(drawn(days).labels, drawn(days).series[0].values, strict=True))
    best = max(values, key=lambda day: values[day])
    assert days.text.startswith(f"<b>{best}: {values[best]:,.0f} watches</b>")
