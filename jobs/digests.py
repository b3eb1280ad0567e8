"""Who gets the digest, and when: at each chat's own hour, once, across restarts and changes of the clock.

Each is told what changed since the digest before it. One that could not be sent in time is skipped, and the
next one says so.

The words are those of ``/digest`` (``bot.digest``).
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.access import language_for
from bot.digest import news
from bot.languages import speaking
from bot.messages.digest import told
from bot.messages.news import TOLD, News, Standing
from bot.payloads import to_json
from bot.queries import Queries
from jobs.settings import JobSettings
from store.errors import NoResults
from store.results import Results
from store.state import State
from store.state.records import Subscription, SubscriptionKind

LOG = logging.getLogger(__name__)

KIND: SubscriptionKind = "digest"
DAYS_BACK = 8
SENT, QUIET, TOO_LATE = "queued", "nothing to tell", "skipped: too late"
NOTHING_YET = "skipped: nothing was published yet"


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """A digest that a chat was to get.

    Attributes:
        day: In the subscription's own zone; one digest a day.
        at: The moment, UTC.
    """

    day: date
    at: datetime


def last_occasion(subscription: Subscription, now: datetime) -> Occasion | None:
    """The newest digest that was due by ``now``, looking back a week; None where there is none."""
    return next(occasions(subscription, now), None)


def occasions(subscription: Subscription, now: datetime) -> Iterator[Occasion]:
    """The digests that were due by ``now``, newest first: of the last week, and since it was wished.

    A time that the clock skips in spring is an hour later; of one that comes twice in autumn, the first
    counts.

    Args:
        subscription: With its hour, weekdays (Monday is 0) and zone.
        now: UTC.
    """
    zone = ZoneInfo(subscription.zone)
    today = now.astimezone(zone).date()
    for back in range(DAYS_BACK):
        day = today - timedelta(days=back)
        if str(day.weekday()) not in subscription.weekdays:
            continue
        local = datetime(day.year, day.month, day.day, subscription.hour, subscription.minute, tzinfo=zone)
        at = local.astimezone(now.tzinfo)
        if subscription.since is not None and at < subscription.since:
            return
        if at <= now:
            yield Occasion(day=day, at=at)


def send_due(results: Results, state: State, settings: JobSettings, now: datetime) -> int:
    """Queue the digests that are due and were not queued before; called every minute.

    One that is later than the grace is skipped, recorded, and named in the next. Without results nothing is
    settled: the digest goes out if they come within the grace.

    Args:
        results: The published run.
        state: Subscriptions, outbox, what was done before.
        settings: The grace.
        now: UTC.

    Returns:
        How many chats will get one.
    """
    waiting = [
        (subscription, occasion)
        for subscription in state.subscriptions(KIND)
        if (occasion := last_occasion(subscription, now)) is not None
        and state.job(KIND, occasion.day, subscription.chat_id) is None
    ]
    grace = timedelta(hours=settings.digest_grace_hours)
    in_time = [one for one in waiting if now - one[1].at <= grace]
    for subscription, occasion in waiting:
        if now - occasion.at > grace and not _is_published(results):
            _settle(state, subscription, occasion, NOTHING_YET, now)
        elif now - occasion.at > grace:
            LOG.warning(
                "the digest of %s for chat %s is skipped: too late", occasion.day, subscription.chat_id
            )
            _settle(state, subscription, occasion, TOO_LATE, now)
    return _queue(results, state, in_time, now) if in_time else 0


def _is_published(results: Results) -> bool:
    try:
        results.run()
    except NoResults:
        return False
    return True


def send_now(results: Results, state: State, now: datetime) -> int:
    """Queue a digest for every subscribed chat at once, whatever the hour.

    Returns:
        How many chats will get one.

    Raises:
        NoResults: nothing has been published yet.
    """
    queries = _queries(results, state, now)
    results.run()
    return sum(
        state.enqueue(
            f"{KIND}:{now.isoformat()}:{one.chat_id}",
            KIND,
            one.chat_id,
            _in_words(news(queries, _told_before(state, one)), one.chat_id, state),
            now,
        )
        for one in state.subscriptions(KIND)
    )


def _queue(
    results: Results, state: State, waiting: Sequence[tuple[Subscription, Occasion]], now: datetime
) -> int:
    queries = _queries(results, state, now)
    queued = 0
    for subscription, occasion in waiting:
        skipped = _skipped_before(state, subscription, occasion)
        try:
            facts = news(queries, _told_before(state, subscription), skipped)
        except NoResults:
            return 0
        if subscription.only_notable and not facts.notable:
            _settle(state, subscription, occasion, QUIET, now)
            continue
        # The row and the note that it is there stand or fall together.
        with state.transaction():
            key = f"{KIND}:{occasion.day}:{subscription.chat_id}"
            payload = _in_words(facts, subscription.chat_id, state)
            queued += state.enqueue(key, KIND, subscription.chat_id, payload, now)
            state.note(f"{TOLD}:{subscription.chat_id}", facts.now.to_json())
            _settle(state, subscription, occasion, SENT, now)
    return queued


def _in_words(facts: News, chat_id: int, state: State) -> str:
    with speaking(language_for(chat_id, state)):
        return to_json(told(facts))


def _told_before(state: State, subscription: Subscription) -> Standing | None:
    return Standing.read(state.noted(f"{TOLD}:{subscription.chat_id}"))


def _skipped_before(state: State, subscription: Subscription, occasion: Occasion) -> tuple[date, ...]:
    """The days since the digest before this one whose digest nobody sent, oldest first."""
    skipped: list[date] = []
    for earlier in occasions(subscription, occasion.at - timedelta(microseconds=1)):
        job = state.job(KIND, earlier.day, subscription.chat_id)
        if job is not None and job.outcome != TOO_LATE:
            break
        skipped.append(earlier.day)
    else:
        # Nothing was sent for a week: unless it was wished since then, nobody knows whether it ever was.
        skipped = (
            skipped
            if subscription.since is not None
            else [one for one in skipped if state.job(KIND, one, subscription.chat_id) is not None]
        )
    return tuple(reversed(skipped))


def _settle(
    state: State, subscription: Subscription, occasion: Occasion, outcome: str, now: datetime
) -> None:
    with state.transaction():
        state.start_job(KIND, occasion.day, subscription.chat_id, at=now)
        state.finish_job(KIND, occasion.day, subscription.chat_id, outcome=outcome, at=now)


def _queries(results: Results, state: State, now: datetime) -> Queries:
    return Queries(results=results, state=state, now=lambda: now)
