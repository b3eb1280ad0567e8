"""Lists that are varied: no genre or franchise takes more of a page than the customer's own taste gives it.

References:
    Steck (2018), "Calibrated recommendations", RecSys '18: lists should mirror the mix of what was liked.
    There a trade-off is optimised; here the mix is a ceiling for each page, so that it can be promised.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp

from pipeline.evaluation.ranking import NO_TITLE
from pipeline.recommend.topn import Lists, Scores
from store.title_records import franchise_name

PAGE = 10
LEAST_OF_GENRE = 2
"""Of ten titles two may be of any genre: a new taste has to start somewhere."""
LEAST_OF_FRANCHISE = 1
PRIOR_LIKES = 5.0
"""Everybody's mix counts like this many likes beside the customer's own."""
CHUNK = 2_048


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What re-ranking knows about titles.

    Attributes:
        mix: How each title spreads over genres, rows sum to 1 or 0; shape (t, g), float32.
        franchise: Number of the franchise; -1 for none; shape (t,).
    """

    mix: Scores
    franchise: npt.NDArray[np.int64]


def shelf(genres: Sequence[Sequence[str]], titles: pd.DataFrame) -> Shelf:
    """Sort titles by genre and franchise; ``genres`` has an entry for each row of ``titles``."""
    names = sorted({genre for row in genres for genre in row})
    number = {name: place for place, name in enumerate(names)}
    mix = np.zeros((len(genres), max(len(names), 1)), dtype=np.float32)
    for code, row in enumerate(genres):
        for genre in row:
            mix[code, number[genre]] += np.float32(1 / len(row))
    raw = titles["title"] if "title" in titles else [None] * len(titles)
    series = [franchise_name(text) if isinstance(text, str) else "" for text in raw]
    shared = sorted(name for name, count in Counter(series).items() if name and count > 1)
    franchise_number = {name: place for place, name in enumerate(shared)}
    franchise = np.array([franchise_number.get(name, -1) for name in series], dtype=np.int64)
    return Shelf(mix=mix, franchise=franchise)


def common_mix(likes: sp.csr_matrix, mix: Scores) -> npt.NDArray[np.float64]:
    """The share of each genre in all that anybody liked; shape (g,), sums to 1 or 0."""
    everybody = np.asarray(likes.sum(axis=0), dtype=np.float64).ravel() @ mix
    return np.asarray(everybody / (everybody.sum() or 1.0))


