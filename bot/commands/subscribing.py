"""What comes to a chat by itself: the digest, at whose hour and on which days, and the alerts."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args
from zoneinfo import ZoneInfo

from bot.commands.habits import zones_of
from bot.commands.reading import nothing_more
from bot.messages import mistakes
from bot.messages import subscribing as words_for
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.state.records import Subscription, SubscriptionKind

TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
EVERY_DAY, WORKDAYS, MONDAY = "0123456", "01234", "0"
SPANS = {
    "daily": EVERY_DAY,
    "day": EVERY_DAY,
    "weekdays": WORKDAYS,
    "workdays": WORKDAYS,
    "weekends": "56",
}
ONLY_NOTABLE = {"notable": True, "news": True, "always": False}
# So that “every day at 9:00, only notable” is read.
FILLING = frozenset({"at", "every", "on", "and", "only", "when", "if"})
OFF = frozenset({"off", "stop", "none"})


def subscribe(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /subscribe digest|alerts, the digest with what ``/digest`` takes."""
    kind = _kind(words)
    if kind == "digest":
        return digest_here(words[1:], asker, queries)
    nothing_more(words[1:], "/subscribe alerts")
    queries.state.subscribe(_wished(kind, asker, queries))
    return words_for.alerts_come()


def digest_here(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /digest [daily|weekdays|weekly|<day>] [HH:MM] [zone] [notable|always], or off.

    What is not said stays as it was.
    """
    if len(words) == 1 and words[0].casefold() in OFF:
        return unsubscribe(("digest",), asker, queries)
    wish = _wished("digest", asker, queries)
    days, weekly = "", False
    for word in words:
        lower = word.casefold().strip(",;")
        time = TIME.fullmatch(lower)
        if time:
            wish = replace(wish, hour=int(time[1]), minute=int(time[2]))
        elif lower in ONLY_NOTABLE:
            wish = replace(wish, only_notable=ONLY_NOTABLE[lower])
        elif lower == "weekly":
            weekly = True
        elif lower in SPANS or _weekday(lower):
            days += SPANS.get(lower) or _weekday(lower)
        elif lower not in FILLING:
            wish = replace(wish, zone=_zone(word.strip(",;")))
    # “weekly on Friday” is Friday; “weekly” alone is Monday.
    days = days or (MONDAY if weekly else wish.weekdays)
    wish = replace(wish, weekdays="".join(sorted(set(days))))
    queries.state.subscribe(wish)
    return words_for.digest_comes(wish)


def unsubscribe(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /unsubscribe digest|alerts."""
    kind = _kind(words)
    nothing_more(words[1:], f"/unsubscribe {kind}")
    return words_for.unsubscribed(kind, was=queries.state.unsubscribe(asker.chat_id, kind))


def comes_here(asker: Asker, queries: Queries) -> bool:
    """Whether this chat gets the digest already, or could not: nothing is pushed to a terminal."""
    if asker.user_id == 0:
        return True
    return any(each.chat_id == asker.chat_id for each in queries.state.subscriptions("digest"))


def _wished(kind: SubscriptionKind, asker: Asker, queries: Queries) -> Subscription:
    """How this chat is subscribed already, or would be; from now on."""
    if asker.user_id == 0:
        raise words_for.not_at_the_terminal()
    now = queries.now()
    known = (each for each in queries.state.subscriptions(kind) if each.chat_id == asker.chat_id)
    new = Subscription(chat_id=asker.chat_id, kind=kind, user_id=asker.user_id, zone=asker.zone)
    return replace(next(known, new), user_id=asker.user_id, since=now)


def _weekday(word: str) -> str:
    """The digit of a day of the week; empty where it is none: “Monday”, “mondays”, “mon”."""
    names = words_for.WEEKDAYS
    return next(
        (
            str(number)
            for number, name in enumerate(names)
            if word.rstrip("s") in {name.casefold().rstrip("s"), name[:3].casefold().rstrip("s")}
        ),
        "",
    )


def _kind(words: Sequence[str]) -> SubscriptionKind:
    for kind in get_args(SubscriptionKind):
        if words and words[0].casefold().rstrip("s") == kind.rstrip("s"):
            return kind  # type: ignore[no-any-return]  # get_args forgets the literals
    raise mistakes.which_subscription(words[:1])


def _zone(typed: str) -> str:
    try:
        return ZoneInfo(typed).key
    except (KeyError, ValueError, OSError):
        named = zones_of(typed)
        if len(named) == 1:
            return named[0]
        raise words_for.unclear_wish(typed) from None
