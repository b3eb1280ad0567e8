"""What was looked at, asked and run, and notes."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from store.state import State
from store.state.records import AuditEntry, JobRun, LoggedQuestion

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
TODAY = date(2026, 11, 24)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State(tmp_path / "folder" / "matinee.db")) as opened:
        yield opened


def test_look_ups_are_audited_newest_first(state: State) -> None:
    state.write_audit(7, "/user", "42", NOW)
    state.write_audit(8, "/atrisk", None, LATER)

    seen = AuditEntry(user_id=7, action="/user", customer_id="42", at=NOW)
    assert state.audit() == (AuditEntry(user_id=8, action="/atrisk", customer_id=None, at=LATER), seen)
    assert state.audit("42") == (seen,)
    assert len(state.audit(limit=1)) == 1


def test_questions_are_kept_as_asked(state: State) -> None:
    state.log_question("who leaves?", None, "not understood", 7, NOW)

    assert state.questions() == (
        LoggedQuestion(text="who leaves?", reading=None, outcome="not understood", user_id=7, at=NOW),
    )


def test_a_job_runs_once_for_a_day_and_chat(state: State) -> None:
    assert state.last_job("digest") is None
    assert state.start_job("digest", TODAY, 7, at=NOW)
    assert not state.start_job("digest", TODAY, 7, at=LATER)
    assert state.start_job("digest", TODAY, 8, at=LATER)
    assert state.start_job("digest", TODAY + timedelta(days=1), 7, at=LATER)
    assert state.start_job("alerts", TODAY, at=NOW)
    state.finish_job("alerts", TODAY, outcome="2 alerts", at=LATER)

    finished = JobRun(
        kind="alerts", day=TODAY, chat_id=0, started_at=NOW, finished_at=LATER, outcome="2 alerts"
    )
    assert state.last_job("alerts") == finished
    assert state.job("alerts", TODAY) == finished
    assert state.job("alerts", TODAY, 7) is None
    last = state.last_job("digest")
    assert last is not None
    assert last.day == TODAY + timedelta(days=1)


def test_a_job_cut_off_may_begin_again_and_a_finished_one_may_not(state: State) -> None:
    state.start_job("retrain", TODAY, at=NOW)
    assert state.reopen_job("retrain", TODAY)
    assert state.start_job("retrain", TODAY, at=LATER)
    state.finish_job("retrain", TODAY, outcome="done", at=LATER)

    assert not state.reopen_job("retrain", TODAY)
    assert not state.start_job("retrain", TODAY, at=LATER)


def test_of_many_who_start_a_job_at_once_one_does(tmp_path: Path) -> None:
    begun: list[bool] = []

    def start() -> None:
        with closing(State(tmp_path / "matinee.db")) as state:
            begun.append(state.start_job("digest", TODAY, at=NOW))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(begun) == [False, False, False, True]


def test_notes_and_button_lines_outlive_a_restart(tmp_path: Path) -> None:
    with closing(State(tmp_path / "matinee.db")) as state:
        state.note("last poll", "1")
        state.note("last poll", "2")
        state.keep_line("k1", "/recommend 42 10 comedy", NOW)
    with closing(State(tmp_path / "matinee.db")) as state:
        assert state.noted("last poll") == "2"
        assert state.noted("nothing") is None
        assert state.kept_line("k1") == "/recommend 42 10 comedy"
        assert state.kept_line("k2") is None
        assert state.forget_lines(NOW) == 0
        assert state.forget_lines(LATER) == 1


def test_a_backup_holds_everything_so_far(state: State, tmp_path: Path) -> None:
    state.note("a", "b")
    state.backup(tmp_path / "backup.db")
    state.note("a", "c")

    with closing(State(tmp_path / "backup.db")) as copy:
        assert copy.noted("a") == "b"
