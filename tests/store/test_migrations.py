"""The state file changes shape forwards only, whole steps at a time."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.errors import NewerFileError, StoreError
from store.state import State
from store.state.migrations import migrate, statements
from store.state.records import Member
from store.state.schema import MIGRATIONS

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def shape(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return sorted(
            (table, column)
            for (table,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'"
            ).fetchall()
            for (column,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
        )


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def make(path: Path, *steps: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, steps)


@pytest.mark.parametrize("old", range(1, len(MIGRATIONS)))
def test_an_older_file_is_brought_up_to_date_with_all_it_holds(tmp_path: Path, old: int) -> None:
    path = tmp_path / "old.db"
    make(path, *MIGRATIONS[:old])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO members (user_id, chat_id, role, zone, added_at) VALUES (7, 7, 'owner', 'UTC', 0)"
        )

    with closing(State(path)) as state:
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        assert state.members() == (Member(user_id=7, chat_id=7, role="owner", added_at=epoch),)
    State(tmp_path / "new.db").close()

    assert version(path) == len(MIGRATIONS)
    assert shape(path) == shape(tmp_path / "new.db")


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    make(path, *MIGRATIONS, "CREATE TABLE from_the_future (a INTEGER) STRICT;")

    with pytest.raises(NewerFileError, match=f"version {len(MIGRATIONS) + 1}.*up to {len(MIGRATIONS)}"):
        State(path)

    assert version(path) == len(MIGRATIONS) + 1
    assert ("from_the_future", "a") in shape(path)


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE invoices (a)")

    with pytest.raises(StoreError, match="holds something else"):
        State(path)

    assert shape(path) == [("invoices", "a")]


def test_a_step_that_fails_leaves_the_version_before_it(tmp_path: Path) -> None:
    path = tmp_path / "half.db"
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        make(path, *MIGRATIONS, "CREATE TABLE half (a INTEGER) STRICT;\nDROP TABLE nowhere;")

    assert version(path) == len(MIGRATIONS)
    assert ("half", "a") not in shape(path)


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "matinee.db"
    State(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert migrate(connection) == 0


def test_a_script_is_taken_apart_into_its_statements() -> None:
    assert [one.strip() for one in statements("CREATE TABLE a (\n b\n);\n\nDROP TABLE a;\n")] == [
        "CREATE TABLE a (\n b\n);",
        "DROP TABLE a;",
    ]
