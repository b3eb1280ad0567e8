"""Scans over weeks: who is alerted about, once, and who is not."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.messages.news import ALERT_RECORD, SCANS, AlertRecord, ScanNote, scans_from
from bot.payloads import from_json
from jobs.alerts import Scan, scan
from jobs.settings import JobSettings
from store.results import Results
from store.state import State
from store.state.records import Subscription
from tests.jobs.alert_world import Person, noon, publish_day

ALL = JobSettings(alert_capacity=20, hold_out_share=0.0)
START = date(2026, 9, 1)
GROUP = -1001


class World:
    """A folder with results and state, and a scan after each day's run."""

    def __init__(self, folder: Path, state: State, *, subscribed: bool = True) -> None:
        self.folder, self.state = folder, state
        if subscribed:
            state.subscribe(Subscription(chat_id=GROUP, kind="alerts", user_id=1))

    def day(self, number: int, settings: JobSettings = ALL, /, **people: Person | float) -> Scan:
        """Publish and scan the run of a day; a bare number is a probability."""
        as_of = START + timedelta(days=number)
        known = {name: one if isinstance(one, Person) else Person(p=one) for name, one in people.items()}
        publish_day(self.folder, as_of, known)
        return self.scan(as_of, settings)

    def scan(self, as_of: date, settings: JobSettings = ALL) -> Scan:
        with closing(Results(self.folder / "results.db")) as results:
            return scan(results, self.state, settings, noon(as_of))

    @property
    def messages(self) -> list[str]:
        return [from_json(row.payload).text for row in reversed(self.state.outbox_rows("queued"))]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with closing(State(tmp_path / "matinee.db")) as state:
        yield World(tmp_path, state)


def test_the_first_scan_alerts_about_nobody(world: World) -> None:
    found = world.day(0, ann=0.9, ben=0.2)

    assert found == Scan(outcome="baseline", at_risk=1)
    assert world.messages == []
    assert scans_from(world.state.noted(SCANS)) == (
        ScanNote(run_id="20260901T030000Z-x", day="2026-09-01", outcome="baseline", at_risk=1),
    )


def test_a_simulated_month(world: World) -> None:
    world.day(0, ann=0.9, ben=0.2, cid=0.3)
    assert world.day(1, ann=0.9, ben=0.7, cid=0.3).alerted == ()  # once above is not twice
    assert world.day(2, ann=0.9, ben=0.7, cid=0.7) == Scan(
        outcome="alerts", at_risk=2, entered=1, alerted=("ben",)
    )
    assert world.day(3, ann=0.9, ben=0.7, cid=0.7).alerted == ("cid",)
    assert world.day(4, ann=0.9, ben=0.5, cid=0.7).at_risk == 3  # below the line, not below 0.8 of it
    assert world.day(5, ann=0.9, ben=0.4, cid=0.7).at_risk == 2
    world.day(6, ann=0.9, ben=0.7, cid=0.7)
    assert world.day(7, ann=0.9, ben=0.7, cid=0.7).alerted == ()  # ben has not been back since his alert

    back = START + timedelta(days=8)
    home = {"ann": Person(p=0.1, seen=back), "ben": Person(p=0.1, seen=back), "cid": Person(p=0.7)}
    assert world.day(9, **home).at_risk == 1
    world.day(10, ann=Person(p=0.7, seen=back), ben=Person(p=0.7, seen=back), cid=0.7)
    again = world.day(11, ann=Person(p=0.7, seen=back), ben=Person(p=0.7, seen=back), cid=0.7)
    assert again.alerted == ("ann",)  # ben's alert is 9 days old: he cools down
    assert (again.entered, again.waiting) == (2, 0)

    world.day(20, ann=Person(p=0.1, seen=back), ben=Person(p=0.1, seen=back), cid=0.7)
    world.day(21, ann=Person(p=0.7, seen=back), ben=Person(p=0.7, seen=back), cid=0.7)
    assert world.day(22, ann=Person(p=0.7, seen=back), ben=Person(p=0.7, seen=back), cid=0.7).alerted == (
        "ben",
    )
    assert len(world.messages) == 4
    assert [alert.customer_id for alert in world.state.alerts()] == ["ben", "ann", "cid", "ben"]


