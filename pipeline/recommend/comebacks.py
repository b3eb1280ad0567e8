"""With which titles people came back after they had gone quiet: seen together, no proof of a cause."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from pipeline.config import ComputeConfig
from pipeline.dataset import DAY_US, CodeArray, Dataset, FloatArray, IntArray, Partition
from pipeline.partitions import spread
from pipeline.tables import REFUND

EVERYBODY = ""
"""The group of all customers, beside those by favourite genre."""
LEAST_QUIET_DAYS = 14
"""Shorter pauses are holidays and working weeks."""
TIMES_USUAL_GAP = 3
"""Quiet for longer than this many of his usual gaps is quiet for him."""
FEWEST_GAPS = 2
"""Before that nobody has a usual gap."""
FEWEST_RETURNS = 5
PRIOR_RETURNS = 5.0
"""Each title counts as if it had been returned with this often more, as often as by chance: one lucky return
does not make a lift."""
BEYOND_CHANCE = 2.0
"""Returns must exceed what chance gives by this many of its standard deviations (of a Poisson count)."""
MOST_TITLES = 50


@dataclass(frozen=True, kw_only=True)
class Comebacks:
    """Titles that customers of one favourite genre came back with, by falling lift.

    Attributes:
        genre: Favourite of those who came back; ``EVERYBODY`` for all of them.
        titles: Codes; shape (k,).
        returns: How often somebody came back with each; shape (k,).
        lift: How many times as often as it begins any active day of theirs, drawn to 1; shape (k,).
    """

    genre: str
    titles: CodeArray
    returns: IntArray
    lift: FloatArray


@dataclass(frozen=True, kw_only=True)
class Openings:
    """How often titles began an active day, by group (0: everybody; 1 …: by favourite genre).

    Attributes:
        all_days: On any active day; shape (groups, t).
        returns: On a day that ended a long quiet; shape (groups, t).
    """

    all_days: IntArray
    returns: IntArray


def comebacks(
    dataset: Dataset, genres: Sequence[Sequence[str]], compute: ComputeConfig
) -> tuple[Comebacks, ...]:
    """Rank the titles with which customers came back, for each favourite genre and for all.

    A return is an activity after a gap of more than 14 days and of more than three times the customer's own
    mean gap until then; its title is the first one he touched on that day. The lift compares how often a
    title begins such a day with how often it begins any active day of the same people. Titles with fewer
    than five returns, or with no more than chance would give them, are left out.

    Args:
        dataset: All events count.
        genres: Of each title, by code.
        compute: How work is spread.

    Returns:
        Groups with at least one title; everybody first, then by genre.
    """
    names = sorted({genre for row in genres for genre in row})
    belongs = np.zeros((len(genres), len(names)), dtype=np.int64)
    for code, row in enumerate(genres):
        belongs[code, [names.index(genre) for genre in set(row)]] = 1
    parts = spread(openings, dataset.numbers, dataset, belongs, compute=compute)
    every = _summed([part.all_days for part in parts], belongs.shape)
    back = _summed([part.returns for part in parts], belongs.shape)
    ranked = (_ranked(name, every[group], back[group]) for group, name in enumerate((EVERYBODY, *names)))
    return tuple(each for each in ranked if len(each.titles))


def _summed(counts: Sequence[IntArray], shape: tuple[int, int]) -> IntArray:
    titles, genres = shape
    total: IntArray = np.sum([np.zeros((genres + 1, titles), dtype=np.int64), *counts], axis=0)
    return total


def _ranked(genre: str, every: IntArray, back: IntArray) -> Comebacks:
    chance = back.sum() * every / max(int(every.sum()), 1)
    lift = (back + PRIOR_RETURNS) / (chance + PRIOR_RETURNS)
    beyond = back - chance > BEYOND_CHANCE * np.sqrt(chance)
    known = np.flatnonzero((back >= FEWEST_RETURNS) & beyond)
    order = known[np.lexsort((known, -back[known], -lift[known]))][:MOST_TITLES]
    return Comebacks(genre=genre, titles=order.astype(np.int32), returns=back[order], lift=lift[order])


def openings(number: int, dataset: Dataset, belongs: IntArray) -> Openings:
    """Count one partition.

    Args:
        number: Of the partition.
        dataset: Where it is.
        belongs: 1 where a title is of a genre; shape (t, g).
    """
    partition = dataset.partition(number)
    titles, genres = belongs.shape
    group = _favourites(partition, belongs) + 1
    customer, title, returned = _days(partition)
    counts = []
    for chosen in (title >= 0, (title >= 0) & returned):
        key = group[customer[chosen]] * titles + title[chosen]
        counted = np.bincount(key, minlength=(genres + 1) * titles).reshape(genres + 1, titles)
        # Whoever has no favourite stands in the row of everybody already.
        counted[0] = counted.sum(axis=0)
        counts.append(counted.astype(np.int64))
    return Openings(all_days=counts[0], returns=counts[1])


def _favourites(partition: Partition, belongs: IntArray) -> IntArray:
    """Number of the genre most of a customer's titles are of, ties by number; -1 for none; shape (c,)."""
    titles, genres = belongs.shape
    if not genres:
        return np.full(len(partition.customer_ids), -1, dtype=np.int64)
    touched = partition.title >= 0
    row, title = partition.customer[touched], partition.title[touched]
    touches = sp.csr_matrix(
        (np.ones(len(row), dtype=np.int64), (row, title)), shape=(len(partition.customer_ids), titles)
    )
    touches.data[:] = 1  # each title counts once, however often he touched it
    counted = touches @ belongs
    return np.where(counted.any(axis=1), counted.argmax(axis=1), -1).astype(np.int64)


def _days(partition: Partition) -> tuple[IntArray, CodeArray, npt.NDArray[np.bool_]]:
    """Customers' active days in order: whose, the first title (-1: none), whether it ended a long quiet.

    Shapes (d,).
    """
    active = partition.kind != REFUND
    customer, at, titles = partition.customer[active], partition.at[active], partition.title[active]
    day = (at // DAY_US).astype(np.int64)
    first = np.flatnonzero((np.diff(customer, prepend=-1) != 0) | (np.diff(day, prepend=-1) != 0))
    title = _first_titles(titles, at, first)
    customer, day = customer[first], day[first]
    start = np.flatnonzero(np.diff(customer, prepend=-1))
    begun = np.repeat(start, np.diff(np.append(start, len(customer))))
    place = np.arange(len(customer))
    earlier = np.maximum(place - 1, 0)
    gap = day - day[earlier]
    # The mean gap up to the active day before: from the first day on, over the gaps there were.
    gaps = place - 1 - begun
    long = gap * gaps > TIMES_USUAL_GAP * (day[earlier] - day[begun])
    return customer, title, (gaps >= FEWEST_GAPS) & (gap > LEAST_QUIET_DAYS) & long


def _first_titles(titles: CodeArray, at: IntArray, first: IntArray) -> CodeArray:
    """The title touched first on each day, -1 for none; of several at once that of the lowest code.

    So the order of rows in a source changes nothing. ``first`` holds the place each day begins at.
    """
    if not len(first):
        return np.empty(0, dtype=titles.dtype)
    never = np.iinfo(np.int64).max
    touched = titles >= 0
    moment = np.minimum.reduceat(np.where(touched, at, never), first)
    of_day = np.repeat(moment, np.diff(np.append(first, len(titles))))
    none = np.iinfo(titles.dtype).max
    title = np.minimum.reduceat(np.where(touched & (at == of_day), titles, none), first)
    return np.where(title == none, -1, title).astype(titles.dtype)
