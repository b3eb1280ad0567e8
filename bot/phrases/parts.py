"""What a line says, part by part, before it is put together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from bot.phrases.filters import UnclearError, add_bound, add_did, add_number, add_value
from bot.phrases.items import Item
from bot.phrases.joints import (
    belongs_to_nothing,
    counted_titles,
    counts_a_kind,
    is_either,
    is_neither,
    joins_titles,
    refuse_origin,
    refuse_per_head,
    refuse_two_at_once,
    says_how_much,
    says_what_they_did,
    stays_negated,
)
from bot.phrases.named_times import Found
from bot.phrases.ranking import settle_order
from bot.phrases.several_times import says_otherwise, settle_other_days, settle_periods
from bot.question import Order, TimeUnit
from store.results.asked import Bound, Condition, Span
from store.results.dimensions import TITLE_DIMENSIONS

__all__ = ["Parts", "UnclearError", "parts_of"]


@dataclass
class Parts:
    """The parts of a line.

    Attributes:
        metrics: Names, with the places of their words.
        filters: Conditions, with the places of their words.
        is_merged: “In May and June”: of people, in both or in either.
        ends: Of “from April to May”: the first and the last; a change is between them.
        weekdays: Only these count.
        compare_asked: A word of comparison stood there.
        is_both, is_both_said: Titles are joined by “and”, or by “both … and”.
        counts_kind: “How many films”: it is not people that are counted.
        having: A limit of groups: “countries with more than 30 customers”.
        first_break: Place of the first verb after a metric: divides a share's whole from its part.
        all_of: “In all countries”: dimensions of which nothing is left out.
        is_popular: Something is “popular”: of plans that is customers, of titles watches.
        asks_what: “What” begins the line: it is not people that are asked for.
        share_at: Place of “in percent” behind what is split by.
        order_at: Place of “top” or the like.
        opens_with_by: “By plan” goes on from something.
        only: “Only”, which narrows what titles somebody watched.
        is_compared_with: The one period there is stands behind a word of comparison.
        is_previous: It is “the previous …”, which is another one behind another question.
        is_either: “More in Germany or France”: which of the two.
        says_how_much: “Watch more than”: it is not people that are compared.
    """

    metrics: list[tuple[str, int]] = field(default_factory=list)
    filters: list[tuple[Condition, int]] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    having: Bound | None = None
    every: TimeUnit | None = None
    periods: list[Span] = field(default_factory=list)
    soft_period: Span | None = None
    is_merged: bool = False
    ends: tuple[Span, Span] | None = None
    weekdays: tuple[int, ...] = ()
    before: str | None = None
    compare_asked: bool = False
    growth: bool = False
    order: Order | None = None
    limit: int | None = None
    page: int | None = None
    forms: set[str] = field(default_factory=set)
    all_of: set[str] = field(default_factory=set)
    moves: str | None = None
    watched: bool = False
    averaged: bool = False
    among: int | None = None
    share_at: int | None = None
    is_compared_with: bool = False
    is_previous: bool = False
    is_either: bool = False
    says_how_much: bool = False
    is_both: bool = False
    is_both_said: bool = False
    counts_kind: bool = False
    is_popular: bool = False
    asks_what: bool = False
    only: bool = False
    opens_with_by: bool = False
    order_at: int | None = None
    direction: str | None = None
    first_break: int | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions alone."""
        return tuple(condition for condition, _ in self.filters)

    def all_before(self, place: int | None) -> bool:
        """Whether every condition stands before a place."""
        return place is not None and all(at < place for _, at in self.filters)


def parts_of(items: Sequence[Item], attributes: dict[str, tuple[str, ...]]) -> Parts:
    """Sort items by what they say; several values of one dimension become one condition.

    Args:
        items: Each with one meaning.
        attributes: Values of the source's own columns, for “household size 2”.

    Raises:
        UnclearError: a negation or a number that belongs to nothing, or the same thing twice.
    """
    parts = Parts(
        asks_what=bool(items) and items[0].typed.casefold().startswith("what"),
        opens_with_by=bool(items) and items[0].kind == "by",
    )
    counted = counted_titles(items)
    if counted is not None:
        parts.metrics.append(("titles_watched", counted.at))
    parts.is_both = joins_titles(items)
    parts.is_either, parts.says_how_much = is_either(items), says_how_much(items)
    told = [item for item in items if item.kind != "filler"]
    refuse_two_at_once(items)
    negated: Item | None = None
    place = 0
    while place < len(told):
        used, negated = _take(parts, told, place, attributes, negated)
        place += used
    if negated is not None or (told and told[-1].kind == "by"):
        raise belongs_to_nothing(negated or told[-1])
    parts.is_both = parts.is_both or parts.is_both_said
    parts.counts_kind = counts_a_kind(items)
    settle_order(parts, items)
    settle_other_days(parts)
    settle_periods(parts)
    if parts.is_either:
        parts.direction, parts.compare_asked = None, True
        parts.forms.discard("list")  # “who watches more, men or women”
    return parts


