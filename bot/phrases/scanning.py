"""From words to items: what each part of a line means, with nothing left over."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.phrases.bounds import bound_at
from bot.phrases.clauses import clauses, joined, limits_of_groups, verbs_of_measure
from bot.phrases.deeds import deed_at
from bot.phrases.items import Item, Offer, Scanned, typed_in
from bot.phrases.small_words import PLURAL_PEOPLE, small_word
from bot.phrases.times import Calendar
from bot.phrases.tokens import Token, tokens_of
from bot.phrases.units import last_weekday, weekend_of
from bot.phrases.vocabulary import Meaning, Vocabulary
from bot.phrases.weekdays import weekdays_at
from bot.phrases.words import FILLERS, NEGATIONS, POLITE, SPLITTERS

_NEGATIONS = {tuple(words.split()) for words in NEGATIONS}
_SPLITTERS = {tuple(words.split()) for words in SPLITTERS}
# Words between the parts of a phrase that change nothing: “customers who have signed up”.
_GLUE = frozenset(
    {
        *("who", "that", "which", "have", "has", "had", "were", "was", "are", "is", "did", "do", "does"),
        *("been", "be", "we", "us", "our", "the", "will", "there"),
    }
)
_ALL_OF = {(word, "all") for word in ("across", "over", "for", "in", "on", "from", "of")}
_SHARES = frozenset({"share", "percentage", "proportion", "percent", "fraction", "portion"})


def scan(line: str, vocabulary: Vocabulary, calendar: Calendar) -> Scanned:
    """Read a line from left to right, the longest phrase first."""
    tokens = _new_behind_value(_with_countries(_each_once(tokens_of(line))), vocabulary)
    is_share = any(token.text in _SHARES for token in tokens)
    scanned = Scanned()
    at = 0
    while at < len(tokens):
        offers = list(_offers(tokens, at, vocabulary, calendar, scanned, glued=not is_share))
        if offers:
            words, _, item = max(offers, key=lambda each: each[:2])
            scanned.items.append(item)
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


def _each_once(tokens: Sequence[Token]) -> list[Token]:
    """“How many different customers”: each counts once anyway."""
    return [
        token
        for place, token in enumerate(tokens)
        if token.text not in {"different", "distinct"}
        or [each.text for each in tokens[max(0, place - 2) : place]] != ["how", "many"]
    ]


def _new_behind_value(tokens: list[Token], vocabulary: Vocabulary) -> list[Token]:
    """“New Premium customers” as “Premium new customers”: the phrase stays whole."""
    for place in range(len(tokens) - 2):
        first, middle, last = tokens[place : place + 3]
        meanings = vocabulary.phrases.get((middle.text,), ())
        is_value = any(each.kind == "value" for each in meanings)
        if first.text == "new" and is_value and last.text in PLURAL_PEOPLE:
            tokens[place : place + 2] = [middle, first]
    return tokens


def _with_countries(tokens: list[Token]) -> list[Token]:
    """“US” is a country where it is written so, or stands where one would; else a word for ourselves."""
    for place, token in enumerate(tokens):
        before = tokens[place - 1].text if place else ""
        after = tokens[place + 1].text if place + 1 < len(tokens) else ""
        is_place = before in {"in", "from", "the", "across", "outside"} or after in PLURAL_PEOPLE
        if token.text == "us" and (token.typed.isupper() or is_place):
            tokens[place] = Token("usa", token.typed)
    return tokens


def _offers(
    tokens: Sequence[Token],
    at: int,
    vocabulary: Vocabulary,
    calendar: Calendar,
    scanned: Scanned,
    *,
    glued: bool,
) -> Iterator[Offer]:
    rest = tokens[at:]
    texts = [token.text for token in rest]
    before = tokens[at - 1].text if at else ""
    if before == "at" and texts[0] in {"least", "most"}:
        return  # a limit of something unknown, and no order
    yield from _numbers(rest, at, before, calendar)
    yield from _customs(rest, texts, at, before, calendar)
    known = list(_known(rest, texts, at, vocabulary, glued=glued))
    yield from known
    yield from clauses(known, rest, at, scanned)
    yield from joined(known, rest, at, scanned, calendar)
    yield from verbs_of_measure(texts, at)
    yield from limits_of_groups(rest, at, scanned, vocabulary)
    yield from _small(tokens, texts, at, before, vocabulary)


def _numbers(rest: Sequence[Token], at: int, before: str, calendar: Calendar) -> Iterator[Offer]:
    bound = bound_at(rest, before)
    if bound is not None:
        yield bound.words, 5, Item("bound", typed_in(rest, bound.words), at, bound=bound.bound)
    time = calendar.read(rest)
    if time is not None:
        yield time.words, 4, Item("time", typed_in(rest, time.words), at, time=time)
    number = rest[0].number
    whole = number is not None and float(number).is_integer() and not rest[0].mark
    if rest[0].text == "page" and len(rest) > 1 and rest[1].text.isdecimal():
        yield 2, 5, Item("page", typed_in(rest, 2), at, number=int(rest[1].text))
    if whole and number is not None:
        yield 1, 0, Item("count", rest[0].typed, at, number=int(number))


def _customs(
    rest: Sequence[Token], texts: Sequence[str], at: int, before: str, calendar: Calendar
) -> Iterator[Offer]:
    """What people did or did not do, and days of the week."""
    deed = deed_at(texts, before)
    # “not active for over 30 days” is a limit.
    is_limit = deed is not None and any(
        (bound := bound_at(rest[place:])) is not None and place + bound.words > deed.words
        for place in range(deed.words)
    )
    if deed is not None and not is_limit:
        yield deed.words, 6, Item("did", typed_in(rest, deed.words), at, did=deed.did)
    found = weekdays_at(texts[:10], before)
    if found is None:
        return
    typed = typed_in(rest, found.words)
    date = calendar.read(rest[found.words :]) if found.is_vague and len(rest) > found.words else None
    if date is not None and date.span.days == 1 and date.span.first.weekday() in found.weekdays:
        words = found.words + date.words
        yield words, 7, Item("time", typed_in(rest, words), at, time=replace(date, words=words))
        return
    if found.is_split:
        yield found.words, 6, Item("every", typed, at, (Meaning("every", "part of the week"),))
        return
    each = Meaning("weekdays", " ".join(map(str, found.weekdays)))
    meanings: tuple[Meaning, ...] = (each,)
    if found.is_vague:
        today = calendar.today
        last = last_weekday(found.weekdays[0], today)
        span = weekend_of(today, is_last=True)
        first, end = (span.first, span.last) if len(found.weekdays) == 2 else (last, last)
        meanings = (Meaning("on_days", f"{first} {end}"), each)
    yield found.words, 5, Item("weekdays", typed, at, meanings)


def _known(
    rest: Sequence[Token], texts: list[str], at: int, vocabulary: Vocabulary, *, glued: bool
) -> Iterator[Offer]:
    marked = _marked(rest[0], at, vocabulary)
    if marked is not None:
        yield 1, 6, marked
    words, meanings = _phrase(texts, vocabulary, glued=glued)
    behind = texts[words - 1 :] if words > 1 else []
    if behind and (bound_at(rest[words - 1 :]) is not None or _is_deed(behind)):
        # “customers who ordered more than 3 times”, “customers watched nothing”: the verb belongs there.
        words, meanings = vocabulary.longest(texts[: words - 1])
    if words:
        yield words, 3, Item(meanings[0].kind, typed_in(rest, words), at, meanings)
    words, ids = vocabulary.longest_title(texts)
    if words > 1 or (words == 1 and texts[0] not in FILLERS):
        titles = tuple(Meaning("title", "title", one) for one in ids)
        yield words, 1, Item("title", typed_in(rest, words), at, titles)


def _is_deed(texts: Sequence[str]) -> bool:
    """Whether a verb says that nothing was done, or something at least once."""
    if len(texts) > 1 and texts[0] == "left":
        return texts[1] in {"a", "an", "any", "no", "some", "ratings", "reviews"}  # and nobody has gone
    return len(texts) > 1 and texts[1] in {"nothing", "at", "0", "zero"} and deed_at(texts, "") is not None


def _small(
    tokens: Sequence[Token], texts: Sequence[str], at: int, before: str, vocabulary: Vocabulary
) -> Iterator[Offer]:
    """Negations, words of splitting, and words without a meaning of their own."""
    for length in range(min(6, len(texts)), 0, -1):
        phrase = tuple(texts[:length])
        for kind, phrases, rank in (("not", _NEGATIONS, 2), ("by", _SPLITTERS, 2), ("filler", POLITE, 2)):
            if phrase in phrases:
                yield length, rank, Item(kind, " ".join(phrase), at)
    if texts[0] == "first" and len(texts) > 1 and tokens[at + 1].number is not None:
        yield 1, 2, Item("order", texts[0], at, (Meaning("order", "most"),))
    if texts[0] == "everywhere":
        yield 1, 3, Item("all of", texts[0], at, (Meaning("dimension", "country"),))
    if tuple(texts[:2]) in _ALL_OF:
        words, meanings = vocabulary.longest(texts[2:])
        if words and meanings[0].kind == "dimension":
            # “across all plans” does not split.
            yield words + 2, 3, Item("all of", " ".join(texts[: words + 2]), at, meanings)
    kind_of_word = small_word(tokens[at], before, is_first=not at)
    if kind_of_word is not None:
        yield 1, 0, Item(kind_of_word, texts[0], at)


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
