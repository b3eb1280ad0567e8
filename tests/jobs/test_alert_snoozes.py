"""Whoever is snoozed is told of again when it is over."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.settings import JobSettings
from store.state import State
from tests.jobs.alert_world import Person, noon
from tests.jobs.test_alert_scans import START, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with closing(State(tmp_path / "matinee.db")) as state:
        yield World(tmp_path, state)


def test_a_snooze_that_is_over_brings_him_back_once_while_he_is_still_at_risk(world: World) -> None:
    world.day(0, ann=0.1, ben=0.1, cid=0.1)
    world.day(1, ann=0.8, ben=0.8, cid=0.8)
    assert world.day(2, ann=0.8, ben=0.8, cid=0.8).alerted == ("ann", "ben", "cid")
    for name in ("ann", "ben"):
        world.state.add_contact(name, "snoozed", 1, noon(START), until=noon(START + timedelta(days=9)))
    home = Person(p=0.1, seen=START + timedelta(days=5))

    assert world.day(8, ann=0.8, ben=home, cid=0.8).alerted == ()
    found = world.day(10, ann=0.8, ben=home, cid=0.8)

    assert (found.alerted, found.entered) == (("ann",), 0)
    assert world.messages[-1].startswith("<b>1 customer still at risk after a snooze</b>")
    assert "80 %, €10 a month, the snooze is over" in world.messages[-1]
    assert world.day(11, ann=0.8, ben=home, cid=0.8).alerted == ()


def test_who_became_at_risk_while_snoozed_is_told_of_afterwards(world: World) -> None:
    world.state.add_contact("ann", "snoozed", 1, noon(START), until=noon(START + timedelta(days=7)))
    world.day(0, ann=0.1, ben=0.1)
    world.day(1, ann=0.8, ben=0.1)
    assert world.day(2, ann=0.8, ben=0.1).alerted == ()

    world.day(7, ann=0.8, ben=0.8)
    found = world.day(8, ann=0.8, ben=0.8)

    assert found.alerted == ("ben",), "ann was told of a day before"
    assert [alert.customer_id for alert in world.state.alerts()] == ["ben", "ann"]


def test_a_snooze_that_is_over_is_never_held_out(world: World) -> None:
    everybody = JobSettings(alert_capacity=20, hold_out_share=0.999)
    world.state.add_contact("ann", "snoozed", 1, noon(START), until=noon(START + timedelta(days=3)))
    world.day(0, everybody, ann=0.1, ben=0.1)
    world.day(1, everybody, ann=0.8, ben=0.8)
    world.day(2, everybody, ann=0.8, ben=0.8)

    assert world.day(4, everybody, ann=0.8, ben=0.8).alerted == ("ann",)
