"""Days of the week that a question is limited to: “at weekends”, “on Saturdays and Sundays”."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.phrases.words import SPLITTERS

_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS: Mapping[str, tuple[int, ...]] = {
    **{f"{name}s": (number,) for number, name in enumerate(_NAMES)},
    "weekends": (5, 6),
    **dict.fromkeys(("weekdays", "workdays"), (0, 1, 2, 3, 4)),
}
_SINGLE: Mapping[str, int] = {name: number for number, name in enumerate(_NAMES)} | {
    name[:3]: number for number, name in enumerate(_NAMES) if name[:3] not in {"sun", "sat"}
}
_PAIRS: Mapping[tuple[str, ...], tuple[int, ...]] = {
    ("working", "days"): (0, 1, 2, 3, 4),
    ("business", "days"): (0, 1, 2, 3, 4),
    ("week", "days"): (0, 1, 2, 3, 4),
    ("during", "the", "week"): (0, 1, 2, 3, 4),
}
_LEADING = frozenset({"on", "at", "over", "during", "in", "the", "only", "for"})
_EVERY = frozenset({"every", "each", "a", "any"})
_VERSUS = frozenset({"vs", "versus", "or", "and", "against", "than", "compared", "to", "with", "on", "at"})
_PARTS = frozenset({"weekend", "weekends", "weekday", "weekdays", "workdays"})
_SPLITTERS = frozenset(words.split()[-1] for words in SPLITTERS)
# Behind these, “weekday” is what is asked for.
_ASKING = _SPLITTERS | {"which", "what", "most", "best", "busiest", "worst", "top", "one", "strongest"}


@dataclass(frozen=True, slots=True)
class FoundWeekdays:
    """Days of the week, and how many words they take.

    Attributes:
        is_vague: “on Monday”, “over the weekend”: the last one, or every one.
        is_split: “weekend vs weekdays”: a split, not a limit.
    """

    words: int
    weekdays: tuple[int, ...] = ()
    is_vague: bool = False
    is_split: bool = False


def weekdays_at(texts: Sequence[str], before: str) -> FoundWeekdays | None:
    """The days of the week that the words begin with; None where there are none.

    Args:
        texts: Lower case, from there on.
        before: The word before them: “per weekday” splits.
    """
    split = _split(texts)
    if split:
        return FoundWeekdays(split, is_split=True)
    start = 0
    while start < len(texts) and texts[start] in _LEADING:
        start += 1
    end, found = _several(texts, start)
    if end:
        is_split_by = start == 0 and before in _SPLITTERS - {"across"}
        return None if is_split_by else FoundWeekdays(end, tuple(sorted(set(found))))
    return _named(texts, start, before)


def _several(texts: Sequence[str], start: int) -> tuple[int, tuple[int, ...]]:
    """“Saturdays and Sundays”: where they end, 0 where there are none, and which they are."""
    at, end = start, 0
    found: tuple[int, ...] = ()
    while at < len(texts):
        words, days = _one(texts, at, is_first=at == start)
        if not words:
            break
        found += days
        end = at + words
        at = end + (end < len(texts) and texts[end] in {"and", "or"})
    return end, found


def _named(texts: Sequence[str], start: int, before: str) -> FoundWeekdays | None:
    """“on Monday”, “over the weekend”; and “weekday” where it is no split."""
    name = texts[start] if start < len(texts) else ""
    if name == "weekday" and not _asks(texts, start, before):
        return FoundWeekdays(start + 1, (0, 1, 2, 3, 4))
    if before in {"last", "past", "previous", "this"}:
        return None
    if name in _SINGLE:
        return FoundWeekdays(start + 1, (_SINGLE[name],), is_vague=True)
    return FoundWeekdays(start + 1, (5, 6), is_vague=True) if name == "weekend" else None


def _asks(texts: Sequence[str], start: int, before: str) -> bool:
    """Whether “weekday” is split by, or what is asked for."""
    return (texts[start - 1] if start else before) in _ASKING or (start == 0 and len(texts) == 1)


def _one(texts: Sequence[str], at: int, *, is_first: bool) -> tuple[int, tuple[int, ...]]:
    for words, days in _PAIRS.items():
        if tuple(texts[at : at + len(words)]) == words:
            return len(words), days
    if texts[at] in _DAYS:
        return 1, _DAYS[texts[at]]
    if texts[at] in _EVERY and at + 1 < len(texts) and texts[at + 1] in {*_SINGLE, "weekend"}:
        return 2, (_SINGLE[texts[at + 1]],) if texts[at + 1] in _SINGLE else (5, 6)
    # “on Saturdays and Sunday”: behind a plural, a singular means every one too.
    if not is_first and texts[at] in _SINGLE:
        return 1, (_SINGLE[texts[at]],)
    return 0, ()


def _split(texts: Sequence[str]) -> int:
    """“weekend vs weekdays”."""
    at = 0
    while at < len(texts) and at < 3 and texts[at] in _LEADING:
        at += 1
    if at >= len(texts) or texts[at] not in _PARTS:
        return 0
    first, at = texts[at], at + 1
    begun = at
    while at < len(texts) and texts[at] in _VERSUS:
        at += 1
    other = at > begun and at < len(texts) and texts[at] in _PARTS
    return at + 1 if other and texts[at].startswith("weekend") != first.startswith("weekend") else 0
