from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.times import MISSING, UNREADABLE, TimeReader, order_evidence

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def read(*texts: str | None, zone: str = "UTC", day_first: bool = True) -> list[int]:
    moments = TimeReader(zone, day_first=day_first).read(pa.array(texts, pa.string()))
    return [int(moment) for moment in moments]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02 12:00:00",
        "2026-01-02T12:00",
        "2026-01-02T12:00:00.000",
        "2026-01-02T12:00:00Z",
        "2026-01-02T17:00:00+05:00",
        "2026-01-02 12:00:00 UTC",
        "2026/1/2 12:00:00",
        "02.01.2026 12:00",
        "2/1/2026 12:00:00",
        "02-01-26 12:00",
        "2/1/2026 12:00 PM",
        "2 Jan 2026 12:00",
        "Jan 02, 2026 12:00 PM",
        "Fri, 02 Jan 2026 12:00:00 GMT",
        "02/Jan/2026:12:00:00 +0000",
        "1767355200",
        "1767355200000",
        "1767355200000000",
        "1767355200000000000",
        "1767355200.0",
        "20260102120000",
        "20260102 12:00",
    ],
)
def test_reads_every_usual_form(text: str) -> None:
    assert read(text) == [microseconds(NOON)]


@pytest.mark.parametrize(
    "text", ["2026-01-02", "20260102", "02.01.2026", "2 January 2026", "02-Jan-2026", "2026.01.02"]
)
def test_a_day_is_its_midnight(text: str) -> None:
    assert read(text) == [microseconds(NOON.replace(hour=0))]


@pytest.mark.parametrize("text", [None, "", "-", "NULL", "0000-00-00 00:00:00"])
def test_missing_is_missing(text: str | None) -> None:
    assert read(text, "2026-01-02") == [MISSING, microseconds(NOON.replace(hour=0))]


@pytest.mark.parametrize(
    "text", ["soon", "2026-02-30", "20260230", "31.13.2026", "1e300", "99999999999999999"]
)
def test_what_is_no_time_is_unreadable(text: str) -> None:
    assert read(text) == [UNREADABLE]


def test_mixed_forms_in_one_column_are_each_read() -> None:
    noon = microseconds(NOON)

    assert read("2026-01-02 12:00", "1767355200", "soon", "2026-01-02T12:00:00Z") == [
        noon,
        noon,
        UNREADABLE,
        noon,
    ]


def test_month_first_is_read_so_and_an_impossible_month_is_swapped() -> None:
    expected = [
        microseconds(datetime(2026, 3, 4, tzinfo=UTC)),
        microseconds(datetime(2026, 3, 13, tzinfo=UTC)),
    ]

    assert read("03/04/2026", "13/03/2026", day_first=False) == expected


def test_midnight_in_american_is_twelve_am() -> None:
    assert read("1/2/2026 12:30 AM", day_first=False) == [
        microseconds(datetime(2026, 1, 2, 0, 30, tzinfo=UTC))
    ]


def test_tells_day_first_from_month_first() -> None:
    assert order_evidence(["13/02/2026", "03/04/2026", "02/28/2026", "soon"]) == (1, 1)


def test_wall_clock_times_are_placed_in_their_zone() -> None:
    assert read("2026-07-01 12:00", zone="Europe/Berlin") == [
        microseconds(datetime(2026, 7, 1, 10, tzinfo=UTC))
    ]


def test_an_hour_that_clocks_skip_becomes_its_end_and_is_counted() -> None:
    reader = TimeReader("Europe/Berlin")

    moments = reader.read(pa.array(["2026-03-29 02:30", "2026-03-29 12:00"]))

    assert moments.tolist()[0] == microseconds(datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
    assert reader.shifted == 1


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    assert read("2026-10-25 02:30", zone="Europe/Berlin") == [
        microseconds(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    ]


def test_zones_apply_to_slashed_dates_and_days_too() -> None:
    midnight = microseconds(datetime(2026, 1, 1, 23, tzinfo=UTC))

    assert read("02.01.2026", "20260102", zone="Europe/Berlin") == [midnight, midnight]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([NOON, None]),
        pa.array([NOON.replace(tzinfo=None), None], pa.timestamp("ns")),
        pa.array([1767355200, None]),
        pa.array([1767355200.0, None]),
        pa.array([1767355200.0, float("nan")]),
        pa.array(["2026-01-02 12:00", None], pa.large_string()),
    ],
)
def test_reads_typed_columns(column: pa.Array) -> None:
    assert TimeReader().read(column).tolist() == [microseconds(NOON), MISSING]


def test_reads_a_column_of_dates() -> None:
    moments = TimeReader().read(pa.array([date(2026, 1, 2)]))

    assert moments.tolist() == [microseconds(NOON.replace(hour=0))]


def test_keeps_fractions_of_seconds() -> None:
    assert read("1767355200.5") == [microseconds(NOON) + 500_000]


def test_an_empty_column_has_no_times() -> None:
    assert read() == []


MOMENTS = st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2150, 1, 1))  # noqa: DTZ001


@given(
    st.lists(MOMENTS, min_size=1, max_size=20), st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata"])
)
def test_times_agree_with_the_standard_library(walls: list[datetime], zone: str) -> None:
    read_ = np.array(read(*(wall.isoformat() for wall in walls), zone=zone))
    expected = [wall.replace(tzinfo=ZoneInfo(zone)) for wall in walls]
    there = [
        moment.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
        for moment, wall in zip(expected, walls, strict=True)
    ]

    for moment, real, found in zip(expected, there, read_, strict=True):
        if real:
            assert found == microseconds(moment.astimezone(UTC))


@given(st.lists(MOMENTS, min_size=1, max_size=20))
def test_the_same_moment_in_two_forms_is_the_same(walls: list[datetime]) -> None:
    whole = [wall.replace(microsecond=0) for wall in walls]

    assert read(*(wall.isoformat() for wall in whole)) == read(
        *(f"{wall.day}.{wall.month}.{wall.year} {wall:%H:%M:%S}" for wall in whole)
    )
