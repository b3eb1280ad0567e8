"""From rows to a calibrated blend: fitted on all, on two thirds of the customers, and away from a season."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline.churn.blend import Blend, Recipe, fit_blend
from pipeline.churn.calibration import line, shrunk_shift
from pipeline.churn.rows import Rows
from pipeline.config import ComputeConfig
from pipeline.dataset import BoolArray, FloatArray, IntArray
from pipeline.evaluation.metrics import best_threshold, sigmoid
from pipeline.partitions import spread

FOLDS = 3
# Below, starting a process costs more than it saves.
FEWEST_ROWS_TO_SPREAD = 5_000


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A blend with what was learned beside it.

    Attributes:
        blend: Calibrated.
        folds: Fitted on two thirds of the customers each; they tell how sure a reason is.
        out_of_fold: Raw scores by part of each training row, by the fold that did not see its customer;
            ``linear``, ``trees`` (unless there are none), ``blend``; shape (n,) each.
        threshold: From this probability on calling "will leave" gave the best F1 out of fold.
        thresholds: The same for each part.
        rows: What was learned from.
        seed: Of every random choice.
    """

    blend: Blend
    folds: tuple[Blend, ...]
    out_of_fold: dict[str, FloatArray]
    threshold: float
    thresholds: dict[str, float]
    rows: Rows
    seed: int


def hashed(customer_ids: npt.NDArray[np.object_]) -> IntArray:
    """A number for each customer that depends on nothing but his id; shape (n,), 0 to 2³² − 1."""
    return np.array([crc32(str(name).encode()) for name in customer_ids], dtype=np.int64)


def fold_of(customer_ids: npt.NDArray[np.object_]) -> IntArray:
    """Which third each row's customer belongs to; shape (n,)."""
    # Other bits than those by which customers are sampled, so that a sample has all three.
    return (hashed(customer_ids) // 7) % FOLDS


def capped(rows: Rows, most: int) -> Rows:
    """At most about ``most`` rows: whole customers, chosen by a hash of their id, in the rows' order."""
    if len(rows) <= most:
        return rows
    order = hashed(rows.customer_ids)
    numbers, counts = np.unique(order, return_counts=True)
    kept = numbers[np.cumsum(counts) <= most]
    return rows.where(np.isin(order, kept))


def _fit(chosen: BoolArray, rows: Rows, recipe: Recipe, customers: int) -> Blend | None:
    part = rows.where(chosen)
    # A fold is weighted as the whole is, so that what is learned from it about the whole holds.
    return fit_blend(part, recipe, customers) if part.rarer else None


def _masks(rows: Rows, season: Rows | None, recipe: Recipe) -> list[BoolArray]:
    everything = np.ones(len(rows), dtype=np.bool_)
    folds = fold_of(rows.customer_ids)
    masks = [everything, *(folds != fold for fold in range(FOLDS))]
    # Balanced odds depend on the rows that were balanced: those of a part would not tell of the whole.
    if season is not None and len(season) and recipe.resampling == "none":
        masks.append(np.abs(rows.as_of_day - season.as_of_day[0]) >= recipe.horizon_days)
    return masks


def train(rows: Rows, season: Rows | None, recipe: Recipe, compute: ComputeConfig) -> Trained:
    """Fit and calibrate; deterministic.

    Args:
        rows: Training rows of all anchors, both classes there.
        season: The anchor a year before the moment to predict, its window closed; None without one.
        recipe: What to fit.
        compute: The five fits run side by side.
    """
    if len(rows) < FEWEST_ROWS_TO_SPREAD:
        compute = replace(compute, backend="local", processes=1)
    masks = _masks(rows, season, recipe)
    fits = spread(_fit, masks, rows, recipe, rows.customers, compute=compute)
    whole = fits[0]
    if whole is None:
        raise ValueError("both classes are needed to train")
    folds = [whole if fold is None else fold for fold in fits[1 : FOLDS + 1]]
    out_of_fold = _out_of_fold(rows, folds)
    z = out_of_fold["blend"]
    slope, intercept = line(z, rows.left, always=recipe.resampling != "none")
    blend = whole.recalibrated(slope, intercept)
    away = fits[FOLDS + 1] if len(fits) > FOLDS + 1 else None
    if away is not None and season is not None:
        shift = shrunk_shift(away.recalibrated(slope, intercept).score(season.values), season.left)
    else:
        newest = rows.as_of_day == rows.as_of_day.max()
        shift = shrunk_shift(slope * z[newest] + intercept, rows.left[newest])
    blend = blend.shifted(shift)
    return Trained(
        blend=blend,
        folds=tuple(fold.recalibrated(slope, intercept).shifted(shift) for fold in folds),
        out_of_fold=out_of_fold,
        threshold=best_threshold(rows.left, sigmoid(slope * z + intercept + shift)),
        thresholds={name: best_threshold(rows.left, sigmoid(part)) for name, part in out_of_fold.items()},
        rows=rows,
        seed=recipe.seed,
    )


def _out_of_fold(rows: Rows, folds: Sequence[Blend]) -> dict[str, FloatArray]:
    number = fold_of(rows.customer_ids)
    names = set(folds[0].parts(rows.values[:1])).intersection(
        *(fold.parts(rows.values[:1]) for fold in folds)
    )
    scores = {name: np.zeros(len(rows)) for name in (*sorted(names), "blend")}
    for fold, blend in enumerate(folds):
        seen_by_others = number == fold
        if not seen_by_others.any():
            continue
        values = rows.values[seen_by_others]
        parts = blend.parts(values)
        for name in names:
            scores[name][seen_by_others] = parts[name]
        scores["blend"][seen_by_others] = blend.raw_score(values)
    return scores
