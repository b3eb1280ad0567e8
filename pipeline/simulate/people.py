"""The customers of the simulated service: who they are, what they like, how soon they tire."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.dataset import BoolArray, FloatArray, IntArray
from pipeline.simulate import words
from pipeline.simulate.settings import DAYS_PER_MONTH, STEP_DAYS, SimulationConfig

SEGMENTS = np.array(["power", "regular", "casual"], dtype=object)
SEGMENT_SHARES = (0.15, 0.45, 0.4)
# Watching relative to ``watches_per_month``, and how the rates scatter within a segment (gamma shape).
SEGMENT_PACE = np.array([2.4, 0.7, 0.12])
PACE_SHAPE = 5.0
PLAN_SHARES = (0.25, 0.25, 0.3, 0.2)
FEES = np.array([0.0, 7.99, 11.99, 16.99])
MEMBERS_AT_START = 0.25
# Below 1, more join later: the service grows.
GROWTH = 0.6
BILLING_DAYS = 30
# Chance per step of tiring of the service, before weighing engagement, taste and price.
WEARINESS = 0.055
MOST_WEARINESS = 0.25
FAVOURITE_SHARES = np.array([0.55, 0.22, 0.1])
LONGEST_MEMBERSHIP_DAYS = 900


@dataclass(frozen=True, kw_only=True)
class People:
    """Customers ``first`` to ``first + n`` of the service; every array has shape (n,) unless said.

    Attributes:
        first: Number of the first one among all.
        segment: Index into ``SEGMENTS``.
        plan: Index into ``words.PLANS``.
        joined_day: Days since 1970; before the first day of the data for old members.
        joined_step: Step of the data in which he appears.
        rate: Watches a day when engaged.
        weariness: Chance per step of tiring of the service.
        tastes: Chance of each taste cluster, running sums; shape (n, clusters).
        favourite: His favourite cluster.
        generosity: Added to every rating, in stars.
        critic: Share of his watches that he rates.
    """

    first: int
    segment: IntArray
    plan: IntArray
    joined_day: IntArray
    joined_step: IntArray
    rate: FloatArray
    weariness: FloatArray
    tastes: FloatArray
    favourite: IntArray
    generosity: FloatArray
    critic: FloatArray

    def bill_day(self, start: int) -> IntArray:
        """The first day from ``start`` on at which a bill falls due."""
        return start + (self.joined_day - start) % BILLING_DAYS

    def bill_in(self, start: int, length: int) -> BoolArray:
        """Whether a paying customer's bill falls due in ``length`` days from ``start``, from joining on."""
        day = self.bill_day(start)
        due: BoolArray = (FEES[self.plan] > 0) & (day < start + length) & (day >= self.joined_day)
        return due


def make_people(
    config: SimulationConfig, clusters: int, first: int, count: int, random: np.random.Generator
) -> People:
    """Make customers ``first`` to ``first + count``."""
    segment = random.choice(len(SEGMENTS), count, p=SEGMENT_SHARES)
    plan = np.minimum(
        random.choice(len(FEES), count, p=PLAN_SHARES) + (segment == 0) * random.integers(0, 2, count),
        len(FEES) - 1,
    )
    old = random.random(count) < MEMBERS_AT_START
    # The last step is left free, so that everybody has some history.
    span = (config.steps - 1) * STEP_DAYS
    joined = np.where(
        old,
        config.start - random.integers(1, LONGEST_MEMBERSHIP_DAYS, count),
        config.start + np.floor(random.random(count) ** GROWTH * max(span, 1)).astype(np.int64),
    )
    favourites, tastes = _tastes(clusters, count, random)
    fit = random.normal(size=count)
    price = FEES[plan] / FEES[1:].mean() - 1.0
    weariness = WEARINESS * np.exp(0.5 * (segment == 2) - 0.5 * (segment == 0) - 0.5 * fit + 0.35 * price)
    pace = SEGMENT_PACE[segment] * random.gamma(PACE_SHAPE, 1 / PACE_SHAPE, count)
    return People(
        first=first,
        segment=segment,
        plan=plan,
        joined_day=joined,
        joined_step=np.maximum(0, (joined - config.start) // STEP_DAYS),
        rate=config.watches_per_month / DAYS_PER_MONTH * pace,
        weariness=np.minimum(weariness, MOST_WEARINESS),
        tastes=tastes,
        favourite=favourites,
        generosity=random.normal(0, 0.35, count),
        critic=random.beta(1, 6, count),
    )


def _tastes(clusters: int, count: int, random: np.random.Generator) -> tuple[IntArray, FloatArray]:
    """Three favourite clusters that tend to lie side by side, and a little of everything."""
    favourite = random.integers(0, clusters, count)
    second = (favourite + random.choice([1, 2, clusters - 1], count)) % clusters
    third = random.integers(0, clusters, count)
    tastes = np.full((count, clusters), (1.0 - FAVOURITE_SHARES.sum()) / clusters)
    for share, cluster in zip(FAVOURITE_SHARES, (favourite, second, third), strict=True):
        tastes[np.arange(count), cluster] += share
    return favourite, np.cumsum(tastes, axis=1)


def customer_ids(config: SimulationConfig, first: int, count: int) -> npt.NDArray[np.object_]:
    """Ids of equal length, so that their order is that of their numbers."""
    width = max(5, len(str(config.customers)))
    return np.array(
        [f"user_{number:0{width}d}" for number in range(first + 1, first + count + 1)], dtype=object
    )


def profiles(
    people: People, ids: npt.NDArray[np.object_], random: np.random.Generator
) -> dict[str, list[object]]:
    """The rows of ``customers.csv``, by column."""
    count = len(people.rate)
    forename, surname = random.integers(0, (len(words.FIRST_NAMES), len(words.LAST_NAMES)), (count, 2)).T
    names = [
        (words.FIRST_NAMES[one], words.LAST_NAMES[two]) for one, two in zip(forename, surname, strict=True)
    ]
    numbers = range(people.first + 1, people.first + count + 1)
    seconds = random.integers(0, 86_400, count)
    return {
        "customer_id": list(ids),
        "name": [f"{first} {last}" for first, last in names],
        "email": [
            f"{first}.{last}{number}@example.org".lower()
            for (first, last), number in zip(names, numbers, strict=True)
        ],
        "country": [words.COUNTRIES[place] for place in random.integers(0, len(words.COUNTRIES), count)],
        "plan": [words.PLANS[plan] for plan in people.plan],
        "signed_up_at": list((people.joined_day * 86_400 + seconds).astype("datetime64[s]")),
        "age": [int(age) for age in (18 + random.gamma(3.5, 6.5, count)).clip(18, 88)],
        "gender": [words.GENDERS[place] for place in random.choice(3, count, p=(0.49, 0.49, 0.02))],
        "monthly_fee": [float(FEES[plan]) for plan in people.plan],
        "device": [words.DEVICES[place] for place in random.choice(4, count, p=(0.45, 0.3, 0.15, 0.1))],
    }
