"""From words to items: what each part of a line means, with nothing left over."""

from collections.abc import Sequence
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
    "who that which have has had were was are is did do does been be we us our the will there".split()
)
BREAKS = frozenset(
    {"are", "is", "was", "were", "who", "that", "have", "has", "had", "did", "come", "comes", "came"}
)


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a line with its meaning.

    Attributes:
        kind: ``metric``, ``dimension``, ``every``, ``value``, ``bound``, ``time``, ``not``, ``by``, ``count``,
            ``break``, ``title``, ``customer`` or a shape's kind.
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


def _best(
    tokens: Sequence[Token], at: int, vocabulary: Vocabulary, calendar: Calendar, *, glued: bool
) -> tuple[int, list[Item]]:
    rest = tokens[at:]
    texts = [token.text for token in rest]
    found: list[tuple[int, int, list[Item]]] = []

    def offer(words: int, rank: int, *items: Item) -> None:
        if words:
            found.append((words, rank, list(items)))

    typed = [token.typed for token in rest]
    bound = bound_at(rest)
    if bound is not None:
        offer(bound.words, 5, Item("bound", " ".join(typed[: bound.words]), at, bound=bound.bound))
    time = calendar.read(rest)
    if time is not None:
        offer(time.words, 4, Item("time", " ".join(typed[: time.words]), at, span=time.span))
    marked = _marked(rest[0], at, vocabulary)
    if marked is not None:
        offer(1, 6, marked)
    words, meanings = _phrase(texts, vocabulary, glued=glued)
    if words:
        offer(words, 3, Item(meanings[0].kind, " ".join(typed[:words]), at, meanings))
    for length in (3, 2, 1):
        if tuple(texts[:length]) in _NEGATIONS:
            offer(length, 2, Item("not", " ".join(typed[:length]), at))
        if tuple(texts[:length]) in _SPLITTERS:
            offer(length, 2, Item("by", " ".join(typed[:length]), at))
    words, ids = vocabulary.longest_title(texts)
    if words > 1 or (words == 1 and texts[0] not in FILLERS):
        titles = tuple(Meaning("title", "title", one) for one in ids)
        offer(words, 1, Item("title", " ".join(typed[:words]), at, titles))
    number = rest[0].number
    if number is not None and float(number).is_integer() and not rest[0].mark:
        offer(1, 0, Item("count", typed[0], at, number=int(number)))
    kind = _small_word(tokens, at)
    if kind is not None:
        offer(1, 0, Item(kind, texts[0], at))
    if not found:
        return 0, []
    words, _, items = max(found, key=lambda each: (each[0], each[1]))
    return words, items


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