def _take(
    parts: Parts,
    told: Sequence[Item],
    place: int,
    attributes: dict[str, tuple[str, ...]],
    negated: Item | None,
) -> tuple[int, Item | None]:
    """Sort one item in: how many items that took, and the negation that still waits for what it negates."""
    item = told[place]
    following = told[place + 1] if place + 1 < len(told) else None
    if item.kind == "not":
        if negated is not None and not is_neither(negated, item):
            raise belongs_to_nothing(negated)
        return 1, item
    if item.kind in {"value", "title"}:
        refuse_origin(item, following)
        add_value(parts.filters, item, negated=negated is not None)
        return 1, negated if stays_negated(item, told[place + 1 : place + 3]) else None
    if item.kind == "dimension" and following is not None and following.kind == "count":
        add_number(parts.filters, item, following, attributes, negated=negated is not None)
        return 2, None
    if says_otherwise(parts, item, told[place - 1] if place else None, is_negated=negated is not None):
        return 1, None
    if negated is not None and item.kind not in {"dimension", "by", "break"}:
        raise belongs_to_nothing(negated)
    if item.kind == "did":
        if not place and item.typed.casefold().startswith("who "):
            parts.forms.add("list")
        return 1 + add_did(parts.filters, item, told[place + 1 :]), negated
    refuse_per_head(item, following)
    _other(parts, item, told[place - 1] if place else None, following)
    return 1, negated


def _other(parts: Parts, item: Item, before: Item | None, after: Item | None) -> None:
    name = item.meanings[0].name if item.meanings else ""
    if item.kind in {"metric", "groups"}:
        parts.having = item.bound or parts.having
        if parts.filters and parts.first_break is None and says_what_they_did(item):
            parts.first_break = item.at - 1  # “of Premium customers have lapsed”
        parts.metrics.append((name, item.at))
    elif item.kind == "ranked":
        _ranked(parts, item)
    elif item.kind == "bound" and item.bound is not None:
        add_bound(parts.filters, item.bound, item.at)
        if before is None and item.typed.casefold().startswith("who "):
            parts.forms.add("list")
    elif item.kind == "dimension":
        _dimension(parts, name, before, after)
    elif item.kind == "count":
        _count(parts, item, before, after)
    elif item.kind == "break" and parts.first_break is None and (parts.metrics or parts.filters):
        parts.first_break = item.at
    elif not _dated(parts, item, name, before):
        _shape(parts, item, name)


def _dated(parts: Parts, item: Item, name: str, before: Item | None) -> bool:
    """Sort in what is about time; whether it was."""
    if item.time is not None:
        _time(parts, item.time, before)
    elif item.kind == "weekdays":
        parts.weekdays = tuple(sorted({*parts.weekdays, *map(int, name.split())}))
    elif item.kind == "on_days":
        first, last = map(date.fromisoformat, name.split())
        parts.periods.append(Span(first, last))
    else:
        return False
    return True


def _ranked(parts: Parts, item: Item) -> None:
    meaning = item.meanings[0]
    typed = item.typed.casefold()
    parts.metrics.append((meaning.name, item.at))
    parts.order = cast("Order", meaning.value)
    parts.is_popular = any(word in typed for word in ("popular", "prefer", "favo"))
    if "trending" in typed or typed.startswith("hot"):
        parts.forms.add("lately")
    if any(word in typed for word in ("customers", "spend", "spent", "paying", "risk", "likely")):
        parts.metrics.append(("customers", item.at))


def _time(parts: Parts, time: Found, before: Item | None) -> None:
    if time.is_soft:
        parts.soft_period = time.span
        return
    if time.is_previous and parts.periods:
        parts.before = "period"
        return
    parts.is_compared_with = before is not None and before.kind == "compare" and not parts.periods
    parts.is_previous = time.is_previous
    parts.periods.append(time.span)
    parts.ends = time.ends


def _shape(parts: Parts, item: Item, name: str) -> None:
    if item.kind == "every":
        if parts.every not in {None, name}:
            raise UnclearError("I can split by one unit of time only.")
        parts.every = cast("TimeUnit", name)
    elif item.kind == "form":
        # “customers who have …” only says which; “who has …?” asks for names.
        if name != "list" or not item.at or not item.typed.casefold().startswith("who"):
            parts.forms.add(name)
            parts.share_at = item.at if name == "share" and parts.by else parts.share_at
    elif item.kind in {"verb", "both", "only", "average", "growth", "compare"}:
        flag = {
            "verb": "watched", "both": "is_both_said", "average": "averaged", "compare": "compare_asked",
        }.get(item.kind, item.kind)  # fmt: skip
        setattr(parts, flag, True)
    elif item.kind in {"among", "page"}:
        setattr(parts, item.kind, item.at if item.kind == "among" else item.number)
    elif item.kind == "all of":
        parts.all_of.add(name)
    elif item.kind == "size":
        parts.metrics.append(("customers", item.at))
    elif item.kind in {"before", "direction", "moves", "order"}:
        setattr(parts, item.kind, name)
        parts.order_at = item.at if item.kind == "order" else parts.order_at


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
    is_kind = before is not None and before.kind == "value" and before.meanings[0].name in TITLE_DIMENSIONS
    if name == "title" and is_kind and parts.order is None:
        return  # “hours of comedy titles”
    if name not in parts.by:
        parts.by.append(name)


def _count(parts: Parts, item: Item, before: Item | None, after: Item | None) -> None:
    lists = before is not None and before.kind == "form" and before.meanings[0].name == "list"
    ordered = lists or (before is not None and before.kind in {"order", "ranked"})
    kinds = {"dimension", "ranked", "order", "every"}
    counts_people = after is not None and after.kind == "metric" and after.meanings[0].name == "customers"
    follows = before is None and after is not None and (after.kind in kinds or counts_people)
    if not (ordered or follows) or parts.limit is not None or not 1 <= item.number <= 1000:
        raise UnclearError(f"I do not know what the number “{item.typed}” refers to.")
    parts.limit = item.number
