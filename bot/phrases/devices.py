"""Devices: a customer has one of his own, and each watch had one, which is another number."""

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.phrases.filters import UnclearError
from bot.phrases.items import Item
from bot.question import Question
from store.results.asked import Bound, Choice, Did
from store.results.dimensions import DEVICE
from store.results.metric import Distinct, Sum
from store.results.metrics import METRIC_BY_NAME

NOT_TOGETHER = (
    "By the device of each watch I know watches, hours and completion, but not together with anything else."
)
_OWN = "By each customer’s own device it is another number."
_USED_MOST = re.compile(
    r"\b(?:(?:which|what)\s+devices?\s+(?:is|are|was|were)\s+(?:the\s+)?"
    r"(?:most\s+used|used\s+(?:the\s+)?most)|most\s+used\s+devices?)(?:\s+often)?\b",
    re.IGNORECASE,
)
_STREAMS = frozenset({"watch", "rating", "session"})
_QUANTITIES = frozenset({"watched", "watched_minutes", "rated", "sessions"})
# Alone, they do not say whose device is meant.
_BARE = frozenset({"device", "devices"})


def is_device(dimension: str | None) -> bool:
    """Whether a dimension is a column of the customers' own devices."""
    return dimension is not None and dimension.startswith("attribute:") and "device" in dimension


def own_only(*, are_kept: bool) -> str:
    """Why a number is told by the customers' own devices only; whether those of watches are kept at all."""
    return f"{NOT_TOGETHER if are_kept else 'The device of each watch is not kept.'} {_OWN}"


def reworded(line: str) -> str:
    """“Which device is used most” as the ranking it asks for."""
    return _USED_MOST.sub("top device by watches", line)


def of_watches(question: Question) -> bool:
    """Whether a question is about the device of each watch."""
    return question.by == DEVICE or any(
        isinstance(each, Choice) and each.dimension == DEVICE for each in question.filters
    )


def check_devices(question: Question) -> None:
    """Refuse what the sums of watches by device do not hold.

    Raises:
        UnclearError: says what they hold.
    """
    if not of_watches(question):
        return
    metric = METRIC_BY_NAME[question.metric]
    parts = [part for part in (metric.numerator, metric.denominator) if part is not None]
    counts_watches = all(isinstance(part, Sum) and part.streams == ("watch",) for part in parts)
    alone = all(isinstance(each, Choice) and each.dimension == DEVICE for each in question.filters)
    is_said = question.form not in {"list", "why", "moves", "changes"} and question.whole is None
    if not (counts_watches and alone and is_said and question.by in {None, DEVICE}):
        raise UnclearError(NOT_TOGETHER)


def mistakes_devices(question: Question, items: Sequence[Item], before: Question | None) -> bool:
    """Whether events would be counted by the customers' devices, though nobody said that these are meant.

    Args:
        question: As it was read.
        items: Of the line.
        before: The question it may go on from.
    """
    if not _counts_events_by_device(question) or (before is not None and _counts_events_by_device(before)):
        return False
    told = [item for item in items if item.kind != "filler"]
    named = any(_is_of_device(item) and item.typed.casefold() not in _BARE | {""} for item in told)
    return not named and not any(
        item.kind == "value"
        and any(is_device(meaning.name) for meaning in item.meanings)
        # “Watches of phone users”.
        and after.kind == "metric"
        and after.meanings[0].name == "customers"
        for item, after in pairwise(told)
    )


def _is_of_device(item: Item) -> bool:
    return item.kind == "dimension" and any(is_device(meaning.name) for meaning in item.meanings)


def _counts_events_by_device(question: Question) -> bool:
    chosen = {each.dimension for each in question.filters if isinstance(each, Choice)}
    return any(map(is_device, {question.by, *chosen})) and _counts_events(question)


def _counts_events(question: Question) -> bool:
    metric = METRIC_BY_NAME[question.metric]
    streams = {each.stream for each in question.filters if isinstance(each, Did)}
    for part in (metric.numerator, metric.denominator):
        if isinstance(part, Sum):
            streams |= set(part.streams)
        elif isinstance(part, Distinct):
            streams.add(part.stream)
    limits = {each.quantity for each in question.filters if isinstance(each, Bound)}
    return not _STREAMS.isdisjoint(streams) or not _QUANTITIES.isdisjoint(limits)
