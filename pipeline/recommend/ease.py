"""EASE: the closed-form linear recommender, solved in place in float32.

References:
    Steck (2019), "Embarrassingly shallow autoencoders for sparse data", WWW '19.
    Jeunen, Van Balen and Goethals (2020), "Closed-form models for collaborative filtering with
    side-information", RecSys '20: content as further rows under the likes.
    Park et al. (2025), "Why is normalization necessary for linear recommenders?", SIGIR '25.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.linalg import lapack

from pipeline.errors import DataError
from pipeline.recommend.gram import add_co_likes, add_content
from pipeline.recommend.kernels import pruned

Dense = npt.NDArray[np.float32]

BLOCK = 512
PREFERENCE = 0.25
"""Power of popularity by which neighbours are preferred when a kernel is pruned."""


@dataclass(frozen=True, kw_only=True)
class EaseSetting:
    """What the solve depends on; chosen by validation.

    Attributes:
        regularisation: λ, as a multiple of the popularity that the average like meets (Σd²/Σd of the
            diagonal, shrunk as normalising shrinks the diagonal), so that one value means the same for a
            hundred customers and a million, normalised or not.
        evenness: Co-likes are divided by popularity to this power on both sides before solving: 0 is plain
            EASE, 0.5 cosine.
        popularity: Solved weights are multiplied by the candidate's popularity to this power; equal to
            ``evenness`` it undoes it, 0 leaves rarer titles in front.
        balance: A customer's pairs are divided by his number of likes to this power.
        content_weight: α of the hybrid, as a multiple of the same; 0 without content.
    """

    regularisation: float = 3.0
    evenness: float = 0.2
    popularity: float = 0.0
    balance: float = 0.5
    content_weight: float = 0.0


def solve(gram: Dense) -> Dense:
    """Invert a symmetric positive definite matrix in place by Cholesky; no second matrix is made.

    Args:
        gram: shape (t, t), row-major float32; overwritten.

    Returns:
        The same memory, holding the whole inverse.

    Raises:
        DataError: it is not positive definite; the regularisation was too small for float32.
    """
    # LAPACK counts columns first: for it the row-major matrix is its transpose, the same as it is symmetric.
    factor, failed = lapack.spotrf(gram.T, lower=1, overwrite_a=1, clean=0)
    if not failed:
        factor, failed = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed:
        raise DataError(
            f"The titles' co-likes could not be solved (row {abs(failed)} of {len(gram)} depends on others). "
            "Raise the regularisation."
        )
    inverse: Dense = factor.T
    _mirror(inverse)
    return inverse


def _unit(before: Dense, after: Dense) -> float:
    """What λ and α are multiples of: the popularity the average like meets, shrunk by the normalisation."""
    size = before.astype(np.float64)
    if not size.any():
        return 1.0
    return float((size**2).sum() / size.sum() * (after.astype(np.float64).sum() / size.sum()))


def _mirror(matrix: Dense) -> None:
    """Copy the upper triangle onto the lower, block by block."""
    for start in range(0, len(matrix), BLOCK):
        stop = min(start + BLOCK, len(matrix))
        matrix[stop:, start:stop] = matrix[start:stop, stop:].T
        corner = matrix[start:stop, start:stop]
        corner[:] = np.triu(corner) + np.triu(corner, 1).T


def ease_kernel(
    likes: sp.csr_matrix, content: sp.csr_matrix | None, setting: EaseSetting, most: int
) -> sp.csr_matrix:
    """Learn the kernel that best rebuilds each customer's likes from his other likes.

    Args:
        likes: shape (n, t), float32.
        content: One row of features for each title, shape (t, f); used where ``content_weight`` > 0.
        setting: What to solve.
        most: Neighbours kept for each title.

    Returns:
        shape (t, t); of titles nobody liked the rows are empty unless content fills them.

    Raises:
        DataError: the matrix cannot be solved.
    """
    titles = likes.shape[1]
    gram = np.zeros((titles, titles), dtype=np.float32)
    add_co_likes(gram, likes, balance=setting.balance)
    return kernel_from(gram, content, setting, most)


def kernel_from(gram: Dense, content: sp.csr_matrix | None, setting: EaseSetting, most: int) -> sp.csr_matrix:
    """The same from co-likes already counted; ``gram`` is overwritten."""
    if not np.diagonal(gram).any() and setting.content_weight <= 0:
        return sp.csr_matrix(gram.shape, dtype=np.float32)
    own = np.maximum(np.diagonal(gram), np.float32(1)).copy()
    divisor = own ** np.float32(setting.evenness)
    before = np.diagonal(gram).copy()
    gram /= divisor[:, None]
    gram /= divisor[None, :]
    unit = _unit(before, np.diagonal(gram))
    if content is not None and setting.content_weight > 0:
        add_content(gram, content, weight=setting.content_weight * unit)
    gram[np.diag_indices_from(gram)] += np.float32(setting.regularisation * unit)
    inverse = solve(gram)
    per_column = own ** np.float32(setting.popularity) / -np.diagonal(inverse)

    def rows_of(start: int, stop: int) -> Dense:
        rows = inverse[start:stop] * per_column[None, :]
        rows /= divisor[start:stop, None]
        return rows

    # What is often recommended is what pruning must not distort: at 200 neighbours this halves the loss.
    return pruned(rows_of, len(inverse), most, prefer=own ** np.float32(PREFERENCE))
