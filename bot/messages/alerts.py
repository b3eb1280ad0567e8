"""The alert: who is newly at risk, and why, in one message a scan; what came of it stands there too."""

from collections.abc import Collection, Mapping, Sequence

from bot.errors import UserError
from bot.messages.cards import heading
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
    quoted,
    rows,
    safe,
    sentence,
    value_of,
)
from bot.replies import Button, Reply
from store.records import Customer, Run
from store.state.records import ContactOutcome

EXPLAINED = 5
MOST_REASONS = 2
MOST_BUTTONS = 96
"""Telegram takes 100; two alerts that waited are one message."""

ALL_AT_RISK = "All at risk"
DONE = "✔"
RESOLVE = "/resolve"
OUTCOMES: Mapping[ContactOutcome, tuple[str, str]] = {
    # The caption of the button, and what is said of it afterwards.
    "contacted": ("Contacted", "Contacted by {}"),
    "saved": ("Saved", "Saved by {}"),
    "lost": ("Lost", "Lost, says {}"),
    "wrong": ("Wrong", "A wrong alarm, says {}"),
    "snoozed": ("Snooze 7 d", "Snoozed by {}"),
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
        told = (sentence(customer.change),) if customer.change else ()
        # What changed is a reason itself.
        lines += (*told, *reason_lines(customer.reasons, with_points=False))[:MOST_REASONS]
    others = [f"{heading(one)}: {_stake(one, run, reminded)}" for one in customers[EXPLAINED:]]
    if others:
        lines += ["", "And:", *others]
    if waiting:
        lines += [
            "",
            f"{count(waiting, 'more customer')} crossed the line with less at stake; /atrisk lists all.",
        ]
    done = [row for customer in customers[:EXPLAINED] for row in _buttons(customer)]
    room = MOST_BUTTONS // 2 - sum(map(len, done))
    cards = rows([_card(customer) for customer in customers[EXPLAINED:][:room]])
    return Reply(
        text=fit(lines, ending=data_until(run)),
        buttons=(*done, *cards, (Button(ALL_AT_RISK, "/atrisk"),)),
    )


def _title(new: int, reminded: int, run: Run) -> str:
    again = f"{count(reminded, 'customer')} still at risk after a snooze"
    if not new:
        return f"<b>{again}</b>"
    said = f"{count(new, 'customer')} newly at risk of leaving {within(run)}"
    return f"<b>{said}</b>, {again}" if reminded else f"<b>{said}</b>"


def _stake(customer: Customer, run: Run, reminded: Collection[str]) -> str:
    again = ", the snooze is over" if customer.customer_id in reminded else ""
    return f"{short_risk(customer)}, {safe(value_of(customer.value, run))}{again}"


def _buttons(customer: Customer) -> tuple[tuple[Button, ...], ...]:
    """Two rows of three: on a phone, five in a row cannot be read."""
    done = [
        Button(said, _resolving(outcome, customer.customer_id)) for outcome, (said, _) in OUTCOMES.items()
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
    mark = f"{DONE} {OUTCOMES[outcome][1].format(safe(who))}"
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
    both = [*(row for row in first.buttons if row[0].caption != ALL_AT_RISK), *second.buttons]
    while sum(map(len, both)) > MOST_BUTTONS:
        both.pop(0)
    return Reply(text=fit([*first.text.split("\n"), "", *second.text.split("\n")]), buttons=tuple(both))


def noted(outcome: ContactOutcome, customer: Customer) -> Reply:
    """Said where a line was typed; where a button was pressed, the alert shows it."""
    return Reply(text=f"{DONE} {heading(customer)}: {outcome}", quiet=True)


def which_outcome(typed: str) -> UserError:
    """What a button never asks."""
    return UserError(f"I can note {', '.join(OUTCOMES)}, but I read {quoted(typed)}. Try /contacted 42")
