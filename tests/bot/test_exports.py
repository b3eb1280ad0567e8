"""Lists as files: what a spreadsheet shows and never runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.exports import COLUMNS, cell, exported
from bot.queries import Queries
from bot.replies import Document
from store.records import Customer
from tests.bot.asking import SUPPORT, VIEWER, ask
from tests.store.publishing import small_run


def rows_of(document: Document | None) -> list[dict[str, str]]:
    assert document is not None
    text = document.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_customers_at_risk_come_in_the_order_of_the_list(chat: Queries) -> None:
    reply = ask("/export atrisk", SUPPORT, chat)

    assert reply.document is not None
    assert reply.document.filename == "at-risk-2026-11-22.csv"
    assert "Data up to 22 Nov 2026" in reply.document.caption
    rows = rows_of(reply.document)
    expected = [each.customer_id for each in chat.results.at_risk(100)]
    assert [row["customer_id"] for row in rows] == expected
    assert rows[0]["name"] == "Zoë <b>O’Brien</b> & Söhne"
    assert rows[0]["churn_probability"] == "0.8100"
    assert rows[0]["days_since_last_activity"] == "21"


def test_who_is_in_the_file_was_looked_at(chat: Queries) -> None:
    rows = rows_of(ask("/export at-risk", SUPPORT, chat).document)

    looked = {(entry.action, entry.customer_id) for entry in chat.state.audit(limit=100)}
    assert looked == {("export", row["customer_id"]) for row in rows}


def test_a_segment_is_exported_by_its_number(chat: Queries) -> None:
    reply = ask("/export segment 1", SUPPORT, chat)

    (segment,) = [each for each in chat.results.segments() if each.number == 1]
    assert {row["segment"] for row in rows_of(reply.document)} == {segment.name}
    assert "I know the segments 0, 1, 2" in ask("/export segment 9", SUPPORT, chat).text


@pytest.mark.parametrize("line", ["/export", "/export everything"])
def test_another_list_is_not_known(line: str, chat: Queries) -> None:
    assert "Try /export atrisk, /export newcomers or /export segment 1" in ask(line, SUPPORT, chat).text


def test_more_words_are_refused_and_a_viewer_too(chat: Queries) -> None:
    assert "I do not know what to do with “42”" in ask("/export atrisk 42", SUPPORT, chat).text
    assert "is not open to you" in ask("/export atrisk", VIEWER, chat).text


@pytest.mark.parametrize("name", ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1", "＝1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(name: str) -> None:
    customer = Customer(customer_id="=42", name=name, email="@a", plan="-", country="+")

    (row,) = rows_of(exported("x", [customer], small_run(), total=1).document)

    assert row["name"] == f"'{name}"
    assert (row["customer_id"], row["email"], row["plan"], row["country"]) == ("'=42", "'@a", "'-", "'+")


@given(st.text(max_size=30))
def test_no_cell_begins_a_formula_and_the_value_stays(value: str) -> None:
    shown = cell(value)

    assert not shown.strip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown.removeprefix("'") == value.removeprefix("'")


def test_a_list_that_is_too_long_says_so_and_an_empty_one_too() -> None:
    run = small_run()

    long = exported("At risk", [Customer(customer_id="1")], run, total=2500).document
    assert long is not None
    assert long.caption.startswith("At risk: 1 customer of 2,500, the first ones.")
    assert tuple(rows_of(long)[0]) == COLUMNS
    assert exported("At risk", [], run, total=0).text.startswith("There is nobody in the list “At risk”.")
