"""The candidates and what they are once learned: all of them one kernel and what is popular lately."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from pipeline.config import ComputeConfig, RecommendConfig
from pipeline.recommend.catalogue import Catalogue
from pipeline.recommend.content import content_neighbours
from pipeline.recommend.ease import EaseSetting, kernel_from
from pipeline.recommend.factors import FactorSetting, factor_kernel
from pipeline.recommend.gram import add_co_likes
from pipeline.recommend.interactions import Interactions
from pipeline.recommend.kernels import embedded, neighbours
from pipeline.recommend.popular import Lately, Popular
from pipeline.recommend.topn import Lists, Scores, best_titles, filled_up, serving_matrix
from pipeline.recommend.unwatched import PLACES, placed, with_unwatched
from pipeline.recommend.variety import varied

POPULAR, CONTENT, NEIGHBOURS, EASE, HYBRID, FACTORS = (
    "popular lately",
    "content",
    "neighbours",
    "EASE",
    "hybrid",
    "iALS",
)
SPARE = 2
"""Candidates scored for each title shown, for re-ranking to choose from."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One candidate.

    Attributes:
        kind: ``content``, ``neighbours``, ``EASE``, ``hybrid``, ``iALS`` or ``popular lately``.
        lately: How far "lately" reaches.
        shrinkage: Of ``neighbours``, in likes.
        ease: Of ``EASE`` and ``hybrid``.
        factors: Of ``iALS``.
        half_life_days: After this long a like weighs half when lists are made; None for ever in full.
        trend: Weight of what is popular lately beside the customer's own taste; 1 lets the most popular title
            count like the best title of a typical customer.
    """

    kind: str
    lately: Lately = field(default_factory=lambda: Lately(window_days=30))
    shrinkage: float = 10.0
    ease: EaseSetting = field(default_factory=EaseSetting)
    factors: FactorSetting = field(default_factory=FactorSetting)
    half_life_days: int | None = None
    trend: float = 0.0


@dataclass(frozen=True, kw_only=True)
class RecommendModel:
    """A learned candidate, ready to be kept or served.

    Attributes:
        kernel: Title × title; empty for popular lately; shape (t, t).
        popular: For everybody whose own list ends early.
        unwatched: Titles that nobody knows yet and that may be shown; shape (t,).
        trend: Added to everybody's scores; None for none; shape (t,).
    """

    setting: Setting
    kernel: sp.csr_matrix
    popular: Popular
    unwatched: npt.NDArray[np.bool_]
    trend: Scores | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.setting.kind


def co_likes_of(
    likes: sp.csr_matrix, codes: npt.NDArray[np.int64], balance: float
) -> npt.NDArray[np.float32]:
    """Count co-likes of some titles; shape (m, m), float32."""
    gram = np.zeros((len(codes), len(codes)), dtype=np.float32)
    add_co_likes(gram, likes[:, codes], balance=balance)
    return gram


CoLikes = Callable[[sp.csr_matrix, npt.NDArray[np.int64], float], npt.NDArray[np.float32]]


def solved_titles(likes: sp.csr_matrix, most: int, *, unliked: bool) -> npt.NDArray[np.int64]:
    """Codes of the titles a solve takes, the most liked first to come in, in order of code."""
    counts = np.bincount(likes.indices, minlength=likes.shape[1])
    ranked = np.argsort(-counts, kind="stable")[:most]
    return np.sort(ranked if unliked else ranked[counts[ranked] > 0]).astype(np.int64)


def learned_kernel(  # what is learned from, each by name
    setting: Setting,
    likes: sp.csr_matrix,
    features: sp.csr_matrix | None,
    config: RecommendConfig,
    most: int,
    count: CoLikes = co_likes_of,
) -> sp.csr_matrix:
    """Learn one candidate's kernel over at most ``most`` titles, content and iALS over all; shape (t, t).

    Args:
        setting: The candidate.
        likes: shape (n, t).
        features: From ``content_features``; shape (t, f).
        config: Settings.
        most: Titles solved at most.
        count: Counts the co-likes of some titles; what it returns is overwritten.

    Raises:
        DataError: the solve failed.
    """
    titles = likes.shape[1]
    if setting.kind == POPULAR:
        return sp.csr_matrix((titles, titles), dtype=np.float32)
    if setting.kind == CONTENT:
        assert features is not None  # offered only where titles are described
        return content_neighbours(features, config.neighbours)
    if setting.kind == FACTORS:
        return factor_kernel(likes, setting.factors, config.neighbours, config.seed)
    hybrid = setting.kind == HYBRID
    codes = solved_titles(likes, most, unliked=hybrid)
    balance = 0.0 if setting.kind == NEIGHBOURS else setting.ease.balance
    gram = count(likes, codes, balance)
    if setting.kind == NEIGHBOURS:
        kernel = neighbours(gram, setting.shrinkage, config.neighbours)
    else:
        content = features[codes] if hybrid and features is not None else None
        kernel = kernel_from(gram, content, setting.ease, config.neighbours)
    whole = embedded(kernel, codes, titles)
    if hybrid and features is not None and len(codes) < titles:
        beyond = np.ones(titles, dtype=np.bool_)
        beyond[codes] = False
        return with_unwatched(whole, features, beyond)
    return whole


def weighted_likes(known: Interactions, half_life_days: int | None) -> sp.csr_matrix:
    """What everybody liked, shape (n, t), float32: 1 for each one's newest like, less for those before it.

    Counted from today the taste of whoever was away for years would fade to nothing, and the first title he
    likes on his return would be all that is known of him.
    """
    if half_life_days is None or not known.likes.nnz:
        return known.likes
    counts = np.diff(known.likes.indptr)
    some = counts > 0
    newest = np.maximum.reduceat(known.like_day, known.likes.indptr[:-1][some])
    age = (np.repeat(newest, counts[some]) - known.like_day) / half_life_days
    weight = np.exp2(-age).astype(np.float32)
    return sp.csr_matrix((weight, known.likes.indices, known.likes.indptr), shape=known.likes.shape)


def assembled(
    setting: Setting,
    kernel: sp.csr_matrix,
    known: Interactions,
    popular: Popular,
    catalogue: Catalogue,
    *,
    complete: bool = False,
) -> RecommendModel:
    """Add to a kernel what is popular lately, and what nobody has watched yet.

    Args:
        setting: Of the candidate.
        kernel: shape (t, t).
        known: What was known on the day.
        popular: On the same day, by the setting's ``lately``.
        catalogue: The titles.
        complete: Nothing is added for what nobody has watched: while settings are tuned, what was liked
            though nobody had watched it before the cut counts as missed, for all of them alike.
    """
    trend = None
    if setting.trend > 0 and kernel.nnz:
        size = setting.trend * _typical_best(known.likes, kernel)
        trend = (popular.score * size).astype(np.float32)
    unwatched = catalogue.available & (known.watchers == 0)
    if catalogue.features is not None and kernel.nnz and setting.kind != CONTENT and not complete:
        kernel = with_unwatched(kernel, catalogue.features, unwatched)
    return RecommendModel(setting=setting, kernel=kernel, popular=popular, unwatched=unwatched, trend=trend)


def _typical_best(likes: sp.csr_matrix, kernel: sp.csr_matrix, sample: int = 500) -> float:
    """The score of the best title of a typical customer, from customers evenly spread over the rows."""
    rows = np.flatnonzero(np.diff(likes.indptr))
    chosen = rows[np.linspace(0, len(rows) - 1, min(sample, len(rows))).astype(np.int64)]
    best = (likes[chosen] @ kernel).max(axis=1).toarray().ravel()
    positive = best[best > 0]
    return float(np.median(positive)) if len(positive) else 1.0


@dataclass(frozen=True, kw_only=True)
class Asked:
    """For whom lists are made, on what day.

    Attributes:
        likes: Weights of likes; shape (n, t).
        liked: 1 for each like, for the customer's own mix; shape (n, t).
        seen: What must not come back; shape (n, t).
    """

    likes: sp.csr_matrix
    liked: sp.csr_matrix
    seen: sp.csr_matrix


def asked_for(known: Interactions, setting: Setting, rows: npt.NDArray[np.int64] | None = None) -> Asked:
    """Take the rows of some customers, or of all."""
    likes = weighted_likes(known, setting.half_life_days)
    if rows is None:
        return Asked(likes=likes, liked=known.likes, seen=known.seen)
    return Asked(likes=likes[rows], liked=known.likes[rows], seen=known.seen[rows])


def lists_of(
    model: RecommendModel,
    asked: Asked,
    catalogue: Catalogue,
    most: int,
    compute: ComputeConfig,
    *,
    vary: bool = True,
) -> Lists:
    """The titles each customer is shown, best first; shape (n, most).

    Args:
        model: What is served.
        asked: For whom.
        catalogue: The titles.
        most: Titles in a list.
        compute: How work is spread.
        vary: Give unwatched titles their places, and re-rank so that no genre or franchise fills a page.
    """
    candidates = most * SPARE if vary else most
    if model.kernel.nnz:
        serving = serving_matrix(model.kernel, catalogue.available, model.trend)
        lists = best_titles(asked.likes, asked.seen, serving, candidates, compute)
    else:
        customers = asked.likes.shape[0]
        lists = Lists(
            titles=np.full((customers, candidates), -1, dtype=np.int32),
            scores=np.zeros((customers, candidates), dtype=np.float32),
        )
    score = model.popular.score.astype(np.float32)
    lists = filled_up(lists, asked.seen, model.popular.codes, score)
    if not vary:
        return lists
    if model.kernel.nnz and model.unwatched.any():
        only = serving_matrix(model.kernel, model.unwatched)
        lists = placed(lists, best_titles(asked.likes, asked.seen, only, len(PLACES), compute))
    return varied(lists, asked.liked, catalogue.shelf, most)
