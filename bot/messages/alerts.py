"""The alert: who is newly at risk, and why, in one message a scan; what came of it stands there too."""

from collections.abc import Collection, Mapping, Sequence
from math import sqrt

from bot.errors import UserError
from bot.languages import tell
from bot.languages.published import retold
from bot.messages.cards import heading
from bot.messages.news import AlertRecord
from bot.messages.risk import reason_lines, short_risk, within
from bot.messages.wording import (
    MOST_CAPTION,
    bold,
    clip,
    code,
    count,
    data_until,
    fit,
    line,
    name_of,
    percent,
    quoted,
    rows,
    safe,
    sentence,
    value_of,
    whole,
)
from bot.replies import Button, Reply
from store.records import Customer, Run
from store.state.records import ContactOutcome

EXPLAINED = 5
MOST_REASONS = 2
MOST_BUTTONS = 96
"""Telegram takes 100; two alerts that waited are one message."""

FEWEST_COMPARED = 30
"""Held-out customers below which nothing is concluded from them."""

ALL_AT_RISK = "/atrisk"
DONE = "✔"
RESOLVE = "/resolve"
OUTCOMES: Mapping[ContactOutcome, tuple[str, str]] = {
    # The caption of the button, and what is said of it afterwards.
    "contacted": ("Contacted", "Contacted by {name}"),
    "saved": ("Saved", "Saved by {name}"),
    "lost": ("Lost", "Lost, says {name}"),
    "wrong": ("Wrong", "A wrong alarm, says {name}"),
    "snoozed": ("Snooze 7 d", "Snoozed by {name}"),
}


def newly_at_risk(
    customers: Sequence[Customer], run: Run, *, waiting: int, reminded: Collection[str] = ()
) -> Reply:
    """Name those who matter most; the first few with reasons, and buttons for what is done about them.

    Args:
        customers: Those alerted about, most at stake first; at least one.
        run: Where it comes from.
        waiting: How many more are newly at risk than staff can look after.
        reminded: Of the customers, those about whom somebody wanted to hear again.
    """
    lines = [_title(len(customers) - len(reminded), len(reminded), run)]
    for customer in customers[:EXPLAINED]:
        lines += ["", f"{heading(customer)}: {_stake(customer, run, reminded)}"]
        told = (sentence(retold(customer.change)),) if customer.change else ()
        # What changed is a reason itself.
        lines += (*told, *reason_lines(customer.reasons, with_points=False))[:MOST_REASONS]
    others = [f"{heading(one)}: {_stake(one, run, reminded)}" for one in customers[EXPLAINED:]]
    if others:
        lines += ["", tell("And:"), *others]
    if waiting:
        said = "{customers} crossed the line with less at stake; /atrisk lists all."
        lines += ["", tell(said, customers=count(waiting, "more customer"))]
    done = [row for customer in customers[:EXPLAINED] for row in _buttons(customer)]
    room = MOST_BUTTONS // 2 - sum(map(len, done))
    cards = rows([_card(customer) for customer in customers[EXPLAINED:][:room]])
    return Reply(
        text=fit(lines, ending=data_until(run)),
        buttons=(*done, *cards, (Button(tell("All at risk"), ALL_AT_RISK),)),
    )


def _title(new: int, reminded: int, run: Run) -> str:
    again = tell("{customers} still at risk after a snooze", customers=count(reminded, "customer"))
    if not new:
        return f"<b>{again}</b>"
    customers = count(new, "customer")
    said = tell("{customers} newly at risk of leaving {span}", customers=customers, span=within(run))
    return f"<b>{said}</b>, {again}" if reminded else f"<b>{said}</b>"


def _stake(customer: Customer, run: Run, reminded: Collection[str]) -> str:
    stake = f"{short_risk(customer)}, {safe(value_of(customer.value, run))}"
    return tell("{stake}, the snooze is over", stake=stake) if customer.customer_id in reminded else stake


def _buttons(customer: Customer) -> tuple[tuple[Button, ...], ...]:
    """Two rows of three: on a phone, five in a row cannot be read."""
    done = [
        Button(tell(said), _resolving(outcome, customer.customer_id))
        for outcome, (said, _) in OUTCOMES.items()
    ]
    return (_card(customer), *done[:2]), tuple(done[2:])


