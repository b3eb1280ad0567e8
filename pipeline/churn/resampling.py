"""Balancing the classes before training: offered because people ask for it, measured so that they see.

It changes no ranking to speak of and ruins the probabilities, which are recalibrated on untouched rows.
"""

from typing import Literal

import numpy as np
from imblearn.over_sampling import SMOTE, RandomOverSampler

from pipeline.churn.models import finite, signed_log, unsigned_log
from pipeline.dataset import BoolArray, FloatArray

Resampling = Literal["none", "oversampling", "smote"]
NEIGHBOURS = 5
FEWEST_TO_BALANCE = 2


def can_balance(left: BoolArray) -> bool:
    """Whether the rarer class has the two rows that repeating or mixing needs."""
    return min(int(left.sum()), int((~left).sum())) >= FEWEST_TO_BALANCE


def resampled(
    values: FloatArray, left: BoolArray, how: Resampling, seed: int
) -> tuple[FloatArray, BoolArray]:
    """Rows with both classes equally frequent; the given rows come first, as they were.

    Args:
        values: shape (n, f), NaN where unknown.
        left: shape (n,).
        how: ``oversampling`` repeats rows of the rarer class, ``smote`` makes new ones between neighbours.
        seed: Of the drawing.

    Returns:
        Values of shape (m, f) and labels of shape (m,), m ≥ n. Nothing is changed where the rarer class
        has fewer than two rows.
    """
    rarer = int(min(left.sum(), (~left).sum()))
    if how == "none" or not can_balance(left) or 2 * rarer == len(left):
        return values, left
    if how == "oversampling":
        chosen, _ = RandomOverSampler(random_state=seed).fit_resample(np.arange(len(left))[:, None], left)
        return values[chosen[:, 0]], left[chosen[:, 0]]
    return _smote(values, left, min(NEIGHBOURS, rarer - 1), seed)


def _smote(values: FloatArray, left: BoolArray, neighbours: int, seed: int) -> tuple[FloatArray, BoolArray]:
    logged = signed_log(finite(values))
    missing = np.isnan(logged)
    filled = np.where(missing, np.nanmedian(logged, axis=0), logged)
    centre, scale = filled.mean(axis=0), np.maximum(filled.std(axis=0), 1e-12)
    # What is missing is mixed too; otherwise a made row would be known by having no holes.
    design = np.hstack(((filled - centre) / scale, missing.astype(np.float64)))
    mixed, labels = SMOTE(k_neighbors=neighbours, random_state=seed).fit_resample(design, left)
    features = values.shape[1]
    made = unsigned_log(mixed[len(left) :, :features] * scale + centre)
    made[mixed[len(left) :, features:] >= 0.5] = np.nan
    return np.concatenate((values, made)), np.asarray(labels, dtype=np.bool_)
