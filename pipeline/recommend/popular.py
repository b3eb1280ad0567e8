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
    score = known.watchers_lately(as_of_day, lately.window_days, lately.half_life_days)
    score += LITTLE * ever / (ever.max(initial=0.0) + 1.0)
    score /= max(score.max(initial=0.0), LITTLE)
    ranked = np.argsort(-score, kind="stable").astype(np.int32)
    return Popular(score=score, codes=ranked[(ever[ranked] > 0) & available[ranked]])
