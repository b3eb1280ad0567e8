"""Sentences in the language of who reads them; a translation is one file beside this one, as ``de.toml`` is.

Sentences stand in the code in English, with named blanks, and are looked up where they are said, as gettext
does; what a file lacks is said in English. Which language is spoken is set once, around the answer to one
question, so that messages stay functions of what they say.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from gettext import c2py
from importlib.resources import files

ENGLISH = "en"


@dataclass(frozen=True, kw_only=True, slots=True)
class Language:
    """A language that is spoken here.

    Attributes:
        name: As those call it who speak it.
        sentences: English → translated, with the same blanks.
        counted: English noun in the singular → its forms.
        published: What a run writes into its results, in English with blanks → translated.
        typed: Command → what people type who mean it, in small letters.
        form: Which of the forms stands behind a number.
        thousands, decimal: How numbers are written.
    """

    name: str
    sentences: Mapping[str, str] = field(default_factory=dict)
    counted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    published: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    form: Callable[[int], int]
    thousands: str = ","
    decimal: str = "."


_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@cache
def languages() -> Mapping[str, Language]:
    """All languages by their two letters, English first."""
    found = {
        file.name.removesuffix(".toml"): language_from(file.read_text(encoding="utf-8"))
        for file in files(__name__).iterdir()
        if file.name.endswith(".toml")
    }
    return {ENGLISH: Language(name="English", form=c2py("n != 1")), **dict(sorted(found.items()))}


def language_from(text: str) -> Language:
    """Read a translation.

    Args:
        text: TOML; ``plural`` is an expression in C over ``n``, as gettext's files have it.
    """
    raw = tomllib.loads(text)
    plural = raw.pop("plural")
    return Language(form=c2py(plural), **raw)


def known_language(code: str | None) -> str | None:
    """Two letters for what Telegram calls "de" or "pt-br"; None where that is not spoken here."""
    letters = (code or "").partition("-")[0].casefold()
    return letters if letters in languages() else None


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Say what is said inside in this language."""
    token = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken_code() -> str:
    """The two letters of the language that is spoken just now."""
    return _spoken.get()


def spoken() -> Language:
    """The language that is spoken just now."""
    return languages()[_spoken.get()]


def tell(english: str, /, **values: object) -> str:
    """A sentence in the language spoken, its blanks filled.

    Args:
        english: With named blanks: ``"Linked since {day}"``; also the key in the translation's file.
        values: For the blanks; escaped already where the sentence goes into a message as it is.
    """
    sentence = spoken().sentences.get(english, english)
    return sentence.format(**values) if values else sentence


def counted(number: int, one: str, many: str) -> str:
    """The form of a noun behind a number, in the language spoken."""
    language = spoken()
    forms = language.counted.get(one)
    if forms is None:
        return one if number == 1 else many
    return forms[language.form(number)]
