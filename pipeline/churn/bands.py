"""Low, medium, high: what a probability is called for people, and what each band did last time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.dataset import BoolArray, FloatArray
from store.records import BandRecord, RiskBand

BANDS: tuple[RiskBand, ...] = ("low", "medium", "high")


@dataclass(frozen=True, kw_only=True)
class BandLimits:
    """Below ``low`` is low, from ``high`` on is high."""

    low: float
    high: float


def limits_around(base_rate: float) -> BandLimits:
    """Low is under 0.8 times the average risk; high from 1.5 times it, but at most from 90 %."""
    return BandLimits(low=0.8 * base_rate, high=min(0.9, 1.5 * base_rate))


def bands_of(probability: FloatArray, limits: BandLimits) -> npt.NDArray[np.object_]:
    """The band of each row, None where the probability is not known; shape (n,)."""
    band = np.full(len(probability), None, dtype=object)
    band[probability < limits.low] = "low"
    band[(probability >= limits.low) & (probability < limits.high)] = "medium"
    band[probability >= limits.high] = "high"
    return band


def quiet_bands(quiet_days: FloatArray, horizon_days: int) -> npt.NDArray[np.object_]:
    """Bands by quiet time alone, for those too few to learn from: thirds of the horizon; None beyond it."""
    share = quiet_days / horizon_days
    band = bands_of(share, BandLimits(low=1 / 3, high=2 / 3))
    band[~(share <= 1)] = None
    return band


def band_records(band: npt.NDArray[np.object_], left: BoolArray) -> tuple[BandRecord, ...]:
    """How many of each band left; lowest band first."""
    return tuple(
        BandRecord(band=name, customers=int((band == name).sum()), left=int(left[band == name].sum()))
        for name in BANDS
    )
