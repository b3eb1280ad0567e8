"""What happens by itself, and when; one table."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from bot.console import plain
from bot.digest import digest
from bot.messages.wording import count
from bot.queries import Queries
from jobs import digests
from jobs.alerts import scan
from jobs.retraining import RECORDED, retrain_aside
from jobs.settings import JobSettings, Settings, clock_time
from pipeline.errors import ConfigError, MatineeError
from store.errors import NoResults
from store.results import Results
from store.state import State

LOG = logging.getLogger(__name__)

# APScheduler's own grace is one second: a job due while the loop was busy would not run at all.
GRACE = timedelta(hours=6)
LAST_ALERT_HOUR = 20
INBOX_KEPT = timedelta(days=7)
SENT_KEPT = timedelta(days=30)
INVITATIONS_KEPT = timedelta(days=7)
BUTTONS_KEPT = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a job may use.

    Attributes:
        state: Shared with the chat, safe between threads. Results are opened by each job for itself.
        now: The moment, UTC.
    """

    settings: Settings
    state: State
    now: Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something that happens by itself.

    Attributes:
        trigger: When, given the settings.
        function: Does it, and says in a few words what came of it.
        daily: Once a local day, recorded in ``job_runs`` and caught up after a pause; other jobs know by
            themselves what they did already, and simply run.
        same_as: What is recorded when a person does it by hand; done since it was due, nothing was missed.
    """

    name: str
    trigger: Callable[[JobSettings], BaseTrigger]
    function: Callable[[Work], Awaitable[str]]
    daily: bool = False
    same_as: str | None = None


async def retrain(work: Work) -> str:
    """Learn anew in a process of its own."""
    code, said = await retrain_aside(work.settings)
    if code:
        LOG.error("the nightly retrain ended with exit code %s:\n%s", code, said)
        return f"failed with exit code {code}"
    return "published"


async def alert(work: Work) -> str:
    """Alert about customers who are newly at risk."""
    return await asyncio.to_thread(_alert, work)


def _alert(work: Work) -> str:
    with closing(Results(work.settings.results_path)) as results:
        try:
            found = scan(results, work.state, work.settings.jobs, work.now())
        except NoResults:
            return "no results yet"
    return f"{found.outcome}: {len(found.alerted)} alerted, {found.waiting} waiting"


async def send_digests(work: Work) -> str:
    """Queue the digests whose time has come."""
    return await asyncio.to_thread(_send_digests, work)


def _send_digests(work: Work) -> str:
    with closing(Results(work.settings.results_path)) as results:
        queued = digests.send_due(results, work.state, work.settings.jobs, work.now())
    return f"{queued} queued"


async def tidy(work: Work) -> str:
    """Forget updates and buttons that nobody will need again."""
    now = work.now()
    updates = work.state.forget_inbox(now - INBOX_KEPT)
    work.state.forget_outbox(now - SENT_KEPT)
    work.state.forget_link_tokens(now - INVITATIONS_KEPT)
    buttons = work.state.forget_lines(now - BUTTONS_KEPT)
    return f"{updates} updates and {buttons} buttons forgotten"


def _daily(setting: str) -> Callable[[JobSettings], BaseTrigger]:
    def trigger(jobs: JobSettings) -> BaseTrigger:
        hour, minute = clock_time(getattr(jobs, setting), f"[jobs] {setting}")
        return CronTrigger(hour=hour, minute=minute, timezone=ZoneInfo(jobs.zone))

    return trigger


def _hourly_from_alerts_at(jobs: JobSettings) -> BaseTrigger:
    hour, minute = clock_time(jobs.alerts_at, "[jobs] alerts_at")
    hours = f"{hour}-{max(hour, LAST_ALERT_HOUR)}"
    return CronTrigger(hour=hours, minute=minute, timezone=ZoneInfo(jobs.zone))


def _every_minute(jobs: JobSettings) -> BaseTrigger:
    return CronTrigger(minute="*", timezone=ZoneInfo(jobs.zone))


def _sundays(jobs: JobSettings) -> BaseTrigger:
    return CronTrigger(day_of_week="sun", hour=4, minute=30, timezone=ZoneInfo(jobs.zone))


TIMETABLE: tuple[Job, ...] = (
    Job(name="retrain", trigger=_daily("retrain_at"), function=retrain, daily=True, same_as=RECORDED),
    # Hours after retraining, so that no alert speaks of yesterday's model; again each hour of the day, so
    # that a late retrain is not left until tomorrow. Each run is scanned once.
    Job(name="alerts", trigger=_hourly_from_alerts_at, function=alert),
    # Each chat has its own hour and zone.
    Job(name="digests", trigger=_every_minute, function=send_digests),
    Job(name="tidy", trigger=_sundays, function=tidy),
)


async def perform(job: Job, work: Work) -> None:
    """Do a job, a daily one only if it was not done for this local day; a failure is logged and recorded."""
    now = work.now()
    day = now.astimezone(ZoneInfo(work.settings.jobs.zone)).date()
    if job.daily and not work.state.start_job(job.name, day, at=now):
        return
    try:
        outcome = await job.function(work)
    except Exception as error:
        LOG.exception("the job “%s” failed", job.name)
        outcome = f"failed: {type(error).__name__}"
    if job.daily:
        work.state.finish_job(job.name, day, outcome=outcome, at=work.now())
    LOG.log(logging.INFO if job.daily else logging.DEBUG, "%s: %s", job.name, outcome)


def missed(job: Job, work: Work) -> bool:
    """Whether a daily job was due while nothing ran, and it is not too late for it."""
    now = work.now()
    due = job.trigger(work.settings.jobs).get_next_fire_time(None, now - GRACE)
    if not job.daily or due is None or due > now:
        return False
    by_hand = work.state.last_job(job.same_as) if job.same_as else None
    if by_hand is not None and by_hand.started_at >= due and "failed" not in (by_hand.outcome or "failed"):
        return False
    day = due.astimezone(ZoneInfo(work.settings.jobs.zone)).date()
    begun = work.state.job(job.name, day)
    if begun is not None and begun.finished_at is None:
        # Cut off half-way: whoever did it is gone, for there is one process only.
        return work.state.reopen_job(job.name, day)
    return begun is None


async def catch_up(work: Work, table: tuple[Job, ...] = TIMETABLE) -> None:
    """At start: do what was missed, in the order of the table, then look once after everything else."""
    for job in table:
        if missed(job, work) or (not job.daily and _is_in_hours(job, work)):
            await perform(job, work)


def _is_in_hours(job: Job, work: Work) -> bool:
    """Whether a job that knows what it did is due again within the hour."""
    now = work.now()
    due = job.trigger(work.settings.jobs).get_next_fire_time(None, now)
    return due is not None and due - now <= timedelta(hours=1)


def scheduler_for(work: Work, table: tuple[Job, ...] = TIMETABLE) -> AsyncIOScheduler:
    """A scheduler that does the table; the caller starts it inside a running loop, and shuts it down."""
    scheduler = AsyncIOScheduler(
        timezone=UTC,
        job_defaults={
            "misfire_grace_time": int(GRACE.total_seconds()),
            "coalesce": True,
            "max_instances": 1,
        },
    )
    for job in table:
        scheduler.add_job(
            perform, job.trigger(work.settings.jobs), args=(job, work), id=job.name, name=job.name
        )
    return scheduler


def run_now(name: str, settings: Settings, *, now: datetime) -> str:
    """Do one job at once, on demand; returns what came of it in a sentence.

    Raises:
        ConfigError: there is no such job.
        NoResults: it needs results, and nothing has been published yet.
    """
    if name not in ON_DEMAND:
        raise ConfigError(f"There is no job “{name}”. Known are: {', '.join(ON_DEMAND)}.")
    with closing(State(settings.state_path)) as state:
        return ON_DEMAND[name](settings, state, now)


def _digest_now(settings: Settings, state: State, now: datetime) -> str:
    with closing(Results(settings.results_path)) as results:
        text = plain(digest(Queries(results, state, lambda: now)).text, bold=False)
        queued = digests.send_now(results, state, now)
    if not queued:
        return f"{text}\n\nNo chat is subscribed to the digest, so there was nobody to queue it for."
    return f"{text}\n\nQueued the digest for {count(queued, 'chat')}. It leaves when “matinee serve” runs."


def _alerts_now(settings: Settings, state: State, now: datetime) -> str:
    with closing(Results(settings.results_path)) as results:
        found = scan(results, state, settings.jobs, now)
    return (
        f"Scanned ({found.outcome}): {found.at_risk} at risk, {found.entered} since this run; "
        f"alerted about {len(found.alerted)}, held out {len(found.held_out)}, waiting {found.waiting}."
    )


def _retrain_now(settings: Settings, _state: State, _now: datetime) -> str:
    code, said = asyncio.run(retrain_aside(settings))
    if code:
        raise MatineeError(f"{said.rstrip()}\nThe retrain failed (exit code {code}).")
    return said.rstrip()


ON_DEMAND: Mapping[str, Callable[[Settings, State, datetime], str]] = {
    "digest": _digest_now,
    "alerts": _alerts_now,
    "retrain": _retrain_now,
}
