"""The time and memory of the recommender's heavy steps beside what a plain program would take.

Every figure is CPU seconds of one process on one thread; ratios within one run are what counts.
"""

import resource
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sparse_dot_topn import sp_matmul_topn
from threadpoolctl import threadpool_limits

from pipeline.config import ComputeConfig
from pipeline.recommend.content import content_neighbours
from pipeline.recommend.ease import EaseSetting, kernel_from, solve
from pipeline.recommend.gram import add_co_likes
from pipeline.recommend.topn import best_titles, reasons, serving_matrix

T = TypeVar("T")

ALONE = ComputeConfig(processes=1)
LIKES_A_CUSTOMER = 50
NEIGHBOURS = 200
MOST = 50
SAMPLE = 10_000
"""Customers the slow peers are timed on; their figure is scaled up to all."""


def timed(function: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    result = function()
    return result, time.process_time() - start


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def power_law_likes(customers: int, titles: int, seed: int = 7) -> sp.csr_matrix:
    """Likes as a streaming service has them: a few titles and customers have most; shape (n, t)."""
    random = np.random.default_rng(seed)
    count = np.minimum(random.pareto(1.5, customers) * LIKES_A_CUSTOMER / 2 + 1, 1_000).astype(np.int64)
    weight = (np.arange(1, titles + 1) ** -0.8).cumsum()
    taste = random.integers(0, 20, customers)
    drawn = np.searchsorted(weight, random.random(count.sum()) * weight[-1])
    # Half of his likes are from a customer's own corner of the catalogue: there is something to learn.
    own = random.random(len(drawn)) < 0.5
    row = np.repeat(np.arange(customers), count)
    drawn[own] = drawn[own] // 20 * 20 + taste[row[own]]
    likes = sp.csr_matrix(
        (np.ones(len(row), np.float32), (row, np.minimum(drawn, titles - 1))), shape=(customers, titles)
    )
    likes.data[:] = 1
    return likes


def content_rows(titles: int, seed: int = 7) -> sp.csr_matrix:
    """Thirty features a title of a vocabulary of ten thousand; rows of length 1; shape (t, f)."""
    random = np.random.default_rng(seed)
    column = np.minimum(random.pareto(0.6, (titles, 30)) * 5, 9_999).astype(np.int64)
    row = np.repeat(np.arange(titles), 30)
    matrix = sp.csr_matrix((np.ones(len(row), np.float32), (row, column.ravel())), shape=(titles, 10_000))
    matrix = (sp.diags((1 / np.log1p(titles) * np.ones(titles)).astype(np.float32)) @ matrix).tocsr()
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sp.diags((1 / length).astype(np.float32)) @ matrix).tocsr()


def scipy_top(likes: sp.csr_matrix, seen: sp.csr_matrix, kernel: sp.csr_matrix, most: int) -> None:
    """What a plain program does: a sparse product, seen titles taken out, argpartition, chunk by chunk."""
    for start in range(0, likes.shape[0], 1_000):
        scores = (likes[start : start + 1_000] @ kernel).toarray()
        rows, columns = seen[start : start + 1_000].nonzero()
        scores[rows, columns] = -np.inf
        best = np.argpartition(-scores, most, axis=1)[:, :most]
        np.take_along_axis(best, np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1), axis=1)


def library_top(likes: sp.csr_matrix, seen: sp.csr_matrix, kernel: sp.csr_matrix, most: int) -> None:
    """sparse_dot_topn as it comes: a longer list, from which the seen are taken out."""
    for start in range(0, likes.shape[0], 4_096):
        known = seen[start : start + 4_096]
        longest = most + int(np.diff(known.indptr).max())
        best = sp_matmul_topn(likes[start : start + 4_096], kernel, top_n=longest, threshold=0.0, sort=True)
        for row in range(best.shape[0]):
            codes = best.indices[best.indptr[row] : best.indptr[row + 1]]
            codes[~np.isin(codes, known.indices[known.indptr[row] : known.indptr[row + 1]])][:most]


