"""Wishes in words, “comedy after 2000 under 100 minutes not horror”, read by a closed grammar.

A word that is not understood is refused, never dropped: a list that ignores a wish is a wrong answer.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from operator import eq, ge, gt, le, lt

from bot.commands.vocabulary import (
    FILLERS,
    GENRES_ELSEWHERE,
    JOINERS,
    KINDS,
    LENGTH_SIGNS,
    MOST_GENRE_WORDS,
    NEGATIONS,
    SERIES_WORDS,
    UNITS,
    YEAR_SIGNS,
    genre_key,
    is_year,
)
from bot.errors import UserError
from bot.languages import tell
from bot.messages import mistakes
from bot.messages.wishes import Bound, Kind, Sign, Wishes
from store.records import Title

COMPARE = {"<": lt, "≤": le, "=": eq, "≥": ge, ">": gt}


_TOKEN = re.compile(r"[<>&,]|[^\s<>&,]+")
_NUMBER = re.compile(r"(\d{1,5}(?:\.\d+)?)([a-z]*)")
_DECADE = re.compile(r"['’]?(?:19|20)?(\d)0['’]?s")


def wishes_from(words: Sequence[str], genres: Sequence[str]) -> Wishes:
    """Read wishes.

    Args:
        words: As typed.
        genres: Those of the data; the vocabulary.

    Raises:
        UserError: a word is not understood, or the wishes contradict each other.
    """
    return _Reading(words, genres).wishes()


def fits(wishes: Wishes, title: Title) -> bool:
    """Whether a title is what was wished for; what is not known of a title does not fit a wish about it."""
    wanted = [genre in title.genres for genre in wishes.genres]
    if wanted and not (all(wanted) if wishes.every else any(wanted)):
        return False
    if any(genre in title.genres for genre in wishes.without):
        return False
    if wishes.kind is not None and _kind_of(title) != wishes.kind:
        return False
    return all(_within(bound, title) for bound in wishes.bounds)


def _kind_of(title: Title) -> Kind:
    kind = (title.kind or "").casefold()
    return "series" if any(word in kind for word in SERIES_WORDS) else "film"


def _within(bound: Bound, title: Title) -> bool:
    value = title.year if bound.of == "year" else title.duration_minutes
    return value is not None and bool(COMPARE[bound.sign](value, bound.number))


class _Reading:
    """Reads from left to right; what has been read is kept in the lists."""

    def __init__(self, words: Sequence[str], genres: Sequence[str]) -> None:
        self._tokens = _TOKEN.findall(" ".join(words).casefold())
        self._known = genres
        self._genres = {genre_key(genre): genre for genre in reversed(genres)}
        self._place = 0
        self._negated = False
        self._joiner = ""
        self._joined: set[str] = set()
        self._wanted: list[str] = []
        self._without: list[str] = []
        self._bounds: list[Bound] = []
        self._kind: Kind | None = None

    def wishes(self) -> Wishes:
        while self._place < len(self._tokens):
            self._one()
        self._refuse_contradictions()
        return Wishes(
            genres=tuple(dict.fromkeys(self._wanted)),
            every=self._joined == {"and"} and len(set(self._wanted)) > 1,
            without=tuple(dict.fromkeys(self._without)),
            bounds=tuple(dict.fromkeys(self._bounds)),
            kind=self._kind,
        )

    def _one(self) -> None:
        word = self._tokens[self._place]
        if word in JOINERS:
            self._joiner = "and" if word == "&" else word
            self._place += 1
        elif word in NEGATIONS:
            self._negated = True
            self._joiner = ""
            self._place += 1
            if self._place == len(self._tokens):
                raise mistakes.unclear_wish(word, tell("a genre after it, e.g. “not horror”"))
        elif not self._genre():
            if self._negated and not self._joiner:
                raise self._unknown(word, "not ")
            self._negated = False
            if not (self._bare_year(word) or self._year() or self._length() or self._kind_or_filler(word)):
                raise self._unknown(word)

    def _genre(self) -> bool:
        for width in range(MOST_GENRE_WORDS, 0, -1):
            words = self._tokens[self._place : self._place + width]
            whole = len(words) == width and words[-1] not in JOINERS
            genre = self._genres.get(genre_key("".join(words))) if whole else None
            if genre is None:
                continue
            if self._negated:
                self._without.append(genre)
            else:
                if self._wanted and self._joiner in {"and", "or"}:
                    self._joined.add(self._joiner)
                self._wanted.append(genre)
            self._joiner = ""
            self._place += width
            # "not horror or war" refuses both, "not horror comedy" only the first.
            self._negated = self._negated and self._token(0) in JOINERS
            return True
        return False

    def _bare_year(self, word: str) -> bool:
        decade = _DECADE.fullmatch(word)
        if decade:
            return self._decade(word, int(decade[1]))
        if word == "between":
            self._place += 1
            return self._range(word)
        if is_year(word):
            return self._take(1, Bound(of="year", sign="=", number=int(word)))
        return False

    def _year(self) -> bool:
        phrase, width = self._phrase(YEAR_SIGNS)
        if not phrase:
            return False
        width += self._token(width) == "the"
        found = self._token(width)
        if phrase in {"from", "in"} and _DECADE.fullmatch(found):
            return self._take(width)
        if not is_year(found):
            raise mistakes.unclear_wish(
                f"{phrase} {found}".strip(), tell("a year, e.g. “{phrase} 1999”", phrase=phrase)
            )
        if phrase == "from" and self._token(width + 1) == "to":
            self._place += width
            return self._range(phrase)
        return self._take(width + 1, Bound(of="year", sign=YEAR_SIGNS[phrase], number=int(found)))

    def _decade(self, word: str, tens: int) -> bool:
        written = re.sub(r"\D", "", word)
        # "20s" is the running century's; "30s" and later, without a century, the last one's.
        century = int(written[:2]) * 100 if len(written) == 4 else 2000 if tens < 3 else 1900
        first = century + 10 * tens
        return self._take(
            1, Bound(of="year", sign="≥", number=first), Bound(of="year", sign="≤", number=first + 9)
        )

    def _range(self, phrase: str) -> bool:
        low, joiner, high = (self._token(offset) for offset in range(3))
        said = f"{phrase} {low} {joiner} {high}".strip()
        lowest, highest = _NUMBER.fullmatch(low), _NUMBER.fullmatch(high)
        if joiner not in {"and", "to", "-"} or not lowest or not highest:
            raise mistakes.unclear_wish(said, tell("two years or lengths, e.g. “between 1990 and 1999”"))
        self._place += 3
        if is_year(low) and is_year(high):
            first, last = (
                Bound(of="year", sign="≥", number=int(low)),
                Bound(of="year", sign="≤", number=int(high)),
            )
            return self._take(0, first, last)
        unit = self._unit(highest[2], float(highest[1]), said)
        return self._take(
            0,
            Bound(of="minutes", sign="≥", number=round(float(lowest[1]) * unit)),
            Bound(of="minutes", sign="≤", number=round(float(highest[1]) * unit)),
        )

    def _length(self) -> bool:
        phrase, width = self._phrase(LENGTH_SIGNS)
        if not phrase:
            return False
        found = _NUMBER.fullmatch(self._token(width))
        said = f"{phrase} {self._token(width)}".strip()
        if not found:
            raise mistakes.unclear_wish(said, tell("a length, e.g. “{phrase} 100 minutes”", phrase=phrase))
        self._place += width + 1
        unit = self._unit(found[2], float(found[1]), said)
        return self._take(
            0, Bound(of="minutes", sign=LENGTH_SIGNS[phrase], number=round(float(found[1]) * unit))
        )

    def _unit(self, attached: str, number: float, said: str) -> int:
        """Minutes in the unit that stands at the place, or is written onto the number."""
        name = attached or self._token(0)
        if name in UNITS:
            self._place += not attached
            return UNITS[name]
        if attached or is_year(f"{number:.0f}"):
            raise mistakes.unclear_wish(
                said, tell("minutes or hours, e.g. “under 100 minutes”, or “before 2000”")
            )
        return 1

    def _kind_or_filler(self, word: str) -> bool:
        if word in KINDS:
            self._kind = KINDS[word]
        elif word not in FILLERS:
            return False
        return self._take(1)

    def _phrase(self, known: Mapping[str, Sign]) -> tuple[str, int]:
        for width in (2, 1):
            phrase = " ".join(self._tokens[self._place : self._place + width])
            if phrase in known:
                return phrase, width
        return "", 0

    def _token(self, offset: int) -> str:
        place = self._place + offset
        return self._tokens[place] if place < len(self._tokens) else ""

    def _take(self, width: int, *bounds: Bound) -> bool:
        self._bounds += bounds
        self._place += width
        self._joiner = ""
        return True

    def _unknown(self, word: str, before: str = "") -> UserError:
        keys = get_close_matches(genre_key(word), self._genres, n=3, cutoff=0.6)
        if not keys and genre_key(word) in GENRES_ELSEWHERE:
            return mistakes.no_such_genre(word, self._known)
        return mistakes.unknown_filter(before + word, [self._genres[key] for key in keys], self._known)

    def _refuse_contradictions(self) -> None:
        both = set(self._wanted) & set(self._without)
        if both:
            genre = min(both)
            raise mistakes.contradiction(tell("{genre} and not {genre}", genre=genre))
        if self._joined == {"and", "or"}:
            raise mistakes.unclear_wish(
                " … ".join(self._wanted), tell("either “and” or “or” between genres, not both")
            )
