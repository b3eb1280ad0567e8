"""Building and publishing one run; used by ``pipeline.publish`` alone."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from store.errors import BrokenResultsError
from store.records import Activity, BandRecord, ModelReport, Quarantined, Run, Segment, SegmentMove
from store.results.checking import check
from store.results.folder import put_in_place
from store.results.packing import CodeType, ScoreType
from store.results.rows import (
    Values,
    activity_values,
    quarantined_values,
    report_values,
    run_values,
    segment_values,
)
from store.results.schema import (
    APPLICATION_ID,
    CUSTOMER_COLUMNS,
    FILE_NAME,
    INDEXES,
    PAGE_SIZE,
    TABLES,
    TITLE_COLUMNS,
    VERSION,
)


class _Numbers(dict[str, int]):
    """The number of each customer by id."""

    def __missing__(self, customer_id: str) -> int:
        raise BrokenResultsError(f"a list is of {customer_id}, who is no customer of this run")


class ResultsWriter:
    """Builds ``results.db.new`` beside the served file; nothing is seen of it before ``publish``.

    Use it as a context manager: left without ``publish``, what was built is thrown away.
    Rows are given sorted by key: appending to a tree is several times cheaper than inserting into it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"{FILE_NAME}.new"
        folder.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        self._number_of = _Numbers()
        self._score_days: dict[bytes, int] = {}
        for pragma in (
            # First: whatever writes to the file fixes its pages.
            f"page_size = {PAGE_SIZE}",
            f"application_id = {APPLICATION_ID}",
            f"user_version = {VERSION}",
            # A crash loses the whole new file, which is as it should be: no journal, no sync before the end.
            "journal_mode = OFF",
            "synchronous = OFF",
            "locking_mode = EXCLUSIVE",
        ):
            self._connection.execute(f"PRAGMA {pragma}")
        try:
            self._connection.executescript(TABLES)
        except sqlite3.Error as error:
            self.__exit__(None, None, None)
            raise BrokenResultsError(
                f"the new results cannot be written ({error}): is there room?"
            ) from error
        self._connection.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
        self._path.unlink(missing_ok=True)

    def run(self, run: Run) -> None:
        """Say which run this is."""
        self._insert("run", 25, [run_values(run)])

    def customers(self, rows: Iterable[Values]) -> None:
        """Write customers: tuples in the order of ``CUSTOMER_COLUMNS``, sorted by ``customer_id``.

        The days of past scores are packed, or already the number that ``number_of_days`` gave.
        """
        names = ", ".join(CUSTOMER_COLUMNS)
        # The numbers count the rows as they come.
        self._insert(f"customers ({names})", len(CUSTOMER_COLUMNS), self._numbered(rows))
        self._insert("score_days", 2, ((number, days) for days, number in self._score_days.items()))

    def number_of_days(self, packed: bytes) -> int:
        """The number by which a row of ``customers`` names the days of its past scores."""
        return self._score_days.setdefault(packed, len(self._score_days) + 1)

    def _numbered(self, rows: Iterable[Values]) -> Iterator[Values]:
        days_at = CUSTOMER_COLUMNS.index("score_days")
        before = ""
        for number, row in enumerate(rows, 1):
            customer_id, days = row[0], row[days_at]
            if customer_id < before:
                raise BrokenResultsError(f"customers are not in order: {before} stands before {customer_id}")
            before = customer_id
            self._number_of[customer_id] = number
            if isinstance(days, bytes):
                row = (*row[:days_at], self.number_of_days(days), *row[days_at + 1 :])  # noqa: PLW2901
            yield row

    def recommendations(
        self,
        rows: Iterable[tuple[str, bytes, bytes, bytes]],
        *,
        codes: CodeType = "i",
        scores: ScoreType = "f",
    ) -> None:
        """Write lists: customer_id, title codes, scores, codes of the reasons (-1: none); customers first.

        The three arrays are equally long, best first, and hold machine numbers.

        Args:
            rows: Sorted by ``customer_id``; a code of -1 is a place left empty.
            codes: ``i`` is int32; ``h``, int16, halves the file where there are at most 32,767 titles.
            scores: ``f`` is float32; ``B``, bytes of which 255 is the best, is enough for a share of it.
        """
        self._insert("list_format", 2, [(codes, scores)])
        number_of = self._number_of
        self._insert(
            "recommendations",
            4,
            ((number_of[row[0]], row[1], row[2], row[3]) for row in rows),
        )

    def titles(self, rows: Iterable[Values]) -> None:
        """Write titles: tuples in the order of ``TITLE_COLUMNS``, sorted by ``code``."""
        self._insert("titles", len(TITLE_COLUMNS), rows)

    def title_neighbours(self, rows: Iterable[tuple[int, bytes, bytes]]) -> None:
        """Write the recommender's kernel: code, neighbours' codes int32, weights float32."""
        self._insert("title_neighbours", 3, rows)

    def similar_titles(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Write “more like this”: code, codes int32, most similar first."""
        self._insert("similar_titles", 2, rows)

    def popular(self, codes: Sequence[int]) -> None:
        """Write the codes of what is popular lately, best first."""
        self._insert("popular", 2, ((rank, int(code)) for rank, code in enumerate(codes, 1)))

    def popular_by_genre(self, codes: Mapping[str, Iterable[int]]) -> None:
        """Write the same for each genre, genres in order."""
        rows = (
            (genre, rank, int(code)) for genre in sorted(codes) for rank, code in enumerate(codes[genre], 1)
        )
        self._insert("popular_by_genre", 3, rows)

    def histories(self, rows: Iterable[tuple[str, bytes, float]]) -> None:
        """Write what each customer knows already: customer_id, title codes, largest score of his list.

        Codes are as wide as those of ``recommendations``, in any order; rows are sorted by ``customer_id``.
        """
        number_of = self._number_of
        self._insert("histories", 3, ((number_of[row[0]], row[1], row[2]) for row in rows))

    def comebacks(self, rows: Iterable[tuple[str, int, int, int, float]]) -> None:
        """Write with which titles quiet customers came back: genre, rank, code, returns, lift; sorted."""
        self._insert("comebacks", 5, rows)

    def segments(self, segments: Iterable[Segment]) -> None:
        """Write the segments; before the customers who are in them or after."""
        self._insert("segments", 7, map(segment_values, segments))

    def segment_moves(self, moves: Iterable[SegmentMove]) -> None:
        """Write who moved."""
        rows = ((move.from_segment, move.to_segment, move.customers, move.share) for move in moves)
        self._insert("segment_moves", 4, rows)

    def model_reports(self, reports: Iterable[ModelReport]) -> None:
        """Write how the models did, in the order given."""
        self._insert("model_reports", 7, map(report_values, count(1), reports))

    def bands(self, bands: Iterable[BandRecord]) -> None:
        """Write what each band did."""
        self._insert("bands", 3, ((band.band, band.customers, band.left) for band in bands))

    def pictures(self, pictures: Mapping[str, bytes]) -> None:
        """Write PNG pictures by name."""
        self._insert("pictures", 2, pictures.items())

    def activity(self, daily: Iterable[Activity], monthly: Iterable[Activity] = ()) -> None:
        """Write what happened by day and by month."""
        self._insert("activity", 9, (activity_values("day", day) for day in daily))
        self._insert("activity", 9, (activity_values("month", month) for month in monthly))

    def facts(
        self,
        rows: Iterable[Values],
        sums: Iterable[Values],
        active: Iterable[Values],
        days: tuple[int, int],
    ) -> None:
        """Write what questions in plain language are answered from, as ``store/README.md`` says.

        Args:
            rows: In the order of the columns of ``facts``.
            sums: In the order of the columns of ``sums``.
            active: In the order of the columns of ``active``.
            days: The first day of all, and that from which every single event is among the rows.
        """
        self._insert("facts", 10, rows)
        self._insert("sums", 7, sums)
        self._insert("active", 3, active)
        self._insert("fact_range", 2, [days])

    def groupings(self, rows: Iterable[Values]) -> None:
        """Write what customers and titles can be split by, in the order of the columns of ``groupings``."""
        self._insert("groupings", 4, rows)

    def quarantine(self, quarantined: Iterable[Quarantined]) -> None:
        """Write what was set aside, in the order given."""
        self._insert("quarantine", 6, map(quarantined_values, count(1), quarantined))

    def publish(self) -> None:
        """Check the run, make it last, and serve it in place of the one before.

        Raises:
            BrokenResultsError: what was built does not hold together; the old run stays served.
        """
        try:
            self._connection.execute("COMMIT")
            self._connection.executescript(INDEXES)
            check(self._connection)
        except sqlite3.Error as error:
            raise BrokenResultsError(f"the new results cannot be read back: {error}") from error
        self._connection.close()
        with self._path.open("rb") as built:
            os.fsync(built.fileno())
        put_in_place(self._path, self._folder)

    def _insert(self, table: str, columns: int, rows: Iterable[Sequence[Any]]) -> None:
        places = ", ".join("?" * columns)
        try:
            self._connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
        except sqlite3.Error as error:
            raise BrokenResultsError(f"a row of {table.partition(' ')[0]} does not fit: {error}") from error
