"""All phrases a question may hold: of metrics, dimensions, shapes, and the values of the run's data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.phrases.names import COUNTRIES, DIMENSIONS, VALUE_NAMES
from bot.phrases.real_words import REAL_WORDS
from bot.phrases.shapes import RANKED, SHAPES
from bot.phrases.tokens import words_in
from bot.phrases.words import TIME_UNITS
from store.results import Results
from store.results.asked import Span
from store.results.dimensions import DEVICE
from store.results.metrics import METRICS

Words = tuple[str, ...]
STATUSES = ("active", "lapsed", "new")
BANDS = ("high", "medium", "low")
MOST_WORDS = 8
# Shorter words are near to too many others.
SHORTEST_CORRECTED, LONG = 5, 8


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a phrase may mean.

    Attributes:
        kind: ``metric``, ``dimension``, ``every``, ``value``, or one of ``words.SHAPES``.
        name: Of the metric, dimension, unit or shape; of a value its dimension.
        value: The value as the data has it.
    """

    kind: str
    name: str
    value: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """What can be understood of one run.

    Attributes:
        phrases: Words, and all that they may mean.
        titles: Names of titles, and their ids.
        dimensions: Names of dimensions as they are shown, by key.
        data: The days of which there are facts.
        single_words: Every word that stands in a phrase, to correct typing errors by.
    """

    phrases: Mapping[Words, tuple[Meaning, ...]]
    titles: Mapping[Words, tuple[str, ...]]
    dimensions: Mapping[str, str]
    data: Span
    title_ids: frozenset[str] = frozenset()
    single_words: tuple[str, ...] = field(default=())

    @cached_property
    def known_words(self) -> frozenset[str]:
        """Every word that stands in a phrase or a title."""
        return frozenset(
            word for phrases in (self.phrases, self.titles) for words in phrases for word in words
        )

    def longest(self, words: Sequence[str]) -> tuple[int, tuple[Meaning, ...]]:
        """The longest phrase the words begin with: how many words, and what they may mean."""
        for length in range(min(MOST_WORDS, len(words)), 0, -1):
            found = self.phrases.get(tuple(words[:length]))
            if found:
                return length, found
        return 0, ()

    def longest_title(self, words: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """The longest title the words begin with, and the ids of those called so."""
        for length in range(min(MOST_WORDS, len(words)), 0, -1):
            found = self.titles.get(tuple(words[:length]))
            if found:
                return length, found
        return 0, ()

    def corrected(self, word: str) -> str | None:
        """The one known word that is clearly meant by a mistyped one; None where none or several may be."""
        if len(word) < SHORTEST_CORRECTED or word in REAL_WORDS or not word.isalpha():
            return None
        allowed = 2 if len(word) >= LONG else 1
        near = process.extract(word, self.single_words, scorer=OSA.distance, score_cutoff=allowed, limit=3)
        nearest = [text for text, distance, _ in near if distance == near[0][1]]
        if len(nearest) > 1:
            # “watchs” is “watches” rather than “watch”: two forms of one word, and the ending tells.
            related = all(text[:4] == nearest[0][:4] for text in nearest)
            nearest = [text for text in nearest if related and text[-1] == word[-1]]
        if len(nearest) != 1:
            return None
        best: str = nearest[0]
        return best if best[0] == word[0] and len(best) >= SHORTEST_CORRECTED - 1 else None


def vocabulary_of(results: Results) -> Vocabulary | None:
    """The vocabulary of the run served; None where it has no facts."""
    data = results.facts_until()
    if data is None:
        return None
    attributes = results.attribute_values()
    dimensions = _dimensions(attributes)
    if results.devices():
        dimensions[DEVICE] = DEVICE
    phrases = {words: list(meanings) for words, meanings in _own_words().items()}
    for text, meaning in _dimension_phrases(dimensions):
        _add(phrases, text, meaning)
    for text, meaning in _values(results, attributes, frozenset(phrases)):
        _add(phrases, text, meaning)
    titles: dict[Words, list[str]] = {}
    for title_id, title in results.title_names().items():
        titles.setdefault(words_in(title), []).append(title_id)
    return Vocabulary(
        phrases={words: tuple(meanings) for words, meanings in phrases.items()},
        titles={words: tuple(ids) for words, ids in titles.items() if words},
        dimensions=dimensions,
        data=data,
        title_ids=frozenset(results.title_names()),
        single_words=tuple(sorted({word for words in phrases for word in words if len(word) > 3})),
    )


def _add(phrases: dict[Words, list[Meaning]], text: str, meaning: Meaning) -> None:
    words = words_in(text)
    if words and meaning not in phrases.setdefault(words, []):
        phrases[words].append(meaning)


@cache
def _own_words() -> Mapping[Words, tuple[Meaning, ...]]:
    """The phrases that are the same for every business, thousands of them: made once for all runs."""
    phrases: dict[Words, list[Meaning]] = {}
    for text, meaning in _own_phrases():
        _add(phrases, text, meaning)
    return {words: tuple(meanings) for words, meanings in phrases.items()}


def _own_phrases() -> Iterator[tuple[str, Meaning]]:
    """Of metrics and shapes: the same for every business."""
    for metric in METRICS:
        for synonym in (metric.label.casefold(), *metric.synonyms.split(",")):
            for said in _by_other_nouns(synonym.split()):
                yield said, Meaning("metric", metric.name)
    for text, (kind, name) in SHAPES.items():
        yield text, Meaning(kind, name)
    for text, (metric_name, order) in RANKED.items():
        yield text, Meaning("ranked", metric_name, order)
    for text, unit in TIME_UNITS.items():
        yield text, Meaning("every", unit)


_NOUNS = ("customers", "users", "people", "subscribers", "members", "clients", "accounts", "persons", "folks")


def _by_other_nouns(words: Sequence[str]) -> Iterator[str]:
    """“Customers left”, “users left”, “members left”."""
    nouns = _NOUNS if "customers" in words else ("customers",)
    for noun in nouns:
        yield " ".join(noun if word == "customers" else word for word in words)


# Words of columns' names that say nothing of what is in them.
_VAGUE = frozenset({"name", "type", "code", "value", "date", "number", "size", "status", "primary", "last"})
_DEVICES = ("device", "devices", "own device", "own devices", "primary device", "customer device")


def _dimension_phrases(dimensions: Mapping[str, str]) -> Iterator[tuple[str, Meaning]]:
    own = _own_words().keys() | {words_in(text) for text in DIMENSIONS}
    for text, dimension in (*DIMENSIONS.items(), *((text, key) for key, text in dimensions.items())):
        yield text, Meaning("dimension", dimension)
        if dimension == DEVICE:
            yield "devices", Meaning("dimension", dimension)
        if dimension.startswith("attribute:"):
            yield f"{text}s", Meaning("dimension", dimension)
            name = dimension.removeprefix("attribute:").replace("_", " ")
            words = {word for word in words_in(name) if len(word) > 3} - _VAGUE
            for other in (name, *sorted(words), *(_DEVICES if "device" in text else ())):
                if words_in(other) not in own:
                    yield other, Meaning("dimension", dimension)


def _dimensions(attributes: Mapping[str, object]) -> dict[str, str]:
    known = {key: key.replace("_", " ") for key in dict.fromkeys(DIMENSIONS.values())}
    known |= {"kind": "kind of title", "band": "risk band", "signup_month": "sign-up month"}
    known |= {"signup_year": "sign-up year"}
    own = {f"attribute:{name}": name.replace("_", " ").casefold() for name in attributes}
    devices = [key for key, name in own.items() if "device" in name]
    if len(devices) == 1:
        own[devices[0]] = "customer's device"
    return known | own


def _values(
    results: Results, attributes: Mapping[str, Sequence[str]], known: frozenset[Words]
) -> Iterator[tuple[str, Meaning]]:
    """Each name that a value goes by."""
    named = ("plan", "country", "gender", "age_band", "genre", "kind")
    labels = {name: results.labels(name) for name in named} | {
        DEVICE: tuple(filter(_is_word, results.devices()))
    }
    labels |= {
        f"attribute:{name}": tuple(value for value in values if _is_word(value))
        for name, values in attributes.items()
    }
    for dimension, values in labels.items():
        for value in values:
            for text in _names_of(dimension, value):
                yield text, Meaning("value", dimension, value)
    for band in BANDS:
        for text in (f"{band} risk", f"{band} band"):
            yield text, Meaning("value", "band", band)
    for status in STATUSES:
        yield f"status {status}", Meaning("value", "status", status)
    for name, text in _segments(results, known):
        yield text, Meaning("value", "segment", name)


def _is_word(value: str) -> bool:
    number = value.replace(".", "", 1).isdecimal()
    return not number and value.casefold() not in {"true", "false", "yes", "no"}


def _names_of(dimension: str, value: str) -> Iterator[str]:
    yield value
    words = words_in(value)
    key = " ".join(words)
    yield from VALUE_NAMES.get(key, ())
    if "+" in value:
        yield value.replace("+", " plus ")
    if dimension == "country":
        yield from COUNTRIES.get(key, ())
    if dimension in {"genre", "kind"} and words and len(words[-1]) > 3:
        yield f"{key[:-1]}ies" if key.endswith("y") else key if key.endswith("s") else f"{key}s"


def _segments(results: Results, known: frozenset[Words]) -> Iterator[tuple[str, str]]:
    """Names of segments, their numbers, and those parts of names that only one segment has."""
    parts: dict[Words, set[str]] = {}
    for segment in results.segments():
        yield segment.name, segment.name
        yield segment.name, f"segment {segment.number}"
        words = words_in(segment.name)
        for first in range(len(words)):
            for last in range(first + 1, len(words) + 1):
                parts.setdefault(words[first:last], set()).add(segment.name)
    for words, names in parts.items():
        if len(names) == 1 and words not in known and (len(words) > 1 or len(words[0]) > SHORTEST_CORRECTED):
            yield next(iter(names)), " ".join(words)
