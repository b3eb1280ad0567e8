"""What is news to a reader of the digest: since the one before, once, with a chart, and what was skipped."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.digest import digest, news, standing
from bot.messages.digest import told
from bot.messages.news import AlertRecord, Standing, kinds_told
from bot.queries import Queries
from bot.replies import Chart
from store.results import Results
from store.state import State
from store.state.records import AlertState
from tests.bot.test_digest import DAY_BEFORE, MORNING, scanned, stand
from tests.store.publishing import WATERMARK, publish_small


@pytest.fixture
def queries(tmp_path: Path) -> Iterator[Queries]:
    results = Results(tmp_path / "results.db")
    with closing(State(tmp_path / "matinee.db")) as state, closing(results):
        yield Queries(results=results, state=state, now=lambda: MORNING)


@pytest.mark.parametrize(
    ("before", "now", "is_news"),
    [
        ("12 of 2,400 rows were set aside", "13 of 2,410 rows were set aside.", False),
        ("2 customers have no history yet", "1 customer has no history yet", False),
        ("a.csv: 98 of 9,902 rows repeat", "a.csv: 99 of 9,787 (1 %) rows repeat", False),
        ("Drift: 2 of 40 features moved: spend", "Drift: 3 of 40 features moved: visits", False),
        ("12 of 2,400 rows were set aside", "Drift: 2 of 40 features moved", True),
        ("a.csv: 2 rows repeat", "b.csv: 2 rows repeat", True),
    ],
)
def test_a_finding_whose_numbers_moved_is_no_news(
    queries: Queries, tmp_path: Path, before: str, now: str, is_news: bool
) -> None:
    publish_small(tmp_path)
    facts = news(queries)
    told_before = replace(facts.now, run_id="r0", kinds=kinds_told((before,), None))

    assert replace(facts, before=told_before, run=replace(facts.run, messages=(now,))).notable == is_news


def test_a_remark_that_comes_and_goes_is_news_once_but_an_alarm_each_time() -> None:
    first = Standing(
        run_id="r1", as_of="2026-11-21", scanned="", kinds=kinds_told(("odd rows", "Drift: 2 moved"), None)
    )

    assert kinds_told((), first) == ("odd row",)


@pytest.mark.parametrize(
    ("held_out", "left", "words"),
    [
        (20, 15, "15 of 20 left (75 %); too few to compare yet."),
        (40, 26, "26 of 40 left (65 %); no clear difference."),
        (400, 320, "320 of 400 left (80 %); with alerts, 20 in 100 fewer left."),
        (400, 120, "120 of 400 left (30 %); with alerts, 30 in 100 more left."),
    ],
)
def test_the_hold_out_is_compared_once_there_is_enough_of_it(
    queries: Queries, tmp_path: Path, held_out: int, left: int, words: str
) -> None:
    publish_small(tmp_path)
    record = AlertRecord(alerted=400, alerted_left=240, held_out=held_out, held_out_left=left)

    assert (
        f"Held out at random, without an alert: {words}" in told(replace(news(queries), record=record)).text
    )


def test_held_out_customers_are_counted_and_not_named(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path, watermark=DAY_BEFORE)
    publish_small(tmp_path)
    scanned(queries, entered=2)
    run = queries.results.run()
    queries.state.save_alert_states(
        [
            AlertState(customer_id=name, state="at_risk", since=run.as_of, held_out=name == "42")
            for name in ("42", "user_00001")
        ],
        run.run_id,
        MORNING,
    )

    text = digest(queries).text

    assert "<b>2 customers newly at risk</b>" in text
    assert "<code>42</code>" not in text
    assert "• 1 more: /atrisk" in text


def test_a_weekly_reader_is_told_of_the_week(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path, watermark=WATERMARK - timedelta(days=7), probabilities={"42": 0.3})
    week_ago = standing(queries.results)
    publish_small(tmp_path, watermark=WATERMARK - timedelta(days=3))
    scanned(queries, entered=1)
    stand(queries, ("42", "at_risk"))
    publish_small(tmp_path)
    scanned(queries, entered=0)

    daily, weekly = news(queries), news(queries, since=week_ago)

    assert (daily.entered, weekly.entered) == (0, 1)
    assert [one.customer_id for one in weekly.newly_at_risk] == ["42"]
    assert "compared with 16 Nov 2026" in told(weekly).text
    assert "At high risk: 4 established customers (▲ 1)" in told(weekly).text
    # Whoever was told long ago is told as if anew.
    old = replace(week_ago, as_of="2026-09-01")
    assert news(queries, since=old).before == daily.before


def test_yesterdays_news_is_not_told_twice(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path)
    scanned(queries, entered=2)
    stand(queries, ("42", "at_risk"))
    first = news(queries)
    again = news(queries, since=first.now)

    assert first.notable
    assert not again.notable
    assert told(again).charts == ()
    assert told(again).text == (
        "<b>Digest for 23 Nov 2026</b>\n\nCustomers: 12 (=)\nActive: 9 (=)\n"
        "At high risk: 4 established customers (=) and 0 newcomers (=)\n\n"
        "There are no new results since the last digest; /status says what the last retrain did.\n\n"
        "<i>Data up to 22 Nov 2026</i>"
    )


def test_a_scan_after_the_digest_is_told_in_the_next(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path, watermark=DAY_BEFORE)
    scanned(queries)
    publish_small(tmp_path)
    early = news(queries)  # the run is published, and not yet scanned
    scanned(queries, entered=1)
    stand(queries, ("42", "at_risk"))

    late = news(queries, since=early.now)

    assert (early.entered, late.entered) == (0, 1)
    assert "newly at risk" in told(late).text


def test_that_the_data_stopped_is_notable_once(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path, watermark=WATERMARK - timedelta(days=9))
    facts = news(queries)

    assert facts.notable
    again = news(queries, since=facts.now)
    assert not again.notable
    assert "The data end 10 days ago." in told(again).text


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([20], "the digest for 20 Nov 2026."),
        ([20, 21], "the digest for 20 Nov 2026 and 21 Nov 2026."),
        ([17, 18, 19, 20, 21], "the digest for 19 Nov 2026, 20 Nov 2026 and 21 Nov 2026, and 2 more before."),
    ],
)
def test_what_was_skipped_is_said(queries: Queries, tmp_path: Path, days: list[int], words: str) -> None:
    publish_small(tmp_path)
    facts = news(queries, skipped=tuple(date(2026, 11, day) for day in days))

    assert facts.notable
    assert f"Skipped, because it could not be sent in time: {words}" in told(facts).text


def test_a_small_chart_shows_whether_the_business_lives(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path)

    (chart,) = digest(queries).charts

    assert isinstance(chart, Chart)
    assert chart.title == "7 active customers a day last week, 2 % more than the week before"
    assert (len(chart.labels), chart.labels[-1]) == (28, "2026-11-22")
    facts = news(queries)
    assert told(replace(facts, weeks=facts.weeks[:7])).charts == ()
    (chart,) = told(replace(facts, lately=facts.week_before)).charts
    assert isinstance(chart, Chart)
    assert chart.title.endswith("a day last week, as in the week before")
