"""Several times in one line: compared, added up, month by month, or the same people at two of them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.phrases.filters import WITHOUT, UnclearError
from bot.phrases.items import Item
from store.results.asked import Did, Span

if TYPE_CHECKING:
    from bot.phrases.parts import Parts

_STREAMS = {"active_customers": "any", "viewers": "watch", "paying_customers": "order"}


def says_otherwise(parts: "Parts", item: Item, before: Item | None, *, is_negated: bool) -> bool:
    """Take “not at risk” and “but not in June” as conditions; whether it was one of these."""
    also = before is not None and before.kind == "also"
    if item.time is not None and parts.periods and (is_negated or also):
        parts.filters.append((Did("", negated=is_negated, when=item.time.span), item.at))
        return True
    name = item.meanings[0].name if item.kind == "metric" else ""
    if not is_negated or name not in WITHOUT:
        return False
    parts.filters.append((WITHOUT[name], item.at))
    parts.metrics.append(("customers", item.at))
    return True


def settle_other_days(parts: "Parts") -> None:
    """Say of the days beside the period what people did then: the same as in the period.

    Raises:
        UnclearError: it is not said what they did.
    """
    if parts.is_both_said and len(parts.periods) == 2:
        parts.filters.append((Did("", when=parts.periods.pop()), 0))
    open_ones = [each for each, _ in parts.filters if isinstance(each, Did) and each.when]
    if not open_ones:
        return
    streams = {_STREAMS[name] for name, _ in parts.metrics if name in _STREAMS}
    if not streams and parts.watched:
        streams = {"watch"}
    if len(streams) != 1 or parts.is_compared_with or parts.compare_asked or parts.growth:
        raise UnclearError(
            "I do not know who is meant at the second time. Say “active in May but not in June”."
        )
    (stream,) = streams
    parts.filters = [
        (
            Did(stream, negated=each.negated, when=each.when)
            if isinstance(each, Did) and each.when
            else each,
            at,
        )
        for each, at in parts.filters
    ]


def settle_periods(parts: "Parts") -> None:
    """“So far this year” is this year; “May and June” are one period, unless they are compared."""
    if parts.soft_period is not None and not parts.periods:
        parts.periods.append(parts.soft_period)
    if len(parts.periods) > 2 and _follow_one_another(parts.periods):
        # “In April, May and June”: month by month.
        parts.periods = [Span(parts.periods[0].first, parts.periods[-1].last)]
        parts.every, parts.compare_asked = parts.every or "month", False
    if len(parts.periods) != 2 or parts.compare_asked or parts.growth or parts.direction or parts.before:
        return
    first, last = sorted(parts.periods, key=lambda each: (each.first, -each.days))
    if last.last <= first.last:
        parts.periods = [last]
    elif (last.first - first.last).days == 1:
        parts.periods = [Span(first.first, last.last)]
        parts.is_merged = True


def _follow_one_another(periods: Sequence[Span]) -> bool:
    """Whether they are months, each behind the one before."""
    return all(each.is_months and each.days <= 31 for each in periods) and all(
        (later.first - earlier.last).days == 1 for earlier, later in pairwise(periods)
    )
