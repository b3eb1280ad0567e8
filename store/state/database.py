"""The connection to ``matinee.db`` that all of its questions share."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from store.errors import StoreError
from store.state.migrations import migrate

_WAIT_SECONDS = 30


def _unusable(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    if isinstance(error, sqlite3.OperationalError):  # the disk or the rights are at fault, not what it holds
        return StoreError(
            f"{path} cannot be opened for writing ({error}). May it be written, is there room on the disk, "
            "and does no other program hold it? What it holds was not touched."
        )
    return StoreError(
        f"{path} cannot be used ({error}). It holds what people said and did: put back a copy that "
        "“matinee backup” made, or move it aside to begin anew."
    )


class Database:
    """An open state file; safe to share between threads, which take turns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(
                path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.OperationalError as error:
            raise _unusable(path, error) from None
        try:
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode = WAL")
            # A crash of the process loses no committed row; against one of the machine there is ``secure``,
            # because a sync for every row would take longer than answering a question.
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            migrate(self._connection)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise _unusable(path, error) from None
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is done inside, or nothing; may be nested, the outermost counts.

        Do not await inside: every other user of the file waits.
        """
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.rollback()  # does nothing where SQLite did so itself
                raise

    def secure(self) -> None:
        """Return when everything committed so far survives a crash of the machine too; takes milliseconds.

        May be called from another thread; others go on reading and writing meanwhile.
        """
        log = self._path.with_name(f"{self._path.name}-wal")
        try:
            handle = os.open(log, os.O_RDWR)
        except FileNotFoundError:  # all of it is in the database file already
            return
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def backup(self, target: Path) -> None:
        """Write a consistent copy while others go on reading and writing."""
        with self._lock, closing(sqlite3.connect(target)) as copy:
            self._connection.backup(copy)

    def _all(self, question: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(question, values).fetchall()

    def _one(self, question: str, *values: object) -> sqlite3.Row | None:
        with self._lock:
            row: sqlite3.Row | None = self._connection.execute(question, values).fetchone()
            return row

    def _count(self, question: str, *values: object) -> int:
        row = self._one(question, *values)
        assert row is not None
        return int(row[0])

    def _change(self, statement: str, *values: object) -> int:
        """Change rows; returns how many."""
        with self._lock:
            return self._connection.execute(statement, values).rowcount
