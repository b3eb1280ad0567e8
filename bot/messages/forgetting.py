"""Being forgotten: asked by a customer, done by an owner, and what he has to do outside of the chat."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.errors import UserError
from bot.languages import tell
from bot.messages.wording import clip, code, count, day, fit, line, turn
from bot.replies import Button, Reply
from store.state.records import ForgetRequest

ASKING_ON_PAGE = 10
KEPT: Mapping[str, tuple[str, str]] = {
    "members": ("link to Telegram", "links to Telegram"),
    "feedback": ("verdict on titles", "verdicts on titles"),
    "tastes": ("genre he likes", "genres he likes"),
    "contacts": ("note of the staff", "notes of the staff"),
    "alerts": ("alert", "alerts"),
    "alert_states": ("place in the alert scan", "places in the alert scan"),
    "link_tokens": ("invitation", "invitations"),
    "forget_requests": ("request to be forgotten", "requests to be forgotten"),
    "audit": ("entry in the audit", "entries in the audit"),
    "questions": ("question that names him", "questions that name him"),
    "outbox": ("message to staff that names him", "messages to staff that name him"),
}
EVENTS: Mapping[str, tuple[str, str]] = {
    "watch_count": ("watch", "watches"),
    "rating_count": ("rating", "ratings"),
    "total_transactions": ("order", "orders"),
}


def sure() -> Reply:
    """A viewer is asked before he asks."""
    return Reply(
        text=tell(
            "<b>Shall you be forgotten?</b>\nThe people in charge are asked to delete all that is "
            "stored about you. Your recommendations and your link to this chat go with it.\n"
            "/mydata shows what is stored."
        ),
        buttons=((Button(tell("Ask for it"), "/forget me yes"), Button(tell("No"), "/start")),),
    )


def asked(*, before: bool) -> Reply:
    """A viewer's request is on its way."""
    if before:
        text = tell("You have asked for it already; I passed it on then. It is not done yet.")
    else:
        text = tell("<b>I passed it on.</b> When it is done, I tell you, and know you no more.")
    return Reply(text=text, edit=True)


def forget_what() -> UserError:
    """A viewer can only ask for himself."""
    words = tell("You can ask to be forgotten yourself. Try /forget me")
    return UserError(words, (("/forget me", "/forget me"),))


def to_owner(customer_id: str) -> Reply:
    """Pushed to the owners."""
    return Reply(
        text=tell("Customer {id} asks to be forgotten.", id=code(customer_id)),
        buttons=((Button(tell("What that means"), line("/forget", customer_id)),),),
    )


def requests(waiting: Sequence[ForgetRequest], page: int) -> Reply:
    """Who waits to be forgotten, the longest first.

    Args:
        waiting: All of them.
        page: From 1.
    """
    if not waiting:
        return Reply(text=tell("Nobody waits to be forgotten. To forget somebody: /forget 42"))
    start = (page - 1) * ASKING_ON_PAGE
    shown = waiting[start : start + ASKING_ON_PAGE]
    customers = count(len(waiting), "customer")
    lines = [tell("<b>{customers} asked to be forgotten</b>", customers=customers), ""]
    lines += [tell("{id} on {day}", id=code(each.customer_id), day=day(each.asked_at)) for each in shown]
    buttons = [(Button(clip(each.customer_id, 38), line("/forget", each.customer_id)),) for each in shown]
    more = start + ASKING_ON_PAGE < len(waiting)
    return Reply(text=fit(lines), buttons=(*buttons, *turn("/forget", page, more=more)), edit=True)


def meaning(customer_id: str, kept: Mapping[str, int], events: Mapping[str, float]) -> Reply:
    """What would go, and what is left to do, before an owner confirms it."""
    here = _listed(kept, KEPT) or tell("nothing is kept here")
    lines = [
        tell("<b>Forget customer</b> {id}?", id=code(customer_id)),
        "",
        tell("Deleted here at once: {things}.", things=here),
        "",
        *left_to_do(customer_id, events),
    ]
    yes = Button(tell("Forget him"), line("/forget", customer_id, "yes"))
    return Reply(text=fit(lines), buttons=((yes, Button(tell("No"), "/forget")),), edit=True)


def done(customer_id: str, kept: Mapping[str, int], events: Mapping[str, float]) -> Reply:
    """What went, and what is left to do."""
    lines = [
        tell("<b>Forgotten here</b>: {id}.", id=code(customer_id)),
        tell("Deleted: {things}.", things=_listed(kept, KEPT) or tell("nothing was kept")),
        "",
        *left_to_do(customer_id, events),
    ]
    return Reply(text=fit(lines), edit=True)


def left_to_do(customer_id: str, events: Mapping[str, float]) -> list[str]:
    """What Matinee cannot do, because it never writes into the business's own data; escaped lines."""
    found = _listed(events, EVENTS)
    known = f" ({tell('{events} at least', events=found)})" if found else ""
    return [
        tell("<b>Left to you</b>"),
        tell(
            "1. Delete him from your own files or database: customer {id} and his events{known}.",
            id=code(customer_id),
            known=known,
        ),
        tell(
            "2. Run <code>matinee retrain</code>, or wait for the night: "
            "until then he is in the served results."
        ),
        tell(
            "3. The last five runs beside them (<code>results-….db</code>) and your backups hold him until "
            "they are replaced; delete them if it must be sooner."
        ),
    ]


def _listed(counts: Mapping[str, float], names: Mapping[str, tuple[str, str]]) -> str:
    return ", ".join(count(counts[key], *words) for key, words in names.items() if counts.get(key))


def told() -> Reply:
    """The last message to who was forgotten."""
    return Reply(
        text=tell(
            "It is done: what I kept about you is deleted, and this chat is linked to nobody any more. "
            "From the recommendations you go with the next night."
        )
    )


def recorded(at: datetime) -> str:
    """When a request came, for the card of what is stored."""
    return tell("You asked to be forgotten on {day}; it is not done yet.", day=day(at))
