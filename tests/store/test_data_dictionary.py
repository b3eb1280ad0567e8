"""The data dictionary in ``store/README.md`` says what the tables are."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.results.schema import CUSTOMER_COLUMNS, INDEXES, TABLES, TITLE_COLUMNS
from store.state.schema import MIGRATIONS

README = Path(__file__).resolve().parents[2] / "store" / "README.md"

Columns = dict[str, list[tuple[str, str]]]


def written(chapter: str) -> Columns:
    (text,) = re.findall(rf"^## `{chapter}`\n(.*?)(?=^## |\Z)", README.read_text("utf-8"), re.M | re.S)
    tables = re.split(r"^### `(\w+)`\n", text, flags=re.M)[1:]
    return {
        name: re.findall(r"^\| `(\w+)` \| (\w+) \| \S.* \|$", body, re.M)
        for name, body in zip(tables[::2], tables[1::2], strict=True)
    }


def real(*scripts: str) -> Columns:
    with closing(sqlite3.connect(":memory:")) as connection:
        for script in scripts:
            connection.executescript(script)
        tables = connection.execute(
            "SELECT name, strict FROM pragma_table_list WHERE schema = 'main'"
        ).fetchall()
        assert [name for name, strict in tables if not strict and not name.startswith("sqlite_")] == []
        return {
            name: connection.execute("SELECT name, type FROM pragma_table_info(?)", (name,)).fetchall()
            for name, strict in tables
            if strict
        }


@pytest.mark.parametrize(
    ("chapter", "scripts"), [("results.db", (TABLES, INDEXES)), ("matinee.db", MIGRATIONS)]
)
def test_every_table_is_strict_and_every_column_described(chapter: str, scripts: tuple[str, ...]) -> None:
    assert written(chapter) == real(*scripts)


def test_rows_are_given_in_the_order_of_the_columns() -> None:
    tables = real(TABLES)

    assert tuple(name for name, _ in tables["customers"]) == ("number", *CUSTOMER_COLUMNS)
    assert tuple(name for name, _ in tables["titles"]) == TITLE_COLUMNS
