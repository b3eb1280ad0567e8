"""Facts as the rows that are published: arrays of machine numbers, each as narrow as its values allow."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.dataset import FloatArray
from pipeline.facts import STREAMS, SUMMED, Entries, Facts
from pipeline.groupings import Grouping, TitleGrouping
from store.results.dimensions import DEVICE
from store.results.packing import header
from store.results.rows import json_text

# Minutes, seconds as minutes, tenths and cents: so many make one.
DIVISORS = (1, 10, 60, 100)
# A number read from decimals differs from it by no more; relative.
NEARLY = 1e-9
Packed = bytes | None
FactRow = tuple[str, str, int, int, Packed, Packed, Packed, Packed, Packed, Packed]
SumRow = tuple[str, str, int, Packed, Packed, Packed, Packed]


def fact_rows(facts: Facts) -> Iterator[FactRow]:
    """Rows in the order of the columns of ``facts`` in the store."""
    for stream in STREAMS:
        its = facts.streams[stream]
        days = facts.first_day + np.arange(len(its.daily))
        yield from _rows(stream, "event", its.single, days, 0)
        yield from _rows(stream, "customer", its.by_customer, facts.month_days, facts.customers)
        yield from _rows(stream, "customer ever", _ever(its.by_customer), facts.month_days, facts.customers)
        titles = int(its.by_title.title.max(initial=-1)) + 1
        yield from _rows(stream, "title", its.by_title, facts.month_days, titles)
        yield from _rows(stream, "title ever", _ever(its.by_title), facts.month_days, titles)


def _ever(months: Entries) -> Entries:
    """All months of each customer, or of each title, as one."""
    whose = "customer" if len(months.customer) else "title"
    place = getattr(months, whose)
    sums = {name: np.bincount(place, getattr(months, name)) for name in SUMMED}
    found = np.flatnonzero(sums["count"])
    rows: dict[str, Any] = {name: values[found] for name, values in sums.items()}
    rows |= {whose: found, "period": np.zeros(len(found), dtype=np.uint16)}
    return replace(months, **rows)


def _rows(
    stream: str, grain: str, entries: Entries, days: npt.NDArray[Any], members: int
) -> Iterator[FactRow]:
    """One row for each period; of sums, with one bit for each of ``members`` customers or titles."""
    periods, starts = np.unique(entries.period, return_index=True)
    ends = np.append(starts, len(entries.period))[1:]
    for period, start, end in zip(periods.tolist(), starts.tolist(), ends.tolist(), strict=True):
        group = slice(start, end)
        count = entries.count[group]
        whose: tuple[Packed, Packed] = (
            _bits(entries.customer[group], members) if grain.startswith("customer") else None,
            _bits(entries.title[group], members) if grain.startswith("title") else None,
        )
        if grain == "event":
            count = np.ones(end - start, dtype=np.int64)
            whose = (packed(entries.customer[group], usual=-1), packed(entries.title[group], usual=-1))
        yield (
            stream,
            grain,
            int(days[period]),
            end - start,
            *whose,
            packed(count, usual=1),
            packed(entries.amount[group], is_money=stream in {"order", "refund"}),
            packed(entries.marked[group]),
            # As a difference, which is nothing where all of them are known.
            packed(count - entries.known[group]),
        )


def active_rows(facts: Facts) -> Iterator[tuple[str, int, bytes]]:
    """Who was active, in the order of the columns of ``active`` in the store: each day, then each month."""
    months = np.searchsorted(
        facts.month_days, facts.first_day + np.arange(facts.active_day.max(initial=0) + 1), "right"
    )
    spans = (
        ("day", facts.active_day, facts.first_day + np.arange(len(months))),
        ("month", (months - 1)[facts.active_day], facts.month_days),
    )
    for span, period, days in spans:
        order = np.argsort(period, kind="stable")
        periods, starts = np.unique(period[order], return_index=True)
        for one, whose in zip(
            periods.tolist(), np.split(facts.active_customer[order], starts[1:]), strict=True
        ):
            yield span, int(days[one]), zlib.compress(_bits(whose, facts.customers), 1)


def sum_rows(
    facts: Facts, groupings: Sequence[Grouping], of_titles: Sequence[TitleGrouping]
) -> Iterator[SumRow]:
    """Rows in the order of the columns of ``sums`` in the store."""
    months = len(facts.month_days)
    for stream in STREAMS:
        its = facts.streams[stream]
        yield (stream, "", 1, *_columns(list(its.daily.T), stream))
        if len(its.by_device):
            yield (stream, DEVICE, len(facts.devices) + 1, *_columns(list(its.by_device.T), stream))
        for grouping in groupings:
            width = len(grouping.labels) + 1
            slot = its.by_customer.period.astype(np.int64) * width + grouping.codes[its.by_customer.customer]
            summed = [_binned(slot, its.by_customer, name, months * width) for name in SUMMED]
            yield (stream, grouping.name, width, *_columns(summed, stream))
        for titles in of_titles if len(its.by_title.period) else ():
            width = len(titles.labels)
            if width:
                summed = [_by_label(its.by_title, name, titles, months).ravel() for name in SUMMED]
                yield (stream, titles.name, width, *_columns(summed, stream))


def _binned(slot: npt.NDArray[Any], entries: Entries, name: str, slots: int) -> npt.NDArray[Any]:
    return np.bincount(slot, getattr(entries, name), slots)


def _by_label(entries: Entries, name: str, titles: TitleGrouping, months: int) -> FloatArray:
    """A title counts for each of its labels; shape (months, labels)."""
    summed = np.zeros((months, len(titles.labels)))
    values = getattr(entries, name)
    for label, its in enumerate(titles.members):
        chosen = its[entries.title]
        summed[:, label] = np.bincount(entries.period[chosen], values[chosen], months)
    return summed


def grouping_rows(
    groupings: Sequence[Grouping], of_titles: Sequence[TitleGrouping], devices: Sequence[str] = ()
) -> Iterator[tuple[str, str, int, Packed]]:
    """Rows in the order of the columns of ``groupings`` in the store."""
    for grouping in groupings:
        narrow = len(grouping.labels) < 256
        codes = grouping.codes.astype("u1" if narrow else "u2").tobytes()
        yield grouping.name, json_text(grouping.labels), int(grouping.ordered), codes
    for titles in of_titles:
        yield titles.name, json_text(titles.labels), 0, None
    if devices:
        yield DEVICE, json_text(tuple(devices)), 0, None


def _columns(summed: Sequence[npt.NDArray[Any]], stream: str) -> tuple[Packed, Packed, Packed, Packed]:
    count, amount, marked, known = summed
    is_money = stream in {"order", "refund"}
    return packed(count), packed(amount, is_money=is_money), packed(marked), packed(count - known)


def _bits(members: npt.NDArray[Any], count: int) -> bytes:
    """One bit for each of ``count``, the lowest first."""
    bits = np.zeros(count, dtype=bool)
    bits[members] = True
    return np.packbits(bits, bitorder="little").tobytes()


def packed(values: npt.NDArray[Any], *, usual: int = 0, is_money: bool = False) -> Packed:
    """Numbers with a header as ``store.results.packing`` says; None where all are the usual one.

    Whole numbers, and whole parts of one, are kept exactly; what has no such parts is float32, money float64.
    """
    if bool((values == usual).all()):
        return None
    for divisor in DIVISORS:
        scaled = values * divisor if divisor > 1 else values
        whole = np.rint(scaled)
        if bool((np.abs(scaled - whole) <= NEARLY * np.maximum(np.abs(scaled), 1)).all()):
            low, high = float(whole.min()), float(whole.max())
            for type_ in "BHI" if low >= 0 else "bhi":
                if np.iinfo(type_).min <= low and high <= np.iinfo(type_).max:
                    parts: bytes = whole.astype(type_).tobytes()
                    return header(type_, divisor) + parts
    type_ = "d" if is_money else "f"
    kept: bytes = values.astype(type_).tobytes()
    return header(type_, 1) + kept
