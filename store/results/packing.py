"""How lists of codes, days and numbers lie in one BLOB: arrays of machine numbers.

Codes are int32 (``i``), weights and probabilities float32 (``f``), days uint16 (``H``) since 1970-01-01, so
until 2149. Lists of recommendations may be narrower: ``list_format`` says how.

The arrays of facts are as narrow as their numbers allow. Two bytes before them say how: the letter of their
type as in ``struct``, and by what they are divided (100: cents make money).
"""

from array import array
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from struct import unpack
from typing import Final, Literal

from store.records import Score
from store.times import day_number, day_of

CODE: Final = "i"
NUMBER: Final = "f"
DAY: Final = "H"
# Bytes of one number of each type.
SIZES = {"i": 4, "h": 2, "f": 4, "B": 1, "H": 2}
# A past score lies as so many parts of one: whole percents exactly, and all that fits two bytes.
SCORE_PARTS = 60_000
# The best score of a list that is kept in bytes.
BEST_BYTE = 255

CodeType = Literal["i", "h"]
ScoreType = Literal["f", "B"]


def header(type_: str, divisor: int) -> bytes:
    """What stands before the array of a column of facts."""
    return bytes((ord(type_), divisor))


def column_in(packed: bytes) -> tuple[Sequence[float], int]:
    """The array of a column of facts, in place, and what its numbers are divided by."""
    values: Sequence[float] = memoryview(packed)[2:].cast(chr(packed[0]))  # type: ignore[call-overload]
    return values, packed[1]


def packed_codes(codes: Iterable[int]) -> bytes:
    """Title codes as int32; four bytes each."""
    return array(CODE, codes).tobytes()


def packed_numbers(numbers: Iterable[float]) -> bytes:
    """Numbers as float32; four bytes each."""
    return array(NUMBER, numbers).tobytes()


def packed_days(days: Iterable[date]) -> bytes:
    """Days as uint16 since 1970-01-01; two bytes each."""
    return array(DAY, map(day_number, days)).tobytes()


def codes_in(packed: bytes) -> Sequence[int]:
    """The codes of ``packed_codes``, in place."""
    return memoryview(packed).cast(CODE)


def narrow_codes_in(packed: bytes, codes: CodeType) -> tuple[int, ...]:
    """Codes as wide as ``list_format`` says."""
    return unpack(f"{len(packed) // SIZES[codes]}{codes}", packed)


def numbers_in(packed: bytes) -> Sequence[float]:
    """The numbers of ``packed_numbers``, in place."""
    return memoryview(packed).cast(NUMBER)


def listed_in(
    titles: bytes, scores: bytes, because: bytes, codes: CodeType, numbers: ScoreType
) -> list[tuple[int, float, int]]:
    """Title, score and reason of each place of a list, best first; places left empty are left out."""
    count = len(titles) // SIZES[codes]
    values: Iterable[float] = unpack(f"{count}{numbers}", scores)
    if numbers == "B":
        values = [each / BEST_BYTE for each in values]
    places = zip(
        unpack(f"{count}{codes}", titles),
        values,
        unpack(f"{count}{codes}", because),
        strict=True,
    )
    return [place for place in places if place[0] >= 0]


def packed_scores(probabilities: Iterable[float]) -> bytes:
    """Past scores in ``SCORE_PARTS``; two bytes each."""
    return array("H", (round(each * SCORE_PARTS) for each in probabilities)).tobytes()


def probabilities_in(packed: bytes) -> list[float]:
    """The scores of ``packed_scores``."""
    return [parts / SCORE_PARTS for parts in memoryview(packed).cast("H")]


def days_in(packed: bytes) -> tuple[date, ...]:
    """The days of ``packed_days``."""
    return tuple(map(day_of, memoryview(packed).cast(DAY)))


def scores_in(days: Sequence[date], values: bytes) -> tuple[Score, ...]:
    """Past scores, oldest first."""
    return tuple(map(_score, zip(days, probabilities_in(values), strict=True)))


# By way of ``Score(…)`` it would take as long as all the rest of reading a customer.
_score = partial(tuple.__new__, Score)
