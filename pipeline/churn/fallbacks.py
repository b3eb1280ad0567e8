"""What is said where nothing can be learned: a model of visits that needs no labels, or plain quiet time."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.churn import mbg
from pipeline.churn.bands import BandLimits, bands_of, limits_around, quiet_bands
from pipeline.churn.findings import ChurnFindings, ChurnStatus
from pipeline.churn.material import Material
from pipeline.churn.rows import histories_of
from pipeline.churn.wording import counted
from pipeline.dataset import BoolArray, FloatArray
from pipeline.features import NAMES

FEWEST_CUSTOMERS = 30
FEWEST_OF_A_CLASS = 10


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Who is there, whatever is learned about them.

    Attributes:
        quiet_days: Since the last activity; shape (n,).
        active: Quiet for at most the horizon; shape (n,).
    """

    customer_ids: npt.NDArray[np.object_]
    quiet_days: FloatArray
    active: BoolArray
    horizon_days: int

    @property
    def status_of(self) -> npt.NDArray[np.object_]:
        """``active`` or ``lapsed``; shape (n,)."""
        return np.where(self.active, "active", "lapsed").astype(object)


def situation_of(material: Material) -> Situation:
    """Who is active and who has lapsed at ``as_of``."""
    quiet = material.now.column("days_since_last_activity")
    return Situation(
        customer_ids=material.now.customer_ids,
        quiet_days=quiet,
        active=quiet <= material.horizon_days,
        horizon_days=material.horizon_days,
    )


def without_scores(
    situation: Situation,
    status: ChurnStatus,
    message: str,
    *,
    base_rate: float | None = None,
    metrics: Mapping[str, float] | None = None,
) -> ChurnFindings:
    """Nobody gets a probability or a band; who is active and who has lapsed is still known."""
    count = len(situation.customer_ids)
    return ChurnFindings(
        status=status,
        message=message,
        model_name="none",
        horizon_days=situation.horizon_days,
        base_rate=base_rate,
        customer_ids=situation.customer_ids,
        probability=np.full(count, np.nan),
        band=np.full(count, None, dtype=object),
        status_of=situation.status_of,
        metrics=metrics or {},
    )


def simple_scores(material: Material, situation: Situation, status: ChurnStatus, why: str) -> ChurnFindings:
    """MBG/NBD for 30 customers or more, otherwise bands by quiet time; said to be unchecked.

    Args:
        material: Its ``now`` is used.
        situation: Of the same moment.
        status: ``too_few`` or ``uncalibrated``.
        why: Nothing could be learned; the start of the message.
    """
    count, horizon = len(situation.customer_ids), situation.horizon_days
    probability = np.full(count, np.nan)
    if count >= FEWEST_CUSTOMERS:
        histories = histories_of(NAMES, material.now.values)
        chance = mbg.fit(histories).leaves(histories, horizon)
        probability[situation.active] = chance[situation.active]
        band = bands_of(probability, limits_around(float(np.nanmean(probability))))
        name = "MBG/NBD (not checked)"
        shown = "the risk comes from a simple model of visits (MBG/NBD) and is uncalibrated"
        if material.test is None:
            shown += ": no labels yet"
        if status == "too_few":
            shown = "the risk comes from a simple model of visits (MBG/NBD); n is too small to check it"
    else:
        band = quiet_bands(situation.quiet_days, horizon)
        name, shown = "quiet time", "the bands only say how long a customer has been quiet"
    return ChurnFindings(
        status=status,
        message=f"{why}; {shown}",
        model_name=name,
        horizon_days=horizon,
        base_rate=None,
        customer_ids=situation.customer_ids,
        probability=probability,
        band=band,
        status_of=situation.status_of,
    )


def same_for_all(material: Material, situation: Situation) -> ChurnFindings:
    """One class in every past window: Laplace's rate for everybody, and a warning."""
    assert material.training is not None
    left, count = int(material.training.left.sum()), len(material.training)
    rate = (left + 1) / (count + 2)
    probability = np.where(situation.active, rate, np.nan)
    who = "everyone" if left else "no one"
    return ChurnFindings(
        status="uncalibrated",
        message=(
            f"{who} lapsed in every past window of {counted(situation.horizon_days, 'day')}: "
            "check the import or the horizon; all get the same risk"
        ),
        model_name="one rate for all",
        horizon_days=situation.horizon_days,
        base_rate=rate,
        customer_ids=situation.customer_ids,
        probability=probability,
        # Against their own average all would be “medium”, also where nobody ever leaves.
        band=bands_of(probability, BandLimits(low=1 / 3, high=2 / 3)),
        status_of=situation.status_of,
        findings=(f"{who} lapsed in every past window: check the import or the horizon",),
    )


def fallback(material: Material, situation: Situation) -> ChurnFindings | None:
    """The findings where nothing can be learned; None where it can."""
    horizon = counted(situation.horizon_days, "day")
    if not situation.active.any():
        known = len(situation.customer_ids)
        nobody = (
            f"all {known:,} customers have been quiet for longer" if known else "there is no customer yet"
        )
        return without_scores(
            situation, "no_eligible_users", f"nobody was active in the last {horizon}: {nobody}"
        )
    training, test = material.training, material.test
    if training is None or test is None or not len(training) or not len(test):
        return simple_scores(
            material, situation, "uncalibrated", f"no past window of {horizon} is complete and usable yet"
        )
    if training.customers < FEWEST_CUSTOMERS:
        return simple_scores(
            material,
            situation,
            "too_few",
            f"in all past windows {counted(training.customers, 'customer was', 'customers were')} active, "
            f"too few to learn from ({FEWEST_CUSTOMERS} needed)",
        )
    if training.rarer == 0:
        return same_for_all(material, situation)
    gone = int(training.left.sum() + test.left.sum())
    stayed = len(training) + len(test) - gone
    if min(gone, stayed) < FEWEST_OF_A_CLASS:
        rarer = f"{gone:,} left" if gone < stayed else f"{stayed:,} stayed"
        return simple_scores(
            material,
            situation,
            "too_few",
            f"in all past windows only {rarer} ({FEWEST_OF_A_CLASS} needed to learn)",
        )
    return None
