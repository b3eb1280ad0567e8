"""Who may talk to the bot, how they got in, and what they subscribed to."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.state import State
from store.state.records import LinkToken, Member, Subscription

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ANN = Member(user_id=7, chat_id=7, name="Ann <b>", role="support", added_at=NOW, added_by=1, quiet_from=22)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State(tmp_path / "matinee.db")) as opened:
        yield opened


def test_a_member_is_remembered_and_changed(state: State) -> None:
    state.save_member(ANN)
    owner = Member(user_id=1, chat_id=1, role="owner", added_at=NOW, zone="Europe/Berlin", language="de")
    state.save_member(owner)
    retired = replace(ANN, role="viewer", customer_id="42")
    state.save_member(retired)

    assert state.member(7) == retired
    assert state.members() == (owner, retired)
    assert state.member(8) is None


def test_who_is_shut_out_loses_his_subscriptions(state: State) -> None:
    state.save_member(ANN)
    state.subscribe(Subscription(chat_id=7, kind="digest", user_id=7))
    state.subscribe(Subscription(chat_id=-5, kind="digest", user_id=1))

    assert state.remove_member(7)
    assert not state.remove_member(7)
    assert state.members() == ()
    assert [one.chat_id for one in state.subscriptions("digest")] == [-5]


def test_a_subscription_remembers_since_when_it_stands(state: State) -> None:
    before = Subscription(chat_id=7, kind="digest", user_id=7)
    state.subscribe(before)
    assert state.subscriptions("digest") == (before,)

    changed = replace(before, weekdays="0", only_notable=True, since=NOW)
    state.subscribe(changed)
    assert state.subscriptions("digest") == (changed,)


def test_an_invitation_works_once(state: State) -> None:
    token = LinkToken(
        token_hash="hash",
        role="viewer",
        customer_id="42",
        expires_at=NOW + timedelta(minutes=15),
        created_by=1,
    )
    state.invite(token)

    assert state.link_token("hash", NOW) == token
    assert state.use_link_token("hash", NOW) == token
    assert state.use_link_token("hash", NOW) is None
    assert state.link_token("hash", NOW) is None
    assert state.use_link_token("another", NOW) is None


def test_an_invitation_expires_on_the_microsecond(state: State) -> None:
    state.invite(
        LinkToken(token_hash="hash", role="viewer", customer_id=None, expires_at=NOW, created_by=None)
    )

    assert state.use_link_token("hash", NOW) is None
    assert state.use_link_token("hash", NOW - timedelta(microseconds=1)) is not None


@pytest.mark.parametrize("shared", [True, False], ids=["one connection", "two connections"])
def test_of_two_who_use_an_invitation_at_once_one_gets_in(
    state: State, tmp_path: Path, *, shared: bool
) -> None:
    with closing(State(tmp_path / "matinee.db")) as second:
        for number in range(20):
            token = LinkToken(
                token_hash=f"hash{number}",
                role="support",
                customer_id=None,
                expires_at=NOW + timedelta(days=1),
                created_by=1,
            )
            state.invite(token)
            start = threading.Barrier(2)
            used: list[LinkToken | None] = []

            def use(
                through: State, token: str, at_once: threading.Barrier, into: list[LinkToken | None]
            ) -> None:
                at_once.wait()
                into.append(through.use_link_token(token, NOW))

            threads = [
                threading.Thread(target=use, args=(through, f"hash{number}", start, used))
                for through in (state, state if shared else second)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

            assert sorted(token is None for token in used) == [False, True]


def test_a_subscription_is_changed_and_ended(state: State) -> None:
    daily = Subscription(chat_id=7, kind="digest", user_id=7, zone="Europe/Berlin", hour=8, minute=15)
    weekly = replace(daily, weekdays="0", only_notable=True)
    state.subscribe(daily)
    state.subscribe(replace(daily, kind="alerts"))
    state.subscribe(weekly)

    assert state.subscriptions("digest") == (weekly,)
    assert state.unsubscribe(7, "digest")
    assert not state.unsubscribe(7, "digest")
    assert state.subscriptions("digest") == ()
    assert state.subscriptions("alerts") == (replace(daily, kind="alerts"),)
