"""What comes first, where the words leave it to be worked out."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.phrases.deeds import PEOPLE_WORDS
from bot.phrases.items import Item
from bot.phrases.joints import COMPARATIVES, is_either

if TYPE_CHECKING:
    from bot.phrases.parts import Parts


def settle_order(parts: "Parts", items: Sequence[Item]) -> None:
    """Set the order, what “best” is by, and who is counted, where words beside one another say so."""
    told = [item for item in items if item.kind != "filler"]
    if parts.by and _ranks_groups(items):
        parts.order, parts.direction = ("most" if parts.direction == "up" else "least"), None
    plain = not (parts.by or parts.order or parts.metrics or parts.asks_what or parts.says_how_much)
    if plain and parts.watched and not (parts.is_either or parts.compare_asked) and _names_people(told):
        parts.metrics.append(("customers", 0))  # “how many women watched horror”
    if not parts.by and parts.order is None and _lists_by_number(told):
        parts.order = "most"
    if _says_how_good(items):
        parts.metrics = [("average_rating" if name == "ratings" else name, at) for name, at in parts.metrics]


def _names_people(told: Sequence[Item]) -> bool:
    """“Women”, “men”: a value, and people who can be counted."""
    return any(item.kind == "value" and item.typed.casefold() in PEOPLE_WORDS for item in told)


def _ranks_groups(items: Sequence[Item]) -> bool:
    """“Which gender watches more” asks for the first of them, and compares nothing with a time before."""
    moved = {item.typed.casefold() for item in items if item.kind == "direction"}
    kinds = {item.kind for item in items}
    others = kinds & {"compare", "growth", "before", "order", "ranked"} or is_either(items)
    return bool(moved) and moved <= COMPARATIVES and not others


def _lists_by_number(told: Sequence[Item]) -> bool:
    """“Customers by revenue”: a list of them, for a number splits nothing."""
    people = [item.kind == "metric" and item.meanings[0].name == "customers" for item in told]
    return any(
        first.kind == "by" and second.kind == "metric" and any(people[:place]) and not people[place + 1]
        for place, (first, second) in enumerate(pairwise(told))
    )


def _says_how_good(items: Sequence[Item]) -> bool:
    """“Best films by ratings” asks how good they are rated, and not how often."""
    return any(item.kind == "order" and item.typed.casefold() in {"best", "worst"} for item in items)
