"""Titles by titles: how often liked together, and how alike in content; dense, float32, built by blocks."""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Dense = npt.NDArray[np.float32]

BLOCK = 1024
COMMON_SHARE = 0.02
"""A content feature of more titles than this is multiplied densely: sparse, it would cost titles² each."""


def add_co_likes(gram: Dense, likes: sp.csr_matrix, *, balance: float) -> None:
    """Add ``XᵀDX`` in place, D = (number of likes)^−balance, so that who likes everything tells less.

    Args:
        gram: shape (t, t), symmetric.
        likes: X, shape (n, t), float32.
        balance: 0 counts every customer's pairs in full, 1 every customer as one.
    """
    counts = np.maximum(np.diff(likes.indptr), 1).astype(np.float32)
    weighted = (sp.diags(counts ** np.float32(-balance / 2)) @ likes).tocsr()
    _add_products(gram, weighted.T.tocsr(), weighted)


def add_content(gram: Dense, content: sp.csr_matrix, *, weight: float) -> None:
    """Add ``weight · T Tᵀ`` in place.

    Args:
        gram: shape (t, t), symmetric.
        content: T, one row of features for each title, shape (t, f), float32.
        weight: What one like in common and full likeness of content trade at.
    """
    scaled = (content * np.float32(np.sqrt(weight))).tocsc()
    common = np.diff(scaled.indptr) > COMMON_SHARE * scaled.shape[0]
    often = scaled[:, common].toarray()
    for start in range(0, len(gram), BLOCK):
        gram[start : start + BLOCK] += often[start : start + BLOCK] @ often.T
    rare = scaled[:, ~common].tocsr()
    _add_products(gram, rare, rare.T.tocsr())


def _add_products(gram: Dense, left: sp.csr_matrix, right: sp.csr_matrix) -> None:
    """Add ``left @ right``, which is symmetric: only what lies on and right of the diagonal is multiplied."""
    for start in range(0, len(gram), BLOCK):
        stop = start + BLOCK
        product = (left[start:stop] @ right[:, start:]).toarray()
        gram[start:stop, start:] += product
        gram[stop:, start:stop] += product[:, BLOCK:].T
