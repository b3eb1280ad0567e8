"""Questions about customers, their risk and their segments."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from sqlite3 import Row
from typing import NamedTuple

from store.records import Customer, RiskCount, Segment, SegmentMove
from store.results.folder import open_read_only
from store.results.packing import packed_numbers, probabilities_in
from store.results.rows import customer_of, segment_of
from store.results.searching import CustomerSearch
from store.times import optional_day

_AT_RISK = "status = 'active' AND established = 1 AND band = 'high'"
_NEWCOMER_AT_RISK = "status = 'active' AND established = 0 AND band = 'high'"


class Standing(NamedTuple):
    """Where one customer stands; one for each, for the alert scan."""

    customer_id: str
    probability: float | None
    value: float
    established: bool
    status: str
    last_active_on: date | None = None


class PastScores(NamedTuple):
    """The past scores of one customer: packed days and numbers."""

    customer_id: str
    days: bytes
    probabilities: bytes


class CustomerQuestions(CustomerSearch):
    """Who is where, and who is at risk."""

    def customer(self, customer_id: str) -> Customer | None:
        """The customer of exactly this id."""
        row = self._one("SELECT * FROM customers WHERE customer_id = ?", customer_id)
        return None if row is None else self._customer_of(row)

    def _customer_of(self, row: Row) -> Customer:
        return customer_of(row, self._segment_names, self._score_days)

    def at_risk(self, limit: int = 10, offset: int = 0, segment: int | None = None) -> tuple[Customer, ...]:
        """Active, established customers of the high band; by probability times value, largest first."""
        rows = self._all(
            f"SELECT * FROM customers WHERE {_AT_RISK} AND (?1 IS NULL OR segment = ?1)"
            " ORDER BY churn_probability * value DESC, customer_id LIMIT ?2 OFFSET ?3",
            segment,
            limit,
            offset,
        )
        return tuple(self._customer_of(row) for row in rows)

    def count_at_risk(self, segment: int | None = None) -> int:
        """How many ``at_risk`` would list in all."""
        return self._count(
            f"SELECT count(*) FROM customers WHERE {_AT_RISK} AND (?1 IS NULL OR segment = ?1)", segment
        )

    def newcomers_at_risk(self, limit: int = 10, offset: int = 0) -> tuple[Customer, ...]:
        """Active customers of the high band with too few active days for a habit; newest first."""
        rows = self._all(
            f"SELECT * FROM customers WHERE {_NEWCOMER_AT_RISK}"
            " ORDER BY first_active_day DESC, churn_probability * value DESC, customer_id LIMIT ? OFFSET ?",
            limit,
            offset,
        )
        return tuple(self._customer_of(row) for row in rows)

    def count_newcomers_at_risk(self) -> int:
        """How many ``newcomers_at_risk`` would list in all."""
        return self._count(f"SELECT count(*) FROM customers WHERE {_NEWCOMER_AT_RISK}")

    def risk_counts(self) -> tuple[RiskCount, ...]:
        """Customers and their value by status and band."""
        return self._once("risk_counts", self._risk_counts)

    def _risk_counts(self) -> tuple[RiskCount, ...]:
        rows = self._all(
            "SELECT status, band, count(*) AS customers, total(value) AS value FROM customers"
            " GROUP BY status, band ORDER BY status, band"
        )
        return tuple(RiskCount(**dict(row)) for row in rows)

    def segments(self) -> tuple[Segment, ...]:
        """The segments by number."""
        return tuple(map(segment_of, self._all("SELECT * FROM segments ORDER BY number")))

    def segment_members(self, number: int, limit: int = 10, offset: int = 0) -> tuple[Customer, ...]:
        """Members of a segment, of most value first."""
        rows = self._all(
            "SELECT * FROM customers WHERE segment = ? ORDER BY value DESC, customer_id LIMIT ? OFFSET ?",
            number,
            limit,
            offset,
        )
        return tuple(self._customer_of(row) for row in rows)

    def segment_moves(self) -> tuple[SegmentMove, ...]:
        """Who moved from segment to segment, most customers first."""
        rows = self._all("SELECT * FROM segment_moves ORDER BY customers DESC, from_segment, to_segment")
        return tuple(SegmentMove(**dict(row)) for row in rows)

    def scores_of_all(self) -> Iterator[Standing]:
        """Where every customer stands, by id; the file open at the start is read to its end."""
        self._served()
        with closing(open_read_only(self._path)) as connection:
            rows = connection.execute(
                "SELECT customer_id, churn_probability, value, established, status, last_active_day"
                " FROM customers ORDER BY customer_id"
            )
            for customer_id, probability, value, established, status, last_day in rows:
                yield Standing(
                    customer_id, probability, value, bool(established), status, optional_day(last_day)
                )

    def score_history(self) -> Iterator[PastScores]:
        """The past scores of all who have any, by id, packed as ``store.results.packing`` says."""
        self._served()
        with closing(open_read_only(self._path)) as connection:
            rows = connection.execute(
                "SELECT customer_id, days, score_values FROM customers"
                " JOIN score_days ON score_days.number = customers.score_days ORDER BY customers.number"
            )
            for customer_id, days, values in rows:
                yield PastScores(customer_id, days, packed_numbers(probabilities_in(values)))
