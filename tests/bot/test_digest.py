"""The morning digest: what changed, in words."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.digest import digest, news
from bot.languages import speaking
from bot.messages.digest import changed, told
from bot.messages.news import (
    ALERT_RECORD,
    SCANS,
    AlertRecord,
    ScanNote,
    Standing,
    scans_from,
    with_scan,
)
from bot.queries import Queries
from store.errors import NoResults
from store.records import Run
from store.results import Results
from store.state import State
from store.state.records import AlertState
from tests.bot.asking import shown
from tests.store.publishing import WATERMARK, publish_small

GOLDEN = Path(__file__).parents[1] / "golden"
DAY_BEFORE = WATERMARK - timedelta(days=1)
MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def queries(tmp_path: Path) -> Iterator[Queries]:
    results = Results(tmp_path / "results.db")
    with closing(State(tmp_path / "matinee.db")) as state, closing(results):
        yield Queries(results=results, state=state, now=lambda: MORNING)


def scanned(queries: Queries, **found: object) -> None:
    run = queries.results.run()
    note = {"run_id": run.run_id, "day": run.as_of.isoformat(), "outcome": "alerts"} | found
    queries.state.note(SCANS, with_scan(queries.state.noted(SCANS), ScanNote(**note)))  # type: ignore[arg-type]


def stand(queries: Queries, *states: tuple[str, str]) -> None:
    run: Run = queries.results.run()
    queries.state.save_alert_states(
        (
            AlertState(customer_id=name, state="at_risk" if state == "at_risk" else "ok", since=run.as_of)
            for name, state in states
        ),
        run.run_id,
        MORNING,
    )


def busy(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path, watermark=DAY_BEFORE, probabilities={"42": 0.3, "user_00007": 0.5})
    publish_small(tmp_path)
    scanned(queries, at_risk=9, entered=5, alerted=4, waiting=1)
    stand(
        queries,
        ("42", "at_risk"),
        ("user_00001", "at_risk"),
        ("user_00007", "at_risk"),
        ("user_00200", "at_risk"),
        ("gone", "at_risk"),
        ("user_00201", "ok"),
        ("user_00142", "ok"),
        ("user_00100", "ok"),
        ("left", "ok"),
    )
    queries.state.note(
        ALERT_RECORD,
        json.dumps(
            asdict(AlertRecord(alerted=40, alerted_left=22, held_out=4, held_out_left=3, value_reached=600))
        ),
    )


def test_a_busy_morning(queries: Queries, tmp_path: Path) -> None:
    busy(queries, tmp_path)

    reply = digest(queries)

    assert reply.text == (GOLDEN / "digest_busy.txt").read_text(encoding="utf-8").rstrip("\n")
    assert [button.line for button in reply.buttons[0]] == ["/atrisk", "/segment", "/model"]
    assert news(queries).notable


def test_a_busy_morning_in_german(queries: Queries, tmp_path: Path) -> None:
    busy(queries, tmp_path)

    with speaking("de"):
        assert shown(digest(queries)) == (GOLDEN / "chat" / "digest_de.txt").read_text(encoding="utf-8")


def test_a_first_morning_counts_those_at_risk_already(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path)
    scanned(queries, outcome="baseline", at_risk=87)

    reply = digest(queries)

    assert reply.text == (GOLDEN / "digest_first.txt").read_text(encoding="utf-8").rstrip("\n")
    assert news(queries).notable


def test_a_morning_without_news_says_so(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path, watermark=DAY_BEFORE)
    publish_small(tmp_path)
    scanned(queries, at_risk=3)

    assert not news(queries).notable
    assert "Nothing else is new." in digest(queries).text


def test_a_scan_of_another_run_is_not_told(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path)
    scanned(queries, run_id="an older one", day="2026-11-20", entered=7)

    assert news(queries).scan is None
    assert "newly at risk" not in digest(queries).text


def test_alerts_held_back_are_told_with_what_to_do(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path)
    scanned(queries, outcome="blocked")

    assert "<b>Alerts are held back</b>" in digest(queries).text
    assert news(queries).notable


def test_a_model_that_is_no_longer_worth_serving_is_told_once(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path, watermark=DAY_BEFORE - timedelta(days=1))
    publish_small(tmp_path, watermark=DAY_BEFORE, churn_status="no_skill")
    text = digest(queries).text

    assert "There is no signal in this data" in text
    assert "Scored by none now, before by logistic regression and LightGBM, blended." in text
    assert "At high risk" not in text
    publish_small(tmp_path, churn_status="no_skill")
    assert "There is no signal" not in digest(queries).text


def test_data_that_stopped_coming_are_told(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path, watermark=WATERMARK - timedelta(days=9))

    assert "The data end 10 days ago." in digest(queries).text
    assert "The data end 13 years ago." in told(replace(news(queries), stale_days=4_832)).text


def test_a_first_scan_that_finds_nobody_says_so(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path)
    scanned(queries, outcome="baseline", at_risk=0)

    assert "Nobody established is at risk already: that is the starting line" in digest(queries).text


def test_without_results_there_is_no_digest(queries: Queries) -> None:
    with pytest.raises(NoResults):
        digest(queries)


def test_notes_of_an_older_program_are_read() -> None:
    assert scans_from(None) == ()
    assert scans_from('[{"outcome": "alerts", "forgotten": 1}]') == (ScanNote(outcome="alerts"),)
    assert Standing.read('{"run_id": "r", "as_of": "d", "scanned": "e", "forgotten": 1}') == Standing(
        run_id="r", as_of="d", scanned="e"
    )
    kept = Standing(run_id="r", as_of="d", scanned="e", kinds=("a", "b"))
    assert Standing.read(kept.to_json()) == kept
    assert AlertRecord.read('{"alerted": 3, "forgotten": 1}') == AlertRecord(alerted=3)


def test_changes_have_a_direction() -> None:
    assert [changed(12, before) for before in (10, 13, 12, None)] == [" (▲ 2)", " (▼ 1)", " (=)", ""]


def test_a_model_that_became_worse_is_told_where_it_is_more_than_chance(
    queries: Queries, tmp_path: Path
) -> None:
    publish_small(tmp_path, watermark=DAY_BEFORE)
    publish_small(tmp_path)
    facts = news(queries)
    assert facts.before is not None

    better = replace(facts, before=replace(facts.before, auc=0.74))
    worse = replace(facts, before=replace(facts.before, auc=0.86))
    alike = replace(facts, before=replace(facts.before, auc=0.84))

    assert "leavers from stayers better than before (AUC 0.74 to 0.81)" in told(better).text
    assert "leavers from stayers worse than before (AUC 0.86 to 0.81)" in told(worse).text
    assert worse.notable
    assert "leavers from stayers" not in told(alike).text
    assert not alike.notable


def test_a_business_that_just_started_is_told_what_there_is(queries: Queries, tmp_path: Path) -> None:
    publish_small(tmp_path)
    facts = news(queries)
    still = tuple(replace(day, orders=0, revenue=0.0, watches=0, ratings=0) for day in facts.lately)
    quiet = replace(
        facts,
        record=AlertRecord(alerted=3, alerted_left=1),
        scans=(ScanNote(run_id=facts.run.run_id, outcome="alerts", entered=1),),
        entered=1,
        moves=(),
    )

    assert "Last 7 days" not in told(replace(facts, week_before=())).text
    assert "Last 7 days" not in told(replace(facts, lately=still, week_before=still)).text
    assert "84 watches, 8 ratings, 11 orders, €165 revenue" in told(replace(facts, week_before=still)).text
    assert "Alerts whose time is over: 1 of 3 customers left (33 %); 2 came back." in told(quiet).text
    assert "• 1 more: /atrisk" in told(quiet).text
