"""The closed lists of small words that a question is made of."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def listed(text: str) -> tuple[str, ...]:
    """Phrases that stand in one text, parted by commas."""
    return tuple(text.split(", "))


def by_phrase(groups: Mapping[T, str]) -> dict[str, T]:
    """Each phrase of the texts with what it means."""
    return {phrase: meaning for meaning, text in groups.items() for phrase in listed(text)}


# What carries no meaning of its own. A word that does must never stand here.
FILLERS = frozenset(
    listed(
        "a, actually, again, aged, all, already, also, altogether, am, amount, an, and, any, app, are, "
        "as, asap, at, based, basically, be, been, being, boss, bot, bring, brings, btw, business, came, "
        "can, cheers, come, comes, coming, could, count, counts, curious, currently, data, dear, did, "
        "display, do, does, during, exactly, find, for, from, generate, generated, generates, get, give, "
        "getting, given, got, had, happen, happened, happens, has, have, having, hello, help, here, hey, hi, "
        "hmm, how, i, in, info, information, inside, into, is, it, its, kindly, know, let, live, "
        "living, located, look, made, make, many, matinee, me, mind, much, my, need, now, number, "
        "numbers, of, ok, okay, on, ones, or, our, out, people, place, placed, platform, please, pls, plz, "
        "present, print, quantity, question, quick, quickly, r, report, right, s, say, see, service, show, "
        "site, rn, so, some, statistics, stats, still, sum, tell, telling, thanks, that, the, their, them, "
        "then, there, these, they, this, those, thx, to, today, total, totals, true, u, use, using, "
        "residing, want, wants, was, we, well, were, what, whether, which, who, whose, will, with, within, "
        "wonder, wondering, would, you, your"
    )
)
# Phrases that only say it politely, or that everything is meant.
POLITE = frozenset(
    tuple(phrase.split())
    for phrase in listed(
        "remind me, send me, send me the list of, be so kind, so kind to tell me, please be so kind, "
        "good morning, good afternoon, good evening, thank you, thank you very much, many thanks, "
        "in advance, "
        "for the board deck, for the board, across all, for all of, one more, at the moment, as of now, "
        "just give me, just show me, just tell me, and what about the, real quick, quick one, "
        "i have a question, "
        "how high is, how high was, how high are, "
        "i would like to see, i would like to know, i would like, like to see, like to know, in terms of, "
        "of course, by the way, to know, help me, can you help, any idea, a quick q, quick q, for me"
    )
)
NEGATIONS = frozenset(
    listed(
        "apart from, aside from, besides, but not, but never, and never, except, excl, excluding, ignoring, "
        "leaving out, "
        "all but, everyone but, everybody but, everything but, anything but, minus, neither, no, non, "
        "nor, not, other than, outside, without"
    )
)

# Verbs that only say again what a metric says, or that make viewers of customers.
WATCHED = frozenset(
    listed("binged, played, saw, seen, stream, streamed, view, viewed, viewing, watch, watched, watching")
)
YES_NO = frozenset(listed("did, has, have, is, are, was, were, do, does"))

TIME_UNITS: Mapping[str, str] = by_phrase(
    {
        "day": "day, daily, days, date, day by day",
        "week": "week, weekly, weeks, week by week, calendar week",
        "month": "month, monthly, months, month by month, calendar month",
        "quarter": "quarter, quarterly, quarters",
        "year": "year, yearly, years, annually, annual",
        "weekday": "weekday, weekdays, day of the week, day of week, days of the week",
    }
)
SPLITTERS = listed(
    "by, per, for each, for every, split by, broken down by, each, every, grouped by, breakdown by, "
    "by each, per each, according to, across, split per, break down by, separated by, for all, "
    "split, split of, breakdown, breakdown of, distribution, distribution of, grouped per, "
    "split out by, distributed over, distributed across, distributed by, spread over, "
    "spread across"
)