def ease_speed(likes: sp.csr_matrix) -> sp.csr_matrix:
    titles = likes.shape[1]
    gram = np.zeros((titles, titles), dtype=np.float32)
    _, counting = timed(lambda: add_co_likes(gram, likes, balance=0.5))
    print(f"  counting co-likes            {counting:8.1f} s")
    matrix = gram.copy()
    matrix[np.diag_indices(titles)] += np.float32(gram.diagonal().mean() * 10)
    before = peak_mb()
    _, solving = timed(partial(solve, matrix))
    print(
        f"  solve                        {solving:8.1f} s, "
        f"memory beside the matrix {peak_mb() - before:.0f} MB"
    )
    product = sgemm_rate()
    # Cholesky takes n³/3 operations, the inverse from it 2n³/3.
    rate = titles**3 / solving / 1e9
    print(f"  {rate:.0f} GFLOP/s; one-thread sgemm {product:.0f}: {rate / product:.0%} (goal 60 %)")
    del matrix
    kernel, pruning = timed(lambda: kernel_from(gram, None, EaseSetting(), NEIGHBOURS))
    print(f"  solve and prune to {NEIGHBOURS}        {pruning:8.1f} s; peak so far {peak_mb():.0f} MB")
    return kernel


def sgemm_rate(size: int = 4_096) -> float:
    """GFLOP/s of one-thread float32 matrix product."""
    random = np.random.default_rng(7)
    left: npt.NDArray[np.float32] = random.random((size, size), dtype=np.float32)
    right = left.T.copy()
    seconds = min(timed(partial(np.matmul, left, right))[1] for _ in range(3))
    return 2 * size**3 / seconds / 1e9


def top_speed(likes: sp.csr_matrix, kernel: sp.csr_matrix) -> None:
    customers, titles = likes.shape
    serving = serving_matrix(kernel, np.ones(titles, dtype=np.bool_))
    lists, ours = timed(lambda: best_titles(likes, likes, serving, MOST, ALONE))
    scale = customers / min(SAMPLE, customers)
    _, library = timed(lambda: library_top(likes[:SAMPLE], likes[:SAMPLE], kernel, MOST))
    _, bare = timed(lambda: sp_matmul_topn(likes[:SAMPLE], kernel, top_n=MOST, threshold=0.0, sort=True))
    _, plain = timed(lambda: scipy_top(likes[:SAMPLE], likes[:SAMPLE], kernel, MOST))
    print(f"  top {MOST} for {customers:,} customers {ours:8.1f} s")
    print(
        f"    sparse_dot_topn, seen out  {library * scale:8.1f} s: {ours / (library * scale):.2f} × (goal 1)"
    )
    print(f"    sparse_dot_topn, seen in   {bare * scale:8.1f} s: {ours / (bare * scale):.2f} ×")
    print(
        f"    scipy and argpartition     {plain * scale:8.1f} s: {plain * scale / ours:.1f} × ours (goal 3)"
    )
    _, reasoning = timed(lambda: reasons(lists.titles, likes, kernel, None, ALONE))
    print(f"  reasons                      {reasoning:8.1f} s")


def content_speed(likes: sp.csr_matrix) -> None:
    customers, titles = likes.shape
    rows = content_rows(titles)
    nearest, finding = timed(lambda: content_neighbours(rows, NEIGHBOURS))
    serving = serving_matrix(nearest, np.ones(titles, dtype=np.bool_))
    _, serving_seconds = timed(lambda: best_titles(likes, likes, serving, MOST, ALONE))
    few = likes[: SAMPLE // 10]
    profile, making = timed(partial(sp.csr_matrix.dot, few, rows))
    _, matching = timed(lambda: sp_matmul_topn(profile, rows.T.tocsr(), top_n=MOST, threshold=0.0, sort=True))
    whole = (making + matching) * customers / few.shape[0]
    print(f"  content neighbours           {finding:8.1f} s; top {MOST} by them {serving_seconds:.1f} s")
    print(f"    profile × title            {whole:8.1f} s: {whole / (finding + serving_seconds):.1f} × ours")


def speed(customers: int, titles: int) -> None:
    """Print the recommender's rows of the performance table."""
    with threadpool_limits(limits=1):
        likes, _ = timed(lambda: power_law_likes(customers, titles))
        print(f"{customers:,} customers, {titles:,} titles, {likes.nnz:,} likes")
        kernel = ease_speed(likes)
        top_speed(likes, kernel)
        content_speed(likes)
