"""Titles that bring people back, and a text that can be forwarded as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count as count_from

from bot.languages import tell
from bot.messages.cards import back_to_card, heading
from bot.messages.titles import title_words
from bot.messages.wording import clip, count, data_until, decimal, fit, safe
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
    lines = [tell("Bring back: {customer}", customer=heading(customer)), ""]
    if not groups:
        lines.append(tell("Too few people like this went quiet and came back, so no title can be named."))
        return Reply(text=fit(lines, ending=data_until(run)), buttons=back_to_card(customer), edit=True)
    numbers = count_from(1)
    for group in groups:
        said = "People who mostly watch {genre} came back from a long quiet with:"
        anybody = tell("People of any taste came back from a long quiet with:")
        lines.append(tell(said, genre=safe(group.genre)) if group.genre else anybody)
        for each in group.titles:
            lines += [f"<b>{next(numbers)}.</b> {title_words(each.title)}", f"    {_cases(each)}"]
    lines += ["", tell("<i>Seen together, no proof of a cause. Leaves out what was seen or refused.</i>")]
    found = [each for group in groups for each in group.titles]
    lines += ["", tell("To forward (a tap copies it):"), f"<code>{_text(customer, found)}</code>"]
    return Reply(text=fit(lines, ending=data_until(run)), buttons=back_to_card(customer), edit=True)


def _cases(found: Comeback) -> str:
    said = "{returns}, {times} times as often as usual"
    return tell(said, returns=count(found.returns, "return"), times=decimal(found.lift))


def _text(customer: Customer, found: Sequence[Comeback]) -> str:
    """One line, since what is cut to fit is cut by lines and must stay balanced."""
    first = clip(customer.name or "").split(" ")[0]
    titles = "; ".join(title_words(each.title) for each in found)
    if first:
        return tell("Hello {name}, new for you: {titles}. Enjoy!", name=safe(first), titles=titles)
    return tell("New for you: {titles}. Enjoy!", titles=titles)
