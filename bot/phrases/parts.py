"""What a line says, part by part, before it is put together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from bot.phrases.scanning import Item
from bot.question import Order, TimeUnit
from store.results.asked import Bound, Choice, Condition, Span
from store.results.dimensions import TITLE_DIMENSIONS


class UnclearError(Exception):
    """The line cannot be put together; says why."""


@dataclass
class Parts:
    """The parts of a line.

    Attributes:
        metrics: Names, with the places of their words.
        filters: Conditions, with the places of their words.
        compare_asked: A word of comparison stood there.
        first_break: Place of the first verb after a metric: divides a share's whole from its part.
    """

    metrics: list[tuple[str, int]] = field(default_factory=list)
    filters: list[tuple[Condition, int]] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    every: TimeUnit | None = None
    periods: list[Span] = field(default_factory=list)
    before: str | None = None
    compare_asked: bool = False
    growth: bool = False
    order: Order | None = None
    limit: int | None = None
    forms: set[str] = field(default_factory=set)
    moves: str | None = None
    watched: bool = False
    averaged: bool = False
    among: int | None = None
    is_compared_with: bool = False
    is_both: bool = False
    direction: str | None = None
    first_break: int | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions alone."""
        return tuple(condition for condition, _ in self.filters)


def parts_of(items: Sequence[Item], attributes: dict[str, tuple[str, ...]]) -> Parts:
    """Sort items by what they say; several values of one dimension become one condition.

    Args:
        items: Each with one meaning.
        attributes: Values of the source's own columns, for “household size 2”.

    Raises:
        UnclearError: a negation or a number that belongs to nothing, or the same thing twice.
    """
    parts = Parts()
    _counted_titles(parts, items)
    parts.is_both = _joins_titles(items)
    told = [item for item in items if item.kind != "filler"]
    negated: Item | None = None
    skipped = False
    for place, item in enumerate(told):
        if skipped:
            skipped = False
            continue
        following = told[place + 1] if place + 1 < len(told) else None
        if item.kind == "not":
            if negated is not None:
                raise UnclearError(f"I do not know what “{negated.typed}” refers to.")
            negated = item
        elif item.kind in {"value", "title"}:
            _refuse_origin(item, following)
            _value(parts, item, negated=negated is not None)
            joined = following is not None and following.kind in {"value", "title"}
            negated = negated if joined and following and _same(item, following) else None
        elif item.kind == "dimension" and following is not None and following.kind == "count":
            _numbered(parts, item, following, attributes, negated=negated is not None)
            negated, skipped = None, True
        else:
            if negated is not None and item.kind != "dimension":
                raise UnclearError(f"I do not know what “{negated.typed}” refers to.")
            _refuse_per_head(item, following)
            _other(parts, item, told[place - 1] if place else None, following)
    if negated is not None:
        raise UnclearError(f"I do not know what “{negated.typed}” refers to.")
    return parts


def _counted_titles(parts: Parts, items: Sequence[Item]) -> None:
    """“How many titles did people watch” counts them; “how many countries” is no metric."""
    texts = [item.typed.casefold() for item in items[:5]]
    for place, item in enumerate(items[:5]):
        before = texts[max(0, place - 2) : place]
        if item.kind != "dimension" or not (before == ["how", "many"] or before[-2:] == ["number", "of"]):
            continue
        if item.meanings[0].name != "title" or not any(each.kind == "verb" for each in items):
            counted = "customers, watches, hours, orders and ratings"
            raise UnclearError(f"I do not count {item.typed}. I count {counted}.")
        parts.metrics.append(("titles_watched", item.at))


def _refuse_per_head(item: Item, following: Item | None) -> None:
    """“Orders per customer” is another number than orders; only some of these are certified."""
    per = item.kind == "by" and item.typed != "by"
    if per and following is not None and following.kind == "metric":
        raise UnclearError(f"I know nothing “{item.typed} {following.typed}” but minutes and revenue.")


def _joins_titles(items: Sequence[Item]) -> bool:
    """Whether two genres or titles are joined by “and”."""
    return any(
        middle.typed == "and" and first.kind == last.kind and first.kind in {"value", "title"}
        and first.meanings[0].name in TITLE_DIMENSIONS and _same(first, last)
        for first, middle, last in zip(items, items[1:], items[2:], strict=False)
    )  # fmt: skip


def _refuse_origin(item: Item, following: Item | None) -> None:
    """“German titles” are made in Germany, which is not known; “titles in Germany” are watched there."""
    adjacent = following is not None and following.at == item.at + len(item.typed.split())
    if adjacent and following is not None and item.meanings[0].name == "country":
        names = {meaning.name for meaning in following.meanings}
        if following.kind in {"value", "dimension"} and names & set(TITLE_DIMENSIONS):
            raise UnclearError("Titles are known by genre and kind here, not by where they were made.")


