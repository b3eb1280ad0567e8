"""Conditions, one after the other, as the words name them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from bot.phrases.items import Item
from store.results.asked import Bound, Choice, Condition
from store.results.dimensions import TITLE_DIMENSIONS

WITHOUT = {
    "at_risk_customers": Choice("band", ("high",), negated=True),
    "lapsed_customers": Choice("status", ("lapsed",), negated=True),
}
"""“Customers who are not at risk”: as a condition on customers."""

Placed = list[tuple[Condition, int]]


class UnclearError(Exception):
    """The line cannot be put together; says why."""


def add_value(filters: Placed, item: Item, *, negated: bool) -> None:
    """Add a value; several of one dimension become one condition.

    Raises:
        UnclearError: some of a dimension and none of it, which only titles can have.
    """
    meaning = item.meanings[0]
    for place, (condition, at) in enumerate(filters):
        if not isinstance(condition, Choice) or condition.dimension != meaning.name:
            continue
        if condition.negated == negated:
            values = tuple(dict.fromkeys((*condition.values, meaning.value)))
            filters[place] = (Choice(meaning.name, values, negated), at)
            return
        if meaning.name not in TITLE_DIMENSIONS:
            raise UnclearError(f"I read both some {meaning.name} and none of it.")
    filters.append((Choice(meaning.name, (meaning.value,), negated), item.at))


def add_number(
    filters: Placed, item: Item, number: Item, attributes: dict[str, tuple[str, ...]], *, negated: bool
) -> None:
    """Add “household size 2”: a value that is a number, behind the name of its column.

    Raises:
        UnclearError: the column has no such value.
    """
    key = item.meanings[0].name
    values = attributes.get(key.removeprefix("attribute:"), ())
    meant = [value for value in values if _equal(value, number.number)]
    if not meant:
        raise UnclearError(f"I do not know “{item.typed} {number.typed}”.")
    filters.append((Choice(key, tuple(meant), negated), item.at))


def _equal(value: str, number: int) -> bool:
    try:
        return float(value) == number
    except ValueError:
        return False


def add_bound(filters: Placed, bound: Bound, at: int) -> None:
    """Add a limit; “over 30 but under 40” become one.

    Raises:
        UnclearError: two limits of one number on the same side.
    """
    for place, (known, before) in enumerate(filters):
        if isinstance(known, Bound) and known.quantity == bound.quantity:
            both = (known, bound) if known.low is not None else (bound, known)
            low, high = both
            if low.high is not None or high.low is not None:
                raise UnclearError("I read two limits of the same number.")
            filters[place] = (replace(low, high=high.high, high_included=high.high_included), before)
            return
    filters.append((bound, at))


def add_did(filters: Placed, item: Item, told: Sequence[Item]) -> int:
    """Add what people did or did not do, with the titles behind it; returns how many items these are.

    Args:
        filters: The conditions so far; it is added to them.
        item: A deed.
        told: The items behind it, without small words.

    Raises:
        UnclearError: titles of which nothing is known, such as bought ones.
    """
    assert item.did is not None
    behind = list(takewhile(_is_of_titles, told))
    values = [each for each in behind if each.kind in {"value", "title"}]
    if not values:
        filters.append((item.did, item.at))
        return 0
    if item.did.stream not in {"watch", "rating"}:
        raise UnclearError("I know of titles who watched and who rated them, nothing else.")
    choices: Placed = []
    for each in values:
        add_value(choices, each, negated=False)
    titles = tuple(choice for choice, _ in choices if isinstance(choice, Choice))
    filters.append((replace(item.did, titles=titles), item.at))
    return len(behind)


def _is_of_titles(item: Item) -> bool:
    names = {meaning.name for meaning in item.meanings}
    return item.kind in {"value", "title", "dimension"} and bool(names) and names <= set(TITLE_DIMENSIONS)


def each_apart(condition: Condition) -> tuple[Condition, ...]:
    """“Comedy and drama”, both: one condition for each."""
    if not isinstance(condition, Choice) or condition.negated:
        return (condition,)
    return tuple(replace(condition, values=(value,)) for value in condition.values)
