"""Forgetting a customer: he asks, an owner does it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from bot.access import is_invited, language_for
from bot.commands.linking import YES
from bot.commands.members import renew_menu
from bot.commands.reading import customer_meant, page_from
from bot.languages import ENGLISH, known_language, speaking
from bot.messages import forgetting as words_for
from bot.payloads import to_json
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.errors import NoResults
from store.state.records import ForgetRequest

NOTICE = "notice"


def forget(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /forget me [yes] of a viewer, and /forget [customer] [yes] of an owner."""
    sure = len(words) > 1 and words[-1].casefold() == YES
    named = words[:-1] if sure else words
    if asker.role == "viewer":
        return _asks(named, asker, queries, sure=sure)
    named, page = page_from(named)
    if not named:
        waiting = queries.state.forget_requests()
        return words_for.requests(waiting, min(page, max(1, -(-len(waiting) // words_for.ASKING_ON_PAGE))))
    customer_id = _meant(named, queries)
    if not sure:
        return words_for.meaning(
            customer_id, kept_about(customer_id, queries), events_of(customer_id, queries)
        )
    return forgotten(customer_id, asker, queries)


def _asks(words: Sequence[str], asker: Asker, queries: Queries, *, sure: bool) -> Reply:
    if [word.casefold() for word in words] != ["me"] or asker.customer_id is None:
        raise words_for.forget_what()
    if not sure:
        return words_for.sure()
    state, now = queries.state, queries.now()
    request = ForgetRequest(customer_id=asker.customer_id, user_id=asker.user_id, asked_at=now)
    with state.transaction():
        new = state.ask_to_forget(request)
        if new:
            state.write_audit(asker.user_id, "asked to be forgotten", asker.customer_id, now)
            for owner in owners_of(queries):
                with speaking(language_for(owner, state)):
                    payload = to_json(words_for.to_owner(asker.customer_id))
                key = f"forget:{asker.customer_id}:{owner}:{now.isoformat()}"
                state.enqueue(key, NOTICE, owner, payload, now)
    return words_for.asked(before=not new)


def owners_of(queries: Queries) -> tuple[int, ...]:
    """Telegram ids, and so private chats, of everybody who owns the bot."""
    named = (user_id for user_id, role in queries.listed.items() if role == "owner")
    claimed = (one.user_id for one in queries.state.members() if one.role == "owner" and is_invited(one))
    return tuple(dict.fromkeys((*named, *claimed)))


def _meant(words: Sequence[str], queries: Queries) -> str:
    """Also who is gone from the results already, by his exact id."""
    typed = " ".join(words)
    if queries.state.kept_about(typed):
        return typed
    return customer_meant(words, "forget", queries).customer_id


def kept_about(customer_id: str, queries: Queries) -> Mapping[str, int]:
    """How much is kept here of a customer, free text that names him included."""
    named = queries.state.mentions(_called(customer_id, queries))
    return queries.state.kept_about(customer_id) | named


def _called(customer_id: str, queries: Queries) -> Sequence[str]:
    """What staff may have called him: a first name alone tells him from nobody."""
    with suppress(NoResults):
        customer = queries.results.customer(customer_id)
        if customer is not None:
            names = [customer.name] if customer.name and " " in customer.name.strip() else []
            return [each for each in (customer_id, customer.email, *names) if each]
    return [customer_id]


def events_of(customer_id: str, queries: Queries) -> Mapping[str, float]:
    """What the business's own data holds of a customer, as far as the served run tells."""
    with suppress(NoResults):
        customer = queries.results.customer(customer_id)
        if customer is not None:
            return customer.profile
    return {}


def forgotten(customer_id: str, asker: Asker, queries: Queries) -> Reply:
    """Delete what is kept, tell who was forgotten, and say what is left to do."""
    state, now = queries.state, queries.now()
    kept, events = kept_about(customer_id, queries), events_of(customer_id, queries)
    with state.transaction():
        his = [one for one in state.members() if one.customer_id == customer_id]
        state.forget(customer_id)
        state.forget_mentions(_called(customer_id, queries))
        # Without his id: the entry shall say that it was done, not keep whom.
        state.write_audit(asker.user_id, "forgot a customer", None, now)
        for one in his:
            with speaking(known_language(one.language) or ENGLISH):
                told = to_json(words_for.told())
            state.enqueue(f"forgotten:{one.chat_id}:{now.isoformat()}", NOTICE, one.chat_id, told, now)
            renew_menu(one.chat_id, queries)
    return words_for.done(customer_id, kept, events)
