"""The person who asks: who he is, what is kept about him."""

from collections.abc import Sequence

from bot.commands.reading import nothing_more
from bot.messages import mydata
from bot.messages import people as words_for
from bot.queries import Queries
from bot.replies import Asker, Reply

MOST_LOOKS = 1000


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
