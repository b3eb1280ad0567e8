"""The frozen records in which ``State`` answers; times are UTC."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from store.records import Role

SubscriptionKind = Literal["digest", "alerts"]
OutboxState = Literal["queued", "sending", "sent", "uncertain", "failed", "blocked"]
RiskState = Literal["ok", "at_risk"]
AlertOutcome = Literal["open", "contacted", "saved", "lost", "wrong", "snoozed"]
ContactOutcome = Literal["contacted", "saved", "lost", "wrong", "snoozed"]
Verdict = Literal["like", "dislike", "seen", "not_interested"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody who may talk to the bot.

    Attributes:
        user_id: Telegram's id of the person.
        chat_id: His private chat.
        customer_id: The linked customer of a viewer.
        zone: IANA name of his time zone.
        added_by: ``user_id`` of who let him in; None for the configuration.
        language: Two letters; None for the default.
        quiet_from, quiet_until: Local hours between which nothing is pushed, e.g. 22 and 7.
    """

    user_id: int
    chat_id: int
    role: Role
    added_at: datetime
    name: str | None = None
    customer_id: str | None = None
    zone: str = "UTC"
    added_by: int | None = None
    language: str | None = None
    quiet_from: int | None = None
    quiet_until: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkToken:
    """An invitation; only the hash of its secret is stored. ``name`` is what who invited calls the guest."""

    token_hash: str
    role: Role
    customer_id: str | None
    expires_at: datetime
    created_by: int | None
    name: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkFailures:
    """How often somebody brought an invitation that is none, and when last."""

    failures: int
    last_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ForgetRequest:
    """A customer asked to be forgotten; ``user_id`` is who he is on Telegram."""

    customer_id: str
    user_id: int
    asked_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A chat that wants digests or alerts.

    Attributes:
        hour, minute: Local time of ``zone``.
        weekdays: Digits of the days, Monday is 0: "0123456" is daily, "0" weekly.
        only_notable: Stay silent on days without news.
        user_id: Who subscribed.
        since: When, or when he last changed it: what was due before was not missed; None is always.
    """

    chat_id: int
    kind: SubscriptionKind
    user_id: int
    zone: str = "UTC"
    hour: int = 9
    minute: int = 0
    weekdays: str = "0123456"
    only_notable: bool = False
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxRow:
    """An update that was received and is not yet finished; ``payload`` is its JSON."""

    update_id: int
    payload: str
    received_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxRow:
    """A message to be pushed.

    Attributes:
        key: Unique: kind, day, chat and subject; what is queued twice is sent once.
        payload: JSON text of what is sent.
        state: ``uncertain`` may have arrived and is not sent again.
        attempts: How often sending was begun.
    """

    id: int
    key: str
    kind: str
    chat_id: int
    payload: str
    state: OutboxState
    attempts: int
    due_at: datetime
    sent_at: datetime | None = None
    message_id: int | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertState:
    """Where a customer stood at the last alert scan.

    Attributes:
        since: First day of this state.
        above: Scans in a row that found him above the line.
        alerted_at: Day of his last alert.
        held_out: Drawn into the random group that gets no alert.
    """

    customer_id: str
    state: RiskState
    since: date
    above: int = 0
    alerted_at: date | None = None
    held_out: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One alert about one customer; ``id`` 0 is not yet recorded."""

    customer_id: str
    run_id: str
    probability: float
    value: float
    sent_at: datetime
    held_out: bool = False
    state: AlertOutcome = "open"
    by: int | None = None
    resolved_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """What somebody did about a customer; ``until`` is the end of a snooze."""

    customer_id: str
    outcome: ContactOutcome
    by: int
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Feedback:
    """What a customer thinks of a title; the last verdict counts."""

    customer_id: str
    title_id: str
    verdict: Verdict
    at: datetime
    by: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """Who did or looked at what."""

    user_id: int
    action: str
    customer_id: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedQuestion:
    """A question in words, how it was read, and what came of it."""

    text: str
    reading: str | None
    outcome: str
    user_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class JobRun:
    """That a job ran for a day (and a chat; 0 is none); unfinished where it was cut off."""

    kind: str
    day: date
    chat_id: int
    started_at: datetime
    finished_at: datetime | None = None
    outcome: str | None = None
