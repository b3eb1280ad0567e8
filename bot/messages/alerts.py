"""The alert: who is newly at risk, and why, in one message a scan."""

from collections.abc import Sequence

from bot.messages.cards import heading
from bot.messages.risk import reason_lines, short_risk, within
from bot.messages.wording import MOST_CAPTION, clip, count, data_until, fit, line, name_of, safe, value_of
from bot.replies import Button, Reply
from store.records import Customer, Run

EXPLAINED = 5
MOST_REASONS = 2
ALL_AT_RISK = "All at risk"


def newly_at_risk(customers: Sequence[Customer], run: Run, *, waiting: int) -> Reply:
    """Name those who matter most; the first few with reasons and a button each.

    Args:
        customers: Those alerted about, most at stake first; at least one.
        run: Where it comes from.
        waiting: How many more are newly at risk than staff can look after.
    """
    lines = [f"<b>{count(len(customers), 'customer')} newly at risk of leaving {within(run)}</b>"]
    for customer in customers[:EXPLAINED]:
        lines += ["", f"{heading(customer)}: {_stake(customer, run)}"]
        lines += reason_lines(customer.reasons, with_points=False)[:MOST_REASONS]
    others = [f"{heading(one)}: {_stake(one, run)}" for one in customers[EXPLAINED:]]
    if others:
        lines += ["", "And:", *others]
    if waiting:
        lines += [
            "",
            f"{count(waiting, 'more customer')} crossed the line with less at stake; /atrisk lists all.",
        ]
    buttons = [(Button(_caption(one), line("/user", one.customer_id)),) for one in customers[:EXPLAINED]]
    return Reply(
        text=fit(lines, ending=data_until(run)), buttons=(*buttons, (Button(ALL_AT_RISK, "/atrisk"),))
    )


def _stake(customer: Customer, run: Run) -> str:
    return f"{short_risk(customer)}, {safe(value_of(customer.value, run))}"


def _caption(customer: Customer) -> str:
    return clip(name_of(customer.customer_id, customer.name), MOST_CAPTION)
