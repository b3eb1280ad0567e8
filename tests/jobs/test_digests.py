"""Who gets the digest, when, and that it is once."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payloads import from_json
from jobs.digests import last_occasion, send_due, send_now
from jobs.settings import JobSettings
from store.errors import NoResults
from store.results import Results
from store.state import State
from store.state.records import Subscription
from tests.store.publishing import WATERMARK, publish_small

SETTINGS = JobSettings()
ANN, BEN = 11, 12


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(chat_id: int = ANN, **fields: object) -> Subscription:
    return Subscription(**{"chat_id": chat_id, "kind": "digest", "user_id": chat_id} | fields)  # type: ignore[arg-type]


class Desk:
    """A published run, the state, and the minute job."""

    def __init__(self, folder: Path, state: State) -> None:
        self.folder, self.state = folder, state

    def at(self, text: str) -> int:
        with closing(Results(self.folder / "results.db")) as results:
            return send_due(results, self.state, SETTINGS, utc(text))

    @property
    def keys(self) -> list[str]:
        return [row.key for row in reversed(self.state.outbox_rows("queued"))]

    @property
    def texts(self) -> list[str]:
        return [from_json(row.payload).text for row in self.state.outbox_rows("queued")]

    @property
    def newest(self) -> str:
        return self.texts[0]

    def outcome(self, day: date, chat_id: int = ANN) -> str | None:
        job = self.state.job("digest", day, chat_id)
        return None if job is None else job.outcome


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(State(tmp_path / "matinee.db")) as state:
        yield Desk(tmp_path, state)


def test_each_chat_gets_it_at_its_own_hour_and_once(desk: Desk) -> None:
    publish_small(desk.folder)
    desk.state.subscribe(daily(ANN, zone="Europe/Berlin", hour=9))
    desk.state.subscribe(daily(BEN, zone="America/New_York", hour=9))
    # What was due yesterday is too late already.
    assert desk.at("2026-11-23T07:59") == 0

    assert [desk.at("2026-11-23T08:00"), desk.at("2026-11-23T08:01"), desk.at("2026-11-23T13:59")] == [
        1,
        0,
        0,
    ]
    assert [desk.at("2026-11-23T14:00"), desk.at("2026-11-23T14:01")] == [1, 0]

    assert desk.keys == ["digest:2026-11-23:11", "digest:2026-11-23:12"]
    assert desk.outcome(date(2026, 11, 23)) == "queued"
    (_, row) = desk.state.outbox_rows("queued")
    assert from_json(row.payload).text.startswith("<b>Digest for 23 Nov 2026</b>")


def test_one_missed_is_sent_within_the_grace_and_skipped_after_it(desk: Desk) -> None:
    publish_small(desk.folder)
    desk.state.subscribe(daily(hour=9))

    assert desk.at("2026-11-23T15:00") == 1
    assert desk.at("2026-11-24T15:01") == 0
    assert desk.outcome(date(2026, 11, 24)) == "skipped: too late"
    assert desk.at("2026-11-25T09:00") == 1


def test_what_was_skipped_is_said_in_the_next(desk: Desk) -> None:
    publish_small(desk.folder)
    desk.state.subscribe(daily(hour=9, since=utc("2026-11-20T00:00")))
    desk.at("2026-11-20T09:00")
    # Nobody runs it on the 21st; on the 22nd it starts in the evening.
    assert desk.at("2026-11-22T20:00") == 0

    assert desk.at("2026-11-23T09:00") == 1

    said = "Skipped, because it could not be sent in time: the digest for 21 Nov 2026 and 22 Nov 2026."
    assert said in desk.newest
    assert desk.at("2026-11-24T09:00") == 1
    assert "Skipped" not in desk.newest


def test_nothing_is_skipped_before_anything_was_published_or_wished(desk: Desk) -> None:
    desk.state.subscribe(daily(hour=9, since=utc("2026-11-21T08:00")))
    assert desk.at("2026-11-21T16:00") == 0
    publish_small(desk.folder)
    desk.state.subscribe(daily(BEN, hour=9, since=utc("2026-11-22T10:00")))

    assert [desk.at("2026-11-22T10:01"), desk.at("2026-11-23T09:00")] == [1, 2]

    assert desk.outcome(date(2026, 11, 21)) == "skipped: nothing was published yet"
    assert desk.outcome(date(2026, 11, 22), BEN) is None
    assert not any("Skipped" in text for text in desk.texts)


def test_two_days_without_a_word_are_not_said_of_a_chat_nobody_knows_the_beginning_of(desk: Desk) -> None:
    publish_small(desk.folder)
    desk.state.subscribe(daily(hour=9))

    assert desk.at("2026-11-23T09:00") == 1
    assert "Skipped" not in desk.newest


def test_each_chat_is_told_what_changed_since_its_own_last_digest(desk: Desk) -> None:
    publish_small(desk.folder, watermark=WATERMARK - timedelta(days=2), probabilities={"42": 0.3})
    desk.state.subscribe(daily(ANN, hour=9))
    desk.state.subscribe(daily(BEN, hour=9, weekdays="06"))  # Monday and Sunday
    desk.at("2026-11-21T09:00")
    publish_small(desk.folder, watermark=WATERMARK - timedelta(days=1))
    desk.at("2026-11-22T09:00")
    publish_small(desk.folder)

    assert desk.at("2026-11-23T09:00") == 2

    ann, ben = (
        from_json(row.payload).text.splitlines()[0] for row in desk.state.outbox_rows("queued")[:2][::-1]
    )
    assert ann == ben == "<b>Digest for 23 Nov 2026</b>, compared with 22 Nov 2026"
    first_of_ben = from_json(desk.state.outbox_rows("queued")[2].payload).text
    assert "compared with 21 Nov 2026" in first_of_ben
    assert "At high risk: 4 established customers (▲ 1)" in first_of_ben


def test_a_restart_sends_nothing_twice(desk: Desk, tmp_path: Path) -> None:
    publish_small(desk.folder)
    desk.state.subscribe(daily(hour=9))
    desk.at("2026-11-23T09:00")

    with closing(State(tmp_path / "matinee.db")) as reopened:
        again = Desk(tmp_path, reopened)
        assert again.at("2026-11-23T09:05") == 0
        assert again.keys == ["digest:2026-11-23:11"]


def test_only_the_chosen_weekdays(desk: Desk) -> None:
    publish_small(desk.folder)
    desk.state.subscribe(daily(hour=9, weekdays="04"))  # Monday and Friday

    sent = [desk.at(f"2026-11-{day}T09:00") for day in range(23, 30)]

    assert sent == [1, 0, 0, 0, 1, 0, 0]


def test_who_wants_news_only_is_left_alone_without_them(desk: Desk) -> None:
    publish_small(desk.folder, watermark=WATERMARK - timedelta(days=1))
    publish_small(desk.folder)
    desk.state.subscribe(daily(ANN, hour=9, only_notable=True))
    desk.state.subscribe(daily(BEN, hour=9))

    assert desk.at("2026-11-23T09:00") == 1
    assert desk.outcome(date(2026, 11, 23), ANN) == "nothing to tell"
    assert desk.keys == ["digest:2026-11-23:12"]


def test_without_results_it_waits_for_them(desk: Desk) -> None:
    desk.state.subscribe(daily(hour=9))
    assert desk.at("2026-11-23T09:00") == 0

    publish_small(desk.folder)

    assert desk.at("2026-11-23T10:00") == 1


def test_on_demand_every_subscribed_chat_gets_one(desk: Desk) -> None:
    desk.state.subscribe(daily(ANN))
    desk.state.subscribe(daily(BEN))
    with closing(Results(desk.folder / "results.db")) as results:
        with pytest.raises(NoResults):
            send_now(results, desk.state, utc("2026-11-23T11:00"))
        publish_small(desk.folder)
        assert send_now(results, desk.state, utc("2026-11-23T11:00")) == 2
        assert send_now(results, desk.state, utc("2026-11-23T11:00")) == 0


@pytest.mark.parametrize(
    ("hour", "minute", "day", "at"),
    [
        (9, 0, "2026-03-28", "2026-03-28T08:00"),  # the day before: winter time
        (9, 0, "2026-03-29", "2026-03-29T07:00"),  # the clocks go forward in the night
        (2, 30, "2026-03-29", "2026-03-29T01:30"),  # does not exist: 03:30 summer time
        (9, 0, "2026-10-24", "2026-10-24T07:00"),
        (9, 0, "2026-10-25", "2026-10-25T08:00"),  # the clocks go back
        (2, 30, "2026-10-25", "2026-10-25T00:30"),  # comes twice: the first time
    ],
)
def test_the_change_of_the_clock_in_berlin(hour: int, minute: int, day: str, at: str) -> None:
    subscription = daily(zone="Europe/Berlin", hour=hour, minute=minute)

    occasion = last_occasion(subscription, utc(at))
    assert occasion is not None
    assert (str(occasion.day), occasion.at) == (day, utc(at))
    before = last_occasion(subscription, utc(at) - timedelta(minutes=1))
    assert before is not None
    assert before.day == occasion.day - timedelta(days=1)


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
@pytest.mark.parametrize(("hour", "minute"), [(2, 30), (3, 0), (9, 0)])
def test_each_day_has_one_digest_also_when_the_clock_changes(
    desk: Desk, night: str, hour: int, minute: int
) -> None:
    publish_small(desk.folder)
    desk.state.subscribe(daily(zone="Europe/Berlin", hour=hour, minute=minute))
    begin = utc(f"{night}T00:00") - timedelta(hours=12)
    desk.at(begin.strftime("%Y-%m-%dT%H:%M"))
    settled = len(desk.keys)

    sent = [desk.at(f"{begin + timedelta(minutes=15 * step):%Y-%m-%dT%H:%M}") for step in range(4 * 48)]

    assert sum(sent) == 2
    assert len(desk.keys) == settled + 2


def test_nobody_is_asked_on_no_day() -> None:
    assert last_occasion(daily(weekdays=""), utc("2026-11-23T09:00")) is None


@given(
    minutes=st.integers(0, 60 * 24 * 370),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland", "Asia/Kolkata"]),
)
def test_the_last_occasion_lies_within_the_last_day_and_never_ahead(
    minutes: int, hour: int, minute: int, zone: str
) -> None:
    now = utc("2026-01-01T00:00") + timedelta(minutes=minutes)

    occasion = last_occasion(daily(zone=zone, hour=hour, minute=minute), now)

    assert occasion is not None
    assert timedelta(0) <= now - occasion.at < timedelta(hours=25)
