import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.config import SourceConfig
from pipeline.errors import ConfigError, DataError
from pipeline.sources.databases import _array, read_database
from tests.pipeline.reading import read, rows_of

ORDERS = {"customer_id": "who", "at": "day", "amount": "paid"}


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """A shop with three orders; its address."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            CREATE TABLE orders (who TEXT, day TEXT, paid REAL);
            INSERT INTO orders VALUES ('ann', '2026-01-01 10:00:00', 9.99), ('bob', '2026-01-02', 5),
                ('ann', '2026-01-03', NULL);
            CREATE TABLE mixed (who, day);
            INSERT INTO mixed VALUES ('ann', 20260101), (2, '2026-01-02'), (x'626f62', NULL);
            """
        )
    return f"sqlite:///{path}"


def test_a_table_is_read_like_a_file(shop: str, tmp_path: Path) -> None:
    source = SourceConfig(table="events", database=shop, query="orders", columns=ORDERS, kind="order")

    report, dataset = read(tmp_path, source)

    assert rows_of(dataset, "who", "day", "kind")[0] == ("ann", "2026-01-01", "order")
    assert (report.tables[0].source, report.tables[0].read, report.manifest.events) == ("orders", 3, 3)


def test_a_query_is_read_and_named_after_its_table(shop: str) -> None:
    reading = read_database(
        SourceConfig(table="events", database=shop, query="SELECT who, day FROM orders WHERE paid > 5;")
    )

    blocks = list(reading.blocks())

    assert (reading.origin, reading.names, reading.rows) == ("query for events", ("who", "day"), 1)
    assert blocks[0].columns.to_pylist() == [{"who": "ann", "day": "2026-01-01 10:00:00"}]
    assert blocks[0].lines.tolist() == [1]


def test_the_report_names_a_query_after_its_table(shop: str, tmp_path: Path) -> None:
    source = SourceConfig(table="events", database=shop, query="SELECT * FROM orders", columns=ORDERS)

    report, _ = read(tmp_path, source)

    assert report.tables[0].source == "query for events"


def test_columns_of_mixed_types_become_text(shop: str) -> None:
    reading = read_database(SourceConfig(table="events", database=shop, query="mixed"))

    assert next(reading.blocks()).columns.to_pylist() == [
        {"who": "ann", "day": "20260101"},
        {"who": "2", "day": "2026-01-02"},
        {"who": "bob", "day": None},
    ]


def test_another_answer_of_the_query_is_another_fingerprint(shop: str, tmp_path: Path) -> None:
    source = SourceConfig(table="events", database=shop, query="orders", columns=ORDERS)
    first = read(tmp_path, source)[0].manifest.fingerprint
    again = read(tmp_path, source)[0].manifest.fingerprint
    with closing(sqlite3.connect(shop.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE orders SET paid = 6 WHERE who = 'bob'")
        connection.commit()
    changed = read(tmp_path, source)[0].manifest.fingerprint

    assert first == again
    assert changed != first


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("order", r"The database has no table “order”\. It has: mixed, orders"),
        ("SELECT absent FROM orders", r"the database refuses the query \(no such column: absent\)"),
    ],
)
def test_says_what_is_wrong_with_a_query(shop: str, query: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_database(SourceConfig(table="events", database=shop, query=query))


@pytest.mark.parametrize(
    ("database", "query", "message"),
    [
        ("sqlite://", None, "with database a query is needed"),
        ("not an address", "orders", "is no SQLAlchemy address"),
        ("oracle+nothing://u:secret@host/x", "orders", r"oracle\+nothing://u:\*\*\*@host/x"),
    ],
)
def test_says_what_is_wrong_with_an_address(database: str, query: str | None, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_database(SourceConfig(table="events", database=database, query=query))


def test_a_password_stands_in_no_message() -> None:
    source = SourceConfig(
        table="events", database="postgresql://matinee:hunter2@127.0.0.1:1/shop", query="orders"
    )

    with pytest.raises(DataError, match="cannot be reached") as caught:
        read_database(source)

    assert "hunter2" not in str(caught.value)
    assert "matinee:***@127.0.0.1" in str(caught.value)


def test_a_database_that_breaks_off_says_where(shop: str) -> None:
    reading = read_database(SourceConfig(table="events", database=shop, query="orders"))
    with closing(sqlite3.connect(shop.removeprefix("sqlite:///"))) as connection:
        connection.execute("ALTER TABLE orders RENAME TO gone")

    with pytest.raises(DataError, match="the database broke off after row 0"):
        list(reading.blocks())


def test_values_of_drivers_become_columns() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)

    assert _array([Decimal("9.99"), None]).to_pylist() == [9.99, None]
    assert _array([noon, date(2026, 1, 2)]).to_pylist() == [noon.isoformat(), "2026-01-02"]
    assert _array([b"ann", None]).to_pylist() == ["ann", None]
    assert _array([2**70, 1]).to_pylist() == [str(2**70), "1"]
    assert _array([]).type == pa.null()
