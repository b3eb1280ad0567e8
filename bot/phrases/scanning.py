"""From words to items: what each part of a line means, with nothing left over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.phrases.bounds import bound_at
from bot.phrases.times import Calendar
from bot.phrases.tokens import Token, tokens_of
from bot.phrases.vocabulary import Meaning, Vocabulary
from bot.phrases.words import FILLERS, NEGATIONS, SPLITTERS, WATCHED
from store.results.asked import Bound, Span

_NEGATIONS = {tuple(words.split()) for words in NEGATIONS}
_SPLITTERS = {tuple(words.split()) for words in SPLITTERS}
# Words between the parts of a phrase that change nothing: “customers who have signed up”.
_GLUE = frozenset(
    {
        *(
            "who",
            "that",
            "which",
            "have",
            "has",
            "had",
            "were",
            "was",
            "are",
            "is",
            "did",
            "do",
            "does",
            "been",
        ),
        *("be", "we", "us", "our", "the", "will", "there"),
    }
)
BREAKS = frozenset(
    {"are", "is", "was", "were", "who", "that", "have", "has", "had", "did", "come", "comes", "came"}
)


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a line with its meaning.

    Attributes:
        kind: ``metric``, ``dimension``, ``every``, ``value``, ``bound``, ``time``, ``not``, ``by``,
            ``count``, ``break``, ``title``, ``customer`` or a shape's kind.
        typed: The words, for what is said back.
        meanings: What it may mean; more than one is asked about.
    """

    kind: str
    typed: str
    at: int
    meanings: tuple[Meaning, ...] = ()
    bound: Bound | None = None
    span: Span | None = None
    number: int = 0


@dataclass
class Scanned:
    """A line as items.

    Attributes:
        unknown: Words that mean something, but nothing known.
        corrections: Mistyped words, and what they were taken for.
    """

    items: list[Item] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    corrections: list[tuple[str, str]] = field(default_factory=list)


def scan(line: str, vocabulary: Vocabulary, calendar: Calendar) -> Scanned:
    """Read a line from left to right, the longest phrase first."""
    tokens = list(tokens_of(line))
    is_share = any(
        token.text in {"share", "percentage", "proportion", "percent", "fraction"} for token in tokens
    )
    scanned = Scanned()
    at = 0
    while at < len(tokens):
        words, items = _best(tokens, at, vocabulary, calendar, glued=not is_share)
        if words:
            scanned.items += items
            at += words
            continue
        token = tokens[at]
        better = vocabulary.corrected(token.text) if not token.mark else None
        if better is None or better == token.text:
            scanned.unknown.append(token.typed)
            at += 1
        else:
            scanned.corrections.append((token.typed, better))
            tokens[at] = Token(better, better)
    return scanned


Offer = tuple[int, int, Item]
"""So many words, a rank among those of as many words, and the item."""


def _best(
    tokens: Sequence[Token], at: int, vocabulary: Vocabulary, calendar: Calendar, *, glued: bool
) -> tuple[int, list[Item]]:
    offers = [
        *_numbers(tokens[at:], at, calendar),
        *_known(tokens[at:], at, vocabulary, glued=glued),
        *_small(tokens, at),
    ]
    if not offers:
        return 0, []
    words, _, item = max(offers, key=lambda each: each[:2])
    return words, [item]


def _numbers(rest: Sequence[Token], at: int, calendar: Calendar) -> Iterator[Offer]:
    bound = bound_at(rest)
    if bound is not None:
        yield bound.words, 5, Item("bound", _typed(rest, bound.words), at, bound=bound.bound)
    time = calendar.read(rest)
    if time is not None:
        yield time.words, 4, Item("time", _typed(rest, time.words), at, span=time.span)
    number = rest[0].number
    if number is not None and float(number).is_integer() and not rest[0].mark:
        yield 1, 0, Item("count", rest[0].typed, at, number=int(number))


def _known(rest: Sequence[Token], at: int, vocabulary: Vocabulary, *, glued: bool) -> Iterator[Offer]:
    texts = [token.text for token in rest]
    marked = _marked(rest[0], at, vocabulary)
    if marked is not None:
        yield 1, 6, marked
    words, meanings = _phrase(texts, vocabulary, glued=glued)
    if words > 1 and bound_at(rest[words - 1 :]) is not None:
        # “customers who ordered more than 3 times”: the verb belongs to the limit.
        words, meanings = vocabulary.longest(texts[: words - 1])
    if words:
        yield words, 3, Item(meanings[0].kind, _typed(rest, words), at, meanings)
    words, ids = vocabulary.longest_title(texts)
    if words > 1 or (words == 1 and texts[0] not in FILLERS):
        titles = tuple(Meaning("title", "title", one) for one in ids)
        yield words, 1, Item("title", _typed(rest, words), at, titles)


def _small(tokens: Sequence[Token], at: int) -> Iterator[Offer]:
    """Negations, words of splitting, and words without a meaning of their own."""
    texts = tuple(token.text for token in tokens[at : at + 3])
    for length in range(len(texts), 0, -1):
        for kind, phrases in (("not", _NEGATIONS), ("by", _SPLITTERS)):
            if texts[:length] in phrases:
                yield length, 2, Item(kind, " ".join(texts[:length]), at)
    kind_of_word = _small_word(tokens, at)
    if kind_of_word is not None:
        yield 1, 0, Item(kind_of_word, texts[0], at)


def _typed(rest: Sequence[Token], words: int) -> str:
    return " ".join(token.typed for token in rest[:words])


def _small_word(tokens: Sequence[Token], at: int) -> str | None:
    """What a word without a meaning of its own does; None for one that has."""
    text = tokens[at].text
    before = tokens[at - 1].text if at else ""
    if text in BREAKS:
        return "break"
    if text in WATCHED:
        return "verb"
    # “only” and “about” change nothing at the beginning of a follow-up, and much elsewhere.
    leads = (text in {"only", "just", "same", "instead"} and not at) or (
        text == "about" and before in {"what", "how"}
    )
    return "filler" if text in FILLERS or text == "-" or leads else None


def _marked(token: Token, at: int, vocabulary: Vocabulary) -> Item | None:
    """A value or title in quotation marks, or a title by “#id”."""
    if token.mark == "quote":
        key = tuple(one.text for one in tokens_of(token.text))
        if key in vocabulary.titles:
            titles = tuple(Meaning("title", "title", one) for one in vocabulary.titles[key])
            return Item("title", token.typed, at, titles)
        meanings = vocabulary.phrases.get(key)
        return None if meanings is None else Item(meanings[0].kind, token.typed, at, meanings)
    if token.mark == "id" and token.typed.startswith("#") and token.typed[1:] in vocabulary.title_ids:
        return Item("title", token.typed, at, (Meaning("title", "title", token.typed[1:]),))
    return None


def _phrase(texts: Sequence[str], vocabulary: Vocabulary, *, glued: bool) -> tuple[int, tuple[Meaning, ...]]:
    """The longest phrase, also with words between its parts that change nothing."""
    words, meanings = vocabulary.longest(texts)
    if not glued or not texts or texts[0] in _GLUE:
        return words, meanings
    kept = [0, *(place for place in range(1, min(len(texts), 12)) if texts[place] not in _GLUE)]
    length, other = vocabulary.longest([texts[place] for place in kept])
    if length > words and all(meaning.kind == "metric" for meaning in other):
        return kept[length - 1] + 1, other
    return words, meanings
