"""What words mean beside one another."""

from collections.abc import Sequence
from itertools import pairwise

from bot.phrases.filters import UnclearError
from bot.phrases.items import Item
from bot.phrases.small_words import BREAKS, PLURAL_PEOPLE
from bot.phrases.words import WATCHED
from store.results.dimensions import TITLE_DIMENSIONS

_DID = WATCHED | {"paid", "ordered", "bought", "left", "joined", "signed", "registered", "churned", "lapsed"}


def counted_titles(items: Sequence[Item]) -> Item | None:
    """The words by which titles are counted: “how many titles did people watch”.

    Raises:
        UnclearError: something else is counted, such as countries.
    """
    if any(item.kind == "groups" for item in items):
        return None  # “how many countries have more than 30 customers”
    texts = [item.typed.casefold() for item in items[:5]]
    for place, item in enumerate(items[:5]):
        before = texts[max(0, place - 2) : place]
        if item.kind != "dimension" or not (before == ["how", "many"] or before[-2:] == ["number", "of"]):
            continue
        if item.meanings[0].name != "title" or not any(each.kind == "verb" for each in items):
            counted = "customers, watches, hours, orders and ratings"
            raise UnclearError(f"I do not count {item.typed}. I count {counted}.")
        return item
    return None


def counts_a_kind(items: Sequence[Item]) -> bool:
    """“How many films did people watch” asks for films or watches, and not for people."""
    for place, item in enumerate(items[2:6], 2):
        before = [each.typed.casefold() for each in items[place - 2 : place]]
        if item.kind == "value" and before in (["how", "many"], ["number", "of"]):
            behind = items[place + 1] if len(items) > place + 1 else None
            is_title = item.meanings[0].name in TITLE_DIMENSIONS
            return is_title and behind is not None and behind.kind != "metric"
    return False


def refuse_two_at_once(items: Sequence[Item]) -> None:
    """Refuse “customers and orders”, and “Premium customers in Spain and Basic customers in Italy”.

    Raises:
        UnclearError: says so.
    """
    reason = "I can answer one thing at a time, of one group of people."
    typed = " ".join(item.typed.casefold() for item in items)
    if typed.count("how many ") + typed.count("how much ") > 1:
        raise UnclearError(reason)  # “how many joined and how many left”
    for first, middle, last in zip(items, items[1:], items[2:], strict=False):
        joins = middle.typed in {"and", "or", "but", "plus"} and last.kind == "metric"
        if joins and (first.kind == "metric" or middle.typed == "but"):
            raise UnclearError(reason)
    people = [
        place
        for place, item in enumerate(items)
        if item.kind == "metric" and item.meanings[0].name == "customers"
    ]
    if len(people) > 1:
        between = items[people[0] : people[-1]]
        if any(item.typed in {"and", "or"} for item in between) and any(
            item.kind == "value" for item in between
        ):
            raise UnclearError(reason)


def refuse_per_head(item: Item, following: Item | None) -> None:
    """Refuse “searches per customer”, which is another number than searches; some of these are certified.

    Raises:
        UnclearError: names it.
    """
    if item.kind == "by" and following is not None and following.kind == "verb":
        raise UnclearError(f"I know nothing “{item.typed} {following.typed}”.")
    per = item.kind == "by" and item.typed in {"per", "for each", "each", "for every", "every", "per each"}
    if per and following is not None and following.kind == "metric":
        raise UnclearError(
            f"I know nothing “{item.typed} {following.typed}” but what is counted per active customer."
        )


def joins_titles(items: Sequence[Item]) -> bool:
    """Whether two genres or titles are joined by “and”."""
    return any(
        middle.typed == "and" and first.kind == last.kind and first.kind in {"value", "title"}
        and first.meanings[0].name in TITLE_DIMENSIONS and same(first, last)
        for first, middle, last in zip(items, items[1:], items[2:], strict=False)
    )  # fmt: skip


COMPARATIVES = frozenset(
    {"more", "less", "fewer", "better", "worse", "higher", "lower", "bigger", "larger", "smaller"}
)


def is_either(items: Sequence[Item]) -> bool:
    """“More in Germany or in France”, “which is better, Premium or Basic”: which of two values."""
    told = [item for item in items if item.kind != "filler" or item.typed == "or"]
    compares = any(
        item.kind in {"direction", "ranked"} and COMPARATIVES & set(item.typed.casefold().split())
        for item in told
    )
    joined = any(
        middle.typed == "or" and first.kind == last.kind == "value" and same(first, last)
        for first, middle, last in zip(told, told[1:], told[2:], strict=False)
    )
    than = any(item.kind == "compare" for item in told)
    return compares and joined and not than


def says_how_much(items: Sequence[Item]) -> bool:
    """“Do women watch more than men”: how much, and not how many; “more women watch” asks how many."""
    told = [item for item in items if item.kind != "filler"]
    return any(
        first.typed.casefold().split()[-1] in WATCHED and second.kind == "direction"
        for first, second in pairwise(told)
    )


def says_what_they_did(item: Item) -> bool:
    """“Share of Premium customers watched”, “… of whom have lapsed”: the phrase says it of those before."""
    first, *others = item.typed.casefold().split()
    return bool({first, *others} & BREAKS) or (first in PLURAL_PEOPLE and bool({*others} & _DID))


def refuse_origin(item: Item, following: Item | None) -> None:
    """Refuse “German titles”, made in Germany, which is not known; “titles in Germany” are watched there.

    Raises:
        UnclearError: says what titles are known by.
    """
    adjacent = following is not None and following.at == item.at + len(item.typed.split())
    if adjacent and following is not None and item.meanings[0].name == "country":
        names = {meaning.name for meaning in following.meanings}
        if following.kind in {"value", "dimension"} and names & set(TITLE_DIMENSIONS):
            raise UnclearError("Titles are known by genre and kind here, not by where they were made.")


def same(first: Item, second: Item) -> bool:
    """Whether two values are of one dimension."""
    return first.meanings[0].name == second.meanings[0].name


def belongs_to_nothing(negated: Item) -> UnclearError:
    """The refusal of a negation behind which nothing can be negated."""
    return UnclearError(f"I do not know what “{negated.typed}” refers to.")


def is_neither(first: Item, second: Item) -> bool:
    """“Neither … nor …”, whose two words negate together."""
    return first.typed.casefold() in {"neither", "nor"} or second.typed.casefold() == "nor"


def stays_negated(item: Item, following: Sequence[Item]) -> bool:
    """“Not Germany or France”, “neither Free nor Basic”: the second value too."""
    behind = following[0] if following else None
    return behind is not None and behind.kind in {"value", "title"} and same(item, behind)
