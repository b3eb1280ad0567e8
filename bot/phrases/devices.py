"""Devices: a customer has one of his own, and each watch had one, which is not kept."""

from collections.abc import Sequence
from itertools import pairwise

from bot.phrases.scanning import Item
from bot.question import Question
from store.results.asked import Bound, Choice, Did
from store.results.metric import Distinct, Sum
from store.results.metrics import METRIC_BY_NAME

NOT_KEPT = (
    "I do not keep on which device each watch was, only each customer’s own device. "
    "Counted by that, the numbers are others."
)
_STREAMS = frozenset({"watch", "rating", "session"})
_QUANTITIES = frozenset({"watched", "watched_minutes", "rated", "sessions"})
# Alone, they do not say whose device is meant.
_BARE = frozenset({"device", "devices"})


def is_device(dimension: str | None) -> bool:
    """Whether a dimension is a column of the customers' own devices."""
    return dimension is not None and dimension.startswith("attribute:") and "device" in dimension


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
