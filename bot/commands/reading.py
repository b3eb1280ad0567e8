"""From words to what they mean: a customer, a title, a count, a page."""

from collections.abc import Sequence

from bot.messages import mistakes
from bot.queries import Queries
from bot.replies import Asker
from store.records import Customer, CustomerMatch, Title
from store.title_records import plain_spelling, spellings

MOST_NEAR = 5


def customer_from(words: Sequence[str], command: str, asker: Asker, queries: Queries) -> Customer:
    """Open the customer somebody means, and write down that he looked.

    This is the only door from a command to a customer that somebody else asks about. The words are an id,
    a mail or a name, typing errors forgiven; the command is asked again by the buttons when several may be
    meant, and noted in the audit.

    Raises:
        UserError: nobody is called that, or several are; with the nearest as buttons.
    """
    customer = customer_meant(words, command, queries)
    queries.state.write_audit(asker.user_id, command, customer.customer_id, queries.now())
    return customer


def customer_meant(words: Sequence[str], command: str, queries: Queries) -> Customer:
    """The customer somebody means, without a look at what is known of him, and so without an entry.

    Raises:
        UserError: as ``customer_from``.
    """
    typed = " ".join(words)
    customer = queries.results.customer(typed)
    if customer is not None:
        return customer
    ids = [word for word in dict.fromkeys(words) if queries.results.customer(word) is not None]
    if len(words) > 1 and len(ids) > 1:
        raise mistakes.one_at_a_time(ids[:MOST_NEAR], command)
    near = queries.results.find_customers(typed, MOST_NEAR)
    exact = [match for match in near if _is_meant(typed, match)]
    if len(exact) > 1:
        raise mistakes.several_customers(typed, exact, command)
    meant = queries.results.customer(exact[0].customer_id) if exact else None
    if meant is None:
        raise mistakes.no_such_customer(typed, near, command)
    return meant


def _is_meant(typed: str, match: CustomerMatch) -> bool:
    """The same id, mail or name but for case and blanks, or the number an id ends in ("42": user_00042)."""
    wanted = typed.casefold().strip().removeprefix("#")
    same = {text.casefold().strip() for text in (match.customer_id, match.name, match.email) if text}
    digits = match.customer_id[len(match.customer_id.rstrip("0123456789")) :]
    return wanted in same or (wanted.isdecimal() and digits.isdecimal() and int(digits) == int(wanted))


def title_from(words: Sequence[str], asking: str, queries: Queries, behind: str = "") -> Title:
    """The title somebody means: "#id", its name, or its id; for typing errors the nearest are offered.

    Args:
        words: What names the title.
        asking: The words before it, from the slash on; buttons ask the same of the title that was meant.
        queries: What may be asked.
        behind: The words behind it.

    Raises:
        UserError: none is called that, or several are; with the nearest as buttons.
    """
    typed = " ".join(words)
    if typed.startswith("#"):
        title = queries.results.title(typed[1:])
        if title is not None:
            return title
    near = queries.results.find_titles(typed, MOST_NEAR)
    exact = _called(typed, near)
    if len(exact) > 1:
        raise mistakes.several_titles(typed, exact, asking, behind)
    title = exact[0] if exact else queries.results.title(typed)
    if title is None:
        if not near and not queries.results.run().titles:
            raise mistakes.no_titles()
        raise mistakes.no_such_title(typed, near, asking, behind)
    return title


def is_called(typed: str, queries: Queries) -> bool:
    """Whether some title is called exactly that."""
    return bool(_called(typed, queries.results.find_titles(typed, MOST_NEAR)))


def _called(typed: str, near: Sequence[Title]) -> list[Title]:
    """Those of this name but for case, accents and punctuation; of its whole name, before a part of it."""
    wanted = plain_spelling(typed)
    best: dict[int, list[Title]] = {}
    for title in near:
        whole, *others = spellings(title.title) or (plain_spelling(title.title),)
        names = ({whole, f"{whole} {title.year}"}, set(others), {whole.removeprefix("the ")})
        for closeness, called in enumerate(names):
            if wanted in called:
                best.setdefault(closeness, []).append(title)
                break
    return best[min(best)] if best else []


def count_and_page(
    words: Sequence[str], *, default: int, most: int, example: str, things: str
) -> tuple[int, int]:
    """Read "[count] [page]".

    Returns:
        How many to a page, and the page, both from 1.

    Raises:
        UserError: something else than up to two whole numbers, or out of bounds.
    """
    if len(words) > 2 or not all(word.isascii() and word.isdecimal() and len(word) < 7 for word in words):
        raise mistakes.bad_count(words, most, example, things)
    numbers = [int(word) for word in words]
    count = numbers[0] if numbers else default
    page = numbers[1] if len(numbers) == 2 else 1
    if not 1 <= count <= most or page < 1:
        raise mistakes.bad_count(words, most, example, things)
    return count, page


def page_from(words: Sequence[str]) -> tuple[Sequence[str], int]:
    """Take "page <number>" off the end; without it, the first page."""
    if len(words) >= 2 and words[-2].casefold() == "page" and words[-1].isdecimal():
        return words[:-2], max(1, int(words[-1][:4]))
    return words, 1


def nothing_more(words: Sequence[str], example: str) -> None:
    """A command that takes no words refuses them.

    Raises:
        UserError: there are words.
    """
    if words:
        raise mistakes.too_many_words(words, example)
