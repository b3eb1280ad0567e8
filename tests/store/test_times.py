"""Moments and days, as they are stored."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import times
from store.errors import NaiveTimeError


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_comes_back_to_the_microsecond(at: datetime) -> None:
    assert times.moment(times.micros(at)) == at


@given(st.dates())
def test_a_day_comes_back(day: date) -> None:
    assert times.day_of(times.day_number(day)) == day


def test_days_and_microseconds_count_from_1970() -> None:
    assert times.day_number(date(1970, 1, 2)) == 1
    assert times.micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == 1_000_000


def test_the_same_moment_in_another_zone_is_stored_the_same() -> None:
    berlin = datetime(2026, 11, 24, 9, tzinfo=timezone(timedelta(hours=1)))

    assert times.micros(berlin) == times.micros(datetime(2026, 11, 24, 8, tzinfo=UTC))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveTimeError, match="no time zone; pass UTC"):
        times.micros(datetime(2026, 11, 24))  # noqa: DTZ001 - this is the mistake


def test_nothing_stays_nothing() -> None:
    assert times.optional_micros(None) is None
    assert times.optional_moment(None) is None
    assert times.optional_day_number(None) is None
    assert times.optional_day(None) is None
