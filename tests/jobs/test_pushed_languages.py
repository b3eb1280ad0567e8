"""What is pushed is written in the language of who gets it; to groups, and without a choice, in English."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.languages import speaking
from bot.payloads import from_json
from bot.queries import Queries
from bot.replies import Asker, Reply
from jobs.alerts import scan
from jobs.digests import send_due, send_now
from jobs.retraining import ByHand, retrain_at_terminal
from jobs.settings import JobSettings, Settings
from store.results import Results
from store.state import State
from store.state.records import Member, Subscription, SubscriptionKind
from tests.bot.asking import ask
from tests.jobs.alert_world import Person, noon, publish_day
from tests.jobs.test_alert_scans import ALL, START
from tests.jobs.test_retrain_by_hand import STAGES, ended, message, process_that, settings
from tests.store.publishing import publish_small

__all__ = ["settings"]

GERTA, ANN, BEN, GROUP = 11, 12, 13, -1001
MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """Gerta chose German, Ann English, Ben nothing; Gerta subscribed for the group too."""
    with closing(State(tmp_path / "matinee.db")) as opened:
        for user_id, language in ((GERTA, "de"), (ANN, "en"), (BEN, None)):
            opened.save_member(
                Member(
                    user_id=user_id,
                    chat_id=user_id,
                    role="retention",
                    name=f"Person {user_id}",
                    added_at=MORNING,
                    added_by=0,
                    language=language,
                )
            )
        yield opened


def subscribe(state: State, kind: SubscriptionKind) -> None:
    for chat_id, user_id in ((GERTA, GERTA), (ANN, ANN), (BEN, BEN), (GROUP, GERTA)):
        state.subscribe(Subscription(chat_id=chat_id, kind=kind, user_id=user_id))


def waiting(state: State, kind: str) -> dict[int, Reply]:
    return {row.chat_id: from_json(row.payload) for row in state.outbox_rows("queued") if row.kind == kind}


def titles(pushed: dict[int, Reply]) -> dict[int, str]:
    return {chat_id: reply.text.partition("\n")[0] for chat_id, reply in pushed.items()}


@pytest.mark.parametrize("by_hand", [False, True])
def test_each_gets_the_digest_in_the_language_he_chose(
    tmp_path: Path, state: State, *, by_hand: bool
) -> None:
    publish_small(tmp_path)
    subscribe(state, "digest")

    with closing(Results(tmp_path / "results.db")) as results:
        sent = (
            send_now(results, state, MORNING) if by_hand else send_due(results, state, JobSettings(), MORNING)
        )

    assert sent == 4
    pushed = waiting(state, "digest")
    english = "<b>Digest for 23 Nov 2026</b>"
    assert titles(pushed) == {
        GERTA: "<b>Überblick vom 23. Nov. 2026</b>",
        ANN: english,
        BEN: english,
        GROUP: english,
    }
    assert [button.caption for button in pushed[GERTA].buttons[0]] == ["Gefährdet", "Segmente", "Modell"]


def scanned(folder: Path, state: State, day: int, **people: float) -> None:
    as_of = START + timedelta(days=day)
    publish_day(folder, as_of, {name: Person(p=p) for name, p in people.items()})
    with closing(Results(folder / "results.db")) as results:
        scan(results, state, ALL, noon(as_of))


@pytest.fixture
def alerted(tmp_path: Path, state: State) -> State:
    subscribe(state, "alerts")
    scanned(tmp_path, state, 0, ann=0.1, ben=0.1)
    scanned(tmp_path, state, 1, ann=0.8, ben=0.1)
    scanned(tmp_path, state, 2, ann=0.8, ben=0.1)
    return state


def test_each_gets_the_alert_in_the_language_he_chose(alerted: State) -> None:
    pushed = waiting(alerted, "alerts")

    assert set(pushed) == {GERTA, ANN, BEN, GROUP}
    assert "1 Kunde neu gefährdet" in pushed[GERTA].text
    assert [row[0].caption for row in pushed[GERTA].buttons] == ["Ann", "Verloren", "Alle Gefährdeten"]
    for chat_id in (ANN, BEN, GROUP):
        assert titles(pushed)[chat_id] == "<b>1 customer newly at risk of leaving within 30 days</b>"
        assert [row[0].caption for row in pushed[chat_id].buttons] == ["Ann", "Lost", "All at risk"]


@pytest.mark.parametrize("spoken", ["en", "de"])
def test_what_came_of_it_is_shown_to_each_in_the_language_he_chose(
    spoken: str, tmp_path: Path, alerted: State
) -> None:
    for row in alerted.outbox_rows("queued"):
        alerted.sent(row.id, 100 + abs(row.chat_id), noon(START + timedelta(days=2)))
    with closing(Results(tmp_path / "results.db")) as results:
        queries = Queries(results, alerted, lambda: noon(START + timedelta(days=2)))
        ask("/resolve saved ann", Asker(user_id=ANN, chat_id=ANN, role="retention", language=spoken), queries)

    shown = waiting(alerted, "edit")
    assert {chat_id: reply.text.count("✔ Gehalten von Person 12") for chat_id, reply in shown.items()} == {
        GERTA: 1,
        ANN: 0,
        BEN: 0,
        GROUP: 0,
    }
    assert all("✔ Saved by Person 12" in shown[chat_id].text for chat_id in (ANN, BEN, GROUP))


def test_alerts_of_one_night_join_also_where_the_language_changed_between(
    tmp_path: Path, alerted: State
) -> None:
    gerta = alerted.member(GERTA)
    assert gerta is not None
    (row,) = [each for each in alerted.pushed("alerts", GERTA) if each.state == "queued"]
    alerted.retry(row.id, noon(START + timedelta(days=9)), "quiet hours")
    alerted.save_member(replace(gerta, language="en", quiet_from=1, quiet_until=23))
    scanned(tmp_path, alerted, 3, ann=0.8, ben=0.8)
    scanned(tmp_path, alerted, 4, ann=0.8, ben=0.8)

    (night,) = [from_json(each.payload) for each in alerted.pushed("alerts", GERTA)]
    assert "1 Kunde neu gefährdet" in night.text
    assert "1 customer newly at risk" in night.text
    assert [row[0].caption for row in night.buttons if row[0].line == "/atrisk"] == ["All at risk"]


async def test_a_retrain_reports_in_the_language_it_was_asked_for_in(
    settings: Settings, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    process_that(STAGES, monkeypatch)
    by_hand = ByHand(settings, state, lambda: datetime.now(UTC))

    with speaking("de"):
        assert by_hand(GERTA).startswith("Das Training läuft nebenher")
    await asyncio.sleep(0)
    assert from_json(message(state).payload).text == "<b>Das Training läuft</b>\n… bisher 0 Sekunden"

    assert (await ended(state, "bisher")).startswith("<b>Das Training ist fertig</b>\nreading\n")
    await by_hand.close()


def test_at_the_terminal_it_ends_in_the_language_spoken_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    process_that("raise SystemExit(3)", monkeypatch)

    with speaking("de"):
        assert retrain_at_terminal(settings).startswith("Das Training ist gescheitert;")
