"""Facts about one customer, for the tests of sentences and reasons."""

from collections.abc import Mapping
from math import nan

from pipeline.churn.sentences import Facts
from pipeline.features import NAMES

TYPICAL: Mapping[str, float] = {
    "days_since_last_activity": 8,
    "usual_gap_days": 8,
    "longest_gap_days": 20,
    "days_active": 10,
    "days_active_30": 4,
    "days_active_90": 9,
    "recent_share_90": 0.5,
    "monthly_spend": 20,
    "total_spend": 100,
    "tenure_days": 200,
}


def facts(**own: float) -> Facts:
    """What is known of one customer; what is not named is unknown."""
    known = dict.fromkeys(NAMES, nan) | {"days_active": 12.0, "days_since_last_activity": 8.0} | own
    return Facts(of=known, typical=TYPICAL, currency="€")
