"""Runs whose numbers cannot be trusted alert about nobody, and what is the same model is no new beginning."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.alerts import Scan
from store.state import State
from tests.jobs.alert_world import Person, publish_day
from tests.jobs.test_alert_scans import START, World

ODD_IMPORT = {"monitoring.ingestion_alarm": 1.0}
QUIET, RISKY = Person(p=0.1), Person(p=0.9)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with closing(State(tmp_path / "matinee.db")) as state:
        yield World(tmp_path, state)


def test_a_run_with_an_odd_import_is_not_scanned(world: World) -> None:
    world.day(0, ann=QUIET)
    publish_day(world.folder, START + timedelta(days=1), {"ann": RISKY}, metrics=ODD_IMPORT)

    assert world.scan(START + timedelta(days=1)) == Scan(outcome="blocked")
    assert world.messages == []
    assert world.state.last_job("alerts") is not None


def test_what_an_odd_import_showed_is_forgotten(world: World) -> None:
    world.day(0, ann=QUIET)
    publish_day(world.folder, START + timedelta(days=1), {"ann": RISKY}, metrics=ODD_IMPORT)
    world.scan(START + timedelta(days=1))

    # A second look at the line makes an entry, but the first one did not count.
    assert world.day(2, ann=RISKY).entered == 0
    assert world.day(3, ann=RISKY).alerted == ("ann",)


def test_a_first_run_with_an_odd_import_is_no_starting_line(world: World) -> None:
    publish_day(world.folder, START, {"ann": RISKY}, metrics=ODD_IMPORT)

    assert world.scan(START) == Scan(outcome="blocked")
    assert world.day(1, ann=QUIET).outcome == "baseline"


def test_a_model_that_was_kept_is_no_new_beginning(world: World) -> None:
    world.day(0, ann=QUIET)
    name = "logistic regression and LightGBM, blended (kept from an earlier run)"
    publish_day(world.folder, START + timedelta(days=1), {"ann": RISKY}, churn_model=name)

    assert world.scan(START + timedelta(days=1)).outcome == "alerts"
