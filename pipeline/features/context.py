"""What crosses partitions: sums over everybody, so exact that partitions change nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import nan, sqrt

import numpy as np
import pyarrow.parquet as pq

from pipeline.config import ComputeConfig
from pipeline.dataset import DAY_US, Dataset, Partition
from pipeline.features.days import CustomerDays, customer_days
from pipeline.features.fixed import FINE
from pipeline.features.taste import Genres
from pipeline.partitions import spread

NEVER = 2**26


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """Everybody's log gaps between active days: mean and spread, each customer counting once."""

    mean: float
    spread: float


@dataclass(frozen=True, kw_only=True)
class FeatureContext:
    """What a partition must know of the others.

    Attributes:
        first_day: Day of the first event of all; 0 where there is none.
        known_from: First day with a known ``amount``, ``minutes``, ``items``, ``title``, ``genre``.
        rhythm: By ``as_of`` day.
        genres: Of each title.
    """

    first_day: int
    known_from: Mapping[str, int]
    rhythm: Mapping[int, Rhythm]
    genres: Genres


@dataclass(frozen=True, kw_only=True)
class PartSums:
    """What one partition adds: whole numbers, so that the order of adding does not matter."""

    known_from: dict[str, int]
    gaps: dict[int, tuple[int, int, int]]

    def plus(self, other: "PartSums") -> "PartSums":
        """The sums of both."""
        return PartSums(
            known_from={name: min(day, other.known_from[name]) for name, day in self.known_from.items()},
            gaps={
                day: (mine[0] + yours[0], mine[1] + yours[1], mine[2] + yours[2])
                for (day, mine), yours in zip(self.gaps.items(), other.gaps.values(), strict=True)
            },
        )


def genres_of_titles(dataset: Dataset) -> Genres:
    """The genres of each title, as numbers in alphabetic order."""
    lists = pq.read_table(dataset.titles_path, columns=["genres"])["genres"].to_pylist()
    names = sorted({name for genres in lists for name in genres})
    code = {name: number for number, name in enumerate(names)}
    return Genres(
        offsets=np.concatenate(([0], np.cumsum([len(genres) for genres in lists]))).astype(np.int64),
        codes=np.array([code[name] for genres in lists for name in genres], dtype=np.int32),
    )


def feature_context(dataset: Dataset, as_of_days: Sequence[int], compute: ComputeConfig) -> FeatureContext:
    """Read every partition once for what ``features_of`` must know of all of them."""
    genres = genres_of_titles(dataset)
    parts = spread(_part, dataset.numbers, dataset, tuple(as_of_days), genres, compute=compute)
    return joined_context(parts, genres)


def context_of(partitions: Sequence[Partition], as_of_days: Sequence[int], genres: Genres) -> FeatureContext:
    """The same for partitions at hand, which must be all there are."""
    sums = [
        part_sums(partition, customer_days(partition, genres=None), as_of_days, genres)
        for partition in partitions
    ]
    return joined_context(sums, genres)


def joined_context(parts: Sequence[PartSums], genres: Genres) -> FeatureContext:
    """What the sums of all partitions come to."""
    whole = reduce(PartSums.plus, parts)
    first_day = whole.known_from["event"]
    return FeatureContext(
        first_day=first_day if first_day < NEVER else 0,
        known_from=whole.known_from,
        rhythm={day: _rhythm(*sums) for day, sums in whole.gaps.items()},
        genres=genres,
    )


def _rhythm(customers: int, means: int, squares: int) -> Rhythm:
    if not customers:
        return Rhythm(mean=nan, spread=nan)
    mean = means / customers / FINE
    return Rhythm(mean=mean, spread=sqrt(max(0.0, squares / customers / FINE - mean * mean)))


def _part(number: int, dataset: Dataset, as_of_days: Sequence[int], genres: Genres) -> PartSums:
    partition = dataset.partition(number)
    return part_sums(partition, customer_days(partition, genres=None), as_of_days, genres)


def part_sums(
    partition: Partition, days: CustomerDays, as_of_days: Sequence[int], genres: Genres
) -> PartSums:
    """What one partition adds to the context."""
    return PartSums(
        known_from=_known_from(partition, genres),
        gaps={day: _gap_sums(days, day) for day in as_of_days},
    )


def _known_from(partition: Partition, genres: Genres) -> dict[str, int]:
    titled = partition.title >= 0
    has_genre = np.append(np.diff(genres.offsets) > 0, False)  # the last is title -1
    known = {
        "event": np.ones(len(titled), dtype=np.bool_),
        "amount": np.isfinite(partition.amount),
        "minutes": np.isfinite(partition.minutes),
        "items": np.isfinite(partition.items),
        "title": titled,
        "genre": titled & has_genre[partition.title],
    }
    at = partition.at
    return {
        name: int(np.where(rows, at, NEVER * DAY_US).min(initial=NEVER * DAY_US)) // DAY_US
        for name, rows in known.items()
    }


def _gap_sums(days: CustomerDays, as_of_day: int) -> tuple[int, int, int]:
    """Customers with gaps; the sums of their mean log gap and mean squared log gap, in ``FINE``."""
    end = days.active_before(as_of_day)
    gaps = end - days.active_offsets[:-1] - 1
    known = gaps > 0
    sums = days.gap_sums[end[known]] - days.gap_sums[days.active_offsets[:-1][known]]
    means = np.rint(sums[:, 1:] / gaps[known, None]).astype(np.int64)
    return int(known.sum()), int(means[:, 0].sum()), int(means[:, 1].sum())
