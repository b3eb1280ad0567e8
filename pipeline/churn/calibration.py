"""Making a score mean what it says: a shift for the season, a line where the odds are too bold or timid."""

import numpy as np

from pipeline.dataset import BoolArray, FloatArray
from pipeline.evaluation import metrics
from pipeline.evaluation.metrics import sigmoid

SLOPES = (0.8, 1.25)
FEWEST_OF_A_CLASS = 200
MOST_SHIFT = 10.0
# A mean risk further from the rate than this is neither chance nor too little to matter.
SIGMAS, LEAST_GAP = 3.0, 0.03


def solved_shift(z: FloatArray, rate: float) -> float:
    """The b with mean σ(z + b) = rate, by bisection; ±10 where no finite b does it."""
    low, high = -MOST_SHIFT, MOST_SHIFT
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(z + middle).mean() < rate else (low, middle)
    return (low + high) / 2


def shrunk_shift(z: FloatArray, left: BoolArray) -> float:
    """How far the odds of these rows are off, shrunk as James and Stein would: noise shifts nothing.

    Args:
        z: Log-odds of rows the model did not learn from; shape (n,).
        left: What happened to them; shape (n,).
    """
    if not len(z):
        return 0.0
    shift = solved_shift(z, float(left.mean()))
    p = sigmoid(z)
    error = 1 / max(float((p * (1 - p)).sum()), 1e-12)
    return shift * max(0.0, 1 - 4 * error / shift**2) if shift else 0.0


def level_of(z: FloatArray, left: BoolArray) -> float:
    """The shift of log-odds whose mean has moved too far from what happened; 0 where it has not.

    Args:
        z: Log-odds of rows the model did not learn from; at least one; shape (n,).
        left: What happened to them; shape (n,).
    """
    p = sigmoid(z)
    error = float(np.sqrt((p * (1 - p)).sum())) / len(p)
    off = abs(float(p.mean()) - float(left.mean()))
    return shrunk_shift(z, left) if off > max(SIGMAS * error, LEAST_GAP) else 0.0


def line(z: FloatArray, left: BoolArray, *, always: bool) -> tuple[float, float]:
    """Slope and intercept that recalibrate z (Platt); (1, 0) where that is not needed.

    Args:
        z: Log-odds of rows the model did not learn from; shape (n,).
        left: What happened to them; shape (n,).
        always: After resampling the odds are wrong by construction.
    """
    rarer = min(int(left.sum()), int((~left).sum()))
    if rarer == 0 or (not always and rarer < FEWEST_OF_A_CLASS):
        return 1.0, 0.0
    slope, intercept = metrics.calibration_slope(left, sigmoid(z))
    if always or not SLOPES[0] <= slope <= SLOPES[1]:
        return slope, intercept
    return 1.0, 0.0
