"""Bringing ``matinee.db`` up to date: numbered steps, forward only, each in one transaction."""

import sqlite3
from collections.abc import Iterator, Sequence

from store.errors import NewerFileError, StoreError
from store.state.schema import APPLICATION_ID, MIGRATIONS


def migrate(connection: sqlite3.Connection, steps: Sequence[str] = MIGRATIONS) -> int:
    """Apply the steps that a file lacks; step k makes version k of it.

    Two processes may start at once: each step is taken under the write lock, by whoever gets it.

    Returns:
        How many steps were applied.

    Raises:
        NewerFileError: a newer program made the file.
        StoreError: it is a database of something else.
    """
    applied = 0
    while _version(connection) < len(steps):
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = _version(connection)
            if version < len(steps):
                _step(connection, version + 1, steps[version])
                applied += 1
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    _refuse_newer(connection, len(steps))
    return applied


def _step(connection: sqlite3.Connection, number: int, script: str) -> None:
    if number == 1:
        _refuse_foreign(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    # Not executescript: it would commit the transaction that makes the step whole.
    for statement in statements(script):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {number}")


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables:
        raise StoreError("this database holds something else; name another file for what people do")


def _refuse_newer(connection: sqlite3.Connection, known: int) -> None:
    version = _version(connection)
    if version > known:
        raise NewerFileError(
            f"the file is of version {version}, but this program knows versions up to {known}; "
            "start the newer Matinee that wrote it, or restore a backup"
        )
