"""What words say of something named before them: of whom a number is, and which groups are meant."""

from collections.abc import Iterator, Sequence

from bot.phrases.bounds import Limits, limits_at
from bot.phrases.items import Item, Offer, Scanned, typed_in
from bot.phrases.times import Calendar
from bot.phrases.tokens import Token
from bot.phrases.vocabulary import Meaning, Vocabulary
from bot.phrases.words import WATCHED
from store.results.asked import Bound, Did
from store.results.metric import Metric
from store.results.metrics import METRIC_BY_NAME
from store.times import day_number

_PEOPLE = frozenset({"customers", "active_customers", "new_customers"})
_IN = frozenset({"in", "on", "during", "since", "within"})
_IS = frozenset({"is", "are", "was", "were", "of", "a", "an"})
_HAVING = frozenset({"with", "whose", "where", "having", "that", "have", "has", "had", "an", "a", "the"})
_MEASURED_BY = {
    **dict.fromkeys(("spend", "spends", "spent", "pay", "pays"), "revenue"),
    **dict.fromkeys(("rate", "rates", "rated"), "average_rating"),
}
_HOW_MUCH = {
    "revenue": frozenset({"more", "less"}),
    "average_rating": frozenset({"higher", "lower", "better", "worse"}),
}


def clauses(known: Sequence[Offer], rest: Sequence[Token], at: int, scanned: Scanned) -> Iterator[Offer]:
    """“Hours watched by customers who watched comedy”: behind a number, it says of whom."""
    texts = [token.text for token in rest[:3]]
    if not _is_counted(scanned):
        return
    if texts[0] in {"who", "that"}:
        words = 1 + (len(texts) > 1 and texts[1] in {"have", "has", "had"})
        if len(texts) > words and texts[words] in WATCHED:
            yield words + 1, 4, Item("did", typed_in(rest, words + 1), at, did=Did("watch"))
    for words, _, item in known:
        verb = item.typed.casefold().split()[-1]
        if item.meanings and item.meanings[0].name == "viewers" and verb in WATCHED:
            yield words, 4, Item("did", item.typed, item.at, did=Did("watch"))


def joined(
    known: Sequence[Offer], rest: Sequence[Token], at: int, scanned: Scanned, calendar: Calendar
) -> Iterator[Offer]:
    """“Revenue of customers who joined in 2026”: of these, whenever it was."""
    if not _is_counted(scanned):
        return
    for words, _, item in known:
        if not item.meanings or item.meanings[0] != Meaning("metric", "new_customers"):
            continue
        start = words + (len(rest) > words and rest[words].text in _IN - {"since"})
        when = calendar.read(rest[start:]) if len(rest) > start else None
        if when is not None and not when.is_soft:
            used = start + when.words
            days = Bound("signed_up_day", day_number(when.span.first), day_number(when.span.last))
            yield used, 5, Item("bound", typed_in(rest, used), at, bound=days)


def verbs_of_measure(texts: Sequence[str], at: int) -> Iterator[Offer]:
    """“Do women spend more than men”, “which gender rates higher”: what is compared is in the verb."""
    metric = _MEASURED_BY.get(texts[0])
    if metric is not None and len(texts) > 1 and texts[1] in _HOW_MUCH[metric]:
        yield 1, 3, Item("metric", texts[0], at, (Meaning("metric", metric),))


def limits_of_groups(
    rest: Sequence[Token], at: int, scanned: Scanned, vocabulary: Vocabulary
) -> Iterator[Offer]:
    """“Countries with more than 30 customers”, “plans whose churn risk is above 20 %”: which groups.

    Behind the name of what is grouped and nothing else; behind people, it is people that are limited.
    """
    told = [item for item in scanned.items if item.kind not in {"filler", "break", "form"}]
    if [item.kind for item in told] != ["dimension"]:
        return
    texts = [token.text for token in rest[:14]]
    skipped = next((place for place, text in enumerate(texts) if text not in _HAVING), 0)
    found = _number_limited(rest[skipped:], vocabulary)
    if found is None:
        return
    words, limits, metric = found
    if (limits.mark == "%") != (metric.unit == "share"):
        return
    factor = 0.01 if metric.unit == "share" and max(limits.low, limits.high) > 1 else 1.0
    typed, meaning = typed_in(rest, skipped + words), Meaning("groups", metric.name)
    yield skipped + words, 7, Item("groups", typed, at, (meaning,), bound=limits.bound(metric.name, factor))


def _number_limited(rest: Sequence[Token], vocabulary: Vocabulary) -> tuple[int, Limits, Metric] | None:
    """“More than 30 customers”, “revenue of over 100”: how many words, the limit, and what it limits."""
    texts = [token.text for token in rest[:14]]
    limits = limits_at(rest, None)
    if limits is not None:
        start = limits.words + (texts[limits.words : limits.words + 1] == ["of"])
        length, meanings = vocabulary.longest(texts[start:])
        words = start + length
    else:
        words, meanings = vocabulary.longest(texts)
        while words and words < len(texts) and texts[words] in _IS:
            words += 1
        limits = limits_at(rest[words:], None) if words else None
        words += limits.words if limits is not None else 0
    if limits is None or not meanings or meanings[0].kind != "metric":
        return None
    return words, limits, METRIC_BY_NAME[meanings[0].name]


def _is_counted(scanned: Scanned) -> bool:
    """Whether a number stands before: of what people are or do."""
    return any(item.kind == "metric" and item.meanings[0].name not in _PEOPLE for item in scanned.items)
