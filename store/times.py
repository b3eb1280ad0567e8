"""How moments and days are stored: whole microseconds and whole days since 1970-01-01, UTC."""

from datetime import UTC, date, datetime, timedelta

from store.errors import NaiveTimeError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Microseconds since 1970-01-01 00:00 UTC.

    Raises:
        NaiveTimeError: ``at`` has no time zone.
    """
    if at.tzinfo is None:
        raise NaiveTimeError(f"{at.isoformat()} has no time zone; pass UTC, e.g. datetime.now(UTC)")
    return (at - _EPOCH) // _MICROSECOND


def moment(stored: int) -> datetime:
    """The moment of so many microseconds, in UTC."""
    return _EPOCH + timedelta(microseconds=stored)


def optional_micros(at: datetime | None) -> int | None:
    """As ``micros``; None stays None."""
    return None if at is None else micros(at)


def optional_moment(stored: int | None) -> datetime | None:
    """As ``moment``; None stays None."""
    return None if stored is None else moment(stored)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH_DAY


def day_of(stored: int) -> date:
    """The day of so many days since 1970-01-01."""
    return date.fromordinal(stored + _EPOCH_DAY)


def optional_day_number(day: date | None) -> int | None:
    """As ``day_number``; None stays None."""
    return None if day is None else day_number(day)


def optional_day(stored: int | None) -> date | None:
    """As ``day_of``; None stays None."""
    return None if stored is None else day_of(stored)
