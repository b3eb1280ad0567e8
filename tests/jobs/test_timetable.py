"""What happens by itself happens once, at its time, and is caught up after a pause."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.interval import IntervalTrigger

from bot.settings import BotSettings
from jobs import timetable
from jobs.settings import JobSettings, Settings
from jobs.timetable import TIMETABLE, Job, Work, catch_up, missed, perform, run_now, scheduler_for
from pipeline.config import PipelineConfig
from pipeline.errors import ConfigError, MatineeError
from store.errors import NoResults
from store.state import State
from store.state.records import Subscription
from tests.store.publishing import publish_small

BERLIN = JobSettings(zone="Europe/Berlin", retrain_at="03:00", alerts_at="07:00")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def job(name: str) -> Job:
    return next(one for one in TIMETABLE if one.name == name)


def installed(folder: Path) -> Settings:
    return Settings(
        path=folder / "matinee.toml",
        pipeline=PipelineConfig(data=folder, output=folder, sources=()),
        bot=BotSettings(),
        jobs=BERLIN,
    )


@dataclass
class Clock:
    """A moment that a test sets."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Diary:
    """Jobs that write down that they were done."""

    done: list[str] = field(default_factory=list)

    def job(self, name: str, like: str, *, daily: bool, fails: bool = False) -> Job:
        async def function(work: Work) -> str:
            self.done.append(name)
            if fails:
                raise OSError("the disk is full")
            return "done"

        return Job(name=name, trigger=job(like).trigger, function=function, daily=daily)


@pytest.fixture
def clock() -> Clock:
    return Clock(utc("2026-11-24T02:00"))


@pytest.fixture
def work(tmp_path: Path, clock: Callable[[], datetime]) -> Iterator[Work]:
    with closing(State(tmp_path / "matinee.db")) as state:
        yield Work(settings=installed(tmp_path), state=state, now=clock)


@pytest.mark.parametrize(
    ("name", "after", "due"),
    [
        ("retrain", "2026-11-24T02:00:01", "2026-11-25T02:00"),
        ("retrain", "2026-03-28T12:00", "2026-03-29T01:00"),  # summer time has begun
        ("retrain", "2026-10-24T12:00", "2026-10-25T02:00"),  # winter time has begun
        ("alerts", "2026-11-24T00:00", "2026-11-24T06:00"),
        ("alerts", "2026-11-24T06:30", "2026-11-24T07:00"),
        ("alerts", "2026-11-24T19:30", "2026-11-25T06:00"),
        ("digests", "2026-11-24T00:00:01", "2026-11-24T00:01"),
        ("tidy", "2026-11-24T00:00", "2026-11-29T03:30"),
    ],
)
def test_times_are_those_of_the_configured_zone(name: str, after: str, due: str) -> None:
    found = job(name).trigger(BERLIN).get_next_fire_time(None, utc(after))

    assert found.astimezone(UTC) == utc(due)


async def test_a_daily_job_is_done_once_a_day_and_recorded(work: Work, clock: Clock) -> None:
    diary = Diary()
    nightly = diary.job("nightly", "retrain", daily=True)

    await perform(nightly, work)
    await perform(nightly, work)
    clock.at += timedelta(days=1)
    await perform(nightly, work)

    assert diary.done == ["nightly", "nightly"]
    first = work.state.job("nightly", date(2026, 11, 24))
    assert first is not None
    assert (first.outcome, first.finished_at) == ("done", utc("2026-11-24T02:00"))


async def test_a_job_that_fails_is_recorded_and_harms_no_other(
    work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    diary = Diary()
    table = (
        diary.job("broken", "retrain", daily=True, fails=True),
        diary.job("broken hourly", "digests", daily=False, fails=True),
        diary.job("fine", "digests", daily=False),
    )

    with caplog.at_level(logging.CRITICAL):
        await catch_up(work, table)

    assert diary.done == ["broken", "broken hourly", "fine"]
    found = work.state.last_job("broken")
    assert found is not None
    assert found.outcome == "failed: OSError"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24T01:59", False),  # not yet due; yesterday's is too old
        ("2026-11-24T02:00", True),
        ("2026-11-24T07:59", True),
        ("2026-11-24T08:01", False),  # more than six hours late
    ],
)
def test_a_missed_night_is_caught_up_for_six_hours(
    work: Work, clock: Clock, now: str, expected: bool
) -> None:
    clock.at = utc(now)

    assert missed(job("retrain"), work) is expected


def test_what_was_done_is_not_missed_and_what_was_cut_off_is(work: Work) -> None:
    today = date(2026, 11, 24)
    work.state.start_job("retrain", today, at=work.now())
    assert missed(job("retrain"), work)

    work.state.start_job("retrain", today, at=work.now())
    work.state.finish_job("retrain", today, outcome="published", at=work.now())
    assert not missed(job("retrain"), work)
    assert not missed(job("digests"), work)


