"""The titles of the simulated service: names, plots, popularity, franchises, release days."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.dataset import BoolArray, FloatArray, IntArray
from pipeline.simulate import words
from pipeline.simulate.settings import DAYS_PER_MONTH, SimulationConfig

POPULARITY_POWER = 0.9
NEW_SHARE = 0.25
SEQUEL_SHARE = 0.12
SERIES_SHARE = 0.3
NEWNESS_BOOST = 4.0
NEWNESS_DAYS = 45.0

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All titles; every array has shape (t,) unless said.

    Attributes:
        cluster: Taste cluster.
        released: Days since 1970; 0 for long ago.
        quality: Standard normal.
        sequel: The title that continues this one, -1 for none.
        sums: Titles' chances within (month, cluster), each adding up to 1, one after the other:
            row m·clusters + z covers the numbers from that row to the next; shape (months × t,).
        sorted_titles: The titles in that order within a month; shape (t,).
    """

    title_ids: Texts
    names: Texts
    genres: Texts
    descriptions: Texts
    country: IntArray
    year: IntArray
    duration_minutes: FloatArray
    is_series: BoolArray
    cluster: IntArray
    clusters: int
    released: IntArray
    quality: FloatArray
    sequel: IntArray
    sums: FloatArray
    sorted_titles: IntArray

    def draw(self, month: IntArray, cluster: IntArray, chance: FloatArray) -> IntArray:
        """The title that ``chance`` (0 to 1) picks among those of a cluster out by that month."""
        place = np.searchsorted(self.sums, month * self.clusters + cluster + chance, side="right")
        # Rounding may carry the last chance of a row into the next one.
        place = np.minimum(place, len(self.sums) - 1)
        return self.sorted_titles[place % len(self.sorted_titles)]


def make_catalogue(config: SimulationConfig) -> Catalogue:
    """Make the titles of a service."""
    random = np.random.default_rng([config.seed, 1])
    count = config.titles
    clusters = min(len(words.CLUSTERS), max(2, count // 5))
    cluster = np.arange(count) % clusters
    sequel = np.full(count, -1)
    released = np.where(random.random(count) < NEW_SHARE, random.integers(config.start, config.end, count), 0)
    # Something to see in each cluster from the first day.
    released[:clusters] = 0
    originals = np.flatnonzero(np.arange(count) + clusters < count)
    for title in random.permutation(originals)[: int(SEQUEL_SHARE * count)]:
        sequel[title] = title + clusters
        released[title + clusters] = max(released[title], released[title + clusters])
    popularity: FloatArray = (1.0 + random.permutation(count)).astype(np.float64) ** -POPULARITY_POWER
    months = int(np.ceil((config.end - config.start) / DAYS_PER_MONTH)) + 1
    sums, sorted_titles = _chances(config, cluster, clusters, released, popularity, months)
    is_series = random.random(count) < SERIES_SHARE
    is_series[sequel[sequel >= 0]] = is_series[sequel >= 0]
    minutes = np.where(is_series, random.integers(22, 62, count), random.normal(108, 16, count).clip(70, 190))
    first_year = 1970 + config.start // 365
    age = random.exponential(12, count).clip(0, 70).astype(np.int64) + 1
    genres = _genres(random, cluster)
    return Catalogue(
        title_ids=np.array([f"t{number + 1:05d}" for number in range(count)], dtype=object),
        names=_names(random, count, sequel),
        genres=genres,
        descriptions=_plots(random, cluster),
        country=random.integers(0, len(words.COUNTRIES), count),
        year=np.where(released > 0, 1970 + released // 365.2425, first_year - age).astype(np.int64),
        duration_minutes=np.rint(minutes),
        is_series=is_series,
        cluster=cluster,
        clusters=clusters,
        released=released,
        quality=random.normal(size=count),
        sequel=sequel,
        sums=sums,
        sorted_titles=sorted_titles,
    )


def _chances(
    config: SimulationConfig,
    cluster: IntArray,
    clusters: int,
    released: IntArray,
    popularity: FloatArray,
    months: int,
) -> tuple[FloatArray, IntArray]:
    order = np.argsort(cluster, kind="stable")
    bounds = np.searchsorted(cluster[order], np.arange(clusters + 1))
    sums = np.empty((months, len(order)))
    for month in range(months):
        age = config.start + month * DAYS_PER_MONTH - released[order]
        boost = 1.0 + NEWNESS_BOOST * np.exp(-np.maximum(age, 0.0) / NEWNESS_DAYS)
        weight = popularity[order] * boost * (age >= 0)
        for number, (first, last) in enumerate(pairwise(bounds)):
            running = np.cumsum(weight[first:last])
            sums[month, first:last] = month * clusters + number + running / running[-1]
    return sums.ravel(), order


def _names(random: np.random.Generator, count: int, sequel: IntArray) -> Texts:
    shape = (
        len(words.TITLE_FORMS),
        len(words.ADJECTIVES),
        len(words.NOUNS),
        len(words.NOUNS),
        len(words.PLACES),
    )
    taken: set[str] = set()
    names: list[str] = []
    while len(names) < count:
        form, adjective, noun, other, place = (int(number) for number in random.integers(0, shape))
        name = words.TITLE_FORMS[form].format(
            adjective=words.ADJECTIVES[adjective],
            noun=words.NOUNS[noun],
            other=words.NOUNS[other],
            place=words.PLACES[place],
        )
        if name not in taken and noun != other:
            taken.add(name)
            names.append(name)
    part = np.ones(count, dtype=np.int64)
    # In order: a sequel stands after what it continues.
    for title in np.flatnonzero(sequel >= 0):
        following = sequel[title]
        part[following] = part[title] + 1
        names[following] = f"{names[title].removesuffix(f' {part[title]}')} {part[following]}"
    return np.array(names, dtype=object)


def _genres(random: np.random.Generator, cluster: IntArray) -> Texts:
    further = random.integers(0, 3 * len(words.FURTHER_GENRES), len(cluster))
    lists = []
    for number, extra in zip(cluster, further, strict=True):
        genres = list(words.CLUSTERS[number][0])
        if extra < len(words.FURTHER_GENRES) and words.FURTHER_GENRES[extra] not in genres:
            genres.append(words.FURTHER_GENRES[extra])
        lists.append("|".join(genres))
    return np.array(lists, dtype=object)


def _plots(random: np.random.Generator, cluster: IntArray) -> Texts:
    numbers = random.integers(0, (len(words.PLOT_FORMS), 4, 4, len(words.PLACES)), (len(cluster), 4))
    plots = []
    for number, (form, who, what, place) in zip(cluster, numbers, strict=True):
        _, people, matters = words.CLUSTERS[number]
        plot = words.PLOT_FORMS[form].format(who=people[who], what=matters[what], place=words.PLACES[place])
        plots.append(plot[0].upper() + plot[1:])
    return np.array(plots, dtype=object)
