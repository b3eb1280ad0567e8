"""What each recommender shows the customers of a split: ours, and the ``implicit`` library's."""

import warnings

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from benchmarks.movies import Films, Split, shelf_for
from pipeline.config import ComputeConfig, RecommendConfig
from pipeline.recommend.models import Setting, learned_kernel
from pipeline.recommend.topn import best_titles, filled_up, serving_matrix
from pipeline.recommend.unwatched import PLACES, placed, with_unwatched
from pipeline.recommend.variety import varied

ALONE = ComputeConfig(processes=1)
KEPT = RecommendConfig()


def kernel_lists(split: Split, kernel: sp.csr_matrix, most: int) -> npt.NDArray[np.int32]:
    serving = serving_matrix(kernel, np.ones(kernel.shape[0], dtype=np.bool_))
    lists = best_titles(split.asked, split.seen, serving, most, ALONE)
    count = np.bincount(split.train.indices, minlength=split.train.shape[1])
    popular = np.argsort(-count, kind="stable").astype(np.int32)
    score = (count / max(count.max(), 1)).astype(np.float32)
    return filled_up(lists, split.seen, popular, score).titles


def our_lists(
    split: Split, setting: Setting, features: sp.csr_matrix | None, most: int, config: RecommendConfig = KEPT
) -> npt.NDArray[np.int32]:
    kernel = learned_kernel(setting, split.train, features, config, split.train.shape[1])
    return kernel_lists(split, kernel, most)


def popular_lists(split: Split, most: int) -> npt.NDArray[np.int32]:
    return kernel_lists(split, sp.csr_matrix((split.train.shape[1],) * 2, dtype=np.float32), most)


def als_lists(
    split: Split, most: int, factors: int, regularization: float, alpha: float
) -> npt.NDArray[np.int32]:
    from implicit.als import AlternatingLeastSquares

    with threadpool_limits(limits=1, user_api="blas"):
        model = AlternatingLeastSquares(
            factors=factors,
            regularization=regularization,
            alpha=alpha,
            iterations=20,
            random_state=7,
            num_threads=1,
        )
        return _peer_lists(model, split, most, recalculate=True)


def cosine_lists(split: Split, most: int) -> npt.NDArray[np.int32]:
    from implicit.nearest_neighbours import CosineRecommender

    return _peer_lists(CosineRecommender(K=200, num_threads=1), split, most, recalculate=False)


def _peer_lists(model: object, split: Split, most: int, *, recalculate: bool) -> npt.NDArray[np.int32]:
    peer = model  # implicit carries no types
    warnings.filterwarnings("ignore")
    peer.fit(split.train, show_progress=False)  # type: ignore[attr-defined]
    who = np.arange(split.asked.shape[0])
    extra = {"recalculate_user": True} if recalculate else {}
    codes, _ = peer.recommend(who, split.asked, N=most, filter_already_liked_items=True, **extra)  # type: ignore[attr-defined]
    return np.asarray(codes, dtype=np.int32)


def served_lists(
    films: Films, split: Split, setting: Setting, features: sp.csr_matrix, new: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int32]:
    """Lists as they are published: with places for new titles, and varied."""
    kernel = learned_kernel(setting, split.train, features, KEPT, len(split.films))
    kernel = with_unwatched(kernel, features, new)
    everything = serving_matrix(kernel, np.ones(len(new), dtype=np.bool_))
    lists = best_titles(split.asked, split.seen, everything, 100, ALONE)
    fresh = best_titles(split.asked, split.seen, serving_matrix(kernel, new), len(PLACES), ALONE)
    return varied(placed(lists, fresh), split.asked, shelf_for(films, split.films), 50).titles
