"""Rows of kernels as rectangles for the store: neighbours for fold-in, and "more like this"."""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sparse_dot_topn import sp_matmul_topn

from pipeline.dataset import CodeArray
from pipeline.recommend.topn import rectangular

SIMILAR = 20
CONTENT_SHARE = 0.6
"""Of likeness; the rest is what people who liked it liked too."""


def padded_rows(kernel: sp.csr_matrix) -> tuple[CodeArray, npt.NDArray[np.float32]]:
    """Each row's entries, the largest first, -1 and 0 behind the end; shapes (t, m)."""
    return rectangular(kernel, int(np.diff(kernel.indptr).max(initial=0)))


def similar_titles(kernel: sp.csr_matrix, alike: sp.csr_matrix | None) -> CodeArray:
    """Titles most like each one, by what they are about and by who likes them; shape (t, 20), -1 behind.

    Args:
        kernel: Of the model served; shape (t, t).
        alike: From ``content_neighbours``; None where titles are not described; shape (t, t).
    """
    titles = kernel.shape[0]
    if not titles:
        return np.empty((0, SIMILAR), dtype=np.int32)
    together = _relative(kernel)
    if alike is not None:
        together = (alike * np.float32(CONTENT_SHARE) + together * np.float32(1 - CONTENT_SHARE)).tocsr()
    each = sp.identity(titles, dtype=np.float32, format="csr")
    best = sp_matmul_topn(each, together.astype(np.float32), top_n=SIMILAR, threshold=0.0, sort=True)
    return rectangular(best, SIMILAR)[0]


def _relative(kernel: sp.csr_matrix) -> sp.csr_matrix:
    """Each row divided by its largest entry, negative entries left out."""
    positive = kernel.maximum(0).tocsr()
    largest = positive.max(axis=1).toarray().ravel()
    scale = np.divide(1.0, largest, out=np.zeros_like(largest), where=largest > 0)
    return (sp.diags(scale) @ positive).tocsr().astype(np.float32)
