"""Guessed invitations, requests to be forgotten, and what is undone about messages that wait."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.state import State
from store.state.migrations import migrate
from store.state.records import (
    Feedback,
    ForgetRequest,
    LinkFailures,
    LinkToken,
    Member,
    Subscription,
)
from store.state.schema import MIGRATIONS
from store.times import micros

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State(tmp_path / "matinee.db")) as opened:
        yield opened


def invitation(token_hash: str, role: str = "support", by: int | None = 1) -> LinkToken:
    return LinkToken(
        token_hash=token_hash,
        role=role,  # type: ignore[arg-type]  # a literal for each caller
        customer_id=None,
        expires_at=LATER,
        created_by=by,
        name="Ann",
    )


def test_an_invitation_remembers_what_its_guest_is_called(state: State) -> None:
    state.invite(invitation("a"))

    assert state.use_link_token("a", NOW) == invitation("a")


def test_open_invitations_are_voided_by_role_or_by_who_made_them(state: State) -> None:
    for token in (invitation("a"), invitation("b", by=2), invitation("c", "owner", None)):
        state.invite(token)

    assert state.void_link_tokens(NOW, by=2) == 1
    assert state.void_link_tokens(NOW, role="owner") == 1
    assert [bool(state.link_token(each, NOW)) for each in "abc"] == [True, False, False]
    assert state.void_link_tokens(NOW) == 1


def test_invitations_and_guesses_of_long_ago_are_dropped(state: State) -> None:
    state.invite(invitation("a"))
    state.link_failed(9, NOW)

    assert state.forget_link_tokens(LATER) == 0
    assert state.link_failures(9) is None
    assert state.forget_link_tokens(LATER + timedelta(seconds=1)) == 1


def test_guesses_are_counted_until_somebody_gets_in(state: State) -> None:
    assert state.link_failures(9) is None
    state.link_failed(9, NOW)
    state.link_failed(9, LATER)

    assert state.link_failures(9) == LinkFailures(failures=2, last_at=LATER)
    state.clear_link_failures(9)
    assert state.link_failures(9) is None


def test_a_request_to_be_forgotten_is_kept_once_and_goes_with_what_is_kept(state: State) -> None:
    state.save_member(Member(user_id=5, chat_id=5, role="viewer", customer_id="42", added_at=NOW))
    state.add_feedback(Feedback(customer_id="42", title_id="t", verdict="like", at=NOW, by=5))
    request = ForgetRequest(customer_id="42", user_id=5, asked_at=NOW)

    assert state.ask_to_forget(request)
    assert not state.ask_to_forget(request)
    assert state.forget_requests() == (request,)
    assert state.kept_about("42") == {"feedback": 1, "forget_requests": 1, "members": 1}
    assert state.forget("42") == 3
    assert (state.forget_requests(), state.kept_about("42")) == ((), {})


def test_the_chat_of_who_is_forgotten_is_emptied(state: State) -> None:
    state.save_member(Member(user_id=5, chat_id=5, role="viewer", customer_id="42", added_at=NOW))
    state.subscribe(Subscription(chat_id=5, kind="digest", user_id=5))
    state.log_question("what about me", None, "answered", 5, NOW)
    state.log_question("what about him", None, "answered", 6, NOW)
    state.enqueue("a", "digest", 5, "for him", NOW)
    state.enqueue("b", "digest", 6, "for another", NOW)
    state.keep_line("x", "/recommend 42 5", NOW)
    state.keep_line("y", "/recommend 421 5", NOW)

    state.forget("42")

    assert state.subscriptions("digest") == ()
    assert [one.text for one in state.questions()] == ["what about him"]
    assert state.questions(user_id=5) == ()
    assert [row.payload for row in state.due(NOW)] == ["for another"]
    assert [row.payload for row in state.outbox_rows("failed")] == [""]
    assert (state.kept_line("x"), state.kept_line("y")) == (None, "/recommend 421 5")


def test_what_waits_can_be_changed_and_dropped_and_what_left_cannot(state: State) -> None:
    for key in ("a", "b"):
        state.enqueue(key, "alerts", 5, key, NOW)
    state.enqueue("c", "alerts", 6, "c", NOW)
    first = state.outbox_row("a")
    assert first is not None
    state.sending(first.id, NOW)
    assert not state.amend(first.id, "changed")
    state.sent(first.id, 77, NOW)

    assert state.amend(first.id, "a too")
    second = state.outbox_row("b")
    assert second is not None
    assert state.amend(second.id, "changed")
    assert [row.payload for row in state.pushed("alerts", 5)] == ["changed", "a too"]
    assert [row.message_id for row in state.pushed("alerts")] == [None, None, 77]
    assert state.drop_queued(5, "revoked", NOW) == 1
    assert [row.payload for row in state.pushed("alerts")] == ["c", "a too"]
    assert state.outbox_row("nothing") is None


def test_the_audit_is_counted_and_paged(state: State) -> None:
    for number in range(3):
        state.write_audit(number, "user", "42", NOW)
    state.write_audit(9, "user", "43", NOW)

    assert (state.count_audit(), state.count_audit("42")) == (4, 3)
    assert [entry.user_id for entry in state.audit("42", 2, 1)] == [1, 0]


def test_a_file_of_the_version_before_keeps_its_invitations(tmp_path: Path) -> None:
    path = tmp_path / "matinee.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, MIGRATIONS[:2])
        connection.execute(
            "INSERT INTO link_tokens VALUES ('a', 'support', NULL, ?, 1, NULL)", (micros(LATER),)
        )

    with closing(State(path)) as state:
        token = state.link_token("a", NOW)

    assert token is not None
    assert (token.role, token.name) == ("support", None)
