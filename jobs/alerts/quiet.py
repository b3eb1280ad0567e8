"""When nothing is pushed: what comes up then waits for the end of it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from store.state.records import Member, Subscription


def awake_at(now: datetime, subscription: Subscription, member: Member | None) -> datetime:
    """The first moment from ``now`` on at which nothing asks for quiet, in the subscription's zone.

    Somebody's quiet hours are those of his private chat; in a group others are awake.
    """
    if member is None or member.quiet_from is None or member.quiet_until is None:
        return now
    if subscription.chat_id != member.chat_id:
        return now
    zone = ZoneInfo(subscription.zone)
    local = now.astimezone(zone)
    quiet, until = member.quiet_from, member.quiet_until
    asleep = quiet <= local.hour < until if quiet <= until else local.hour >= quiet or local.hour < until
    if not asleep:
        return now
    morning = local.replace(hour=until, minute=0, second=0, microsecond=0, tzinfo=None)
    if morning <= local.replace(tzinfo=None):
        morning += timedelta(days=1)
    return morning.replace(tzinfo=zone).astimezone(now.tzinfo)
