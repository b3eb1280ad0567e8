"""The owner's own words: put in their meaning's place before a line is read.

They come from ``[synonyms]`` of ``matinee.toml``. A word that is understood already keeps its meaning:
a line there that would change it is not followed, and the owner is told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.phrases.scanning import scan
from bot.phrases.times import Calendar
from bot.phrases.tokens import words_in
from bot.phrases.vocabulary import Vocabulary, Words, vocabulary_of
from bot.queries import OwnWords, Queries
from store.errors import NoResults

_QUOTED = re.compile(r"(“[^”]*”|\"[^\"]*\")")


@dataclass(frozen=True)
class Synonyms:
    """The owner's words that are followed.

    Attributes:
        phrases: His words, and what they stand for.
        problems: Why other lines are not followed; sentences for him.
    """

    phrases: Mapping[Words, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def put_into(self, line: str) -> str:
        """A line with each of his phrases replaced; what stands in quotation marks is left as it is."""
        if not self.phrases:
            return line
        # The longest first, and all at once, so that nothing is replaced twice.
        texts = sorted(map(_pattern, self.phrases), key=len, reverse=True)
        pattern = re.compile(rf"(?<![\w#@])(?:{'|'.join(texts)})(?![\w@])", re.IGNORECASE)
        parts = _QUOTED.split(line)
        parts[::2] = [pattern.sub(self._meant, part) for part in parts[::2]]
        return "".join(parts)

    def _meant(self, found: re.Match[str]) -> str:
        return self.phrases.get(words_in(found[0]), found[0])


def _pattern(words: Words) -> str:
    return r"[\s-]+".join(map(re.escape, words))


def synonyms_of(own: Mapping[str, str], vocabulary: Vocabulary) -> Synonyms:
    """Those of the owner's phrases that can be followed, and why the others cannot.

    Args:
        own: His phrase, and what it stands for, in words that are understood.
        vocabulary: Of the run served.
    """
    phrases: dict[Words, str] = {}
    problems = []
    for phrase, meaning in own.items():
        words = words_in(phrase)
        if not words:
            problems.append(f"“{phrase}” holds no word.")
        elif is_understood(phrase, vocabulary):
            problems.append(f"“{phrase}” has a meaning already, which it keeps; leave the line out.")
        elif not is_understood(meaning, vocabulary):
            unknown = " and ".join(f"“{word}”" for word in unknown_in(meaning, vocabulary)) or f"“{meaning}”"
            problems.append(f"“{phrase}” shall mean “{meaning}”, but I do not understand {unknown} either.")
        else:
            phrases[words] = meaning
    return Synonyms(phrases, tuple(problems))


def vocabulary_served(queries: Queries) -> Vocabulary | None:
    """What can be understood of the run served; None where it has no facts."""
    return queries.results.remembered("vocabulary", lambda: vocabulary_of(queries.results))


def synonyms_served(queries: Queries, vocabulary: Vocabulary) -> Synonyms:
    """The owner's words as they are followed at the moment."""
    own = queries.own_words()
    if not own.phrases:
        return Synonyms(problems=_told(own))
    checked = queries.results.remembered("synonyms", lambda: _Checked(vocabulary))(own.phrases)
    return Synonyms(checked.phrases, (*_told(own), *checked.problems))


def _told(own: OwnWords) -> tuple[str, ...]:
    return () if own.problem is None else (f"{own.problem}. Until that is mended, the lines before it hold.",)


def synonym_problems(queries: Queries) -> tuple[str, ...]:
    """Why lines of ``[synonyms]`` are not followed; nothing is said before there are results."""
    try:
        vocabulary = vocabulary_served(queries)
    except NoResults:
        return ()
    return () if vocabulary is None else synonyms_served(queries, vocabulary).problems


class _Checked:
    """The last synonyms checked against one run, so that they are checked once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._own: Mapping[str, str] | None = None
        self._checked = Synonyms()

    def __call__(self, own: Mapping[str, str]) -> Synonyms:
        if own != self._own:
            self._own, self._checked = own, synonyms_of(own, self._vocabulary)
        return self._checked


def unknown_in(line: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The words of a line that mean nothing to me."""
    return tuple(scan(line, vocabulary, Calendar(vocabulary.data)).unknown)


def is_understood(text: str, vocabulary: Vocabulary) -> bool:
    """Whether each word of a text has a meaning, as it is written."""
    scanned = scan(text, vocabulary, Calendar(vocabulary.data))
    return bool(scanned.items) and not scanned.unknown and not scanned.corrections