def test_a_steep_rise_alerts_at_once(world: World) -> None:
    world.day(0, ann=0.2)

    assert world.day(1, ann=Person(p=0.7, week_ago=0.5)).alerted == ("ann",)


def test_only_as_many_as_staff_can_look_after_by_what_is_at_stake(world: World) -> None:
    few = JobSettings(alert_capacity=2, hold_out_share=0.0)
    calm = {name: Person(p=0.1) for name in ("ann", "ben", "cid", "dan")}
    risky = {
        "ann": Person(p=0.95, value=1),
        "ben": Person(p=0.7, value=50),
        "cid": Person(p=0.65, value=40),
        "dan": Person(p=0.9, value=2),
    }
    world.day(0, few, **calm)
    world.day(1, few, **risky)

    assert world.day(2, few, **risky) == Scan(
        outcome="alerts", at_risk=4, entered=4, alerted=("ben", "cid"), waiting=2
    )
    (message,) = world.messages
    assert message.startswith("<b>2 customers newly at risk of leaving within 30 days</b>")
    assert "2 more customers crossed the line with less at stake" in message


def test_customers_too_new_or_asked_to_be_left_alone_are_not_named(world: World) -> None:
    world.day(0, ann=0.1)
    risky = {"ann": Person(p=0.9), "new": Person(p=0.95, established=False), "shy": Person(p=0.9)}
    world.day(1, **risky)
    world.state.add_contact("shy", "snoozed", 1, noon(START), until=noon(START + timedelta(days=9)))

    found = world.day(2, **risky)

    assert found.alerted == ("ann",)
    assert (found.entered, found.waiting) == (2, 0)


def test_the_hold_out_gets_no_alert_and_is_recorded(world: World) -> None:
    half = JobSettings(alert_capacity=10, hold_out_share=0.5)
    names = [f"c{number}" for number in range(12)]
    world.day(0, half, **dict.fromkeys(names, 0.1))
    world.day(1, half, **dict.fromkeys(names, 0.8))
    found = world.day(2, half, **dict.fromkeys(names, 0.8))

    assert found.alerted
    assert found.held_out
    assert not set(found.alerted) & set(found.held_out)
    held = [alert.customer_id for alert in world.state.alerts() if alert.held_out]
    assert sorted(held) == sorted(found.held_out)
    assert all(world.state.alert_states()[name].held_out for name in held)
    (message,) = world.messages
    assert not any(f">{name}<" in message for name in held)


def test_after_the_horizon_alerts_are_held_against_what_happened(world: World) -> None:
    half = JobSettings(alert_capacity=10, hold_out_share=0.5)
    names = [f"c{number}" for number in range(12)]
    world.day(0, half, **dict.fromkeys(names, 0.1))
    world.day(1, half, **dict.fromkeys(names, 0.8))
    found = world.day(2, half, **dict.fromkeys(names, 0.8))
    returned = {found.alerted[0]: Person(p=0.1, seen=START + timedelta(days=5))}
    gone = {name: Person(p=None, lapsed=True) for name in names}
    world.day(31, half, **(gone | returned))
    assert world.state.noted(ALERT_RECORD) is None

    world.day(32, half, **(gone | returned))
    world.day(33, half, **(gone | returned))

    assert AlertRecord.read(world.state.noted(ALERT_RECORD)) == AlertRecord(
        alerted=len(found.alerted),
        alerted_left=len(found.alerted) - 1,
        held_out=len(found.held_out),
        held_out_left=len(found.held_out),
        value_reached=10.0 * (len(found.alerted) - 1),
    )


def test_a_run_is_scanned_once_and_the_same_day_twice_is_not_two_scans(world: World) -> None:
    world.day(0, ann=0.1)
    world.day(1, ann=0.8)

    assert world.scan(START + timedelta(days=1)) == Scan(outcome="done")
    publish_day(world.folder, START + timedelta(days=1), {"ann": Person(p=0.8)}, suffix="y")
    assert world.scan(START + timedelta(days=1)) == Scan(outcome="same day")
    assert world.state.alert_states()["ann"].above == 1


