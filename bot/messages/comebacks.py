"""Titles that bring people back, and a text that can be forwarded as it is."""

from collections.abc import Sequence

from bot.messages.cards import back_to_card, heading
from bot.messages.titles import title_words
from bot.messages.wording import clip, count, data_until, fit, safe
from bot.replies import Reply
from store.records import Comeback, Customer, Run


def bring_back(customer: Customer, found: Sequence[Comeback], run: Run, *, genre: str) -> Reply:
    """The titles with their counts for staff, and below them a text for the customer.

    Args:
        customer: At risk, or gone.
        found: Best first; empty where there are too few cases.
        run: Says how far the data goes.
        genre: Favourite of those who came back, as it is his; empty for anybody.
    """
    lines = [f"Bring back: {heading(customer)}", ""]
    if not found:
        lines.append("Too few people like this went quiet and came back, so no title can be named.")
        return Reply(text=fit(lines, ending=data_until(run)), buttons=back_to_card(customer), edit=True)
    taste = f" and mostly watch {safe(genre)}" if genre else ""
    lines.append(f"People who had gone quiet{taste} came back with:")
    for number, each in enumerate(found, 1):
        lines += [f"<b>{number}.</b> {title_words(each.title)}", f"    {_cases(each)}"]
    lines += ["", "<i>Seen together, no proof of a cause. Leaves out what was seen or refused.</i>"]
    lines += ["", "To forward (a tap copies it):", f"<code>{_text(customer, found)}</code>"]
    return Reply(text=fit(lines, ending=data_until(run)), buttons=back_to_card(customer), edit=True)


def _cases(found: Comeback) -> str:
    return f"{count(found.returns, 'return')}, {found.lift:.1f} times as often as usual"


def _text(customer: Customer, found: Sequence[Comeback]) -> str:
    """One line, since what is cut to fit is cut by lines and must stay balanced."""
    first = clip(customer.name or "").split(" ")[0]
    hello = f"Hello {safe(first)}, n" if first else "N"
    return f"{hello}ew for you: {'; '.join(title_words(each.title) for each in found)}. Enjoy!"
