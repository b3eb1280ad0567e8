"""The inbox and the outbox: nothing is lost, nothing is done twice."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.state import State
from store.state.records import InboxRow, OutboxRow, Subscription

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(seconds=5)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State(tmp_path / "matinee.db")) as opened:
        yield opened


def queue(
    state: State, key: str = "digest:2026-11-24:7", due_at: datetime = NOW, chat_id: int = 7
) -> OutboxRow:
    assert state.enqueue(key, "digest", chat_id, '{"text":"…"}', due_at)
    return state.outbox_rows("queued")[0]


def states(state: State) -> dict[str, str]:
    everything = ("queued", "sending", "sent", "uncertain", "failed", "blocked")
    return {row.key: row.state for name in everything for row in state.outbox_rows(name)}  # type: ignore[arg-type]


def test_an_update_received_again_is_dropped(state: State) -> None:
    assert state.last_update_id() is None
    assert state.receive(11, '{"a":1}', NOW)
    assert not state.receive(11, '{"a":2}', LATER)
    assert state.receive_all([(10, "{}"), (11, "{}"), (12, "{}")], LATER) == 2

    assert [row.update_id for row in state.unfinished()] == [10, 11, 12]
    assert state.unfinished()[1] == InboxRow(update_id=11, payload='{"a":1}', received_at=NOW)
    assert (state.inbox_depth(), state.last_update_id()) == (3, 12)


def test_a_finished_update_does_not_come_back_and_its_text_is_gone(state: State, tmp_path: Path) -> None:
    state.receive_all([(1, "secret words"), (2, "{"), (3, "{}")], NOW)
    state.finish(1, LATER)
    state.bury(2, "not JSON", LATER)

    assert [row.update_id for row in state.unfinished()] == [3]
    assert not state.receive(1, "secret words", LATER)
    assert not state.receive(2, "{", LATER)


def test_old_updates_are_forgotten_but_the_last_is_recognised(state: State) -> None:
    state.receive_all([(1, "{}"), (2, "{}"), (3, "{}")], NOW)
    for update_id in (1, 3):
        state.finish(update_id, NOW)

    assert state.forget_inbox(LATER) == 1
    assert not state.receive(3, "{}", LATER)
    assert [row.update_id for row in state.unfinished()] == [2]
    assert state.empty_inbox() == 2
    assert state.last_update_id() is None


def test_an_answer_that_was_leaving_at_a_crash_is_not_given_twice(state: State) -> None:
    state.receive_all([(1, "{}"), (2, "{}"), (3, "{}")], NOW)
    state.begin_answer(1, NOW)
    state.begin_answer(2, NOW)
    state.no_answer_yet(2)

    assert state.interrupted_answers(LATER) == 1
    assert [row.update_id for row in state.unfinished()] == [2, 3]
    assert state.interrupted_answers(LATER) == 0


def test_a_batch_is_received_whole_or_not_at_all(state: State) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        state.receive_all([(1, "{}"), (2, None)], NOW)  # type: ignore[list-item]

    assert state.inbox_depth() == 0


def test_what_is_queued_twice_is_sent_once(state: State) -> None:
    row = queue(state)
    assert not state.enqueue(row.key, "digest", 7, '{"text":"other"}', NOW)
    assert state.due(NOW) == (row,)

    assert state.sending(row.id, NOW)
    assert not state.sending(row.id, NOW)  # somebody else has it
    assert state.due(LATER) == ()
    state.sent(row.id, 555, LATER)

    assert not state.enqueue(row.key, "digest", 7, "{}", NOW)
    (sent,) = state.outbox_rows("sent")
    assert (sent.message_id, sent.sent_at, sent.attempts, sent.error) == (555, LATER, 1, None)


def test_messages_fall_due_in_order(state: State) -> None:
    queue(state, "late", LATER)
    queue(state, "second", NOW)
    queue(state, "first", NOW - timedelta(hours=1))

    assert [row.key for row in state.due(NOW)] == ["first", "second"]
    assert [row.key for row in state.due(LATER, limit=1)] == ["first"]
    assert state.outbox_depth() == 3


def test_where_nothing_was_sent_it_is_tried_again(state: State) -> None:
    row = queue(state)
    state.sending(row.id, NOW)
    state.retry(row.id, LATER, "429: retry after 5")

    assert state.due(NOW) == ()
    (again,) = state.due(LATER)
    assert (again.attempts, again.error) == (1, "429: retry after 5")


def test_who_blocked_the_bot_is_not_written_to(state: State) -> None:
    row = queue(state)
    state.sending(row.id, NOW)
    state.settle(row.id, "blocked", "403", LATER)

    assert states(state) == {row.key: "blocked"}
    assert state.outbox_depth() == 0


def test_what_was_sent_long_ago_is_emptied_but_its_key_is_kept(state: State) -> None:
    old, waiting = queue(state, "old"), queue(state, "waiting")
    state.sent(old.id, 1, NOW)

    assert state.forget_outbox(LATER) == 1
    assert state.forget_outbox(LATER) == 0
    assert state.outbox_rows("sent")[0].payload == ""
    assert not state.enqueue("old", "digest", 7, "{}", NOW)
    assert state.due(NOW) == (waiting,)


def test_a_group_that_moved_is_followed(state: State) -> None:
    waiting, gone = queue(state, "waiting", chat_id=-1), queue(state, "gone", chat_id=-1)
    state.settle(gone.id, "failed", "400", NOW)
    state.sent(queue(state, "arrived", chat_id=-1).id, 5, NOW)
    state.subscribe(Subscription(chat_id=-1, kind="digest", user_id=7))
    state.subscribe(Subscription(chat_id=-100, kind="digest", user_id=8))
    state.start_job("digest", NOW.date(), -1, at=NOW)
    state.note("digest.told:-1", "a")
    state.note("digest.told:-11", "b")
    state.move_chat(-1, -100)

    assert state.job("digest", NOW.date(), -1) is None
    assert not state.start_job("digest", NOW.date(), -100, at=NOW)
    told = [state.noted(f"digest.told:{chat_id}") for chat_id in (-1, -11, -100)]
    assert told == [None, "b", "a"]
    assert [(row.id, row.chat_id) for row in state.due(NOW)] == [(waiting.id, -100)]
    assert state.outbox_rows("failed")[0].chat_id == -1
    assert state.outbox_rows("sent")[0].message_id is None
    assert [(one.chat_id, one.user_id) for one in state.subscriptions("digest")] == [(-100, 7)]


CRASH = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from store.state import State
state, now = State(Path(sys.argv[1])), datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
state.receive_all([(1, "{}"), (2, "{}")], now)
state.finish(1, now)
for key in ("sent", "sending", "queued"):
    state.enqueue(key, "digest", 7, "{}", now)
rows = {row.key: row.id for row in state.due(now)}
state.sending(rows["sent"], now)
state.sent(rows["sent"], 1, now)
state.sending(rows["sending"], now)
with state.transaction():
    state.receive(3, "half", now)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_after_a_crash_what_was_leaving_is_uncertain_and_the_rest_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "matinee.db"
    crashed = subprocess.run([sys.executable, "-c", CRASH, str(path)], cwd=ROOT, check=False)
    assert crashed.returncode == -signal.SIGKILL

    with closing(State(path)) as state:
        assert state.interrupted(LATER) == 1
        assert states(state) == {"sent": "sent", "sending": "uncertain", "queued": "queued"}
        assert [row.update_id for row in state.unfinished()] == [2]
        assert state.last_update_id() == 2


def test_secured_means_synced_with_or_without_a_log(tmp_path: Path) -> None:
    state = State(tmp_path / "matinee.db")
    state.receive(1, "{}", NOW)
    state.secure()
    state.close()
    assert not (tmp_path / "matinee.db-wal").exists()
    state.secure()
    assert [path.name for path in tmp_path.iterdir()] == ["matinee.db"]


ACTIONS = st.lists(
    st.tuples(st.sampled_from(("enqueue", "sending", "sent", "retry", "crash")), st.integers(0, 3)),
    max_size=30,
)


@settings(max_examples=30)
@given(actions=ACTIONS)
def test_whatever_happens_no_key_is_sent_twice(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, int]]
) -> None:
    deliveries: dict[str, int] = {}
    with closing(State(tmp_path_factory.mktemp("law") / "matinee.db")) as state:
        for action, number in actions:
            key = f"key{number}"
            row = next((row for row in state.outbox_rows("sending") if row.key == key), None)
            if action == "enqueue":
                state.enqueue(key, "digest", 1, "{}", NOW)
            elif action == "sending":
                due = [row.id for row in state.due(NOW) if row.key == key]
                if due and state.sending(due[0], NOW):
                    deliveries[key] = deliveries.get(key, 0) + 1
            elif action == "sent" and row is not None:
                state.sent(row.id, 1, NOW)
            elif action == "retry" and row is not None:
                state.retry(row.id, NOW, "nothing was sent")
                deliveries[key] -= 1
            elif action == "crash":
                state.interrupted(NOW)

    assert all(count <= 1 for count in deliveries.values())