def _card(customer: Customer) -> Button:
    caption = clip(name_of(customer.customer_id, customer.name), MOST_CAPTION)
    return Button(caption, line("/user", customer.customer_id))


def _resolving(outcome: ContactOutcome, customer_id: str) -> str:
    return line(RESOLVE, outcome, customer_id)


def resolved(alert: Reply, customer_id: str, outcome: ContactOutcome, who: str) -> Reply | None:
    """The alert once somebody has seen to a customer: who did it stands there, and his buttons are gone.

    Args:
        alert: As it stands in the chat.
        customer_id: Seen to.
        outcome: What came of it.
        who: Did it; not escaped.

    Returns:
        None where the alert is not about him.
    """
    mark = f"{DONE} {tell(OUTCOMES[outcome][1], name=safe(who))}"
    lines: list[str] = []
    found = False
    for each in alert.text.split("\n"):
        after_him = bool(lines) and _is_about(lines[-1], customer_id)
        if after_him:
            lines.append(mark)
            found = True
        if not (after_him and each.startswith(DONE)):
            lines.append(each)
    if lines and _is_about(lines[-1], customer_id):
        lines.append(mark)
        found = True
    if not found:
        return None
    his = {_resolving(each, customer_id) for each in OUTCOMES}
    left = (tuple(button for button in row if button.line not in his) for row in alert.buttons)
    return Reply(text=fit(lines), buttons=tuple(row for row in left if row))


def _is_about(said: str, customer_id: str) -> bool:
    """Whether a line of an alert begins a customer; what others are called is escaped and cannot look so."""
    return f" · {code(customer_id)}: " in said or said.startswith(f"{bold(customer_id)}: ")


def together(first: Reply, second: Reply) -> Reply:
    """Two alerts that waited for the end of quiet hours, as one message."""
    both = [*(row for row in first.buttons if row[0].line != ALL_AT_RISK), *second.buttons]
    while sum(map(len, both)) > MOST_BUTTONS:
        both.pop(0)
    return Reply(text=fit([*first.text.split("\n"), "", *second.text.split("\n")]), buttons=tuple(both))


def noted(outcome: ContactOutcome, customer: Customer) -> Reply:
    """Said where a line was typed; where a button was pressed, the alert shows it."""
    return Reply(text=f"{DONE} {heading(customer)}: {tell(outcome)}", quiet=True)


def which_outcome(typed: str) -> UserError:
    """What a button never asks."""
    said = "I can note {outcomes}, but I read {typed}. Try /contacted 42"
    return UserError(tell(said, outcomes=", ".join(OUTCOMES), typed=quoted(typed)))


def record_lines(record: AlertRecord, run: Run) -> list[str]:
    """What alerts were worth: how many were right, what was at stake, and those held out beside them."""
    if not record.alerted:
        return []
    worth, back = safe(value_of(record.value_reached, run)), record.alerted - record.alerted_left
    lines = [
        tell(
            "Alerts whose time is over: {left} of {alerted} customers left ({share}){worth}{back}.",
            left=record.alerted_left,
            alerted=record.alerted,
            share=percent(record.alerted_left / record.alerted),
            worth=tell(", worth {value} together", value=worth) if record.value_reached > 0 else "",
            back=tell("; {number} came back", number=whole(back)) if back else "",
        )
    ]
    if record.held_out:
        said = "Held out at random, without an alert: {left} of {held_out} left ({share}); {compared}."
        left, held_out = record.held_out_left, record.held_out
        share = percent(left / held_out)
        lines.append(tell(said, left=left, held_out=held_out, share=share, compared=_compared(record)))
    return lines


def _compared(record: AlertRecord) -> str:
    if record.held_out < FEWEST_COMPARED:
        return tell("too few to compare yet")
    alerted, held = record.alerted_left / record.alerted, record.held_out_left / record.held_out
    error = sqrt(alerted * (1 - alerted) / record.alerted + held * (1 - held) / record.held_out)
    if abs(held - alerted) <= 2 * error:
        return tell("no clear difference")
    number = f"{abs(held - alerted) * 100:.0f}"
    if held > alerted:
        return tell("with alerts, {number} in 100 fewer left", number=number)
    return tell("with alerts, {number} in 100 more left", number=number)
