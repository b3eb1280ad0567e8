"""What customers watch, rate and pay for, event by event."""

from dataclasses import dataclass

import numpy as np

from pipeline.dataset import BoolArray, FloatArray, IntArray
from pipeline.simulate.catalogue import Catalogue
from pipeline.simulate.lives import Lives, day_weight
from pipeline.simulate.people import FEES, People
from pipeline.simulate.settings import DAYS_PER_MONTH, STEP_DAYS, SimulationConfig

DAY_SECONDS = 86_400
EVENING_SECONDS = 20.5 * 3600
EVENING_SPREAD_SECONDS = 2.5 * 3600
BINGE_SHARE = 0.35
SEQUEL_PULL = 0.3
RENTAL_SHARE = 0.04
RENTAL_PRICES = np.array([2.99, 3.99, 4.99])
REFUND_SHARE = 0.02
FINISHED = 0.92


@dataclass(frozen=True, kw_only=True)
class Watches:
    """Watches sorted by customer and time; customer as place among the chunk's people; shape (n,)."""

    customer: IntArray
    at: IntArray
    title: IntArray
    minutes: FloatArray
    progress: FloatArray


@dataclass(frozen=True, kw_only=True)
class Ratings:
    """Ratings, 1 to 5 stars; shape (n,)."""

    customer: IntArray
    at: IntArray
    title: IntArray
    stars: IntArray


@dataclass(frozen=True, kw_only=True)
class Orders:
    """Monthly fees, rentals, and refunds with a negative amount; shape (n,)."""

    customer: IntArray
    at: IntArray
    amount: FloatArray
    items: FloatArray


def watch(
    config: SimulationConfig, people: People, lives: Lives, catalogue: Catalogue, random: np.random.Generator
) -> Watches:
    """Turn numbers of watches into titles and times."""
    steps = lives.watches.shape[1]
    cell = np.repeat(np.arange(lives.watches.size), lives.watches.ravel())
    customer, step = cell // steps, cell % steps
    day = _days(config, step, random)
    # Nobody watches before he signed up.
    day = np.maximum(day, people.joined_day[customer])
    second = np.clip(
        random.normal(EVENING_SECONDS, EVENING_SPREAD_SECONDS, len(cell)), 0, DAY_SECONDS - 1
    ).astype(np.int64)
    at = day * DAY_SECONDS + second
    order = np.lexsort((at, customer))
    customer, at, step = customer[order], at[order], step[order]
    title = _titles(config, people, catalogue, customer, step, random)
    liked = catalogue.cluster[title] == people.favourite[customer]
    finish = 1 / (1 + np.exp(-(0.2 + 0.9 * liked + 0.4 * catalogue.quality[title])))
    done = random.random(len(at)) < finish
    share = np.where(done, random.uniform(FINISHED, 1.0, len(at)), random.uniform(0.03, 0.9, len(at)))
    progress = np.round(share, 2)
    minutes = np.maximum(1.0, np.rint(catalogue.duration_minutes[title] * progress))
    at = _binged(customer, at, minutes, random)
    order = np.lexsort((at, customer))
    return Watches(
        customer=customer[order],
        at=at[order],
        title=title[order],
        minutes=minutes[order],
        progress=progress[order].astype(np.float64),
    )


def _days(config: SimulationConfig, step: IntArray, random: np.random.Generator) -> IntArray:
    weights = day_weight(config.start + np.arange(config.steps * STEP_DAYS)).reshape(config.steps, STEP_DAYS)
    ladder = np.cumsum(weights, axis=1)
    ladder /= ladder[:, -1:]
    within = (random.random(len(step))[:, None] >= ladder[step][:, :-1]).sum(axis=1)
    days: IntArray = config.start + step * STEP_DAYS + within
    return days


