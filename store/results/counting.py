"""Adding up the arrays of the facts, without numpy.

What runs for every event runs in C (``map``, ``compress``, ``sum``, ``Counter``): about thirty nanoseconds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, pairwise, repeat
from operator import add, and_, mul, sub, truediv
from sqlite3 import Row

from store.results.asked import Choice
from store.results.packing import column_in


@dataclass(frozen=True, slots=True)
class Scope:
    """Which events count: for each customer and each title 1 or 0; None: all of them.

    Attributes:
        titles: With one 0 more at its end, for events without a title (code -1).
        only: The one choice that the scope comes from; None where there is none, or more is asked.
    """

    customers: bytes | None = None
    titles: bytes | None = None
    only: Choice | None = None

    @property
    def is_all(self) -> bool:
        """Whether every event counts."""
        return self.customers is None and self.titles is None


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
        values, divisor = _values(row, column)
        if values is None:
            total += row["entries"] if keep is None else keep.count(1)
        else:
            total += sum(values if keep is None else compress(values, keep)) / divisor
    return total


def summed_by(rows: Iterable[Row], column: str, scope: Scope, of: str) -> dict[int, float]:
    """A column added up for each customer or title (by place or code) with events in scope."""
    counts: Counter[int] = Counter()
    sums: dict[int, float] = {}
    for row in rows:
        keys = _keys(row, scope, of)
        if column == "count" and row["counts"] is None:
            counts.update(keys)
            continue
        pairs = zip(keys, _kept_values(row, column, scope), strict=True)
        if not sums:
            # Sums of months have each customer or title once.
            sums = dict(pairs) if row["grain"] != "event" else {}
        for key, value in pairs:
            sums[key] = sums.get(key, 0.0) + value
    for key, number in counts.items():
        sums[key] = sums.get(key, 0.0) + number
    return sums


def add_to(sums: list[float], rows: Iterable[Row], column: str, scope: Scope) -> None:
    """A column of the events in scope added to the sum of each customer, by place."""
    for row in rows:
        keys = _keys(row, scope, "customer")
        for place, value in zip(keys, _kept_values(row, column, scope), strict=True):
            sums[place] += value


def _kept_values(row: Row, column: str, scope: Scope) -> Iterable[float]:
    """The numbers of a column in scope, as they are meant."""
    keep = _kept(row, scope)
    values, divisor = _values(row, column)
    if values is None:
        return repeat(1, row["entries"] if keep is None else keep.count(1))
    kept = values if keep is None else compress(values, keep)
    return kept if divisor == 1 else map(truediv, kept, repeat(divisor))


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
        values, divisor = _values(row, column)
        places = bytes(map(codes.__getitem__, _codes(row, "customers")))
        if keep is not None:
            places = bytes(compress(places, keep))
            values = None if values is None else tuple(compress(values, keep))
        for group in range(groups):
            if values is None:
                totals[group] += places.count(group)
            else:
                totals[group] += sum(compress(values, places.translate(_IS_GROUP[group]))) / divisor
    return totals


def distinct(rows: Iterable[Row], scope: Scope, of: str) -> set[int]:
    """The different customers or titles with events in scope."""
    found: set[int] = set()
    for row in rows:
        found.update(_keys(row, scope, of))
    found.discard(-1)
    return found


def present(rows: Iterable[Row], scope: Scope, customers: int) -> bytes:
    """For each customer 1 where he has events in scope."""
    bits, found = 0, set[int]()
    for row in rows:
        if row["grain"] == "event":
            found.update(_keys(row, scope, "customer"))
        else:
            bits |= int.from_bytes(row["customers"], "little")
    lanes = bytearray(unpacked(bits, customers))
    for place in found:
        lanes[place] = 1
    return both(scope.customers, bytes(lanes)) or b""


def met(rows: Iterable[Row], scope: Scope, of: str, count: int, marks: Sequence[int]) -> list[int]:
    """For each customer the bits of all titles that he has events with, or for each title those of customers.

    Args:
        rows: Of single events.
        scope: Which of them count.
        of: ``customer`` or ``title``.
        count: How many of them there are.
        marks: Bits of each of the others; of titles one more, for events without a title.
    """
    found = [0] * (count + 1)
    for row in rows:
        titles, customers = _pairs(row, scope)
        keys, others = (customers, titles) if of == "customer" else (titles, customers)
        for key, mark in zip(keys, map(marks.__getitem__, others), strict=True):
            found[key] |= mark
    return found[:count]


def bits_counted(found: Iterable[int], bits: int) -> list[int]:
    """How many numbers have each of the lowest bits."""
    tally = Counter(found)
    return [sum(number for mark, number in tally.items() if mark >> bit & 1) for bit in range(bits)]


# So many pairs are some 30 MB.
MOST_PAIRS = 300_000


def customers_by_title(rows: Sequence[Row], scope: Scope, customers: int) -> Counter[int]:
    """How many different customers each title has events in scope with; a part of them at a time."""
    parts = sum(row["entries"] for row in rows) // MOST_PAIRS + 1
    limits = [customers * part // parts for part in range(parts + 1)]
    counts: Counter[int] = Counter()
    for first, last in pairwise(limits):
        some = bytes(first) + b"\1" * (last - first) + bytes(customers - last)
        within = Scope(both(scope.customers, some), scope.titles)
        found: set[int] = set()
        for row in rows:
            titles, whose = _pairs(row, within)
            found.update(map(add, map(mul, titles, repeat(customers)), whose))
        counts.update(pair // customers for pair in found)
    del counts[-1]
    return counts


def _pairs(row: Row, scope: Scope) -> tuple[Iterable[int], Iterable[int]]:
    """Title and customer of each event in scope."""
    keep = _kept(row, scope)
    titles, customers = _codes(row, "titles"), _codes(row, "customers")
    return (titles, customers) if keep is None else (compress(titles, keep), compress(customers, keep))


def _keys(row: Row, scope: Scope, of: str) -> Iterator[int]:
    keys = _codes(row, f"{of}s")
    keep = _kept(row, scope)
    return iter(keys) if keep is None else compress(keys, keep)


def _kept(row: Row, scope: Scope) -> bytes | None:
    """For each entry of a row 1 where it is in scope; None: all of them are."""
    if row["grain"] != "event":
        lanes = scope.titles if row["customers"] is None else scope.customers
        # Sums have one bit for each customer or title there is; theirs are the entries.
        return None if lanes is None else bytes(compress(lanes, _lanes(row["customers"] or row["titles"])))
    flags = [
        bytes(map(lanes.__getitem__, _codes(row, name)))
        for name, lanes in (("customers", scope.customers), ("titles", scope.titles))
        if lanes is not None
    ]
    if len(flags) == 2:
        return bytes(map(and_, *flags))
    return flags[0] if flags else None


def _lanes(bits: bytes) -> bytes:
    return unpacked(int.from_bytes(bits, "little"), 8 * len(bits))


def _codes(row: Row, name: str) -> Sequence[int]:
    kept = row[name]
    if kept is None:
        return tuple(repeat(-1, row["entries"]))
    if row["grain"] != "event":
        return tuple(compress(range(8 * len(kept)), _lanes(kept)))
    codes: Sequence[int] = column_in(kept)[0]  # type: ignore[assignment]
    return codes


_COLUMNS = {"count": "counts", "amount": "amounts", "marked": "marked"}


def _values(row: Row, column: str) -> tuple[Sequence[float] | None, int]:
    """The numbers of a column, None: one each; and what they are divided by."""
    if column == "known":
        return _known(row), 1
    kept = row[_COLUMNS[column]]
    if kept is not None:
        return column_in(kept)
    return None if column == "count" else tuple(repeat(0, row["entries"])), 1


def _known(row: Row) -> Sequence[float] | None:
    """Events less those that lack what is counted."""
    counts, _ = _values(row, "count")
    if row["unknown"] is None:
        return counts
    return tuple(map(sub, repeat(1) if counts is None else counts, column_in(row["unknown"])[0]))
