"""The best titles for everybody: one sparse product, by chunks of customers, over several processes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sparse_dot_topn import sp_matmul_topn

from pipeline.config import ComputeConfig
from pipeline.dataset import CodeArray, IntArray
from pipeline.evaluation.ranking import NO_TITLE
from pipeline.partitions import spread

Scores = npt.NDArray[np.float32]

CHUNK = 4_096
BATCH = 32
"""Customers whose reasons are sought together: few arrays, that still fit the processor's cache."""
NEVER = np.float32(-1e9)
"""Added to the score of what must not come back, inside the product: no longer list is cut down later."""
MOST_TRENDING = 1_000
"""Titles of the trend that are added to everybody's scores."""


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Titles for customers, best first.

    Attributes:
        titles: Codes, ``NO_TITLE`` behind the end; shape (n, k).
        scores: Of the same; 0 behind the end; only their order within a row means something.
    """

    titles: CodeArray
    scores: Scores


def serving_matrix(
    kernel: sp.csr_matrix, available: npt.NDArray[np.bool_], trend: Scores | None = None
) -> sp.csr_matrix:
    """Stack what ``best_titles`` multiplies by: the kernel, what forbids seen titles, and the trend.

    Args:
        kernel: shape (t, t).
        available: What may be shown; shape (t,).
        trend: Added to every customer's scores; shape (t,).

    Returns:
        shape (2t + 1, t), float32.
    """
    titles = kernel.shape[0]
    shown = sp.diags(available.astype(np.float32))
    extra = np.zeros((1, titles), dtype=np.float32)
    if trend is not None:
        leading = np.argsort(-trend, kind="stable")[:MOST_TRENDING]
        extra[0, leading] = trend[leading]
    forbidding = sp.identity(titles, dtype=np.float32, format="csr") * NEVER
    return sp.vstack([kernel @ shown, forbidding, sp.csr_matrix(extra) @ shown], format="csr").astype(
        np.float32
    )


def best_titles(
    likes: sp.csr_matrix, seen: sp.csr_matrix, serving: sp.csr_matrix, most: int, compute: ComputeConfig
) -> Lists:
    """Score every title for every customer and keep the best that speak for themselves (score > 0).

    Args:
        likes: Weights of what each customer liked; shape (n, t), float32.
        seen: What must not come back; shape (n, t).
        serving: From ``serving_matrix``.
        most: k.
        compute: Chunks of customers are spread over its processes; memory is bounded by one chunk each.
    """
    chunks = [
        (likes[start : start + CHUNK], seen[start : start + CHUNK])
        for start in range(0, likes.shape[0], CHUNK)
    ]
    parts = spread(_chunk_titles, chunks, serving, most, compute=compute)
    return Lists(
        titles=np.concatenate([*(codes for codes, _ in parts), np.empty((0, most), dtype=np.int32)]),
        scores=np.concatenate([*(scores for _, scores in parts), np.empty((0, most), dtype=np.float32)]),
    )


def _chunk_titles(
    chunk: tuple[sp.csr_matrix, sp.csr_matrix], serving: sp.csr_matrix, most: int
) -> tuple[CodeArray, Scores]:
    likes, seen = chunk
    everybody = sp.csr_matrix(np.ones((likes.shape[0], 1), dtype=np.float32))
    asked = sp.hstack([likes, seen, everybody], format="csr", dtype=np.float32)
    # The first of the further titles settles ties at the end of the list by code, not by chance.
    best = sp_matmul_topn(asked, serving, top_n=most, threshold=0.0, sort=True)
    return rectangular(best, most)


def rectangular(best: sp.csr_matrix, most: int) -> tuple[CodeArray, Scores]:
    """Each row's entries, largest first, ties by code; ``NO_TITLE`` and 0 behind; shapes (n, most)."""
    counts = np.diff(best.indptr)
    row = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    values = best.data[: len(row)]
    codes = best.indices[: len(row)]
    order = _ordered(row, values, codes)
    place = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    titles = np.full((len(counts), most), NO_TITLE, dtype=np.int32)
    scores = np.zeros((len(counts), most), dtype=np.float32)
    titles[row, place] = codes[order]
    scores[row, place] = values[order]
    return titles, scores


def _ordered(row: IntArray, values: Scores, codes: CodeArray) -> IntArray:
    """The order by row, largest value, code; rows already in order are left as they are, which is cheap."""
    order = np.arange(len(row))
    same = row[1:] == row[:-1]
    rising = (values[1:] > values[:-1]) | ((values[1:] == values[:-1]) & (codes[1:] < codes[:-1]))
    touched = np.flatnonzero(np.isin(row, np.unique(row[1:][same & rising])))
    order[touched] = touched[np.lexsort((codes[touched], -values[touched], row[touched]))]
    return order


