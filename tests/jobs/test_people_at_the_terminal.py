"""A customer's link and his being forgotten, at the command line."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.access import token_hash
from jobs.__main__ import main
from store.state import State
from store.state.records import Member
from tests.store.publishing import publish_small

CONFIGURATION = """
[paths]
output = "out"

[[sources]]
table = "events"
files = ["*.csv"]

[bot]
owners = [11]
"""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    monkeypatch.chdir(tmp_path)
    Path("matinee.toml").write_text(CONFIGURATION, encoding="utf-8")
    publish_small(Path("out"))
    with closing(State(Path("out/matinee.db"))) as opened:
        yield opened


def test_a_link_is_printed_that_works_once_and_names_nobody(
    state: State, capsys: pytest.CaptureFixture[str]
) -> None:
    state.note("bot_name", "matinee_bot")

    main(["link", "42"])

    said = capsys.readouterr()
    assert said.out.startswith("https://t.me/matinee_bot?start=")
    assert said.err == "Works once, within 15 minutes.\n"
    token = state.use_link_token(token_hash(said.out.strip().partition("=")[2]), datetime.now(UTC))
    assert token is not None
    assert (token.role, token.customer_id, token.created_by) == ("viewer", "42", None)
    assert [(entry.user_id, entry.action, entry.customer_id) for entry in state.audit()] == [
        (0, "link", "42")
    ]


def test_nobody_is_linked_to_a_customer_that_there_is_not(
    state: State, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["link", "nosuch"])

    assert stopped.value.code == 2
    assert "No customer of the served run has the id “nosuch”" in capsys.readouterr().err


def test_a_customer_is_forgotten_only_when_it_is_meant(
    state: State, capsys: pytest.CaptureFixture[str]
) -> None:
    state.save_member(
        Member(user_id=5, chat_id=5, role="viewer", customer_id="42", added_at=datetime.now(UTC))
    )

    main(["forget", "42"])
    assert "Nothing was deleted. Add --yes to do it." in capsys.readouterr().out
    assert state.member(5) is not None

    main(["forget", "42", "--yes"])
    said = capsys.readouterr().out
    assert "Forgotten here: 42." in said
    assert "Deleted: 1 link to Telegram." in said
    assert state.member(5) is None
    assert [row.kind for row in state.due(datetime.now(UTC))] == ["notice", "menu"]


def test_of_whom_nothing_is_known_nothing_is_forgotten(
    state: State, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["forget", "nosuch"])

    assert "Nothing is known of a customer" in capsys.readouterr().err