@pytest.mark.parametrize("change", [{"churn_model": "MBG/NBD"}, {"horizon_days": 14}])
def test_another_model_or_horizon_is_a_new_baseline(world: World, change: dict[str, Any]) -> None:
    world.day(0, ann=0.1, ben=0.9, cid=0.1)
    world.day(1, ann=0.8, ben=0.9, cid=0.1)
    publish_day(
        world.folder,
        START + timedelta(days=2),
        {"ann": Person(p=0.8), "ben": Person(p=0.1), "cid": Person(p=0.1)},
        **change,
    )

    found = world.scan(START + timedelta(days=2))

    assert (found.outcome, found.at_risk, found.alerted) == ("baseline", 1, ())
    assert world.state.alert_states()["ben"].state == "ok"
    assert world.messages == []


@pytest.mark.parametrize("change", [{"churn_status": "no_skill"}, {"churn_status": "too_few"}])
def test_scores_that_are_worth_nothing_alert_about_nobody(world: World, change: dict[str, Any]) -> None:
    publish_day(world.folder, START, {"ann": Person(p=0.9)}, **change)

    assert world.scan(START) == Scan(outcome="unscored")
    assert world.state.last_job("alerts") is not None


def test_who_has_left_altogether_is_not_at_risk_any_more(world: World) -> None:
    world.day(0, ann=0.9, ben=0.9)

    assert world.day(1, ann=Person(p=None, lapsed=True), ben=0.9).at_risk == 1


def test_without_subscribers_nobody_is_alerted_about(tmp_path: Path) -> None:
    with closing(State(tmp_path / "matinee.db")) as state:
        world = World(tmp_path, state, subscribed=False)
        world.day(0, ann=0.1)
        world.day(1, ann=0.8)
        found = world.day(2, ann=0.8)

        assert (found.entered, found.alerted, found.waiting) == (1, (), 1)
        assert state.alerts() == ()


def test_the_message_names_each_customer_with_reasons_and_a_button(world: World) -> None:
    names = [f"c{number}" for number in range(7)]
    world.day(0, **dict.fromkeys(names, 0.1))
    world.day(1, **{name: Person(p=0.8, value=20.0 - place) for place, name in enumerate(names)})
    world.day(2, **{name: Person(p=0.8, value=20.0 - place) for place, name in enumerate(names)})

    (row,) = world.state.outbox_rows("queued")
    reply = from_json(row.payload)
    assert (row.key, row.kind, row.chat_id) == (f"alerts:20260903T030000Z-x:{GROUP}", "alerts", GROUP)
    lines = [button.line for buttons in reply.buttons for button in buttons]
    assert [line for line in lines if not line.startswith("/resolve")] == [
        *(f"/user c{number}" for number in range(7)),
        "/atrisk",
    ]
    assert len(lines) == 5 * 6 + 2 + 1
    expected = Path(__file__).parents[1] / "golden" / "alert_message.txt"
    assert reply.text == expected.read_text(encoding="utf-8").rstrip("\n")


def test_nothing_is_half_done_when_a_scan_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.day(0, ann=0.1)
    world.day(1, ann=0.8)
    publish_day(world.folder, START + timedelta(days=2), {"ann": Person(p=0.8)})

    def broken(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(world.state, "enqueue", broken)
        with pytest.raises(OSError, match="disk full"):
            world.scan(START + timedelta(days=2))
    assert world.state.alert_states()["ann"].state == "ok"
    assert world.state.alerts() == ()

    assert world.scan(START + timedelta(days=2)).alerted == ("ann",)


def test_notes_are_json_that_a_person_can_read(world: World) -> None:
    world.day(0, ann=0.9)

    assert json.loads(world.state.noted("alerts.basis") or "")[1] == 30
    assert world.state.noted("alerts.day") == "2026-09-01"