def test_a_retrain_by_hand_since_then_is_enough(work: Work, clock: Clock) -> None:
    clock.at = utc("2026-11-24T05:00")
    yesterday, today = date(2026, 11, 23), date(2026, 11, 24)
    work.state.start_job("retrained", yesterday, at=utc("2026-11-23T22:00"))
    work.state.finish_job("retrained", yesterday, outcome="published", at=utc("2026-11-23T22:01"))
    assert missed(job("retrain"), work)

    work.state.start_job("retrained", today, at=utc("2026-11-24T04:00"))
    assert missed(job("retrain"), work)
    work.state.finish_job("retrained", today, outcome="published", at=utc("2026-11-24T04:01"))
    assert not missed(job("retrain"), work)


async def test_at_start_what_was_missed_comes_first_in_the_order_of_the_table(
    work: Work, clock: Clock
) -> None:
    diary = Diary()
    table = (
        diary.job("nightly", "retrain", daily=True),
        diary.job("hourly", "alerts", daily=False),
        diary.job("weekly", "tidy", daily=False),
    )
    clock.at = utc("2026-11-24T06:30")

    await catch_up(work, table)
    await catch_up(work, table)

    assert diary.done == ["nightly", "hourly", "hourly"]


async def test_the_scheduler_does_the_table_with_grace_and_one_at_a_time(work: Work) -> None:
    diary = Diary()
    soon = diary.job("soon", "digests", daily=False)
    often = Job(
        name="soon", trigger=lambda _: IntervalTrigger(seconds=0.05, timezone=UTC), function=soon.function
    )
    scheduler = scheduler_for(work, (often,))
    scheduler.start()
    try:
        (scheduled,) = scheduler.get_jobs()
        assert (scheduled.misfire_grace_time, scheduled.coalesce, scheduled.max_instances) == (
            21_600,
            True,
            1,
        )
        for _ in range(100):
            await asyncio.sleep(0.02)
            if diary.done:
                break
    finally:
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)

    assert diary.done
    assert {one.id for one in scheduler_for(work).get_jobs()} == {"retrain", "alerts", "digests", "tidy"}


async def test_alerts_and_digests_are_queued_by_the_table(work: Work, clock: Clock, tmp_path: Path) -> None:
    clock.at = utc("2026-11-23T08:30")
    work.state.subscribe(Subscription(chat_id=5, kind="digest", user_id=5, hour=8))
    assert await timetable.alert(work) == "no results yet"
    assert await timetable.send_digests(work) == "0 queued"

    publish_small(tmp_path)

    assert await timetable.alert(work) == "baseline: 0 alerted, 0 waiting"
    assert await timetable.send_digests(work) == "1 queued"
    assert await timetable.send_digests(work) == "0 queued"


async def test_old_updates_and_buttons_are_forgotten(work: Work, clock: Clock) -> None:
    long_ago = clock.at - timedelta(days=100)
    for number in (1, 2):
        work.state.receive(number, "{}", long_ago)
        work.state.finish(number, long_ago)
    work.state.keep_line("k", "/atrisk 10", long_ago)

    assert await timetable.tidy(work) == "1 updates and 1 buttons forgotten"


async def test_a_retrain_that_fails_says_so(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    # There is no matinee.toml in the folder.
    with caplog.at_level(logging.ERROR):
        assert await timetable.retrain(work) == "failed with exit code 2"

    assert "There is no" in caplog.text


def test_jobs_can_be_done_on_demand(tmp_path: Path) -> None:
    settings = installed(tmp_path)
    with pytest.raises(NoResults):
        run_now("digest", settings, now=utc("2026-11-23T08:30"))
    publish_small(tmp_path)
    said = run_now("digest", settings, now=utc("2026-11-23T08:30"))
    assert said.startswith("Digest for")
    assert said.endswith("No chat is subscribed to the digest, so there was nobody to queue it for.")
    with closing(State(settings.state_path)) as state:
        state.subscribe(Subscription(chat_id=5, kind="digest", user_id=5))

    assert "Queued the digest for 1 chat." in run_now("digest", settings, now=utc("2026-11-23T08:30"))
    assert run_now("alerts", settings, now=utc("2026-11-23T08:30")).startswith(
        "Scanned (baseline): 5 at risk"
    )
    with pytest.raises(MatineeError, match=r"The retrain failed \(exit code 2\)"):
        run_now("retrain", settings, now=utc("2026-11-23T08:30"))
    with pytest.raises(ConfigError, match="There is no job “lunch”"):
        run_now("lunch", settings, now=utc("2026-11-23T08:30"))
