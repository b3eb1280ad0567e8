"""Breadth of taste: when a customer meets a title, or a genre, for the first time."""

from dataclasses import dataclass

import numpy as np

from pipeline.dataset import CodeArray, IntArray, Partition
from pipeline.tables import ORDER, RATING, WATCH

_KEY_BITS = 63


@dataclass(frozen=True, kw_only=True)
class Genres:
    """Title t has the genres ``codes[offsets[t]:offsets[t + 1]]``."""

    offsets: IntArray
    codes: CodeArray


def first_meetings(partition: Partition) -> IntArray:
    """The events, in order, in which a customer first watches, rates or buys a title."""
    met = (partition.kind == WATCH) | (partition.kind == RATING) | (partition.kind == ORDER)
    rows = np.flatnonzero(met & (partition.title >= 0))
    if not len(rows):
        return rows
    title, customer = partition.title[rows].astype(np.int64), partition.customer[rows]
    row_bits, title_bits = int(rows[-1]).bit_length(), int(title.max()).bit_length()
    if row_bits + title_bits + int(customer[-1]).bit_length() <= _KEY_BITS:
        # One number holds customer, title and row: bare numbers sort several times faster.
        packed = (((customer << title_bits) | title) << row_bits) | rows
        packed.sort()
        pair = packed >> row_bits
        ordered = packed & ((1 << row_bits) - 1)
    else:
        place = np.lexsort((rows, title, customer))
        pair = np.stack((customer[place], title[place]))
        ordered = rows[place]
    changed = pair[..., 1:] != pair[..., :-1]
    new = np.concatenate(([True], changed if changed.ndim == 1 else changed.any(axis=0)))
    return np.sort(ordered[new])


def new_genres(partition: Partition, meetings: IntArray, genres: Genres) -> IntArray:
    """How many genres each first meeting with a title adds to what the customer knew; shape (len(meetings),).

    Args:
        partition: The events.
        meetings: From ``first_meetings``.
        genres: Of each title.
    """
    title = partition.title[meetings]
    counts = genres.offsets[title + 1] - genres.offsets[title]
    total = int(counts.sum())
    if not total:
        return np.zeros(len(meetings), dtype=np.int64)
    within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    genre = genres.codes[np.repeat(genres.offsets[title], counts) + within]
    meeting = np.repeat(np.arange(len(meetings)), counts)
    kinds = int(genres.codes.max()) + 1
    cell = partition.customer[meetings][meeting] * kinds + genre
    first = np.full(len(partition.customer_ids) * kinds, -1, dtype=np.int64)
    # Of several assignments to one place the last one stays: backwards, the earliest meeting does.
    first[cell[::-1]] = meeting[::-1]
    return np.bincount(first[first >= 0], minlength=len(meetings)).astype(np.int64)