def filled_up(lists: Lists, seen: sp.csr_matrix, popular: CodeArray, popular_score: Scores) -> Lists:
    """Fill lists that end early with what is popular, below their own titles.

    Args:
        lists: shape (n, k).
        seen: What must not come back; shape (n, t).
        popular: Codes that may be shown, best first.
        popular_score: 0 to 1 for each title code; shape (t,).
    """
    titles, scores = lists.titles.copy(), lists.scores.copy()
    most = titles.shape[1]
    # Marked and cleared again for each customer: quicker than looking titles up in small arrays.
    taken = np.zeros(seen.shape[1], dtype=np.bool_)
    for row in np.flatnonzero(titles[:, -1:].ravel() == NO_TITLE):
        count = int(np.count_nonzero(titles[row] != NO_TITLE))
        known = seen.indices[seen.indptr[row] : seen.indptr[row + 1]]
        ahead = popular[: most + len(known)]
        own = titles[row, :count]
        taken[known] = taken[own] = True
        new = ahead[~taken[ahead]][: most - count]
        taken[known] = taken[own] = False
        lowest = scores[row, count - 1] if count else np.float32(1)
        titles[row, count : count + len(new)] = new
        scores[row, count : count + len(new)] = lowest * popular_score[new]
    return Lists(titles=titles, scores=scores)


def reasons(
    lists: CodeArray,
    likes: sp.csr_matrix,
    kernel: sp.csr_matrix,
    trend: Scores | None,
    compute: ComputeConfig,
) -> CodeArray:
    """For each listed title the liked one that gave most to its score; ``NO_TITLE`` where the trend did.

    Args:
        lists: Title codes; shape (n, k).
        likes: Weights of what each customer liked; shape (n, t).
        kernel: shape (t, t).
        trend: What every customer's score of a title got beside; shape (t,).
        compute: Chunks of customers are spread over its processes.
    """
    if not kernel.nnz:
        return np.full(lists.shape, NO_TITLE, dtype=np.int32)
    beside = np.zeros(kernel.shape[0], dtype=np.float32) if trend is None else trend
    chunks = [
        (lists[start : start + CHUNK], likes[start : start + CHUNK]) for start in range(0, len(lists), CHUNK)
    ]
    # Rows of equal length are taken much faster than those of a sparse matrix.
    neighbours, weights = rectangular(kernel, max(int(np.diff(kernel.indptr).max(initial=0)), 1))
    parts = spread(_chunk_reasons, chunks, neighbours, weights, beside, compute=compute)
    return np.concatenate([*parts, np.empty((0, lists.shape[1]), dtype=np.int32)])


def _chunk_reasons(
    chunk: tuple[CodeArray, sp.csr_matrix], neighbours: CodeArray, weights: Scores, beside: Scores
) -> CodeArray:
    lists, likes = chunk
    most = lists.shape[1]
    # Where in whose list a title stands; ``most`` where it is not listed. Filled and cleared for each batch.
    place = np.full(BATCH * len(neighbours), most, dtype=np.int16)
    because = np.full(lists.shape, NO_TITLE, dtype=np.int32)
    for start in range(0, len(lists), BATCH):
        rows = lists[start : start + BATCH]
        customer, position = np.nonzero(rows != NO_TITLE)
        listed = customer * len(neighbours) + rows[customer, position]
        place[listed] = position
        found, value = _strongest(likes[start : start + BATCH], neighbours, weights, place, most)
        place[listed] = most
        told = (rows != NO_TITLE) & (value > beside[rows])
        because[start : start + BATCH][told] = found[told]
    return because


def _strongest(
    likes: sp.csr_matrix, neighbours: CodeArray, weights: Scores, place: npt.NDArray[np.int16], most: int
) -> tuple[CodeArray, Scores]:
    """The liked title that gives most to each place of each list, and how much; shapes (n, most)."""
    customers, (titles, width) = likes.shape[0], neighbours.shape
    found = np.full(customers * most, NO_TITLE, dtype=np.int32)
    largest = np.zeros(customers * most, dtype=np.float32)
    owner = np.repeat(np.arange(customers, dtype=np.int32), np.diff(likes.indptr))
    slot = place.take((neighbours.take(likes.indices, axis=0) + (owner * titles)[:, None]).ravel())
    given = np.flatnonzero(slot < most)
    giver = given // width
    # By list and place; within it in order of the liked titles' codes: the lowest of equals comes first.
    order = np.argsort((owner[giver] * most + slot[given]).astype(np.int16), kind="stable")
    given, giver = given[order], giver[order]
    if len(given):
        entry = owner[giver] * most + slot[given]
        value = weights[likes.indices[giver], given - giver * width] * likes.data[giver]
        first = np.flatnonzero(np.diff(entry, prepend=-1))
        best = np.maximum.reduceat(value, first)
        strongest = np.flatnonzero(value == np.repeat(best, np.diff(np.append(first, len(entry)))))[::-1]
        found[entry[strongest]] = likes.indices[giver[strongest]]
        largest[entry[first]] = best
    return found.reshape(customers, most), largest.reshape(customers, most)
