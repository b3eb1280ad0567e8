"""What monitoring found is said in /status and in the digest, before anything else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.digest import news
from bot.messages.digest import told
from bot.messages.models import model
from bot.messages.news import SCANS, ScanNote, with_scan
from bot.messages.status import Pulse, status
from bot.queries import Queries
from store.records import Run
from tests.bot.asking import OWNER, ask, asking
from tests.store.publishing import publish_small, small_run

IMPORT = "Import: 40 watches on Saturday, 21 November 2026, where 200 are usual; alerts wait"
DRIFT = "Drift: 2 of 44 features moved since the model was judged on 23 October 2026"


@pytest.fixture
def queries(tmp_path: Path) -> Iterator[Queries]:
    publish_small(tmp_path)
    with asking(tmp_path / "results.db", tmp_path) as opened:
        yield opened


def said(run: Run) -> str:
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    return status(run, (), Pulse(now=now, inbox=0, outbox=0, last_poll=None, jobs=())).text


def test_what_is_wrong_comes_first_in_the_status_and_whole() -> None:
    run = replace(small_run(), messages=(IMPORT, "x" * 290, *small_run().messages))

    lines = said(run).splitlines()

    assert [line for line in lines if line.startswith("•")][:2] == [f"• {IMPORT}.", f"• X{'x' * 289}."]


@pytest.mark.parametrize(
    ("metrics", "words"),
    [
        (
            {"monitoring.ingestion_alarm": 1, "monitoring.calibration_gap": 0.04},
            "Watched: import odd, past scores 4 points too high",
        ),
        (
            {
                "monitoring.ingestion_alarm": 0,
                "monitoring.calibration_gap": 0.001,
                "monitoring.features_watched": 44,
                "monitoring.features_moved": 3,
            },
            "Watched: import as usual, past scores right on average, 3 of 44 features moved",
        ),
        ({"monitoring.ingestion_alarm": 0}, "Watched: import as usual, no scored horizon is over yet"),
    ],
)
def test_that_somebody_looked_is_said(metrics: dict[str, float], words: str) -> None:
    assert words in said(replace(small_run(), metrics=metrics)).splitlines()


@pytest.mark.parametrize(
    ("scan", "words", "german"),
    [
        (
            ScanNote(outcome="alerts", entered=7, alerted=4, held_out=1, waiting=2),
            "7 newly at risk, 4 alerted about, 1 held out, 2 beyond what staff can look after",
            "7 neu gefährdet, 4 gemeldet, 1 zum Vergleich ohne Warnung, 2 mehr, als das Team schafft",
        ),
        (
            ScanNote(outcome="baseline", at_risk=87),
            "starting line: 87 at risk already, nobody alerted about",
            "Ausgangspunkt: 87 schon gefährdet, niemand gemeldet",
        ),
        (
            ScanNote(outcome="same day"),
            "none: no newer data",
            "keine: Es gibt keine neueren Daten",
        ),
    ],
)
def test_what_the_last_scan_found_is_said_in_the_language_of_who_asks(
    scan: ScanNote, words: str, german: str, queries: Queries
) -> None:
    state, now = queries.state, queries.now()
    state.start_job("alerts", now.date(), at=now)
    state.finish_job("alerts", now.date(), outcome=scan.outcome, at=now)
    state.note(SCANS, with_scan(state.noted(SCANS), scan))

    assert f"Alerts: 23 Nov 2026, 09:00, {words}" in ask("/status", OWNER, queries).text
    told = ask("/status", replace(OWNER, language="de"), queries).text
    assert f"Warnungen: 23. Nov. 2026, 09:00, {german}" in told


def test_a_successor_that_was_held_back_is_said_once_and_first() -> None:
    held = "an earlier model goes on serving: the new model is worse"
    others = tuple(f"finding {number}" for number in range(6))
    run = replace(small_run(), churn_status="held", churn_message=held, messages=(*others, f"Churn: {held}"))

    told = [line for line in said(run).splitlines() if line.startswith("•")]

    assert told[0] == f"• Churn: {held}."
    assert sum("an earlier model" in line for line in told) == 1


def test_the_status_shows_the_remarks_that_the_digest_only_counts() -> None:
    run = replace(small_run(), messages=tuple(f"remark {number}" for number in range(15)))

    lines = [line for line in said(run).splitlines() if line.startswith("•")]

    assert lines[11:] == ["• Remark 11.", "• 3 more; “matinee check” shows all about the data"]


def test_a_run_that_was_not_watched_says_nothing_of_it() -> None:
    assert "Watched" not in said(replace(small_run(), metrics={}))


def test_the_digest_tells_what_is_wrong_and_why_alerts_are_held_back(queries: Queries) -> None:
    run = replace(
        small_run(),
        messages=(IMPORT, DRIFT, *small_run().messages),
        metrics={"monitoring.ingestion_alarm": 1},
    )
    blocked = ScanNote(run_id=run.run_id, day=run.as_of.isoformat(), outcome="blocked")
    facts = replace(news(queries), run=run, scans=(blocked,))

    text = told(facts).text

    assert "<b>Alerts are held back</b> since 23 Nov 2026: the last import does not look right; see" in text
    assert "They go again with the next run that does." in text
    assert text.index(f"• {IMPORT}") < text.index(f"• {DRIFT}")
    assert facts.notable


def test_a_simple_rule_that_serves_is_named_as_unproven() -> None:
    run = replace(small_run(), churn_status="too_few", churn_model="MBG/NBD", churn_message="too few")

    assert "Served: MBG/NBD, unproven" in model(run, (), (), (), lambda _: None).text


def test_a_held_model_is_told_once(queries: Queries) -> None:
    held = replace(
        small_run(),
        churn_status="held",
        churn_message="an earlier model serves",
        messages=("Churn: an earlier model serves",),
    )

    facts = news(queries)
    first = replace(facts, run=held, before=replace(facts.now, run_id="r0"))
    again = replace(first, before=replace(facts.now, run_id="r0", churn_message=held.churn_message))
    again = replace(again, before=replace(again.before, kinds=("Churn",)))  # type: ignore[type-var]

    assert told(first).text.lower().count("an earlier model serves") == 1
    assert "Scored by" not in told(first).text
    assert "an earlier model serves" not in told(again).text
    assert (first.notable, again.churn_is_news) == (True, False)
