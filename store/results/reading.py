"""An open published file that notices when another one takes its place."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from store.errors import NoResults
from store.results.folder import open_read_only
from store.results.packing import days_in

Computed = TypeVar("Computed")


class Reader:
    """Reads one published file; every question goes to the file that is served at that moment.

    A question is answered from one file: whole runs only. For several questions that belong together there
    is ``one_run``. Meant for one thread at a time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = str(path)
        self._connection: sqlite3.Connection | None = None
        self._holding = 0
        self._identity = (0, 0, 0)
        self._segment_names: dict[int | None, str] = {}
        self._score_days: dict[int, tuple[date, ...]] = {}
        # What was computed from the served file, by name; empty after each swap.
        self._remembered: dict[str, Any] = {}

    def close(self) -> None:
        """Close the file; the next question opens it again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._remembered = {}

    @contextmanager
    def one_run(self) -> Iterator[None]:
        """Answer every question inside from the run that is served at the beginning; may be nested.

        Do not await inside: whoever asks meanwhile would be answered from that run too.
        """
        self._served()
        self._holding += 1
        try:
            yield
        finally:
            self._holding -= 1

    def _served(self) -> sqlite3.Connection:
        if self._holding and self._connection is not None:
            return self._connection
        try:
            found = os.stat(self._name)  # noqa: PTH116 - Path.stat costs twice as much, on each read
        except FileNotFoundError:
            self.close()
            raise NoResults(
                f"{self._path}: nothing has been published yet; run “matinee retrain” first"
            ) from None
        identity = (found.st_ino, found.st_mtime_ns, found.st_size)
        if self._connection is None or identity != self._identity:
            self.close()
            self._connection = open_read_only(self._path)
            self._identity = identity
            named = self._connection.execute("SELECT number, name FROM segments")
            self._segment_names = dict(map(tuple, named))
            days = self._connection.execute("SELECT number, days FROM score_days")
            self._score_days = {number: days_in(packed) for number, packed in days}
        return self._connection

    def _once(self, name: str, compute: Callable[[], Computed]) -> Computed:
        """What ``compute`` found in the file served, computed when it is first asked for."""
        self._served()
        if name not in self._remembered:
            self._remembered[name] = compute()
        known: Computed = self._remembered[name]
        return known

    def remembered(self, name: str, compute: Callable[[], Computed]) -> Computed:
        """What is computed from the run served alone, computed once for each run."""
        return self._once(f"asked.{name}", compute)

    def _all(self, question: str, *values: object) -> list[sqlite3.Row]:
        return self._served().execute(question, values).fetchall()

    def _each(self, question: str) -> Iterator[tuple[Any, ...]]:
        """Row by row, for columns too long to lie in memory as rows."""
        cursor = self._served().cursor()
        cursor.row_factory = None
        return cursor.execute(question)

    def _one(self, question: str, *values: object) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._served().execute(question, values).fetchone()
        return row

    def _count(self, question: str, *values: object) -> int:
        row = self._one(question, *values)
        assert row is not None
        return int(row[0])
