"""iALS for catalogues too large to solve: factors of titles, turned into a kernel like every other's.

The library ``implicit`` is an optional extra (``pip install "matinee-bot[als]"``).

References:
    Hu, Koren and Volinsky (2008), "Collaborative filtering for implicit feedback datasets", ICDM '08.
    Rendle et al. (2022), "Revisiting the performance of iALS on item recommendation benchmarks", RecSys '22.
"""

from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from pipeline.recommend.kernels import pruned

Dense = npt.NDArray[np.float32]

ITERATIONS = 15


@dataclass(frozen=True, kw_only=True)
class FactorSetting:
    """What the factors depend on; chosen by validation.

    Attributes:
        factors: Numbers a title is described by.
        regularisation: λ of ``implicit``.
        confidence: α: how much more a like counts than what was not watched.
    """

    factors: int = 64
    regularisation: float = 15.0
    confidence: float = 5.0


def is_installed() -> bool:
    """Whether the optional library is there."""
    return find_spec("implicit") is not None


def factor_kernel(likes: sp.csr_matrix, setting: FactorSetting, most: int, seed: int) -> sp.csr_matrix:
    """Learn factors Y of the titles, and from them the kernel ``Y (YᵀY + λI)⁻¹ Yᵀ``.

    That is what a customer's factors and their product with the titles' come to where what he did not watch
    outweighs what he did: his likes then count one by one, so that a new one can be folded in. Memory is that
    of the factors and of one block of rows, whatever the number of titles.

    Args:
        likes: shape (n, t), float32.
        setting: What to learn.
        most: Neighbours kept for each title.
        seed: Fixes the start.

    Returns:
        shape (t, t); rows and columns of titles nobody liked are empty.
    """
    titles = likes.shape[1]
    if not likes.nnz:
        return sp.csr_matrix((titles, titles), dtype=np.float32)
    own = _title_factors(likes, setting, seed)
    own[np.bincount(likes.indices, minlength=titles) == 0] = 0
    gram = own.T.astype(np.float64) @ own
    gram[np.diag_indices_from(gram)] += setting.regularisation
    told = (own @ np.linalg.inv(gram)).astype(np.float32)

    def rows_of(start: int, stop: int) -> Dense:
        return np.asarray(told[start:stop] @ own.T)

    return pruned(rows_of, titles, most)


def _title_factors(likes: sp.csr_matrix, setting: FactorSetting, seed: int) -> Dense:
    # Only here, because it may not be installed.
    from implicit.als import AlternatingLeastSquares  # noqa: PLC0415

    with threadpool_limits(limits=1, user_api="blas"):
        model = AlternatingLeastSquares(
            factors=setting.factors,
            regularization=setting.regularisation,
            alpha=setting.confidence,
            iterations=ITERATIONS,
            random_state=seed,
            num_threads=1,
            use_gpu=False,
        )
        model.fit(likes, show_progress=False)
    return np.array(model.item_factors, dtype=np.float32)
