"""Alerts of the quiet hours come after them, as one message."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.payloads import from_json
from jobs.alerts import scan
from jobs.alerts.quiet import awake_at
from store.results import Results
from store.state import State
from store.state.records import Member, Subscription
from tests.jobs.alert_world import Person, noon, publish_day
from tests.jobs.test_alert_scans import ALL, START

NIGHT = datetime(2026, 9, 3, 23, 0, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State(tmp_path / "matinee.db")) as opened:
        opened.save_member(
            Member(
                user_id=1,
                chat_id=1,
                role="retention",
                added_at=NIGHT,
                added_by=0,
                quiet_from=22,
                quiet_until=7,
            )
        )
        for chat_id, user_id in ((1, 1), (2, 2)):
            opened.subscribe(Subscription(chat_id=chat_id, kind="alerts", user_id=user_id))
        yield opened


def scan_day(folder: Path, state: State, day: int, now: datetime, **people: float) -> None:
    publish_day(folder, START + timedelta(days=day), {name: Person(p=p) for name, p in people.items()})
    with closing(Results(folder / "results.db")) as results:
        scan(results, state, ALL, now)


def test_two_scans_of_one_night_are_one_message_in_the_morning(tmp_path: Path, state: State) -> None:
    scan_day(tmp_path, state, 0, NIGHT - timedelta(days=2), ann=0.1, ben=0.1)
    scan_day(tmp_path, state, 1, NIGHT - timedelta(days=1), ann=0.8, ben=0.1)
    scan_day(tmp_path, state, 2, NIGHT, ann=0.8, ben=0.8)
    scan_day(tmp_path, state, 3, NIGHT + timedelta(hours=3), ann=0.8, ben=0.8)

    mine = state.pushed("alerts", 1)
    assert [row.due_at for row in mine] == [datetime(2026, 9, 4, 7, 0, tzinfo=UTC)]
    text = from_json(mine[0].payload).text
    assert text.index("Ann") < text.index("Ben")
    assert len(state.pushed("alerts", 2)) == 2


@pytest.mark.parametrize(
    ("quiet", "now", "due"),
    [
        ((22, 7), "2026-11-24T21:30", "2026-11-25T06:00"),  # 22:30 in Berlin
        ((22, 7), "2026-11-24T03:00", "2026-11-24T06:00"),
        ((22, 7), "2026-11-24T12:00", "2026-11-24T12:00"),
        ((12, 14), "2026-11-24T11:30", "2026-11-24T13:00"),
        ((22, 7), "2026-03-28T22:30", "2026-03-29T05:00"),  # the clocks change that night
        ((None, None), "2026-11-24T21:30", "2026-11-24T21:30"),
    ],
)
def test_alerts_wait_for_the_end_of_quiet_hours(
    quiet: tuple[int | None, int | None], now: str, due: str
) -> None:
    member = Member(
        user_id=1,
        chat_id=1,
        role="retention",
        added_at=noon(START),
        quiet_from=quiet[0],
        quiet_until=quiet[1],
    )
    subscription = Subscription(chat_id=1, kind="alerts", user_id=1, zone="Europe/Berlin")

    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert awake_at(moment, subscription, member) == datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert awake_at(moment, subscription, None) == moment
    # Others read along in a group: one person's night is not theirs.
    assert awake_at(moment, replace(subscription, chat_id=-500), member) == moment
