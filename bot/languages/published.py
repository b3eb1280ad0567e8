"""What a run has published in English, such as reasons, said in the language spoken.

A run writes whole sentences, for it does not know who will read them. Here they are known again by their
shape, as the translation lists them, and what stands in their blanks is translated in the same way.
"""

import re
from collections.abc import Mapping
from functools import cache

from bot.languages import ENGLISH, counted, languages, spoken, spoken_code, tell
from store.records import SYMBOLS

_BLANK = re.compile(r"\\{(\w+)\\}")
_COUNT = re.compile(r"(?P<number>\d[\d,]*) (?P<noun>\D+)")
_MONEY = re.compile(rf"(?P<symbol>[{''.join(SYMBOLS.values())}])(?P<number>\d[\d,]*(?:\.\d+)?)")
_NUMBER = re.compile(r"\D{0,4}\d[\d,]*(?:\.\d+)?\D{0,4}")


def retold(english: str) -> str:
    """A published sentence in the language spoken; what is not known again stays in English."""
    code = spoken_code()
    return english if code == ENGLISH else _retold(english, _shapes(code))


@cache
def _shapes(code: str) -> Mapping[re.Pattern[str], str]:
    """The shapes of sentences, the wordiest first: they say most about what they fit."""
    published = languages()[code].published
    return {
        re.compile(_BLANK.sub(r"(?P<\1>.+?)", re.escape(english))): published[english]
        for english in sorted(published, key=lambda each: -len(_BLANK.sub("", re.escape(each))))
    }


def _retold(english: str, shapes: Mapping[re.Pattern[str], str]) -> str:
    for shape, translated in shapes.items():
        match = shape.fullmatch(english)
        if match is not None:
            return translated.format(
                **{name: _retold(said, shapes) for name, said in match.groupdict().items()}
            )
    count = _COUNT.fullmatch(english)
    if count is not None:
        return f"{_number(count['number'])} {_noun(count['number'], count['noun'])}"
    money = _MONEY.fullmatch(english)
    if money is not None:
        return tell("{symbol}{number}", symbol=money["symbol"], number=_number(money["number"]))
    return _number(english) if _NUMBER.fullmatch(english) else english


def _noun(number: str, noun: str) -> str:
    """The noun behind a number, known in the singular or in the plural."""
    how_many = int(number.replace(",", ""))
    one = noun if how_many == 1 else noun.removesuffix("s")
    return counted(how_many, one, noun)


def _number(english: str) -> str:
    language = spoken()
    return english.translate({ord(","): language.thousands, ord("."): language.decimal})
