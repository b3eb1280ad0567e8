"""How lists of codes, days and numbers lie in one BLOB: little-endian arrays without a header.

Codes are int32, weights and probabilities float32, days uint16 since 1970-01-01 (until 2149).
"""

from array import array
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from store.records import Score
from store.times import day_number, day_of

CODE: Final = "i"
NUMBER: Final = "f"
DAY: Final = "H"
NO_TITLE = -1


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
    """The codes of ``packed_codes``."""
    return memoryview(packed).cast(CODE)


def numbers_in(packed: bytes) -> Sequence[float]:
    """The numbers of ``packed_numbers``."""
    return memoryview(packed).cast(NUMBER)


def scores_in(days: bytes | None, values: bytes | None) -> tuple[Score, ...]:
    """Past scores, oldest first."""
    if not days or not values:
        return ()
    return tuple(
        Score(day=day_of(day), probability=probability)
        for day, probability in zip(memoryview(days).cast(DAY), numbers_in(values), strict=True)
    )
