"""Popular lately: the baseline every model must beat, and the answer for a stranger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.dataset import CodeArray, FloatArray
from pipeline.recommend.interactions import Interactions

WINDOWS_DAYS = (7, 30, 90)
"""Tried beside the whole history; which serves best is measured."""


@dataclass(frozen=True, kw_only=True)
class Popular:
    """What most customers had to do with lately.

    Attributes:
        window_days: How far "lately" reaches; None for the whole history.
        score: Of each title: customers in the window, ties settled by those of all time, 0 to 1; shape (t,).
        codes: Titles anybody ever watched and that may be shown, best first.
    """

    window_days: int | None
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
    known: Interactions, as_of_day: int, window_days: int | None, available: npt.NDArray[np.bool_]
) -> Popular:
    """Rank titles by how many customers had to do with them in the last ``window_days`` before ``as_of_day``.

    Ties are settled by the customers of all time, then by code.
    """
    ever = known.watchers.astype(np.float64)
    lately = ever if window_days is None else known.watchers_since(as_of_day - window_days).astype(np.float64)
    score = lately + ever / (ever.max(initial=0.0) + 1.0)
    score /= max(score.max(initial=0.0), 1.0)
    ranked = np.argsort(-score, kind="stable").astype(np.int32)
    return Popular(window_days=window_days, score=score, codes=ranked[(ever[ranked] > 0) & available[ranked]])
