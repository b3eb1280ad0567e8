"""Popular lately: the baseline every model must beat, and the answer for a stranger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.dataset import CodeArray, FloatArray
from pipeline.recommend.interactions import Interactions


@dataclass(frozen=True, kw_only=True)
class Lately:
    """How far "lately" reaches.

    Attributes:
        window_days: What is older does not count; None for the whole history.
        half_life_days: After this long a watcher counts half; None for in full.
    """

    window_days: int | None = None
    half_life_days: int | None = None


LATELY = (
    *(Lately(window_days=days) for days in (7, 30, 90)),
    Lately(),
    *(Lately(half_life_days=days) for days in (1, 3, 7)),
)
"""Tried; which serves best is measured. Where news is all that counts, a week is long."""
LITTLE = 1e-6
"""What the customers of all time weigh against those of lately: they settle ties."""


@dataclass(frozen=True, kw_only=True)
class Popular:
    """What most customers had to do with lately.

    Attributes:
        score: Of each title: customers lately, ties settled by those of all time, 0 to 1; shape (t,).
        codes: Titles anybody ever watched and that may be shown, best first.
    """

    score: FloatArray
    codes: CodeArray

    def by_genre(self, genres: Sequence[Sequence[str]], most: int) -> Mapping[str, CodeArray]:
        """The best titles of each genre; ``genres`` has an entry for each title code."""
        found: dict[str, list[int]] = {}
        for code in self.codes:
            for genre in genres[code]:
                place = found.setdefault(genre, [])
                if len(place) < most:
                    place.append(int(code))
        return {genre: np.array(codes, dtype=np.int32) for genre, codes in sorted(found.items())}


def popular_titles(
    known: Interactions, as_of_day: int, lately: Lately, available: npt.NDArray[np.bool_]
) -> Popular:
    """Rank titles by how many customers had to do with them lately, before ``as_of_day``.

    Ties are settled by the customers of all time, then by code.
    """
    ever = known.watchers.astype(np.float64)
    score = watchers_lately(known, as_of_day, lately)
    score += LITTLE * ever / (ever.max(initial=0.0) + 1.0)
    score /= max(score.max(initial=0.0), LITTLE)
    ranked = np.argsort(-score, kind="stable").astype(np.int32)
    return Popular(score=score, codes=ranked[(ever[ranked] > 0) & available[ranked]])


def watchers_lately(known: Interactions, as_of_day: int, lately: Lately) -> FloatArray:
    """Customers who had to do with each title before ``as_of_day``, later ones counting more; shape (t,)."""
    age = np.maximum(as_of_day - known.seen_day, 0)
    weight = np.ones(len(age)) if lately.half_life_days is None else np.exp2(-age / lately.half_life_days)
    if lately.window_days is not None:
        weight *= age <= lately.window_days
    return np.bincount(known.seen.indices, weights=weight, minlength=known.seen.shape[1]).astype(np.float64)
