"""Who gets the digest, and when: at each chat's own hour, once, across restarts and changes of the clock.

The words are those of ``/digest`` (``bot.digest``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.digest import news
from bot.messages.digest import told
from bot.payloads import to_json
from bot.queries import Queries
from jobs.settings import JobSettings
from store.errors import NoResults
from store.results import Results
from store.state import State
from store.state.records import Subscription, SubscriptionKind

KIND: SubscriptionKind = "digest"
SENT, QUIET, TOO_LATE = "queued", "nothing to tell", "skipped: too late"


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
    """The newest digest that was due by ``now``, looking back a week; None where there is none.

    A time that the clock skips in spring is an hour later; of one that comes twice in autumn, the first
    counts.

    Args:
        subscription: With its hour, weekdays (Monday is 0) and zone.
        now: UTC.
    """
    zone = ZoneInfo(subscription.zone)
    today = now.astimezone(zone).date()
    for back in range(8):
        day = today - timedelta(days=back)
        if str(day.weekday()) not in subscription.weekdays:
            continue
        local = datetime(day.year, day.month, day.day, subscription.hour, subscription.minute, tzinfo=zone)
        at = local.astimezone(now.tzinfo)
        if at <= now:
            return Occasion(day=day, at=at)
    return None


def send_due(results: Results, state: State, settings: JobSettings, now: datetime) -> int:
    """Queue the digests that are due and were not queued before; called every minute.

    One that is later than the grace is skipped, and the skip recorded. Without results nothing is settled:
    the digest goes out if they come within the grace.

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
        if now - occasion.at > grace:
            _settle(state, subscription, occasion, TOO_LATE, now)
    return _queue(results, state, in_time, now) if in_time else 0


def send_now(results: Results, state: State, now: datetime) -> int:
    """Queue a digest for every subscribed chat at once, whatever the hour.

    Returns:
        How many chats will get one.

    Raises:
        NoResults: nothing has been published yet.
    """
    subscriptions = state.subscriptions(KIND)
    payload = to_json(told(news(_queries(results, state, now))))
    return sum(
        state.enqueue(f"{KIND}:{now.isoformat()}:{one.chat_id}", KIND, one.chat_id, payload, now)
        for one in subscriptions
    )


def _queue(
    results: Results, state: State, waiting: Sequence[tuple[Subscription, Occasion]], now: datetime
) -> int:
    try:
        facts = news(_queries(results, state, now))
    except NoResults:
        return 0
    payload = to_json(told(facts))
    queued = 0
    for subscription, occasion in waiting:
        if subscription.only_notable and not facts.notable:
            _settle(state, subscription, occasion, QUIET, now)
            continue
        # The row and the note that it is there stand or fall together.
        with state.transaction():
            key = f"{KIND}:{occasion.day}:{subscription.chat_id}"
            queued += state.enqueue(key, KIND, subscription.chat_id, payload, now)
            _settle(state, subscription, occasion, SENT, now)
    return queued


def _settle(
    state: State, subscription: Subscription, occasion: Occasion, outcome: str, now: datetime
) -> None:
    with state.transaction():
        state.start_job(KIND, occasion.day, subscription.chat_id, at=now)
        state.finish_job(KIND, occasion.day, subscription.chat_id, outcome=outcome, at=now)


def _queries(results: Results, state: State, now: datetime) -> Queries:
    return Queries(results=results, state=state, now=lambda: now)
