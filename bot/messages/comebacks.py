"""Titles that bring people back, and a text that can be forwarded as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count as count_from

from bot.messages.cards import back_to_card, heading
from bot.messages.titles import title_words
from bot.messages.wording import clip, count, data_until, fit, safe
from bot.replies import Reply
from store.records import Comeback, Customer, Run


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """Titles with which people of one favourite genre came back; empty: anybody."""

    genre: str
    titles: tuple[Comeback, ...]


def bring_back(customer: Customer, groups: Sequence[Returned], run: Run) -> Reply:
    """The titles with their counts for staff, and below them a text for the customer.

    Args:
        customer: At risk, or gone.
        groups: Who came back and with what, those most like him first; empty where there are too few cases.
        run: Says how far the data goes.
    """
    lines = [f"Bring back: {heading(customer)}", ""]
    if not groups:
        lines.append("Too few people like this went quiet and came back, so no title can be named.")
        return Reply(text=fit(lines, ending=data_until(run)), buttons=back_to_card(customer), edit=True)
    numbers = count_from(1)
    for group in groups:
        who = f"who mostly watch {safe(group.genre)}" if group.genre else "of any taste"
        lines.append(f"People {who} came back from a long quiet with:")
        for each in group.titles:
            lines += [f"<b>{next(numbers)}.</b> {title_words(each.title)}", f"    {_cases(each)}"]
    lines += ["", "<i>Seen together, no proof of a cause. Leaves out what was seen or refused.</i>"]
    found = [each for group in groups for each in group.titles]
    lines += ["", "To forward (a tap copies it):", f"<code>{_text(customer, found)}</code>"]
    return Reply(text=fit(lines, ending=data_until(run)), buttons=back_to_card(customer), edit=True)


def _cases(found: Comeback) -> str:
    return f"{count(found.returns, 'return')}, {found.lift:.1f} times as often as usual"


def _text(customer: Customer, found: Sequence[Comeback]) -> str:
    """One line, since what is cut to fit is cut by lines and must stay balanced."""
    first = clip(customer.name or "").split(" ")[0]
    hello = f"Hello {safe(first)}, n" if first else "N"
    return f"{hello}ew for you: {'; '.join(title_words(each.title) for each in found)}. Enjoy!"
