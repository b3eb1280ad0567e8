"""Adding up the arrays of the facts, without numpy.

What runs for every event runs in C (``map``, ``compress``, ``sum``, ``Counter``): about thirty nanoseconds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from operator import and_, sub
from sqlite3 import Row

# Money is float64, to the last cent; minutes and stars are float32 but in sums by title.
_MONEY = frozenset({"order", "refund"})


@dataclass(frozen=True, slots=True)
class Scope:
    """Which events count: for each customer and each title 1 or 0; None: all of them.

    Attributes:
        titles: With one 0 more at its end, for events without a title (code -1).
    """

    customers: bytes | None = None
    titles: bytes | None = None


def both(first: bytes | None, second: bytes | None) -> bytes | None:
    """1 where both are 1; None stands for 1 everywhere."""
    if first is None or second is None:
        return second if first is None else first
    joined = int.from_bytes(first, "little") & int.from_bytes(second, "little")
    return joined.to_bytes(len(first), "little")


def unpacked(bits: int, length: int) -> bytes:
    """One byte, 0 or 1, for each of the lowest bits of a number."""
    # Binary text is made in C, and in linear time.
    text = f"{bits:0{length}b}"[::-1] if length else ""
    return text.encode().translate(_DIGITS)


_DIGITS = bytes.maketrans(b"01", b"\0\1")


def summed(rows: Iterable[Row], column: str, scope: Scope) -> float:
    """A column added up over all events in scope."""
    total = 0.0
    for row in rows:
        keep = _kept(row, scope)
        values = _values(row, column)
        if values is None:
            total += row["entries"] if keep is None else keep.count(1)
        else:
            total += sum(values if keep is None else compress(values, keep))
    return total


def summed_by(rows: Iterable[Row], column: str, scope: Scope, of: str) -> dict[int, float]:
    """A column added up for each customer or title (by place or code) with events in scope."""
    counts: Counter[int] = Counter()
    sums: dict[int, float] = {}
    for row in rows:
        keys = _keys(row, scope, of)
        values = _values(row, column)
        if values is None:
            counts.update(keys)
            continue
        keep = _kept(row, scope)
        for key, value in zip(keys, values if keep is None else compress(values, keep), strict=True):
            sums[key] = sums.get(key, 0.0) + value
    if not sums:
        return dict(counts)
    for key, number in counts.items():
        sums[key] = sums.get(key, 0.0) + number
    return sums


MOST_GROUPS = 12
"""Of more groups than these, adding up customer by customer is faster."""
_IS_GROUP = tuple(bytes(code == group for code in range(256)) for group in range(MOST_GROUPS))


def summed_in(
    rows: Iterable[Row], column: str, scope: Scope, groups_of: Sequence[int], groups: int
) -> list[float]:
    """A column added up for each group of customers.

    Args:
        rows: Of events or of customers’ months.
        column: As in the facts.
        scope: Which events count.
        groups_of: The group of each customer, by place; from ``groups`` on: none.
        groups: How many there are.
    """
    totals = [0.0] * groups
    if groups > MOST_GROUPS:
        for customer, value in summed_by(rows, column, scope, "customer").items():
            if groups_of[customer] < groups:
                totals[groups_of[customer]] += value
        return totals
    codes = bytes(iter(groups_of))  # the numbers, not the memory of an array
    for row in rows:
        keep = _kept(row, scope)
        values = _values(row, column)
        places = bytes(map(codes.__getitem__, _codes(row, "customers")))
        if keep is not None:
            places = bytes(compress(places, keep))
            values = None if values is None else tuple(compress(values, keep))
        for group in range(groups):
            if values is None:
                totals[group] += places.count(group)
            else:
                totals[group] += sum(compress(values, places.translate(_IS_GROUP[group])))
    return totals


def distinct(rows: Iterable[Row], scope: Scope, of: str) -> set[int]:
    """The different customers or titles with events in scope."""
    found: set[int] = set()
    for row in rows:
        found.update(_keys(row, scope, of))
    found.discard(-1)
    return found


def distinct_pairs(rows: Iterable[Row], scope: Scope) -> set[tuple[int, int]]:
    """The different pairs of title and customer with events in scope."""
    found: set[tuple[int, int]] = set()
    for row in rows:
        found.update(zip(_keys(row, scope, "title"), _keys(row, scope, "customer"), strict=True))
    return found


def _keys(row: Row, scope: Scope, of: str) -> Iterator[int]:
    keys = _codes(row, f"{of}s")
    keep = _kept(row, scope)
    return iter(keys) if keep is None else compress(keys, keep)


def _kept(row: Row, scope: Scope) -> bytes | None:
    flags = [
        bytes(map(lanes.__getitem__, _codes(row, name)))
        for name, lanes in (("customers", scope.customers), ("titles", scope.titles))
        if lanes is not None
    ]
    if len(flags) == 2:
        return bytes(map(and_, *flags))
    return flags[0] if flags else None


def _codes(row: Row, name: str) -> Sequence[int]:
    packed_codes = row[name]
    if packed_codes is None:
        return tuple(repeat(-1, row["entries"]))
    return memoryview(packed_codes).cast("I" if name == "customers" else "i")


def _values(row: Row, column: str) -> Sequence[float] | None:
    """The numbers of a column; None: one each."""
    if column == "known":
        return _known(row)
    kept = row[{"count": "counts", "amount": "amounts", "marked": "marked"}[column]]
    if kept is None:
        return None if column == "count" else tuple(repeat(0, row["entries"]))
    if column != "amount":
        return _counts(row, kept)
    return memoryview(kept).cast("d" if row["grain"] == "title" or row["stream"] in _MONEY else "f")


def _known(row: Row) -> Sequence[float] | None:
    """Events less those that lack what is counted."""
    counts = _values(row, "count")
    if row["unknown"] is None:
        return counts
    return tuple(map(sub, repeat(1) if counts is None else counts, _counts(row, row["unknown"])))


def _counts(row: Row, kept: bytes) -> Sequence[int]:
    width = memoryview(kept)
    if row["grain"] == "event":
        return width.cast("B")
    return width.cast("H") if row["grain"] == "customer" else width.cast("I")
