"""Lists of customers, each opened with one tap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.languages import tell
from bot.messages.cards import heading
from bot.messages.risk import short_risk, within
from bot.messages.wording import (
    BACK,
    NEXT,
    clip,
    count,
    data_until,
    day,
    fit,
    line,
    name_of,
    out_of,
    quiet_days,
    safe,
    sentence,
    value_of,
    whole,
)
from bot.replies import Button, Reply
from store.records import BandRecord, Customer, Run, Segment


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Which part of a list is shown.

    Attributes:
        asked: The line that asks for the list, without count and page.
        size: Customers to a page.
        number: From 1.
        total: Customers in the whole list.
    """

    asked: str
    size: int
    number: int
    total: int

    @property
    def start(self) -> int:
        """Index of the first customer shown."""
        return (self.number - 1) * self.size

    def span(self, shown: int) -> str:
        """Which of them, where it is not all: ", 1–10"."""
        if shown in {0, self.total}:
            return ""
        return f", {self.start + 1}–{self.start + shown}"


def at_risk(
    shown: Sequence[Customer],
    run: Run,
    bands: Sequence[BandRecord],
    page: Page,
    snoozed: Mapping[str, datetime],
) -> Reply:
    """Whom to call first."""
    if not shown:
        return _nobody(run, page)
    lines = [f"<b>{count(page.total, 'customer')} at risk</b>{page.span(len(shown))}"]
    lines.append("<i>by risk × value, the most to lose first</i>")
    for number, customer in enumerate(shown, page.start + 1):
        lines += _entry(number, customer, run, snoozed)
    record = next((each for each in bands if each.band == "high" and each.customers), None)
    if record:
        share = out_of(record.left, record.customers)
        lines += ["", f"Of all rated high, {share} left {within(run)} last time."]
    return Reply(text=fit(lines, ending=data_until(run)), buttons=_buttons(shown, page), edit=True)


def _nobody(run: Run, page: Page) -> Reply:
    buttons = _turn(page)
    if run.churn_status not in {"served", "held", "uncalibrated"}:
        text = f"<b>No risk list</b>: {sentence(run.churn_message)}"
        buttons = ((Button("Model", "/model"), Button("Segments", "/segment")),)
    elif page.number > 1:
        text = (
            f"The list ends before page {whole(page.number)}: {count(page.total, 'customer')} at risk in all."
        )
    else:
        text = "<b>Nobody is at high risk</b> right now."
    return Reply(text=fit([text], ending=data_until(run)), buttons=buttons, edit=True)


def _entry(number: int, customer: Customer, run: Run, snoozed: Mapping[str, datetime]) -> list[str]:
    facts = [short_risk(customer)]
    quiet = customer.profile.get("days_since_last_activity")
    if quiet is not None:
        facts.append("seen on the last day" if quiet < 1 else f"quiet {quiet_days(quiet)}")
    if customer.status != "new":
        facts.append(safe(value_of(customer.value, run)))
    lines = ["", f"<b>{number}.</b> {heading(customer)}", "    " + " · ".join(facts)]
    if customer.customer_id in snoozed:
        lines.append(f"    <i>snoozed until {day(snoozed[customer.customer_id])}</i>")
    return lines


def _buttons(shown: Sequence[Customer], page: Page) -> tuple[tuple[Button, ...], ...]:
    opening = [
        Button(clip(f"{number} {name_of(each.customer_id, each.name)}", 20), line("/user", each.customer_id))
        for number, each in enumerate(shown, page.start + 1)
    ]
    pairs = tuple(tuple(opening[start : start + 2]) for start in range(0, len(opening), 2))
    return pairs + _turn(page)


def _turn(page: Page) -> tuple[tuple[Button, ...], ...]:
    row = []
    if page.number > 1:
        last = max(1, min(page.number - 1, -(-page.total // page.size)))
        row.append(Button(tell(BACK), f"{page.asked} {page.size} {last}"))
    if page.total > page.start + page.size:
        row.append(Button(tell(NEXT), f"{page.asked} {page.size} {page.number + 1}"))
    return (tuple(row),) if row else ()


def members(shown: Sequence[Customer], segment: Segment, run: Run, page: Page) -> Reply:
    """Who is in a segment, of most value first."""
    lines = [f"<b>{safe(segment.name)}</b>: {count(page.total, 'customer')}{page.span(len(shown))}"]
    lines += ["<i>of most value first</i>"] if shown else []
    for number, customer in enumerate(shown, page.start + 1):
        lines += _entry(number, customer, run, {})
    if not shown:
        lines += ["", "There is nobody on this page."]
    back = ((Button("‹ Segments", "/segment"),),)
    return Reply(text=fit(lines, ending=data_until(run)), buttons=_buttons(shown, page) + back, edit=True)
