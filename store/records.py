"""The frozen records in which the store answers; the vocabulary shared by pipeline, bot and jobs.

Times are UTC. Money is in the business's own currency. Shares and probabilities are 0 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from store.profile import PROFILE_FEATURES
from store.title_records import Comeback, History, Neighbour, Recommendation, Title

__all__ = [
    "ESTABLISHED_DAYS",
    "PROFILE_FEATURES",
    "SYMBOLS",
    "Activity",
    "BandRecord",
    "Comeback",
    "Customer",
    "CustomerMatch",
    "History",
    "ModelReport",
    "Neighbour",
    "Quarantined",
    "Reason",
    "Recommendation",
    "RiskBand",
    "RiskCount",
    "Role",
    "Run",
    "Score",
    "Segment",
    "SegmentMove",
    "Status",
    "Title",
]

# Fewer active days than this are a beginning, not a habit: such customers are welcomed, not alerted about.
ESTABLISHED_DAYS = 3
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
"""Currencies written as a sign before the amount; others follow it."""

RiskBand = Literal["low", "medium", "high"]
Status = Literal["active", "lapsed", "new"]
Role = Literal["owner", "retention", "support", "viewer", "stranger"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One retraining, as published.

    Attributes:
        run_id: Sortable and unique, e.g. ``20261124T030000Z-4f2a``.
        fingerprint: SHA-256 over the input and the configuration.
        watermark: The last day of which the data holds everything; "the day the data ends".
        as_of: Midnight after the watermark: nothing at or after it was used.
        churn_status: ``served``, ``no_skill``, ``too_few``, ``uncalibrated`` or ``no_eligible_users``.
        churn_message: The same in one plain sentence, for people.
        churn_model: Which model is served, in words.
        horizon_days: Nothing for this long counts as having left.
        base_rate: Share of active customers who left in the last closed window; None where unknown.
        segments_message: What the segments are worth, in one sentence.
        recommend_model: Which recommender is served.
        recommend_message: By how much it beat popular titles, or why popular titles are served.
        has_money: Orders with amounts were found.
        metrics: Everything measured, by dotted name.
        messages: Findings people should know (data quality, drift), most important first.
        previous_runs: ``run_id`` of the runs before it, newest first.
    """

    run_id: str
    started_at: datetime
    finished_at: datetime
    fingerprint: str
    watermark: date
    as_of: date
    churn_status: str
    churn_message: str
    churn_model: str
    horizon_days: int | None
    base_rate: float | None
    segments_message: str
    recommend_model: str
    recommend_message: str
    currency: str
    customers: int
    titles: int
    events: int
    quarantined: int
    has_money: bool
    configuration: Mapping[str, object] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    previous_runs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a customer's risk is where it is.

    Attributes:
        family: ``quiet now``, ``late versus own rhythm``, ``activity level``, ``trend``, ``spend``,
            ``rhythm`` or ``tenure``.
        text: One sentence filled from facts, not escaped, without a full stop at the end.
        points: Percentage points of risk it adds (positive) or takes away (negative).
    """

    family: str
    text: str
    points: float


class Score(NamedTuple):
    """A past churn probability of one customer; a tuple, for two dozens are read with each customer."""

    day: date
    probability: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """One customer: who he is, what he does, and what the run found.

    Attributes:
        profile: ``PROFILE_FEATURES`` by name; what is unknown is left out.
        attributes: Every further column of the source, as text.
        segment: Number of the segment; None where there are none or he has no history.
        status: ``active`` (quiet for at most the horizon), ``lapsed`` or ``new`` (no history yet).
        churn_probability: Of doing nothing for the next ``horizon_days``; None where it is not known.
        band: low, medium or high; None where there is no probability and no rule to set it.
        value: Monthly spend, or days active a month where there is no money.
        established: At least ``ESTABLISHED_DAYS`` active days; others are newcomers: listed apart, and no
            alerts about them.
        probability_after_visit: Of customers who look like this after one more visit.
        change: What moved the risk since the run before, in one sentence without a full stop, not escaped.
        scores: Up to 26 past scores, oldest first, this run's last.
    """

    customer_id: str
    name: str | None = None
    email: str | None = None
    country: str | None = None
    plan: str | None = None
    signed_up_on: date | None = None
    age: float | None = None
    gender: str | None = None
    monthly_fee: float | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    profile: Mapping[str, float] = field(default_factory=dict)
    first_active_on: date | None = None
    last_active_on: date | None = None
    segment: int | None = None
    segment_name: str | None = None
    status: Status = "new"
    churn_probability: float | None = None
    band: RiskBand | None = None
    value: float = 0.0
    established: bool = False
    mixed_signals: bool = False
    reasons: tuple[Reason, ...] = ()
    probability_after_visit: float | None = None
    change: str | None = None
    scores: tuple[Score, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerMatch:
    """A customer who may be meant by what somebody typed."""

    customer_id: str
    name: str | None
    email: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A group of customers who behave alike.

    Attributes:
        number: Kept across retrains as long as the segment is recognisably the same.
        name: Plain words, e.g. "high-value power users".
        description: One sentence of what its members do, from their medians.
        share: Of all customers with a history.
        left_share: Of its members at the last closed anchor, those who left; None where unknown.
        medians: The five features it was made from, in their own units, by feature name.
    """

    number: int
    name: str
    description: str
    customers: int
    share: float
    left_share: float | None = None
    medians: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class SegmentMove:
    """How many customers moved from one segment to another over ``days`` days."""

    from_segment: int
    to_segment: int
    customers: int
    share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelReport:
    """How one model did on the last closed anchor, which it had not seen.

    Attributes:
        task: ``churn`` or ``recommend``.
        name: e.g. ``logistic regression``, ``random forest``, ``LightGBM``, ``MBG/NBD``, ``served``.
        served: Whether people's answers come from it.
        metrics: By name: ``auc``, ``pr_auc``, ``brier``, ``log_loss``, ``ece``, ``accuracy``,
            ``precision``, ``recall``, ``f1``, ``threshold``, ``lift_10`` …; ``auc_low`` and
            ``auc_high`` bound it; ``*_at_half`` are at the threshold 0.5.
        confusion: true negatives, false positives, false negatives, true positives at ``threshold``.
        importance: By family or feature, largest first.
    """

    task: str
    name: str
    served: bool
    metrics: Mapping[str, float] = field(default_factory=dict)
    confusion: tuple[int, int, int, int] | None = None
    importance: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class BandRecord:
    """What one risk band did at the last closed anchor: of ``customers``, ``left`` left."""

    band: RiskBand
    customers: int
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Quarantined:
    """Why rows were set aside, how many, and a few of them."""

    source: str
    table: str
    reason: str
    rows: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """What happened on one day, or in the month that starts on it."""

    day: date
    active_customers: int
    new_customers: int
    watches: int
    watch_minutes: float
    ratings: int
    orders: int
    revenue: float


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskCount:
    """How many customers stand in a status and band."""

    status: Status
    band: RiskBand | None
    customers: int
    value: float
