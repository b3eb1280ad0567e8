"""Lists of customers, each opened with one tap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from store.records import ESTABLISHED_DAYS, BandRecord, Customer, Run, Segment


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


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskList:
    """What a list of customers at high risk rests on.

    Attributes:
        bands: What each band did last time.
        snoozed: Until when there are no alerts about a customer, by id.
        newcomers: At high risk with fewer than ``ESTABLISHED_DAYS`` active days.
    """

    run: Run
    bands: Sequence[BandRecord] = ()
    snoozed: Mapping[str, datetime] = field(default_factory=dict)
    newcomers: int = 0


def at_risk(shown: Sequence[Customer], risk: RiskList, page: Page) -> Reply:
    """Whom to call first."""
    apart = _apart(risk)
    if not shown:
        nobody = "<b>Nobody established is at high risk</b> right now."
        return _nobody(
            tell(nobody) if apart else tell("<b>Nobody is at high risk</b> right now."), risk.run, page, apart
        )
    title = tell("{customers} at high risk", customers=count(page.total, "established customer"))
    how = tell("<i>by risk × value, the most to lose first</i>")
    lines = [f"<b>{title}</b>{page.span(len(shown))}", how]
    for number, customer in enumerate(shown, page.start + 1):
        lines += _entry(number, customer, risk.run, risk.snoozed)
    record = next((each for each in risk.bands if each.band == "high" and each.customers), None)
    if record:
        share = out_of(record.left, record.customers)
        said = "Of all rated high, {share} left {span} last time."
        lines += ["", tell(said, share=share, span=within(risk.run))]
    lines += ["", *apart] if apart else []
    buttons = _buttons(shown, page) + (((Button(tell("Newcomers"), "/newcomers"),),) if apart else ())
    return Reply(text=fit(lines, ending=data_until(risk.run)), buttons=buttons, edit=True)


def _apart(risk: RiskList) -> list[str]:
    """Who is at high risk and in the other list."""
    if not risk.newcomers:
        return []
    found = count(risk.newcomers, "newcomer")
    said = "And {newcomers} at high risk, with fewer than {days} active days: /newcomers"
    return [tell(said, newcomers=found, days=ESTABLISHED_DAYS)]


def newcomers(shown: Sequence[Customer], risk: RiskList, page: Page) -> Reply:
    """Who may not come back after his first days: somebody to welcome rather than to win back."""
    if not shown:
        return _nobody(tell("<b>No newcomer is at high risk</b> right now."), risk.run, page, [])
    title = tell("<b>{newcomers} may not come back</b>", newcomers=count(page.total, "newcomer"))
    how = "<i>at high risk, with fewer than {days} active days; newest first</i>"
    lines = [f"{title}{page.span(len(shown))}", tell(how, days=ESTABLISHED_DAYS)]
    for number, customer in enumerate(shown, page.start + 1):
        lines += _entry(number, customer, risk.run, risk.snoozed, with_first_day=True)
    return Reply(text=fit(lines, ending=data_until(risk.run)), buttons=_buttons(shown, page), edit=True)


def _nobody(said: str, run: Run, page: Page, apart: list[str]) -> Reply:
    buttons = _turn(page)
    if apart:
        buttons += ((Button(tell("Newcomers"), "/newcomers"),),)
    if run.churn_status not in {"served", "held", "uncalibrated"}:
        text = tell("<b>No risk list</b>: {why}", why=sentence(run.churn_message))
        buttons = ((Button(tell("Model"), "/model"), Button(tell("Segments"), "/segment")),)
    elif page.number > 1:
        text = tell(
            "The list ends before page {page}: it has {customers} in all.",
            page=whole(page.number),
            customers=count(page.total, "customer"),
        )
    else:
        text = said
    return Reply(text=fit([text, *apart], ending=data_until(run)), buttons=buttons, edit=True)


def _entry(
    number: int,
    customer: Customer,
    run: Run,
    snoozed: Mapping[str, datetime],
    *,
    with_first_day: bool = False,
) -> list[str]:
    facts = [short_risk(customer)]
    if with_first_day and customer.first_active_on:
        facts.append(tell("first seen {day}", day=day(customer.first_active_on)))
    quiet = customer.profile.get("days_since_last_activity")
    if quiet is not None:
        facts.append(
            tell("seen on the last day") if quiet < 1 else tell("quiet {days}", days=quiet_days(quiet))
        )
    if customer.status != "new":
        facts.append(safe(value_of(customer.value, run)))
    lines = ["", f"<b>{number}.</b> {heading(customer)}", "    " + " · ".join(facts)]
    if customer.customer_id in snoozed:
        until = tell("<i>snoozed until {day}</i>", day=day(snoozed[customer.customer_id]))
        lines.append(f"    {until}")
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
    lines += [tell("<i>of most value first</i>")] if shown else []
    for number, customer in enumerate(shown, page.start + 1):
        lines += _entry(number, customer, run, {})
    if not shown:
        lines += ["", tell("There is nobody on this page.")]
    back = ((Button(tell("‹ Segments"), "/segment"),),)
    return Reply(text=fit(lines, ending=data_until(run)), buttons=_buttons(shown, page) + back, edit=True)
