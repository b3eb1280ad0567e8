"""When somebody wants to be written to, and in which language."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.access import STAFF, allowed
from bot.languages import known_language, languages, speaking
from bot.messages import habits as words_for
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.state.records import Member, SubscriptionKind

_HOUR = r"(\d{1,2})(?:[:.]00)?"
HOURS = re.compile(rf"{_HOUR}\s*(?:-|–|to)?\s*{_HOUR}")
OFF = frozenset({"off", "none", "never"})
KINDS: tuple[SubscriptionKind, ...] = ("digest", "alerts")


def quiet(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /quiet [22-7|off]: hours in which nothing is pushed."""
    member = _himself(asker, queries)
    typed = " ".join(words)
    if not words:
        start, end = member.quiet_from, member.quiet_until
        now = None if start is None or end is None else (start, end)
        return words_for.quiet_now(now, asker.zone)
    hours = None if typed.casefold() in OFF else _hours(typed)
    start, end = hours or (None, None)
    queries.state.save_member(replace(member, quiet_from=start, quiet_until=end))
    return words_for.quiet_set(hours, asker.zone, staff=allowed(asker, STAFF))


def _hours(typed: str) -> tuple[int, int]:
    found = HOURS.fullmatch(typed.strip())
    start, end = (int(found[1]) % 24, int(found[2]) % 24) if found else (0, 0)
    if found is None or start == end or max(int(found[1]), int(found[2])) > 24:
        raise words_for.bad_hours(typed)
    return start, end


def zone(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /zone [Europe/Berlin]: where somebody lives; his subscriptions in this chat follow."""
    if not words:
        return words_for.zone_now(asker.zone)
    wanted = _zone(" ".join(words))
    state = queries.state
    mine = [
        each
        for kind in KINDS
        for each in state.subscriptions(kind)
        if (each.chat_id, each.user_id) == (asker.chat_id, asker.user_id)
    ]
    with state.transaction():
        state.save_member(replace(_himself(asker, queries), zone=wanted))
        for each in mine:
            state.subscribe(replace(each, zone=wanted, since=queries.now()))
    there = queries.now().astimezone(ZoneInfo(wanted))
    return words_for.zone_set(wanted, f"{there:%H:%M}", len(mine))


def _zone(typed: str) -> str:
    try:
        return ZoneInfo(typed.replace(" ", "_")).key
    except (KeyError, ValueError, OSError):
        raise words_for.bad_zone(typed, zones_of(typed)) from None


def zones_of(city: str) -> tuple[str, ...]:
    """Zones named after a city: people live in "Berlin", not in "Europe/Berlin"."""
    wanted = "_".join(city.casefold().split())
    return tuple(each for each in _all_zones() if each.casefold().rpartition("/")[2] == wanted)


@cache
def _all_zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def language(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /language [Deutsch]: what somebody is answered in."""
    names = {code: each.name for code, each in languages().items()}
    if not words:
        return words_for.language_now(asker.language, names)
    typed = " ".join(words)
    wanted = next((code for code, name in names.items() if typed.casefold() in {code, name.casefold()}), None)
    code = wanted or known_language(typed)
    if code is None:
        raise words_for.unknown_language(typed, asker.language, names)
    queries.state.save_member(replace(_himself(asker, queries), language=code))
    with speaking(code):
        return words_for.language_set(names[code], staff=allowed(asker, STAFF))


def _himself(asker: Asker, queries: Queries) -> Member:
    """His row; whom the configuration names has none before he sets anything, and it gives him no role."""
    return queries.state.member(asker.user_id) or Member(
        user_id=asker.user_id,
        chat_id=asker.user_id,
        role=asker.role,
        added_at=queries.now(),
        name=asker.name or None,
        zone=asker.zone,
    )
