"""Alerts, what came of them, contacts and feedback."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from store.state import State
from store.state.records import Alert, AlertState, Contact, Feedback, LinkToken, Member

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
RISKY = AlertState(
    customer_id="42",
    state="at_risk",
    since=date(2026, 11, 20),
    above=2,
    alerted_at=date(2026, 11, 21),
    held_out=True,
)
ALERT = Alert(customer_id="42", run_id="r1", probability=0.8, value=12.5, sent_at=NOW)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State(tmp_path / "matinee.db")) as opened:
        yield opened


def test_states_are_kept_with_the_scan_that_found_them(state: State) -> None:
    calm = AlertState(customer_id="7", state="ok", since=date(2026, 11, 1))
    assert not state.alert_scan("r1")
    state.save_alert_states([RISKY, calm], "r1", NOW)
    back = replace(RISKY, state="ok", above=0)
    state.save_alert_states([back], "r2", LATER)

    assert state.alert_states() == {"42": back, "7": calm}
    assert (state.alert_scan("r1"), state.alert_scan("r2"), state.alert_scan("r3")) == (True, True, False)


def test_a_scan_is_kept_whole_or_not_at_all(state: State) -> None:
    def scan() -> None:
        with state.transaction():
            state.save_alert_states([RISKY], "r1", NOW)
            state.record_alerts([ALERT])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        scan()

    assert state.alert_states() == {}
    assert state.alerts() == ()
    assert not state.alert_scan("r1")


def test_a_customer_is_alerted_about_once_in_a_run(state: State) -> None:
    other = replace(ALERT, customer_id="7", held_out=True)

    first, second = state.record_alerts([ALERT, other])
    assert state.record_alerts([ALERT]) == (first,)

    assert state.alerts() == (replace(other, id=second), replace(ALERT, id=first))
    assert state.alerts("open", "42") == (replace(ALERT, id=first),)
    assert state.alerts("saved") == ()


def test_who_resolved_an_alert_is_kept_and_the_same_press_again_changes_nothing(state: State) -> None:
    (number,) = state.record_alerts([ALERT])

    assert state.resolve_alert(number, "contacted", 7, LATER)
    assert not state.resolve_alert(number, "contacted", 8, LATER)
    assert state.alert(number) == replace(ALERT, id=number, state="contacted", by=7, resolved_at=LATER)
    assert state.resolve_alert(number, "saved", 8, LATER)
    assert not state.resolve_alert(number + 1, "saved", 8, LATER)
    assert state.alert(number + 1) is None


def test_contacts_come_newest_first_and_a_snooze_ends(state: State) -> None:
    until = NOW + timedelta(days=7)
    state.add_contact("42", "contacted", 7, NOW)
    state.add_contact("42", "snoozed", 8, LATER, until)
    state.add_contact("7", "lost", 8, LATER)

    assert state.contacts("42") == (
        Contact(customer_id="42", outcome="snoozed", by=8, at=LATER, until=until),
        Contact(customer_id="42", outcome="contacted", by=7, at=NOW),
    )
    assert len(state.contacts()) == 3
    assert state.snoozed(LATER) == {"42": until}
    assert state.snoozed(until) == {}


def test_the_last_verdict_about_a_title_counts(state: State) -> None:
    liked = Feedback(customer_id="42", title_id="t1", verdict="like", at=NOW, by=7)
    seen = Feedback(customer_id="42", title_id="t2", verdict="seen", at=LATER, by=7)
    other = Feedback(customer_id="7", title_id="t1", verdict="dislike", at=NOW, by=9)
    for feedback in (replace(liked, verdict="dislike"), liked, seen, other):
        state.add_feedback(feedback)

    assert state.feedback("42") == (seen, liked)
    assert state.all_feedback() == (liked, seen, other)
    assert state.remove_feedback("42", "t1")
    assert not state.remove_feedback("42", "t1")
    assert state.feedback("42") == (seen,)


def test_everything_about_a_customer_can_be_forgotten(state: State) -> None:
    state.save_alert_states([RISKY], "r1", NOW)
    state.record_alerts([ALERT])
    state.add_contact("42", "contacted", 7, NOW)
    state.add_feedback(Feedback(customer_id="42", title_id="t1", verdict="like", at=NOW, by=7))
    state.write_audit(7, "/user", "42", NOW)
    state.invite(
        LinkToken(token_hash="hash", role="viewer", customer_id="42", expires_at=LATER, created_by=7)
    )
    state.save_member(Member(user_id=42, chat_id=42, role="viewer", customer_id="42", added_at=NOW))
    state.add_contact("7", "contacted", 7, NOW)

    assert state.forget("42") == 7

    assert (state.alert_states(), state.alerts(), state.contacts("42"), state.feedback("42")) == (
        {},
        (),
        (),
        (),
    )
    assert (state.audit("42"), state.members()) == ((), ())
    nothing: LinkToken | None = state.use_link_token("hash", NOW)
    assert nothing is None
    assert len(state.contacts()) == 1
    assert state.forget("42") == 0


def test_genres_somebody_names_replace_those_before_and_are_forgotten_with_him(state: State) -> None:
    state.set_tastes("42", ("Drama", "Comedy"))
    state.set_tastes("42", ("War", "Comedy"))

    assert (state.tastes("42"), state.tastes("43")) == (("War", "Comedy"), ())
    assert state.kept_about("42") == {"tastes": 2}
    assert (state.forget("42"), state.tastes("42")) == (2, ())


def test_a_snooze_that_is_over_is_told_until_something_is_said_or_done(state: State) -> None:
    until, after = NOW + timedelta(days=7), NOW + timedelta(days=8)
    for customer_id in ("42", "7", "8"):
        state.add_contact(customer_id, "snoozed", 7, NOW, until=until)
    state.add_contact("8", "saved", 7, LATER)

    assert state.awake_again(until - timedelta(seconds=1)) == {}
    assert state.awake_again(after) == {"42": until, "7": until}

    state.record_alerts([replace(ALERT, run_id="r9", sent_at=after)])
    assert ALERT.customer_id == "42"
    assert state.awake_again(after) == {"7": until}
