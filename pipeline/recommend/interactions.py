"""Who liked, disliked, saw or refused what: sparse customers × titles, gathered from the partitions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from pipeline.config import ComputeConfig, RecommendConfig
from pipeline.dataset import DAY_US, BoolArray, CodeArray, Dataset, FloatArray, IntArray, Partition
from pipeline.partitions import spread
from pipeline.recommend.feedback import Feedback, Said, said
from pipeline.tables import ORDER, RATING, WATCH

TEACHES = (WATCH, RATING, ORDER)


@dataclass(frozen=True, kw_only=True)
class Interactions:
    """What all customers did with titles before a day; rows are customers, columns title codes.

    Attributes:
        customer_ids: Every customer of the data set, with or without history; sorted; shape (n,).
        likes: 1.0 where he liked it; shape (n, t), float32.
        dislikes: 1.0 where he rated it low or said so; shape (n, t).
        seen: 1.0 where it must not come back: watched, rated, bought, or refused; shape (n, t).
        like_day: Last day he had to do with each liked title, in the order of ``likes.indices``.
        seen_day: The same for ``seen``.
    """

    customer_ids: npt.NDArray[np.object_]
    likes: sp.csr_matrix
    dislikes: sp.csr_matrix
    seen: sp.csr_matrix
    like_day: CodeArray
    seen_day: CodeArray

    @property
    def watchers(self) -> IntArray:
        """Customers who know each title; shape (t,)."""
        return np.bincount(self.seen.indices, minlength=self.seen.shape[1]).astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """One row for each customer and title of a partition, sorted by both.

    Attributes:
        watched_only: Watched and nothing more: a like only where the whole source never tells the progress.
        tells_progress: Some watch of the partition says how much was watched.
    """

    customer: IntArray
    title: CodeArray
    day: CodeArray
    liked: BoolArray
    disliked: BoolArray
    watched_only: BoolArray
    tells_progress: bool


@dataclass(frozen=True, kw_only=True)
class _Touches:
    """Every event that teaches about a title, sorted by (customer, title, time)."""

    key: IntArray
    at: IntArray
    rating: FloatArray
    progress: FloatArray
    watched: BoolArray
    bought: BoolArray
    refused: BoolArray


def _touches(partition: Partition, told: Said, titles: int) -> _Touches:
    chosen = (partition.title >= 0) & np.isin(partition.kind, TEACHES)
    kind = partition.kind[chosen]
    place = {customer_id: code for code, customer_id in enumerate(partition.customer_ids)}
    codes = np.array([place.get(customer_id, -1) for customer_id in told.customer_ids], dtype=np.int64)
    here = codes >= 0
    extra = int(here.sum())
    key = np.concatenate(
        (
            partition.customer[chosen] * titles + partition.title[chosen],
            codes[here] * titles + told.title[here],
        )
    )
    at = np.concatenate((partition.at[chosen], told.at[here]))
    order = np.lexsort((at, key)) if extra else np.argsort(key, kind="stable")
    nothing = np.full(extra, np.nan)
    no = np.zeros(extra, dtype=np.bool_)
    return _Touches(
        key=key[order],
        at=at[order],
        rating=np.concatenate((partition.rating[chosen], told.rating[here]))[order],
        progress=np.concatenate((partition.progress[chosen], nothing))[order],
        watched=np.concatenate((kind == WATCH, no))[order],
        bought=np.concatenate((kind == ORDER, no))[order],
        refused=np.concatenate((np.zeros(len(kind), dtype=np.bool_), told.refused[here]))[order],
    )


def _pairs(touches: _Touches, titles: int, config: RecommendConfig) -> Pairs:
    starts = np.flatnonzero(np.diff(touches.key, prepend=-1))
    if not len(starts):
        empty = np.zeros(0, dtype=np.bool_)
        none = np.zeros(0, dtype=np.int32)
        return Pairs(
            customer=none.astype(np.int64),
            title=none,
            day=none,
            liked=empty,
            disliked=empty,
            watched_only=empty,
            tells_progress=False,
        )
    row = np.arange(len(touches.key))
    # Minds change: the last word counts.
    last_rating = np.maximum.reduceat(np.where(np.isnan(touches.rating), -1, row), starts)
    last_refusal = np.maximum.reduceat(np.where(touches.refused, row, -1), starts)
    rated = last_rating >= 0
    rating = np.where(rated, touches.rating[last_rating], np.nan)
    progress = np.fmax.reduceat(touches.progress, starts)
    bought = np.logical_or.reduceat(touches.bought, starts)
    watched = np.logical_or.reduceat(touches.watched, starts)
    unrefused = last_rating >= last_refusal
    by_deed = ~rated & ((progress >= config.like_share) | bought) & (last_refusal < 0)
    ends = np.append(starts[1:], len(touches.key)) - 1
    return Pairs(
        customer=touches.key[starts] // titles,
        title=(touches.key[starts] % titles).astype(np.int32),
        day=(touches.at[ends] // DAY_US).astype(np.int32),
        liked=(rated & unrefused & (rating >= config.like_share)) | by_deed,
        disliked=(rated & (rating <= config.dislike_share)) | (last_refusal > last_rating),
        tells_progress=bool(np.isfinite(progress).any()),
        watched_only=watched & np.isnan(progress) & ~rated & (last_refusal < 0),
    )


def pairs_of(
    number: int, dataset: Dataset, until_days: Sequence[int], config: RecommendConfig, told: Said
) -> tuple[npt.NDArray[np.object_], tuple[Pairs, ...]]:
    """Sum up one partition, once for each day; events at or after that day do not exist for it.

    Returns:
        The partition's customers, and the pairs for each day.
    """
    partition = dataset.partition(number)
    titles = max(dataset.manifest.titles, 1)
    touches = _touches(partition, told, titles)
    found = []
    for day in until_days:
        before = touches.at < day * DAY_US
        names = _Touches.__dataclass_fields__
        early = _Touches(**{name: getattr(touches, name)[before] for name in names})
        found.append(_pairs(early, titles, config))
    return partition.customer_ids, tuple(found)


def interactions(
    dataset: Dataset,
    until_days: Sequence[int],
    config: RecommendConfig,
    compute: ComputeConfig,
    feedback: Sequence[Feedback] = (),
) -> tuple[Interactions, ...]:
    """Gather what customers did with titles before each of the days.

    A like is a last rating of at least ``like_share``; unrated, that much of it watched, or a purchase; and
    any watch where the source never tells how much was watched. What was said in the chat counts as ratings
    and refusals do; what was said after the last of the days counts as said just before it, since people go
    on talking when the data has ended. Rows are in order of ``customer_id``, so that the partitioning changes
    nothing. Days are days since 1970-01-01, UTC.
    """
    titles = dataset.manifest.titles
    told = said(
        feedback,
        list(dataset.titles()["title_id"]) if feedback else [],
        before=max(until_days, default=0) * DAY_US,
    )
    parts = spread(pairs_of, dataset.numbers, dataset, tuple(until_days), config, told, compute=compute)
    every = np.concatenate([ids for ids, _ in parts]) if parts else np.empty(0, dtype=object)
    order = np.argsort(every, kind="stable")
    row_of = np.empty(len(every), dtype=np.int64)
    row_of[order] = np.arange(len(every))
    offsets = np.concatenate(([0], np.cumsum([len(ids) for ids, _ in parts]))).astype(np.int64)
    gathered = []
    for place in range(len(until_days)):
        several = [pairs[place] for _, pairs in parts]
        rows = [row_of[pairs.customer + start] for pairs, start in zip(several, offsets, strict=False)]
        gathered.append(_gathered(several, rows, every[order], titles))
    return tuple(gathered)


def _gathered(
    several: Sequence[Pairs],
    rows: Sequence[IntArray],
    customer_ids: npt.NDArray[np.object_],
    titles: int,
) -> Interactions:
    row = np.concatenate([*rows, np.zeros(0, dtype=np.int64)])
    title = np.concatenate([*(pairs.title for pairs in several), np.zeros(0, dtype=np.int32)])
    day = np.concatenate([*(pairs.day for pairs in several), np.zeros(0, dtype=np.int32)])
    none = np.zeros(0, dtype=np.bool_)
    liked = np.concatenate([*(pairs.liked for pairs in several), none])
    disliked = np.concatenate([*(pairs.disliked for pairs in several), none])
    if not any(pairs.tells_progress for pairs in several):
        liked = liked | np.concatenate([*(pairs.watched_only for pairs in several), none])
    shape = (len(customer_ids), titles)
    likes, like_day = _matrix(row[liked], title[liked], day[liked], shape)
    dislikes, _ = _matrix(row[disliked], title[disliked], day[disliked], shape)
    seen, seen_day = _matrix(row, title, day, shape)
    return Interactions(
        customer_ids=customer_ids,
        likes=likes,
        dislikes=dislikes,
        seen=seen,
        like_day=like_day,
        seen_day=seen_day,
    )


def _matrix(
    row: IntArray, title: CodeArray, day: CodeArray, shape: tuple[int, int]
) -> tuple[sp.csr_matrix, CodeArray]:
    # Counting from 1 carries each entry's place through the conversion; no pair comes twice.
    place = np.arange(1, len(row) + 1, dtype=np.int64)
    matrix = sp.coo_matrix((place, (row, title)), shape=shape).tocsr()
    matrix.sort_indices()
    ordered_day = day[matrix.data - 1]
    ones = np.ones(len(row), dtype=np.float32)
    return sp.csr_matrix((ones, matrix.indices, matrix.indptr), shape=shape), ordered_day


def set_aside(
    known: Interactions, share: float, *, fewest: int, seed: int
) -> tuple[Interactions, sp.csr_matrix]:
    """Hide each customer's own last likes, at least one, of those who have ``fewest`` or more.

    Within a day the order is drawn by the seed: many people rate in one sitting.

    Returns:
        What is left, and what was hidden; shape (n, t).
    """
    likes = known.likes
    counts = np.diff(likes.indptr)
    row = np.repeat(np.arange(len(counts)), counts)
    draw = np.random.default_rng(seed).permutation(likes.shape[1])
    order = np.lexsort((draw[likes.indices], -known.like_day, row))
    place = np.empty(len(row), dtype=np.int64)
    place[order] = np.arange(len(row)) - np.repeat(likes.indptr[:-1], counts)
    hidden_count = np.where(counts >= fewest, np.maximum(np.rint(share * counts), 1), 0)
    hidden = place < hidden_count[row]
    aside = _kept(likes, hidden)
    keys = row[hidden].astype(np.int64) * likes.shape[1] + likes.indices[hidden]
    seen = known.seen
    seen_row = np.repeat(np.arange(seen.shape[0], dtype=np.int64), np.diff(seen.indptr))
    left = ~np.isin(seen_row * seen.shape[1] + seen.indices, keys)
    early = Interactions(
        customer_ids=known.customer_ids,
        likes=_kept(likes, ~hidden),
        dislikes=known.dislikes,
        seen=_kept(seen, left),
        like_day=known.like_day[~hidden],
        seen_day=known.seen_day[left],
    )
    return early, aside


def _kept(matrix: sp.csr_matrix, chosen: BoolArray) -> sp.csr_matrix:
    """Only the chosen entries, in their order."""
    indptr = np.concatenate(([0], np.cumsum(chosen)))[matrix.indptr]
    return sp.csr_matrix((matrix.data[chosen], matrix.indices[chosen], indptr), shape=matrix.shape)


def without(wanted: sp.csr_matrix, known: sp.csr_matrix) -> sp.csr_matrix:
    """The entries of ``wanted`` that ``known`` does not have: what somebody came to like and had not seen."""
    new = (wanted - wanted.multiply(known != 0)).tocsr()
    new.eliminate_zeros()
    new.sort_indices()
    new.data[:] = 1
    return new.astype(np.float32)
