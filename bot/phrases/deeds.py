"""What customers did or did not do: “never ordered”, “did not watch anything”, “with no orders”."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from store.results.asked import Did

_VERBS: Mapping[tuple[str, ...], str] = {
    tuple(verb.split()): stream
    for stream, verbs in {
        "watch": (
            "watch,watches,watched,watching,view,viewed,stream,streamed,play,played,see,seen,saw,finish"
        ),
        "order": (
            "order,ordered,buy,bought,purchase,purchased,pay,paid,spend,spent,placed an order,place an order,"
            "placed any order,placed orders,made an order,made a purchase,make a purchase,made any purchase"
        ),
        "rating": "rate,rated,review,reviewed",
        "any": (
            "active,return,returned,come back,came back,log in,logged in,log on,logged on,use us,used us,"
            "used the service,do,done,did,visit,visited,show up,shown up,been around,around"
        ),
    }.items()
    for verb in verbs.split(",")
}
_NOUNS: Mapping[str, str] = {
    **dict.fromkeys(("order", "orders", "purchase", "purchases", "payment", "payments"), "order"),
    **dict.fromkeys(("watch", "watches", "views", "plays", "viewing", "streams"), "watch"),
    **dict.fromkeys(("rating", "ratings", "review", "reviews"), "rating"),
    "activity": "any",
}
PEOPLE_WORDS = frozenset(
    {
        *("customer", "customers", "user", "users", "people", "subscribers", "subscriber", "members"),
        *("accounts", "clients", "persons", "folks", "who", "that", "women", "men", "viewers", "everyone"),
        *("everybody", "those", "buyers", "members", "anyone", "somebody"),
    }
)
_LEAD = frozenset({"who", "that", "which", "have", "has", "had", "did", "do", "does", "were", "was", "are"})
_JOINED_LEAD = _LEAD | {"and", "but"}
_HAVING = frozenset(
    {"with", "who", "that", "have", "has", "had", "having", "made", "placed", "gave", "given", "left", "do"}
)
_ADVERBS = frozenset({"ever", "yet", "even", "been", "actually", "really", "have", "has", "had", "once"})
_OBJECTS = frozenset(
    {
        *("anything", "any", "a", "an", "single", "thing", "things", "something", "at", "all", "yet", "once"),
        *("even", "title", "titles", "order", "orders", "rating", "ratings", "review", "reviews", "us", "it"),
        *("smth", "stuff", "ever"),
    }
)
_AT_LEAST_ONE = {("at", "least", one) for one in ("one", "1", "once", "a")}
_ANYTHING = frozenset({"anything", "something", "smth", "sth", "stuff"})
_AFTER_SEEN = frozenset({"since", "for", "in", "lately", "recently", "after", "this", "last", "the", "over"})
_LIMITS = frozenset({"above", "over", "under", "below", "of", "per", "by", "more", "less", "at", "between"})


@dataclass(frozen=True, slots=True)
class FoundDeed:
    """A deed, and how many words it takes."""

    words: int
    did: Did


def deed_at(texts: Sequence[str], before: str) -> FoundDeed | None:
    """The deed that the words begin with; None where there is none.

    Args:
        texts: Lower case, from there on.
        before: The word before them; some phrases are about people only.
    """
    texts = list(texts[:12])
    for found in (
        _not_done(texts),
        _nothing(texts),
        _none_of(texts),
        _done(texts, before),
        _some_of(texts, before),
    ):
        if found is not None:
            return found
    return None


def _not_done(texts: list[str]) -> FoundDeed | None:
    """“who have never ordered”, “did not watch anything”, “not active”."""
    at = _past(texts, 0, _JOINED_LEAD)
    if at >= len(texts) or texts[at] not in {"not", "never"}:
        return None
    ever = texts[at] == "never"
    at = _past(texts, at + 1, _ADVERBS)
    stream, words = _verb(texts, at)
    if stream is None:
        return None
    return FoundDeed(_behind(texts, at + words), Did(stream, negated=True, ever=ever))


def _nothing(texts: list[str]) -> FoundDeed | None:
    """“who watched nothing”."""
    at = _past(texts, 0, _LEAD - {"did"})
    stream, words = _verb(texts, at)
    if stream is None:
        return None
    counted = texts[at + words : at + words + 2]
    none = counted[:1] in (["0"], ["zero"]) and counted[1:] in (["titles"], ["films"], ["movies"], ["things"])
    if none:
        return FoundDeed(at + words + 2, Did(stream, negated=True))
    if counted[:1] != ["nothing"]:
        return None
    return FoundDeed(_behind(texts, at + words + 1), Did(stream, negated=True))


def _none_of(texts: list[str]) -> FoundDeed | None:
    """“with no orders”, “without a rating”."""
    at = _past(texts, 0, _HAVING)
    if texts[at : at + 1] == ["without"]:
        at = _past(texts, at + 1, {"any", "a", "an", "single"})
    elif at < len(texts) and texts[at] in {"no", "zero", "0"}:
        at += 1
    elif texts[at : at + 1] == ["not"] and at + 1 < len(texts) and texts[at + 1] in {"any", "a", "one"}:
        at = _past(texts, at + 2, {"single"})
    else:
        return None
    stream = _NOUNS.get(texts[at]) if at < len(texts) else None
    return None if stream is None else FoundDeed(_behind(texts, at + 1), Did(stream, negated=True))


def _done(texts: list[str], before: str) -> FoundDeed | None:
    """“who rated something”, “who did watch”; what plainly counts people is left to the metrics."""
    at = _past(texts, 0, _LEAD)
    stream, words = _verb(texts, at)
    behind_verb = texts[at + words : at + words + 3] if stream is not None else []
    if (
        stream is not None
        and behind_verb[:2] == ["at", "least"]
        and behind_verb[2:] in (["one"], ["1"], ["once"], ["a"])
    ):
        return FoundDeed(_behind(texts, at + words + 3), Did(stream))
    behind = texts[at + words] if stream is not None and at + words < len(texts) else ""
    rated = stream == "rating" and before in PEOPLE_WORDS and behind in {"a", "an", "any", "some"}
    if stream is None or (not at and behind not in _ANYTHING and not rated) or behind == "more":
        return None
    plain = stream == "rating" or (texts[0] in {"who", "that"} and texts[at - 1] == "did")
    if not (plain or behind in _ANYTHING) or behind in _LIMITS or behind.isdecimal():
        return None
    return FoundDeed(_behind(texts, at + words), Did(stream))


def _some_of(texts: list[str], before: str) -> FoundDeed | None:
    """“customers with orders”, “users who gave a rating”."""
    at = _past(texts, 0, _HAVING)
    if not at or before not in PEOPLE_WORDS | {"many"}:
        return None
    if texts[at : at + 2] == ["at", "least"] and texts[at + 2 : at + 3] in (["one"], ["1"], ["a"]):
        at += 3
    else:
        at = _past(texts, at, {"any", "some", "a", "an"})
    stream = _NOUNS.get(texts[at]) if at < len(texts) else None
    if stream is None or (at + 1 < len(texts) and texts[at + 1] in _LIMITS | {"fallen", "risen", "gone"}):
        return None
    return FoundDeed(at + 1, Did(stream))


def _verb(texts: list[str], at: int) -> tuple[str | None, int]:
    for length in (3, 2, 1):
        stream = _VERBS.get(tuple(texts[at : at + length]))
        if stream is not None and len(texts) >= at + length:
            behind = texts[at + length] if at + length < len(texts) else ""
            if texts[at] in {"seen"} and (not behind or behind in _AFTER_SEEN):
                return "any", length
            return stream, length
    return None, 0


def _past(texts: list[str], at: int, words: Collection[str]) -> int:
    while at < len(texts) and texts[at] in words:
        at += 1
    return at


def _behind(texts: list[str], at: int) -> int:
    """Past the words that only say “anything at all”; “at” belongs to “all” only."""
    while at < len(texts) and texts[at] in _OBJECTS:
        if texts[at] == "at" and texts[at + 1 : at + 2] != ["all"]:
            break
        if texts[at] == "all" and texts[at - 1] != "at":
            break
        at += 1
    return at