def genre_ceilings(
    likes: sp.csr_matrix, mix: Scores, everybody: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """How many of ten titles each genre may fill for each customer; shape (n, g).

    A title of two genres counts half for each.

    Args:
        likes: 1 for what each customer liked; shape (n, t).
        mix: As of a shelf.
        everybody: The common mix of all customers, whoever is asked for.
    """
    own = np.asarray(likes @ mix, dtype=np.float64)
    smoothed = own + PRIOR_LIKES * everybody
    share = smoothed / np.maximum(smoothed.sum(axis=1, keepdims=True), 1e-9)
    return np.asarray(np.maximum(np.ceil(PAGE * share - 1e-9), LEAST_OF_GENRE))


def franchise_ceilings(
    likes: sp.csr_matrix, franchise: npt.NDArray[np.int64], candidates: npt.NDArray[np.int32]
) -> npt.NDArray[np.float64]:
    """How many of ten titles the franchise of each candidate may fill; shape (n, c)."""
    member = np.flatnonzero(franchise >= 0)
    ones = np.ones(len(member), dtype=np.float32)
    width = int(franchise.max(initial=-1)) + 2
    belongs = sp.csr_matrix((ones, (member, franchise[member])), shape=(len(franchise), width))
    liked = np.asarray((likes @ belongs).todense())
    count = np.maximum(np.asarray(likes.sum(axis=1)).reshape(-1, 1), 1.0)
    series = np.where(candidates == NO_TITLE, -1, franchise[candidates])
    own = liked[np.arange(len(candidates))[:, None], series] / count
    return np.where(series < 0, PAGE, np.maximum(np.ceil(PAGE * own - 1e-9), LEAST_OF_FRANCHISE))


def varied(lists: Lists, likes: sp.csr_matrix, kept: Shelf, most: int) -> Lists:
    """Re-rank candidates, page by page of ten: in order of score, passing over what would overfill a genre.

    What was passed over fills a page only where nothing else is left.

    Args:
        lists: Candidates, more than ``most``, best first; shape (n, c).
        likes: 1 for what each customer liked; shape (n, t).
        kept: Genres and franchises.
        most: Titles kept.
    """
    if not len(kept.mix):
        return Lists(titles=lists.titles[:, :most], scores=lists.scores[:, :most])
    everybody = common_mix(likes, kept.mix)
    chosen = []
    for start in range(0, len(lists.titles), CHUNK):
        rows = slice(start, start + CHUNK)
        candidates = lists.titles[rows]
        pages = _Pages(
            candidates=candidates,
            series=np.where(candidates == NO_TITLE, -1, kept.franchise[candidates]),
            genre_ceiling=genre_ceilings(likes[rows], kept.mix, everybody),
            series_ceiling=franchise_ceilings(likes[rows], kept.franchise, candidates),
        )
        chosen.append(_order(pages, kept.mix, most))
    order = np.concatenate([*chosen, np.empty((0, most), dtype=np.int64)])
    row = np.arange(len(order))[:, None]
    missing = order < 0
    return Lists(
        titles=np.where(missing, NO_TITLE, lists.titles[row, order]).astype(np.int32),
        scores=np.where(missing, 0, lists.scores[row, order]).astype(np.float32),
    )


@dataclass(frozen=True, kw_only=True)
class _Pages:
    candidates: npt.NDArray[np.int32]
    series: npt.NDArray[np.int64]
    genre_ceiling: npt.NDArray[np.float64]
    series_ceiling: npt.NDArray[np.float64]


def _order(pages: _Pages, mix: Scores, most: int) -> npt.NDArray[np.int64]:
    """Places of the candidates in their new order, -1 behind the end; shape (n, most)."""
    customers, width = pages.candidates.shape
    free = pages.candidates != NO_TITLE
    order = np.full((customers, most), -1, dtype=np.int64)
    for first in range(0, most, PAGE):
        size = min(PAGE, most - first)
        page = np.full((customers, size), -1, dtype=np.int64)
        filled = np.zeros(customers, dtype=np.int64)
        fill = np.zeros(pages.genre_ceiling.shape)
        for strict in (True, False):
            for place in range(width):
                rows = np.flatnonzero(free[:, place] & (filled < size))
                if not len(rows):
                    continue
                if strict:
                    rows = rows[_fits(pages, rows, place, fill, page, mix)]
                page[rows, filled[rows]] = place
                fill[rows] += mix[pages.candidates[rows, place]]
                filled[rows] += 1
                free[rows, place] = False
        # Strict and relaxed choices of one page stand together in order of score.
        order[:, first : first + size] = _sorted_page(page)
    return order


def _fits(
    pages: _Pages,
    rows: npt.NDArray[np.int64],
    place: int,
    fill: npt.NDArray[np.float64],
    page: npt.NDArray[np.int64],
    mix: Scores,
) -> npt.NDArray[np.bool_]:
    added = mix[pages.candidates[rows, place]]
    over = (fill[rows] + added > pages.genre_ceiling[rows] + 1e-6) & (added > 0)
    series = pages.series[rows, place]
    shown = page[rows]
    same = (pages.series[rows[:, None], shown] == series[:, None]) & (shown >= 0)
    room = same.sum(axis=1) < pages.series_ceiling[rows, place]
    return np.asarray(~over.any(axis=1) & ((series < 0) | room))


def _sorted_page(page: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    behind = np.iinfo(np.int64).max
    ordered = np.sort(np.where(page < 0, behind, page), axis=1)
    return np.where(ordered == behind, -1, ordered)
