"""Titles nobody has watched yet: scored by what people think of titles like them, and given a few places.

A new title can never earn its place by being watched while nobody is shown it.

References:
    Gantner et al. (2010), "Learning attribute-to-feature mappings for cold-start recommendations", ICDM '10:
    what a model learned of watched titles is carried over to their nearest in content.
"""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sparse_dot_topn import sp_matmul_topn

from pipeline.dataset import CodeArray
from pipeline.evaluation.ranking import NO_TITLE
from pipeline.recommend.topn import Lists

PLACES = (14, 21, 28, 35, 42, 49)
"""Of a list, counted from 0, for unwatched titles; behind the first ten, so that these lose nothing."""
PAGE = 10
ALIKE = 50
"""Watched titles most alike in content that an unwatched one learns from."""
SHARPNESS = 3
"""Power of likeness by which they count; chosen with ``ALIKE`` on hidden titles, flat between 2 and 8."""
ENOUGH = 0.4
"""Of likeness, 0 to 1: a title whose nearest is less like it counts less, in proportion."""
FITTING = 0.2
"""Of the score of the customer's tenth title: an unwatched title that reaches less does not fit his taste."""
SPOKEN_FOR = 30
"""Unwatched titles that liking a title speaks for, at most."""


def with_unwatched(
    kernel: sp.csr_matrix, features: sp.csr_matrix, unwatched: npt.NDArray[np.bool_]
) -> sp.csr_matrix:
    """Give each unwatched title the mean column of the watched titles most like it.

    So it is scored in the model's own terms, with the appeal that titles like it have; likeness alone would
    take the obscure for the fitting. A title that is like nothing is like nobody's taste.

    Args:
        kernel: shape (t, t).
        features: From ``content_features``; shape (t, f).
        unwatched: Whose columns are replaced; shape (t,).

    Returns:
        shape (t, t), float32, sorted by column, nothing on the diagonal.
    """
    new, watched = np.flatnonzero(unwatched), np.flatnonzero(~unwatched)
    if not len(new) or not len(watched):
        return kernel
    alike = sp_matmul_topn(
        features[new], features[watched].T.tocsr(), top_n=min(ALIKE, len(watched)), threshold=0.0, sort=True
    )
    enough = np.minimum(alike.max(axis=1).toarray().ravel() / ENOUGH, 1)
    alike.data **= SHARPNESS
    total = np.asarray(alike.sum(axis=1)).ravel()
    share = sp.diags(np.divide(enough, total, out=np.zeros_like(total), where=total > 0)) @ alike
    told = sp_matmul_topn(
        kernel[:, watched].tocsr(),
        share.T.tocsr().astype(np.float32),
        top_n=min(SPOKEN_FOR, len(new)),
        threshold=0.0,
        sort=True,
    ).tocoo()
    other = new[told.col] != told.row
    columns = sp.csr_matrix(
        (told.data[other], (told.row[other], new[told.col[other]])), shape=kernel.shape, dtype=np.float32
    )
    kept = kernel @ sp.diags((~unwatched).astype(np.float32))
    whole = (kept + columns).tocsr().astype(np.float32)
    whole.eliminate_zeros()
    whole.sort_indices()
    return whole


def placed(lists: Lists, fresh: Lists) -> Lists:
    """Put unwatched titles that fit at their places; those listed higher stay where they are.

    Args:
        lists: Best first; shape (n, c).
        fresh: Unwatched titles that fit best, with a score above 0; shape (n, at most ``len(PLACES)``).

    Returns:
        shape (n, c); a title put in has the score of the one above it.
    """
    customers, width = lists.titles.shape
    more = fresh.titles.shape[1]
    titles = np.concatenate((lists.titles, fresh.titles), axis=1)
    place = np.empty(titles.shape)
    place[:, :width] = np.arange(width)
    # Each stands behind those that were put in before it.
    place[:, width:] = np.array(PLACES[:more]) - np.arange(more) - 0.5
    for column in range(width, width + more):
        same = (titles[:, :width] == titles[:, column, None]) & (place[:, :width] < np.inf)
        higher = same & (place[:, :width] < place[:, column, None])
        place[higher.any(axis=1), column] = np.inf
        place[:, :width][same & ~higher] = np.inf
    tenth = lists.scores[:, min(PAGE, width) - 1, None]
    place[:, width:][fresh.scores < FITTING * tenth] = np.inf
    place[titles == NO_TITLE] = np.inf
    order = np.argsort(place, axis=1, kind="stable")[:, :width]
    row = np.arange(customers)[:, None]
    missing = np.isinf(place[row, order])
    put_in = np.concatenate((np.zeros(width, dtype=np.bool_), np.ones(more, dtype=np.bool_)))[order]
    scores = np.concatenate((lists.scores, fresh.scores), axis=1)[row, order]
    scores = np.where(put_in & (np.arange(width) > 0), np.float32(np.inf), scores)
    scores = np.minimum.accumulate(scores, axis=1)
    return Lists(
        titles=np.where(missing, NO_TITLE, titles[row, order]).astype(np.int32),
        scores=np.where(missing, 0, scores).astype(np.float32),
    )


def shown_to(titles: CodeArray, unwatched: npt.NDArray[np.bool_]) -> int:
    """Customers in whose list any of the unwatched titles stands; ``titles`` has shape (n, k)."""
    # The end of a list is looked up as a title that is never unwatched.
    is_new = np.append(unwatched, np.False_)[titles]
    return int(np.count_nonzero(is_new.any(axis=1)))
