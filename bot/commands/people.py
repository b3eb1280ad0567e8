"""The person who asks: who he is, what is kept about him, what he is sent."""

import re
from collections.abc import Sequence
from typing import get_args
from zoneinfo import ZoneInfo

from bot.commands.reading import nothing_more
from bot.messages import mistakes, mydata
from bot.messages import people as words_for
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.state.records import Subscription, SubscriptionKind

MOST_LOOKS = 1000
TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


def who_am_i(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /whoami."""
    del queries
    nothing_more(words, "/whoami")
    return words_for.who_am_i(asker)


def my_data(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /mydata: everything kept about a viewer."""
    nothing_more(words, "/mydata")
    customer_id = asker.customer_id or f"telegram:{asker.user_id}"
    customer = queries.results.customer(customer_id)
    verdicts = [
        (each.verdict, queries.results.title(each.title_id), each.title_id)
        for each in queries.state.feedback(customer_id)
    ]
    kept = _kept(customer_id, asker, queries)
    if customer is None:
        return mydata.not_in_data(asker, kept, verdicts)
    return mydata.my_data(customer, queries.results.run(), kept, verdicts)


def _kept(customer_id: str, asker: Asker, queries: Queries) -> mydata.Kept:
    """What the bot itself keeps about a viewer."""
    state = queries.state
    return mydata.Kept(
        member=state.member(asker.user_id),
        contacts=state.contacts(customer_id),
        alerts=tuple(each for each in state.alerts(customer_id=customer_id) if not each.held_out),
        looks=tuple(each for each in state.audit(customer_id, MOST_LOOKS) if each.user_id != asker.user_id),
        questions=state.questions(MOST_LOOKS, asker.user_id),
        asked_to_forget_at=next(
            (each.asked_at for each in state.forget_requests() if each.customer_id == customer_id), None
        ),
        genres=state.tastes(customer_id),
        titles_known=sorted(queries.results.history(customer_id).title_ids),
    )


def subscribe(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /subscribe digest|alerts [HH:MM] [zone]."""
    kind = _kind(words)
    hour, minute, zone = 9, 0, asker.zone
    for word in words[1:]:
        time = TIME.fullmatch(word)
        if time:
            hour, minute = int(time[1]), int(time[2])
        else:
            zone = _zone(word)
    queries.state.subscribe(
        Subscription(
            chat_id=asker.chat_id, kind=kind, user_id=asker.user_id, zone=zone, hour=hour, minute=minute
        )
    )
    return words_for.subscribed(kind, f"{hour:02}:{minute:02}" if kind == "digest" else None, zone)


def unsubscribe(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /unsubscribe digest|alerts."""
    kind = _kind(words)
    nothing_more(words[1:], f"/unsubscribe {kind}")
    return words_for.unsubscribed(kind, was=queries.state.unsubscribe(asker.chat_id, kind))


def _kind(words: Sequence[str]) -> SubscriptionKind:
    for kind in get_args(SubscriptionKind):
        if words and words[0].casefold().rstrip("s") == kind.rstrip("s"):
            return kind  # type: ignore[no-any-return]  # get_args forgets the literals
    raise mistakes.which_subscription(words[:1])


def _zone(typed: str) -> str:
    try:
        return ZoneInfo(typed).key
    except (KeyError, ValueError, OSError):
        raise mistakes.bad_time(typed) from None
