"""Every feature, described once: the data dictionary, the columns of a table and their order."""

from collections.abc import Iterator
from dataclasses import dataclass

WINDOWS_DAYS: tuple[int, ...] = (7, 14, 30, 60, 90, 180)
TREND_WINDOWS_DAYS: tuple[int, ...] = (30, 60, 90, 180)
HALF_LIVES_DAYS: tuple[int, ...] = (14, 30, 90)

QUIET, LATE, LEVEL, TREND, SPEND, RHYTHM, TENURE = (
    "quiet now",
    "late versus own rhythm",
    "activity level",
    "trend",
    "spend",
    "rhythm",
    "tenure",
)


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of a feature table.

    Attributes:
        name: Carries its unit, or the days of its window.
        unit: "" for ratios.
        family: Reasons are summed over it.
        meaning: What it is, and when it is missing.
        churn: The churn models learn from it.
    """

    name: str
    unit: str
    family: str
    meaning: str
    churn: bool = False


def _single() -> Iterator[Feature]:
    yield Feature("tenure_days", "days", TENURE, "from the first activity to as_of", churn=True)
    yield Feature(
        "days_since_last_activity", "days", QUIET, "from the last day with activity to as_of", churn=True
    )
    yield Feature("days_active", "days", LEVEL, "days with any activity", churn=True)
    yield Feature("event_count", "events", LEVEL, "events of any kind but refunds", churn=True)
    yield Feature(
        "days_active_per_month", "days per 30 days", LEVEL, "days_active ÷ max(tenure, 30) × 30", churn=True
    )
    yield Feature(
        "left_censored",
        "0 or 1",
        TENURE,
        "active on the first day of the data: may have come before",
        churn=True,
    )


def _spending() -> Iterator[Feature]:
    yield Feature("total_transactions", "orders", SPEND, "orders placed")
    yield Feature("total_spend", "currency", SPEND, "all amounts, less refunds", churn=True)
    yield Feature("monthly_spend", "currency per 30 days", SPEND, "spend ÷ max(tenure, 30) × 30", churn=True)
    yield Feature("average_order_value", "currency", SPEND, "mean amount of an order", churn=True)
    yield Feature("first_order_value", "currency", SPEND, "amount of the first order", churn=True)
    yield Feature("last_order_ratio", "", SPEND, "amount of the last order ÷ mean amount", churn=True)
    yield Feature(
        "order_value_cv",
        "",
        SPEND,
        "spread (n − 1) of order amounts ÷ their mean; from two orders",
        churn=True,
    )
    yield Feature("total_items", "pieces", SPEND, "pieces ordered", churn=True)
    yield Feature("items_per_event", "pieces", SPEND, "total_items ÷ event_count", churn=True)


def _windows() -> Iterator[Feature]:
    measures = (
        ("days_active", "days", LEVEL, "days with activity", True),
        ("spend", "currency", SPEND, "amounts less refunds", True),
        ("watch_minutes", "minutes", "watching", "minutes watched", False),
    )
    for name, unit, family, words, churn in measures:
        for days in WINDOWS_DAYS:
            yield Feature(f"{name}_{days}", unit, family, f"{words} in the last {days} days", churn=churn)
        for days in TREND_WINDOWS_DAYS:
            yield Feature(
                f"{name}_previous_{days}", unit, family, f"{words} in the {days} days before those {days}"
            )
        for days in TREND_WINDOWS_DAYS:
            yield Feature(
                f"{name}_trend_{days}",
                "log ratio",
                TREND if name == "days_active" else family,
                f"ln of ({words} in the last {days} days + ½) ÷ (those in the {days} before + ½)",
                churn=churn,
            )


def _rhythm() -> Iterator[Feature]:
    for days in HALF_LIVES_DAYS:
        yield Feature(
            f"activity_ewma_{days}",
            "days",
            LEVEL,
            f"active days, each counting half for every {days} days of age",
            churn=True,
        )
    yield Feature("gap_mean_days", "days", RHYTHM, "mean gap between active days", churn=True)
    yield Feature("gap_cv", "", RHYTHM, "spread (n − 1) of gaps ÷ their mean; from two gaps", churn=True)
    yield Feature("longest_gap_days", "days", RHYTHM, "longest gap between active days", churn=True)
    yield Feature("last_gap_days", "days", RHYTHM, "gap before the last active day", churn=True)
    yield Feature("last_gaps_ratio", "", RHYTHM, "mean of the last three gaps ÷ gap_mean_days", churn=True)
    yield Feature(
        "usual_gap_days",
        "days",
        RHYTHM,
        "geometric mean gap, shrunk towards everybody's as if by two more gaps",
        churn=True,
    )
    yield Feature(
        "usual_gap_log_spread",
        "log days",
        RHYTHM,
        "spread of the logarithms of gaps, shrunk in the same way",
        churn=True,
    )
    yield Feature("overdue_ratio", "", LATE, "days_since_last_activity ÷ usual_gap_days", churn=True)
    yield Feature(
        "overdue_z", "spreads", LATE, "(ln quiet days − ln usual gap) ÷ usual_gap_log_spread", churn=True
    )
    yield Feature(
        "own_gaps_longer_share",
        "0–1",
        LATE,
        "own gaps longer than the present quiet ÷ (gaps + 1)",
        churn=True,
    )
    yield Feature("quiet_to_longest_gap", "", LATE, "days_since_last_activity ÷ longest_gap_days", churn=True)
    yield Feature("recent_share_90", "0–1", TREND, "days_active_90 ÷ days_active", churn=True)


def _watching() -> Iterator[Feature]:
    yield Feature("watch_count", "watches", "watching", "watches started")
    yield Feature("watch_minutes", "minutes", "watching", "minutes watched")
    yield Feature(
        "completion_share", "0–1", "watching", "watches that reached 90 % ÷ those whose progress is known"
    )
    yield Feature("sessions", "sessions", "sessions", "sittings, cut where 30 minutes pass idle")
    yield Feature("session_minutes_mean", "minutes", "sessions", "mean length from start to end")
    yield Feature("session_gap_mean_days", "days", "sessions", "mean idle time between sessions")
    yield Feature("session_gap_spread_days", "days", "sessions", "spread (n − 1) of idle times; from two")
    yield Feature("session_gap_longest_days", "days", "sessions", "longest idle time between sessions")
    yield Feature("titles_watched", "titles", "taste", "different titles watched, rated or bought")
    yield Feature("genres_watched", "genres", "taste", "different genres of those titles")
    yield Feature("rating_count", "ratings", "taste", "ratings given")
    yield Feature("rating_mean", "0–1", "taste", "mean rating, as a share of the source's scale")


FEATURES: tuple[Feature, ...] = (*_single(), *_windows(), *_rhythm(), *_spending(), *_watching())
NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
CHURN_NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES if feature.churn)
_COLUMNS = {name: number for number, name in enumerate(NAMES)}


def column(name: str) -> int:
    """The number of a feature's column.

    Raises:
        KeyError: there is no such feature.
    """
    return _COLUMNS[name]


def data_dictionary() -> str:
    """All features as the Markdown page of this package."""
    rows = "\n".join(
        f"| `{feature.name}` | {feature.unit} | {feature.family} | {'✓' if feature.churn else ''} "
        f"| {feature.meaning} |"
        for feature in FEATURES
    )
    return f"""# What is known of a customer at a moment

One row per customer and `as_of` (00:00 UTC of a day); no event at or after it is used. Written by
`python -m pipeline.features`; edit `dictionary.py`, not this page.

Missing (NaN) means unknown: a window longer than the data's history before `as_of`, a mean of nothing,
money where no amount was ever recorded. In trends a negative sum counts as 0.
Activity is every event but refunds; refunds lower spend.
A ✓ marks what the churn models learn from.

| feature | unit | family | churn | meaning |
|---|---|---|---|---|
{rows}
"""