def _titles(
    config: SimulationConfig,
    people: People,
    catalogue: Catalogue,
    customer: IntArray,
    step: IntArray,
    random: np.random.Generator,
) -> IntArray:
    month = (step * STEP_DAYS // DAYS_PER_MONTH).astype(np.int64)

    def drawn(rows: IntArray) -> IntArray:
        ladder = people.tastes[customer[rows]]
        cluster = (random.random(len(rows))[:, None] >= ladder[:, :-1]).sum(axis=1)
        return catalogue.draw(month[rows], cluster, random.random(len(rows)))

    title = drawn(np.arange(len(customer)))
    # Few see a film twice; a series has many episodes.
    again = np.flatnonzero(_seen_before(customer, title) & ~catalogue.is_series[title])
    title[again] = drawn(again)
    follows = np.flatnonzero(customer[1:] == customer[:-1]) + 1
    following = catalogue.sequel[title[follows - 1]]
    out = catalogue.released[following] < config.start + step[follows] * STEP_DAYS
    pulled = (following >= 0) & out & (random.random(len(follows)) < SEQUEL_PULL)
    title[follows[pulled]] = following[pulled]
    return title


def _seen_before(customer: IntArray, title: IntArray) -> BoolArray:
    """Whether the customer has met the title in an earlier row."""
    if not len(title):
        return np.zeros(0, dtype=np.bool_)
    row_bits, title_bits = len(title).bit_length(), int(title.max()).bit_length()
    packed = np.sort((((customer << title_bits) | title) << row_bits) | np.arange(len(title)))
    pair = packed >> row_bits
    seen = np.zeros(len(title), dtype=np.bool_)
    seen[(packed & ((1 << row_bits) - 1))[1:][pair[1:] == pair[:-1]]] = True
    return seen


def _binged(customer: IntArray, at: IntArray, minutes: FloatArray, random: np.random.Generator) -> IntArray:
    """Move some watches right behind the one before, if that was on the same day and this stays on it."""
    if not len(at):
        return at
    day = at // DAY_SECONDS
    chained = random.random(len(at)) < BINGE_SHARE
    chained[0] = False
    chained[1:] &= (customer[1:] == customer[:-1]) & (day[1:] - day[:-1] <= 1)
    head = np.maximum.accumulate(np.where(chained, 0, np.arange(len(at))))
    pause = random.integers(20, 400, len(at))
    ends = np.concatenate(([0], np.cumsum(minutes.astype(np.int64) * 60 + pause)))[:-1]
    moved = at[head] + ends - ends[head]
    return np.where(chained & (moved // DAY_SECONDS <= day), moved, at)


def rate(
    config: SimulationConfig,
    people: People,
    catalogue: Catalogue,
    watches: Watches,
    random: np.random.Generator,
) -> Ratings:
    """Let some customers rate some of what they watched, when it ends."""
    rated = np.flatnonzero(random.random(len(watches.at)) < people.critic[watches.customer])
    customer, title = watches.customer[rated], watches.title[rated]
    at = (
        watches.at[rated]
        + (watches.minutes[rated] * 60).astype(np.int64)
        + random.integers(5, 600, len(rated))
    )
    liked = catalogue.cluster[title] == people.favourite[customer]
    opinion = 3.0 + 0.7 * liked + 0.5 * catalogue.quality[title] + people.generosity[customer]
    opinion += 1.2 * (watches.progress[rated] - 0.6) + random.normal(0, 0.6, len(rated))
    # A rating belongs to its watch's day, so that no activity slips into the true future.
    kept = at // DAY_SECONDS == watches.at[rated] // DAY_SECONDS
    kept &= at < config.end * DAY_SECONDS
    return Ratings(
        customer=customer[kept],
        at=at[kept],
        title=title[kept],
        stars=np.rint(opinion).clip(1, 5).astype(np.int64)[kept],
    )


def order(
    config: SimulationConfig, people: People, lives: Lives, watches: Watches, random: np.random.Generator
) -> Orders:
    """Bill monthly fees; some watches of paying customers are rentals; a few payments are given back."""
    customer, step = np.nonzero(lives.billed)
    day = config.start + step * STEP_DAYS
    day += (people.joined_day[customer] - day) % 30
    fee_at = day * DAY_SECONDS + random.integers(6 * 3600, 9 * 3600, len(day))
    paying = FEES[people.plan[watches.customer]] > 0
    rented = np.flatnonzero(paying & (random.random(len(watches.at)) < RENTAL_SHARE))
    items = 1.0 + random.binomial(2, 0.15, len(rented))
    price = RENTAL_PRICES[random.integers(0, len(RENTAL_PRICES), len(rented))] * items
    who = np.concatenate((customer, watches.customer[rented]))
    at = np.concatenate((fee_at, watches.at[rented] - 30))
    amount = np.concatenate((FEES[people.plan[customer]], price))
    pieces = np.concatenate((np.ones(len(customer)), items))
    back = np.flatnonzero(random.random(len(who)) < REFUND_SHARE)
    back_at = at[back] + random.integers(DAY_SECONDS, 6 * DAY_SECONDS, len(back))
    back = back[back_at < config.end * DAY_SECONDS]
    back_at = back_at[back_at < config.end * DAY_SECONDS]
    who, at = np.concatenate((who, who[back])), np.concatenate((at, back_at))
    amount = np.round(np.concatenate((amount, -amount[back])), 2)
    pieces = np.concatenate((pieces, np.full(len(back), np.nan)))
    place = np.lexsort((amount, at, who))
    return Orders(customer=who[place], at=at[place], amount=amount[place], items=pieces[place])
