"""A line that goes on from the question before: “and in Canada?”, “by plan”, “as a chart”."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.phrases.canonical import QUANTITIES
from bot.phrases.composing import compose
from bot.phrases.items import Item
from bot.phrases.leaning import (
    asks_who_of_them,
    goes_on,
    is_of_them,
    narrows,
    only_says_of_whom,
    ranks_people,
    words_of,
)
from bot.phrases.naming import LISTED_BY, PEOPLE, Composed
from bot.phrases.parts import Parts
from bot.question import Order, Question, TimeUnit
from store.results.asked import Bound, Choice, Condition, Did, Span

# “How many of them are women”, “for premium customers”: those meant before, and of them only some.
_OF_THEM = re.compile(
    r"^(?:(?:and|so|but)\s+)?(?:(?:how many|which|who|what number|number)\s+of\s+(?:them|those|these)|"
    r"(?:out )?of\s+(?:them|those|these),?\s+(?:how many|which|who))\s+"
    r"(?:(?:are|is|were|was|live|come)\s+)?(?=\S)",
    re.IGNORECASE,
)
# Behind people, “how many are women” is about these too.
_HOW_MANY_ARE = re.compile(
    r"^(?:(?:and|so|but)\s+)?how many\s+(?:are|is|were)\s+"
    r"(?!(?:there|the|our|we|in total|they)\b)(?=\S)",
    re.IGNORECASE,
)
_OF_PEOPLE = re.compile(
    r"^(?:for|by|of|from|with|among)\s+(\S.*?)\s+(?:customers?|users?|people|subscribers?|members|ones)\W*$",
    re.IGNORECASE,
)
# “Make it top 3”, “make it 3”, “make that weekly”.
_MAKE_IT = re.compile(
    r"^(?:(?:please|pls|ok|and|can you|could you)\s+)*make\s+(?:it|that|this)\s+(?:a\s+)?(?=\S)"
    r"(?P<number>(?=\d+\W*$))?",
    re.IGNORECASE,
)


# “More than 100”, behind a limit of something.
_BARE_LIMIT = re.compile(
    r"^(?:and |or |only )?(?P<limit>(?:more than|less than|fewer than|over|under|above|below|at least|"
    r"at most|exactly) \S+)(?P<unit> (?:days?|weeks?|months?|years?|hours?|%))?\W*$",
    re.IGNORECASE,
)
# “No, hours instead”.
_CORRECTING = re.compile(r"^(?:no|nope|sorry|oops|i meant?)\s*,\s*(?=\S)", re.IGNORECASE)
_NEXT = re.compile(
    r"^(?:(?:and |show )?(?:the )?(?:next|more)(?: page| ones)?|next please)\W*$", re.IGNORECASE
)
_MOVED = re.compile(
    r"^(?:and )?who (?P<verb>moved|dropped|came|went|left|joined)(?: (?P<way>out|in))?\W*$", re.IGNORECASE
)


def narrowed(line: str, before: Question) -> str:
    """A follow-up that asks about some of those meant before, as “only …”; other lines as they are."""
    if before.form == "list" and _NEXT.match(line):
        return f"page {before.page + 1}"
    line = _limited(_moved(_CORRECTING.sub("", line), before), before)
    made = _MAKE_IT.sub(lambda match: "" if match["number"] is None else "top ", line)
    if before.metric in PEOPLE:
        made = _HOW_MANY_ARE.sub("only ", made)
    return _OF_PEOPLE.sub(r"only \1", _OF_THEM.sub("only ", made))


def continued(parts: Parts, items: Sequence[Item], before: Question, data: Span) -> Composed | None:
    """The question before with what the line changes; None where the line stands on its own.

    Raises:
        UnclearError: it does not fit the question before.
    """
    asks_who = parts.forms == {"list"} and not parts.metrics and not parts.filters
    if not goes_on(items, parts, before, asks_who=asks_who):
        return None
    if narrows(words_of(items), before) and not (parts.by or parts.every):
        parts.forms.add("list")
    if not _says_something(parts, asks_who=asks_who):
        return None
    merged = _merged(parts, items, before, asks_who=asks_who)
    if before.form == "list" and not parts.by and not parts.metrics:
        return Composed(_listed(before, merged, data))
    is_whether = before.form == "yes_no" and not (parts.metrics or parts.by or parts.forms)
    if is_whether:
        merged.direction = merged.direction or before.direction
    composed = compose(merged, data, says_whether=is_whether)
    if before.form == "share" and composed.question.form == "number" and not parts.metrics:
        composed.question = _share(before, composed.question, parts.conditions)
    return composed


def _says_something(parts: Parts, *, asks_who: bool) -> bool:
    said = (
        parts.filters, parts.by, parts.every, parts.periods, parts.before, parts.growth, parts.order,
        parts.limit, parts.forms, parts.metrics, parts.weekdays, parts.page, parts.all_of, parts.watched,
    )  # fmt: skip
    return asks_who or any(said)


def _merged(parts: Parts, items: Sequence[Item], before: Question, *, asks_who: bool) -> Parts:
    """The parts of the line, and those of the question before that it leaves alone."""
    named = [name for name, _ in parts.metrics if name != "customers"]
    words = words_of(items)
    keeps = asks_who or not parts.metrics or is_of_them(words) or only_says_of_whom(parts, words)
    swapped = named or ([before.metric] if keeps else ["customers"])
    if ranks_people(parts, before):
        swapped = [before.metric, "customers"]
    elif asks_who_of_them(words, parts, before):
        swapped = [*named, "customers"]
    elif before.form == "list" and parts.order is not None and named:
        swapped = [*named, before.metric, "customers"]  # “sort them by risk”
    compares = _still_compares(parts, before) and not asks_who
    is_split = before.form != "list" and not asks_who
    merged = Parts(
        metrics=[(name, 0) for name in swapped],
        filters=[
            (each, 0)
            for each in _conditions(before.filters, parts.conditions)
            if _subject(each) not in parts.all_of
        ],
        by=parts.by or ([before.by] if before.by and is_split else []),
        having=parts.having or (None if parts.by or named else before.having),
        every=parts.every or _every(parts, before, asks_who=asks_who),
        periods=[before.period, before.compare] if compares else _periods(parts, before),  # type: ignore[list-item]
        weekdays=parts.weekdays or (before.period.weekdays if before.period else ()),
        averaged=parts.averaged or (before.form == "average" and not asks_who),
        compare_asked=parts.compare_asked or parts.is_compared_with or compares,
        growth=parts.growth,
        before=None if _is_shift(parts) and before.period is not None else parts.before,
        direction=parts.direction or _direction(items, before),
        order=_order(parts, items, before),
        limit=parts.limit or before.limit,
        page=parts.page,
        watched=parts.watched,
        asks_what=parts.asks_what,
        forms=set(parts.forms),
    )
    if asks_who and before.metric not in PEOPLE:
        merged.metrics = [("customers", 0)]
        merged.order = None if before.metric not in LISTED_BY else merged.order
    return merged


def _still_compares(parts: Parts, before: Question) -> bool:
    """“By country”, “and in Germany?”, behind June compared with May, compares them too."""
    other = (
        parts.periods or parts.before or parts.every or parts.growth or parts.compare_asked or parts.weekdays
    )
    whole = before.form == "number" and before.period is not None and before.compare is not None
    return whole and not other and not parts.forms - {"chart", "csv"}


def _every(parts: Parts, before: Question, *, asks_who: bool) -> TimeUnit | None:
    if asks_who or (parts.by and before.form != "average"):
        return None
    return before.every


def _periods(parts: Parts, before: Question) -> list[Span]:
    """“Vs May” behind “in June” compares June with May."""
    own = [replace(before.period, weekdays=())] if before.period and before.period_given else []
    if parts.is_compared_with and own:
        # “Than the previous month”, “vs last month” behind that very month: the one before it.
        same = parts.is_previous or parts.periods == own
        return [*own, own[0].before()] if same else [*own, *parts.periods]
    if _is_shift(parts) and before.period is not None:
        return [replace(before.period, weekdays=()).before()]
    return parts.periods or own


def _is_shift(parts: Parts) -> bool:
    """“The week before” alone asks for that week; “compared with the week before” does not."""
    return parts.before == "period" and not (parts.compare_asked or parts.growth or parts.periods)


def _limited(line: str, before: Question) -> str:
    match = _BARE_LIMIT.match(line)
    bounds = [each for each in before.filters if isinstance(each, Bound)]
    if match is None or len(bounds) != 1:
        return line
    cue, unit = QUANTITIES[bounds[0].quantity]
    return f"only {cue} {match['limit']} {match['unit'] or unit}"


def _moved(line: str, before: Question) -> str:
    """“Who moved out”, behind a segment: out of that one."""
    match = _MOVED.match(line)
    segments = [each for each in before.filters if isinstance(each, Choice) and each.dimension == "segment"]
    if match is None or len(segments) != 1 or len(segments[0].values) != 1:
        return line
    came = match["way"] == "in" or match["verb"].casefold() in {"came", "joined"}
    return f"who moved {'into' if came else 'out of'} {segments[0].values[0]}"


def _share(before: Question, now: Question, new: Sequence[Condition]) -> Question:
    """“And men?”, behind the share of women, is their share; “in Germany?” is the share there."""
    inner = {_subject(each) for each in before.filters} - {_subject(each) for each in before.within}
    outside = [each for each in new if _subject(each) not in inner]
    return replace(now, form="share", whole=before.whole, within=_conditions(before.within, outside))


def _direction(items: Sequence[Item], before: Question) -> str | None:
    """Of groups by how they changed: the same way, or “the other way round”."""
    if before.form != "number" or before.direction is None or not _is_turned(items):
        return before.direction if before.form == "number" else None
    return "up" if before.direction == "down" else "down"


def _is_turned(items: Sequence[Item]) -> bool:
    return any(item.kind == "order" and item.typed.endswith("way round") for item in items)


def _order(parts: Parts, items: Sequence[Item], before: Question) -> Order | None:
    if _is_turned(items):
        return "most" if before.order == "least" else "least"
    if before.order and any(item.kind == "order" and item.typed.casefold() == "first" for item in items):
        return before.order  # “just the first 3”, in the order there is
    return parts.order or before.order


def _listed(before: Question, merged: Parts, data: Span) -> Question:
    order = merged.order or before.order
    period = merged.periods[0] if merged.periods else before.period
    if period is not None:
        period = replace(period, first=max(period.first, data.first), last=min(period.last, data.last))
    return replace(
        before,
        filters=merged.conditions,
        order=order,
        limit=merged.limit,
        page=merged.page or 1,
        period=period,
        as_csv="csv" in merged.forms,
    )


def _conditions(old: Sequence[Condition], new: Sequence[Condition]) -> tuple[Condition, ...]:
    """What is said anew of a dimension or number replaces what was said of it before."""
    replaced = {_subject(each) for each in new}
    return (*(each for each in old if _subject(each) not in replaced), *new)


def _subject(condition: Condition) -> str:
    if isinstance(condition, Bound):
        return condition.quantity
    if isinstance(condition, Did):
        return f"did {condition.stream} {condition.when or ''}".strip()
    return condition.dimension
