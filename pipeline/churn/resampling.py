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
    if how == "none" or rarer < 2 or 2 * rarer == len(left):
        return values, left
    if how == "oversampling":
        chosen, _ = RandomOverSampler(random_state=seed).fit_resample(np.arange(len(left))[:, None], left)
        return values[chosen[:, 0]], left[chosen[:, 0]]
    logged = signed_log(finite(values))
    logged = np.where(np.isnan(logged), np.nanmedian(logged, axis=0), logged)
    centre, scale = logged.mean(axis=0), np.maximum(logged.std(axis=0), 1e-12)
    smote = SMOTE(k_neighbors=min(NEIGHBOURS, rarer - 1), random_state=seed)
    mixed, labels = smote.fit_resample((logged - centre) / scale, left)
    made = unsigned_log(mixed[len(left) :] * scale + centre)
    return np.concatenate((values, made)), np.asarray(labels, dtype=np.bool_)
