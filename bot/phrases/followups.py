"""A line that goes on from the question before: “and in Canada?”, “by plan”, “as a chart”."""

from collections.abc import Sequence
from dataclasses import replace

from bot.phrases.composing import compose
from bot.phrases.naming import PEOPLE, Composed
from bot.phrases.parts import Parts
from bot.phrases.scanning import Item
from bot.question import Order, Question
from store.results.asked import Bound, Condition, Did, Span

# A longer line that counts nothing is no follow-up, but a question that lacks something.
MOST_LEANING_WORDS = 6
_LEANING = frozenset({"and", "only", "just", "same", "but", "then", "also", "instead"})
_OPENING = frozenset(
    {"in", "on", "for", "from", "with", "without", "as", "split", "compared", "vs", "of", "chart", "csv"}
)
_NOT_PEOPLE = frozenset({"country", "plan", "genre"})


def continued(parts: Parts, items: Sequence[Item], before: Question, data: Span) -> Composed | None:
    """The question before with what the line changes; None where the line stands on its own.

    Raises:
        UnclearError: it does not fit the question before.
    """
    asks_who = parts.forms == {"list"} and not parts.metrics and not parts.filters
    if not _goes_on(items, parts, asks_who=asks_who) or not _says_something(parts, asks_who=asks_who):
        return None
    merged = Parts(
        metrics=[(before.whole or before.metric, 0)] if before.form != "share" else [(before.metric, 0)],
        filters=[(each, 0) for each in _merged(before.filters, parts.conditions)],
        by=parts.by or ([before.by] if before.by and before.form != "list" and not asks_who else []),
        every=parts.every or (None if parts.by or asks_who else before.every),
        periods=parts.periods or ([before.period] if before.period and before.period_given else []),
        compare_asked=parts.compare_asked,
        growth=parts.growth,
        before=parts.before,
        direction=parts.direction,
        order=_order(parts, items, before),
        limit=parts.limit or before.limit,
        forms=set(parts.forms),
    )
    if before.form == "list" and not parts.by:
        return Composed(_listed(before, merged, data))
    if asks_who:
        metric = before.metric if before.metric in PEOPLE else "customers"
        merged.metrics = [(metric, 0)]
    composed = compose(merged, data, says_whether=False)
    if before.form == "share" and composed.question.form == "number":
        composed.question = replace(
            composed.question,
            form="share",
            whole=before.whole,
            within=_merged(before.within, parts.conditions),
        )
    return composed


def leans(words: Sequence[str]) -> bool:
    """Whether a line begins like the continuation of another."""
    return bool(words) and (words[0] in _LEANING or list(words[:2]) in (["what", "about"], ["how", "about"]))


def _goes_on(items: Sequence[Item], parts: Parts, *, asks_who: bool) -> bool:
    """Whether a line leans on the one before: it counts nothing, or begins with “and” or the like."""
    words = [word for item in items for word in item.typed.casefold().split()]
    if not words or parts.moves or parts.forms & {"changes", "why", "share"}:
        return False
    if any(name != "customers" for name, _ in parts.metrics):
        return False
    if parts.metrics:
        return leans(words)
    if leans(words) or asks_who:
        return True
    # Without such a word, only what cannot begin a question of its own.
    begins = words[0] in _OPENING or items[0].kind in {"by", "every", "time", "not", "before"}
    turns = any(item.typed.casefold().endswith("way round") for item in items)
    return (begins or turns or _is_one_value(items)) and len(words) <= MOST_LEANING_WORDS


def _is_one_value(items: Sequence[Item]) -> bool:
    """“Germany?” alone; names for people, such as “women”, may also begin anew."""
    told = [item for item in items if item.kind != "filler"]
    return (
        len(told) == 1
        and told[0].kind == "value"
        and told[0].meanings[0].name in {"country", "plan", "genre"}
    )


def _says_something(parts: Parts, *, asks_who: bool) -> bool:
    return bool(
        asks_who or parts.filters or parts.by or parts.every or parts.periods or parts.before or parts.growth
        or parts.order or parts.limit or parts.forms
    )  # fmt: skip


def _order(parts: Parts, items: Sequence[Item], before: Question) -> Order | None:
    if any(item.kind == "order" and item.typed.endswith("way round") for item in items):
        return "most" if before.order == "least" else "least"
    return parts.order or before.order


def _listed(before: Question, merged: Parts, data: Span) -> Question:
    order = merged.order or before.order
    period = merged.periods[0] if merged.periods else before.period
    if period is not None:
        period = Span(max(period.first, data.first), min(period.last, data.last))
    return replace(
        before,
        filters=merged.conditions,
        order=order,
        limit=merged.limit,
        period=period,
        as_csv="csv" in merged.forms,
    )


def _merged(old: Sequence[Condition], new: Sequence[Condition]) -> tuple[Condition, ...]:
    """What is said anew of a dimension or number replaces what was said of it before."""
    replaced = {_subject(each) for each in new}
    return (*(each for each in old if _subject(each) not in replaced), *new)


def _subject(condition: Condition) -> str:
    if isinstance(condition, Bound):
        return condition.quantity
    return f"did {condition.stream}" if isinstance(condition, Did) else condition.dimension