def _same(first: Item, second: Item) -> bool:
    return first.meanings[0].name == second.meanings[0].name


def _value(parts: Parts, item: Item, *, negated: bool) -> None:
    meaning = item.meanings[0]
    for place, (condition, at) in enumerate(parts.filters):
        if isinstance(condition, Choice) and condition.dimension == meaning.name:
            if condition.negated != negated:
                raise UnclearError(f"I read both some {meaning.name} and none of it.")
            values = tuple(dict.fromkeys((*condition.values, meaning.value)))
            parts.filters[place] = (Choice(meaning.name, values, negated), at)
            return
    parts.filters.append((Choice(meaning.name, (meaning.value,), negated), item.at))


def _numbered(
    parts: Parts, item: Item, number: Item, attributes: dict[str, tuple[str, ...]], *, negated: bool
) -> None:
    """“household size 2”: a value that is a number, behind the name of its column."""
    key = item.meanings[0].name
    values = attributes.get(key.removeprefix("attribute:"), ())
    meant = [value for value in values if _equal(value, number.number)]
    if not meant:
        raise UnclearError(f"I do not know “{item.typed} {number.typed}”.")
    parts.filters.append((Choice(key, tuple(meant), negated), item.at))


def _equal(value: str, number: int) -> bool:
    try:
        return float(value) == number
    except ValueError:
        return False


def _other(parts: Parts, item: Item, before: Item | None, after: Item | None) -> None:
    name = item.meanings[0].name if item.meanings else ""
    if item.kind == "metric":
        parts.metrics.append((name, item.at))
    elif item.kind == "ranked":
        parts.metrics.append((name, item.at))
        parts.order = cast("Order", item.meanings[0].value)
    elif item.kind == "bound" and item.bound is not None:
        _bound(parts, item.bound, item.at)
        if before is None and item.typed.casefold().startswith("who "):
            parts.forms.add("list")
    elif item.kind == "dimension":
        _dimension(parts, name, before, after)
    elif item.kind == "time" and item.span is not None:
        parts.is_compared_with = before is not None and before.kind == "compare" and not parts.periods
        parts.periods.append(item.span)
    elif item.kind == "count":
        _count(parts, item, before, after)
    elif item.kind == "break" and parts.first_break is None and (parts.metrics or parts.filters):
        parts.first_break = item.at
    elif item.kind == "verb":
        parts.watched = True
    else:
        _shape(parts, item, name)


def _shape(parts: Parts, item: Item, name: str) -> None:
    if item.kind == "every":
        if parts.every not in {None, name}:
            raise UnclearError("I can split by one unit of time only.")
        parts.every = cast("TimeUnit", name)
    elif item.kind == "form":
        # “customers who have …” only says which; “who has …?” asks for names.
        if name != "list" or not item.at or not item.typed.casefold().startswith("who"):
            parts.forms.add(name)
    elif item.kind == "order":
        parts.order = cast("Order", name)
    else:
        _comparison(parts, item.kind, name, item.at)


def _comparison(parts: Parts, kind: str, name: str, at: int) -> None:
    if kind == "compare":
        parts.compare_asked = True
    elif kind == "average":
        parts.averaged = True
    elif kind == "among":
        parts.among = at
    elif kind == "before":
        parts.before = name
    elif kind == "growth":
        parts.growth = True
    elif kind == "direction":
        parts.direction = name
    elif kind == "moves":
        parts.moves = name


def _bound(parts: Parts, bound: Bound, at: int) -> None:
    if any(isinstance(known, Bound) and known.quantity == bound.quantity for known, _ in parts.filters):
        raise UnclearError("I read two limits of the same number.")
    parts.filters.append((bound, at))


def _dimension(parts: Parts, name: str, before: Item | None, after: Item | None) -> None:
    labels = {name, "age_band"} if name == "age_band" else {name}
    for near in (before, after):
        # “country Canada”, “comedy genre”: the word only says what the value is.
        if near is not None and near.kind in {"value", "title"} and near.meanings[0].name in labels:
            return
    if name == "title" and any(metric == "titles_watched" for metric, _ in parts.metrics):
        return
    if name == "title" and parts.by and parts.by[-1] in TITLE_DIMENSIONS:
        return
    if name not in parts.by:
        parts.by.append(name)


def _count(parts: Parts, item: Item, before: Item | None, after: Item | None) -> None:
    ordered = before is not None and before.kind in {"order", "form", "ranked"}
    follows = (
        before is None
        and after is not None
        and after.kind in {"dimension", "metric", "ranked", "order", "every"}
    )
    if not (ordered or follows) or parts.limit is not None or not 1 <= item.number <= 1000:
        raise UnclearError(f"I do not know what the number “{item.typed}” refers to.")
    parts.limit = item.number
