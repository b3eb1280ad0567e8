"""Moments as people write them, read in bulk as microseconds since 1970 UTC."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from pipeline.sources.numbers import MISSING_WORDS

MISSING = np.iinfo(np.int64).min
UNREADABLE = MISSING + 1
IntArray = npt.NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # wall-clock time: the zone is applied to whole columns
_EARLIEST = -2_208_988_800_000_000  # 1900-01-01
_FARTHEST = 9e18  # what 64 bits hold; far outside of any calendar
_LATEST = 7_258_118_400_000_000  # 2200-01-01
_PARTED = re.compile(
    r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})"
    r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*([AaPp])?\.?[Mm]?\.?)?$"
)
_YEAR_FIRST = re.compile(r"^(\d{4})[./](\d{1,2})[./](\d{1,2})(.*)$")
_LIKE_A_DATE = re.compile(
    r"^(?=.*\d)(?:.{0,12}(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec).{0,28}"
    r"|\d{4}[\d: .+A-Z-]{4,26})$",
    re.IGNORECASE,
)
_WORDED = (
    "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d-%b-%y",
    "%d %b %Y %H:%M", "%d %b %Y %H:%M:%S", "%b %d, %Y %H:%M", "%b %d, %Y %I:%M %p", "%B %d, %Y %H:%M:%S",
    "%d/%b/%Y:%H:%M:%S %z", "%a, %d %b %Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y",
    "%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S %z", "%Y%m%d %H:%M:%S", "%Y%m%d %H:%M",
)  # fmt: skip


class TimeReader:
    """Reads one column of times; what worked for the last block is tried first for the next.

    Attributes:
        zone: IANA zone of times that carry none.
        day_first: How 03/04/2026 is meant.
        shifted: Times that a change of clocks skipped; moved to the moment it ended.
    """

    def __init__(self, zone: str = "UTC", *, day_first: bool = True) -> None:
        self.zone = zone
        self.day_first = day_first
        self.shifted = 0
        self._first = 0

    def read(self, column: pa.Array) -> IntArray:
        """Microseconds since 1970 UTC, or ``MISSING`` or ``UNREADABLE``; shape (n,)."""
        kind = column.type
        if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
            zone = kind.tz if pa.types.is_timestamp(kind) else None
            stamps = column.cast(pa.timestamp("us", tz=zone), safe=False)
            return self._local(_counts(stamps)) if stamps.type.tz is None else _counts(stamps)
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            return self._from_numbers(column.cast(pa.float64(), safe=False))
        if not pa.types.is_string(kind):
            column = column.cast(pa.string())
        for step in range(3):
            number = (self._first + step) % 3
            try:
                read = (self._naive, self._zoned, self._whole)[number](column)
            except pa.ArrowInvalid:
                continue
            self._first = number
            return read
        return self._by_distinct_text(column)

    def _naive(self, column: pa.Array) -> IntArray:
        return self._local(_counts(column.cast(pa.timestamp("us"))))

    @staticmethod
    def _zoned(column: pa.Array) -> IntArray:
        return _counts(column.cast(pa.timestamp("us", tz="UTC")))

    def _whole(self, column: pa.Array) -> IntArray:
        return self._from_numbers(column.cast(pa.int64()))

    def _from_numbers(self, column: pa.Array) -> IntArray:
        missing = column.is_null().to_numpy(zero_copy_only=False)
        if pa.types.is_floating(column.type):
            floats = column.fill_null(0.0).to_numpy(zero_copy_only=False)
            missing = missing | ~np.isfinite(floats)
            floats = np.clip(np.where(missing, 0.0, floats), -_FARTHEST, _FARTHEST)
            if ((floats != np.floor(floats)) & (np.abs(floats) < 1e11)).any():
                # Seconds with a fraction; scaled before they are cut to whole numbers.
                counts = np.round(np.clip(floats, -1e11, 1e11) * 1e6).astype(np.int64)
                return np.where(missing, MISSING, _sensible(counts))
            numbers = floats.astype(np.int64)
        else:
            numbers = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        moments: IntArray = np.where(missing, MISSING, self._moments(numbers))
        return moments

    def _moments(self, numbers: IntArray) -> IntArray:
        """Epochs in s, ms, µs or ns by size; YYYYMMDD and YYYYMMDDhhmmss by their digits."""
        size = np.abs(numbers)
        day_text = (size >= 18_000_101) & (size <= 21_991_231)
        clock_text = (size >= 18_000_101_000_000) & (size <= 21_991_231_235_959)
        if day_text.all():
            return self._local(_written_out(numbers * 1_000_000))
        scale = np.select([size < 100_000_000_000, size < 100_000_000_000_000], [1_000_000, 1_000], 1)
        counts = np.where(size >= 100_000_000_000_000_000, numbers // 1_000, numbers * scale)
        if day_text.any() or clock_text.any():
            written = np.where(day_text, numbers * 1_000_000, numbers)
            counts = np.where(day_text | clock_text, self._local(_written_out(written)), counts)
        return _sensible(counts)

    def _local(self, counts: IntArray) -> IntArray:
        """Wall-clock times of ``zone`` as UTC; of an hour that comes twice the first is meant."""
        if self.zone == "UTC":
            return _sensible(counts)
        known = (counts > _EARLIEST) & (counts < _LATEST)
        walls = pd.DatetimeIndex(np.where(known, counts, 0).astype("datetime64[us]"))
        first = np.ones(len(walls), dtype=bool)
        zone = ZoneInfo(self.zone)
        placed = walls.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
        skipped = placed.tz_localize(None) != walls
        self.shifted += int((np.asarray(skipped) & known).sum())
        utc = placed.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]").astype(np.int64)
        return np.where(known, utc, _sensible(counts))

    def _by_distinct_text(self, column: pa.Array) -> IntArray:
        encoded = column.dictionary_encode()
        readings = [self.moment(text) for text in encoded.dictionary.to_pylist()]
        counts = np.array([count for count, _ in readings] + [MISSING], dtype=np.int64)
        local = np.array([wall for _, wall in readings] + [False])
        codes = encoded.indices.fill_null(len(readings)).to_numpy(zero_copy_only=False)
        moments: IntArray = counts[codes]
        walls = local[codes]
        if walls.any():
            moments[walls] = self._local(moments[walls])
        return moments

    def moment(self, text: str) -> tuple[int, bool]:
        """Read one time: its count, and whether that is a wall-clock time without zone."""
        bare = text.strip()
        if bare.lower() in MISSING_WORDS or bare.startswith("0000-00-00"):
            return MISSING, False
        parsed = _iso(bare) or self._parted(bare) or _worded(bare)
        if parsed is not None:
            if parsed.tzinfo is None:
                return int((parsed - _NAIVE_EPOCH) / timedelta(microseconds=1)), True
            return int(_sensible(np.array([(parsed - _EPOCH) // timedelta(microseconds=1)]))[0]), False
        try:
            number = float(bare)
        except ValueError:
            return UNREADABLE, False
        return int(self._from_numbers(pa.array([number]))[0]), False

    def _parted(self, text: str) -> datetime | None:
        found = _PARTED.match(text)
        if found is None:
            return None
        one, two, year, hour, minute, second, half = found.groups()
        day, month = (int(one), int(two)) if self.day_first else (int(two), int(one))
        if month > 12:
            day, month = month, day
        whole = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
        clock = int(hour or 0)
        if half is not None:
            clock = clock % 12 + (12 if half in "Pp" else 0)
        seconds = float((second or "0").replace(",", "."))
        try:
            start = datetime(whole, month, day, clock, int(minute or 0))  # noqa: DTZ001  # wall-clock time
        except ValueError:
            return None
        return start + timedelta(seconds=seconds)


def _iso(text: str) -> datetime | None:
    if text.isdecimal():
        return None
    year_first = _YEAR_FIRST.match(text)
    if year_first is not None:
        year, month, day, clock = year_first.groups()
        text = f"{year}-{int(month):02d}-{int(day):02d}{clock}"
    try:
        return datetime.fromisoformat(text.removesuffix(" UTC").replace(" Z", "Z"))
    except ValueError:
        return None


def _worded(text: str) -> datetime | None:
    # Trying all forms is slow, and most text is nothing like a date.
    if not _LIKE_A_DATE.match(text):
        return None
    for form in _WORDED:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  # the zone is applied to the whole column
        except ValueError:
            continue
    return None


def _counts(stamps: pa.Array) -> IntArray:
    counts: IntArray = stamps.cast(pa.int64()).fill_null(MISSING).to_numpy(zero_copy_only=False)
    return counts


def _sensible(counts: IntArray) -> IntArray:
    """Outside the years 1900 to 2199 a number is no time of a customer's doing."""
    if not len(counts) or (counts.min() > _EARLIEST and counts.max() < _LATEST):
        return counts
    strange = ((counts <= _EARLIEST) | (counts >= _LATEST)) & (counts != MISSING)
    return np.where(strange, UNREADABLE, counts)


def _written_out(numbers: IntArray) -> IntArray:
    """YYYYMMDDhhmmss as wall-clock microseconds; days that no calendar holds are ``UNREADABLE``."""
    days, clock = np.divmod(numbers, 1_000_000)
    year, month, day = days // 10_000, days // 100 % 100, days % 100
    hour, minute, second = clock // 10_000, clock // 100 % 100, clock % 100
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    dates = months.astype("datetime64[D]").astype(np.int64) + day - 1
    within = dates < (months + 1).astype("datetime64[D]").astype(np.int64)
    valid = within & (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24) & (minute < 60) & (second < 60)
    counts = ((dates * 24 + hour) * 60 + minute) * 60 + second
    return np.where(valid, counts * 1_000_000, UNREADABLE)


def order_evidence(texts: list[str]) -> tuple[int, int]:
    """How many of the texts can only be day first, and how many only month first."""
    day_first = month_first = 0
    for text in texts:
        found = _PARTED.match(text.strip())
        if found is not None:
            day_first += int(found[1]) > 12
            month_first += int(found[2]) > 12
    return day_first, month_first
