"""What does not hold together is not published."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from store.errors import BrokenResultsError
from store.records import Customer
from store.results import Results, ResultsWriter
from store.results.packing import header, packed_codes, packed_numbers
from store.results.rows import customer_values, title_values
from store.results.schema import CUSTOMER_COLUMNS
from tests.store.publishing import TITLES, publish_small, small_run

ANN = Customer(customer_id="ann", status="active", churn_probability=0.5, band="high")
ONE = replace(small_run(customers=1), titles=0)


def served(place: Path) -> str:
    with closing(Results(place / "results.db")) as results:
        return results.run().run_id


Break = Callable[[ResultsWriter], None]


def customers(*people: Customer) -> Break:
    return lambda writer: writer.customers(map(customer_values, people))


def lists(titles: bytes, scores: bytes, because: bytes) -> Break:
    def write(writer: ResultsWriter) -> None:
        writer.customers([customer_values(ANN)])
        writer.recommendations([("ann", titles, scores, because)])

    return write


def past(days: bytes, values: bytes) -> Break:
    def write(writer: ResultsWriter) -> None:
        row = list(customer_values(ANN))
        place = CUSTOMER_COLUMNS.index("score_days")
        row[place : place + 2] = [days, values]
        writer.customers([tuple(row)])

    return write


def neighbours(writer: ResultsWriter) -> None:
    writer.customers([customer_values(ANN)])
    writer.titles([title_values(0, TITLES[0])])
    writer.title_neighbours([(0, packed_codes([0]), packed_numbers([1, 2]))])
    writer._connection.execute("UPDATE run SET titles = 1")


def half_a_code(writer: ResultsWriter) -> None:
    lists(NO_CODES, b"", NO_CODES)(writer)
    writer.histories([("ann", b"123", 1.0)])


NO_CODES = packed_codes([])


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (customers(), r"the run counts its customers; found: 1, 0"),
        (customers(ANN, replace(ANN, customer_id="ben")), r"the run counts its customers; found: 1, 2"),
        (customers(replace(ANN, segment=7)), r"a row of customers \(row 1\) points at a row of segments"),
        (customers(replace(ANN, churn_probability=1.01)), r"in their ranges; found: ann"),
        (customers(replace(ANN, probability_after_visit=-0.01)), r"in their ranges; found: ann"),
        (
            lists(packed_codes([1]), NO_CODES, packed_codes([1])),
            r"as many scores and reasons as titles; found: ann",
        ),
        (lists(packed_codes([1]), packed_numbers([1]), NO_CODES), r"as many scores and reasons"),
        (past(b"12", b"1234" * 2), r"as many past scores as days of them; found: ann"),
        (neighbours, r"as many weights as neighbours; found: 0"),
        (half_a_code, r"history holds whole codes; found: ann"),
    ],
)
def test_what_does_not_hold_together_is_not_published(tmp_path: Path, build: Break, message: str) -> None:
    publish_small(tmp_path, run_id="old")
    with ResultsWriter(tmp_path) as writer:
        writer.run(ONE)
        build(writer)
        with pytest.raises(BrokenResultsError, match=message):
            writer.publish()

    assert served(tmp_path) == "old"
    assert not list(tmp_path.glob("*.new"))


def test_a_run_without_a_run_is_not_published(tmp_path: Path) -> None:
    with (
        ResultsWriter(tmp_path) as writer,
        pytest.raises(BrokenResultsError, match="exactly one run; found: 0"),
    ):
        writer.publish()


def test_a_row_that_does_not_fit_its_table_is_refused(tmp_path: Path) -> None:
    nobody = replace(ANN, customer_id="ben")
    with (
        ResultsWriter(tmp_path) as writer,
        pytest.raises(BrokenResultsError, match="of customers does not fit"),
    ):
        writer.customers([customer_values(nobody), customer_values(nobody)])


def test_customers_out_of_order_are_refused_for_their_places_would_be_wrong(tmp_path: Path) -> None:
    ben = replace(ANN, customer_id="ben")
    with ResultsWriter(tmp_path) as writer, pytest.raises(BrokenResultsError, match="ben stands before ann"):
        writer.customers([customer_values(ben), customer_values(ANN)])


def test_a_list_of_nobody_is_refused(tmp_path: Path) -> None:
    with ResultsWriter(tmp_path) as writer:
        writer.customers([customer_values(ANN)])
        with pytest.raises(BrokenResultsError, match="of zoe, who is no customer"):
            writer.histories([("zoe", NO_CODES, 1.0)])


def test_facts_cut_short_are_not_published(tmp_path: Path) -> None:
    with ResultsWriter(tmp_path) as writer:
        writer.run(replace(ONE, customers=0))
        short = header("H", 1) + b"123"
        row = ("watch", "event", 20_000, 2, None, None, short, None, None, None)
        writer.facts([row], [], [], (20_000, 20_000))
        with pytest.raises(BrokenResultsError, match="a number for each entry; found: watch, event, 20000"):
            writer.publish()


def test_a_grouping_that_leaves_customers_out_is_not_published(tmp_path: Path) -> None:
    with ResultsWriter(tmp_path) as writer:
        writer.run(ONE)
        writer.customers([customer_values(ANN)])
        writer.groupings([("plan", "[]", 0, b"123")])
        with pytest.raises(BrokenResultsError, match="a place in each grouping; found: plan"):
            writer.publish()


def test_the_fault_of_whoever_makes_the_rows_stays_his_own(tmp_path: Path) -> None:
    with ResultsWriter(tmp_path) as writer, pytest.raises(ZeroDivisionError):
        writer.popular([1 // (code - 1) for code in range(3)])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            "sql = replace(sql, 'plan TEXT', 'plan TEXT NOT NULL') WHERE name = 'customers'",
            "NULL value in",
        ),
        ("rootpage = 999 WHERE name = 'pictures'", "damaged: .*999|cannot be read back"),
    ],
)
def test_a_damaged_file_is_not_published(tmp_path: Path, damage: str, message: str) -> None:
    publish_small(tmp_path, run_id="old")
    with ResultsWriter(tmp_path) as writer:
        writer.run(ONE)
        writer.customers([customer_values(ANN)])
        writer._connection.execute("COMMIT")
        writer._connection.execute("PRAGMA writable_schema = ON")
        writer._connection.execute(f"UPDATE sqlite_schema SET {damage}")
        writer._connection.close()
        writer._connection = sqlite3.connect(tmp_path / "results.db.new", isolation_level=None)
        writer._connection.execute("BEGIN")
        with pytest.raises(BrokenResultsError, match=message):
            writer.publish()

    assert served(tmp_path) == "old"
