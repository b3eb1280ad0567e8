"""The one form every model has: a sparse title × title kernel, few neighbours a title.

Row i says what liking title i tells about every other title; a customer's scores are the sum of the rows of
what he liked. ``kernel[i, i]`` is 0: a title does not speak for itself.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Dense = npt.NDArray[np.float32]

BLOCK = 512


def pruned(
    rows_of: Callable[[int, int], Dense], titles: int, most: int, prefer: Dense | None = None
) -> sp.csr_matrix:
    """Keep the ``most`` weightiest neighbours of each title, of either sign; ties go to the lower code.

    Args:
        rows_of: Gives rows ``start`` to ``stop`` of the whole kernel, shape (stop − start, t); may be kept.
        titles: t.
        most: Neighbours kept for each title.
        prefer: Multiplies the weights when they are compared, one for each neighbour; shape (t,).

    Returns:
        shape (t, t), float32, sorted by column.
    """
    kept = min(most, titles)
    parts = []
    for start in range(0, titles, BLOCK):
        stop = min(start + BLOCK, titles)
        rows = rows_of(start, stop)
        rows[np.arange(stop - start), np.arange(start, stop)] = 0.0
        size = np.abs(rows) if prefer is None else np.abs(rows) * prefer
        # The threshold first: which of equals argpartition takes is not laid down.
        least = np.partition(size, titles - kept, axis=1)[:, titles - kept, None]
        chosen = (size >= least) & (size > 0)
        for row in np.flatnonzero(chosen.sum(axis=1) > kept):
            equal = np.flatnonzero(size[row] == least[row])
            chosen[row, equal[kept - np.count_nonzero(size[row] > least[row]) :]] = False
        parts.append(sp.csr_matrix(np.where(chosen, rows, np.float32(0))))
    if not parts:
        return sp.csr_matrix((0, 0), dtype=np.float32)
    return sp.vstack(parts, format="csr")


def neighbours(gram: Dense, shrinkage: float, most: int) -> sp.csr_matrix:
    """Cosine of co-likes, drawn towards 0 where few people speak: ``c / (√(nᵢnⱼ) + shrinkage)``.

    Args:
        gram: Co-likes, shape (t, t); not changed.
        shrinkage: In likes: with as many in common, the cosine counts half.
        most: Neighbours kept for each title.
    """
    size = np.sqrt(np.diagonal(gram)).copy()

    def rows_of(start: int, stop: int) -> Dense:
        scale = size[start:stop, None] * size[None, :] + np.float32(max(shrinkage, 1e-6))
        return np.asarray(gram[start:stop] / scale)

    return pruned(rows_of, len(gram), most)


def embedded(kernel: sp.csr_matrix, codes: npt.NDArray[np.int64], titles: int) -> sp.csr_matrix:
    """Put a kernel of some titles into the whole catalogue's.

    Args:
        kernel: shape (m, m).
        codes: Code of each of its titles; shape (m,).
        titles: t.
    """
    entries = kernel.tocoo()
    placed = (entries.data, (codes[entries.row], codes[entries.col]))
    whole = sp.csr_matrix(placed, shape=(titles, titles), dtype=np.float32)
    whole.sort_indices()
    return whole
