import sqlite3
import tomllib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.config import SourceConfig, pipeline_config
from pipeline.errors import DataError
from pipeline.sources.databases import read_database
from pipeline.sources.layouts import config_text, recognise
from pipeline.sources.looking import cell_type
from pipeline.sources.synonyms import folded, meant
from tests.pipeline.reading import read, rows_of, write


def mapping(folder: Path) -> dict[str, dict[str, object]]:
    return {" ".join(source.files): dict(source.columns) for source in recognise(folder).sources}


def test_maps_other_tables_by_their_names(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "subscribers.csv": "MSISDN;Full Name;E-Mail;Plan;Join Date\n491;Ann;a@x;Gold;01.02.2025\n",
            "payments_2025.csv": "Account No;Created At;Total\n491;2025-03-01T10:00:00Z;9,99\n",
            "payments_2026.csv": "Account No;Created At;Total\n491;2026-03-01T10:00:00Z;4,99\n",
            "films.tsv": "id\tname\tgenre\truntime\n1\tHeat\tCrime\t170\n",
            "viewing.csv": "client,started_at,film,percent_watched\n491,2026-01-01 10:00,1,90\n",
            "impressions.csv": "client,date,film\n491,2026-01-01,1\n",
            "prices.csv": "a,b\n1,2\n",
        },
    )

    recognition = recognise(tmp_path)

    assert recognition.layout == "your own"
    assert mapping(tmp_path) == {
        "subscribers.csv": {
            "customer_id": "MSISDN",
            "name": "Full Name",
            "email": "E-Mail",
            "plan": "Plan",
            "signed_up_at": "Join Date",
        },
        "films.tsv": {"title_id": "id", "title": "name", "genres": "genre", "duration_minutes": "runtime"},
        "payments_2025.csv payments_2026.csv": {
            "customer_id": "Account No",
            "at": "Created At",
            "amount": "Total",
        },
        "viewing.csv": {
            "customer_id": "client",
            "at": "started_at",
            "title_id": "film",
            "progress": "percent_watched",
        },
    }
    kinds = {source.files[0]: source.kind for source in recognition.sources}
    assert (kinds["payments_2025.csv"], kinds["viewing.csv"]) == ("order", "watch")
    assert any("impressions.csv is left out" in note for note in recognition.notes)
    assert any("prices.csv fits none" in note for note in recognition.notes)
    _, dataset = read(tmp_path, *recognition.sources)
    assert dataset.manifest.kinds == {"watch": 1, "order": 2}


def test_maps_columns_without_names_by_what_they_hold(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"CDNOW.txt": " 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n 00002 19970113  5   77.00\n"},
    )

    _, dataset = read(tmp_path, *recognise(tmp_path).sources)

    assert rows_of(dataset, "who", "day", "kind", "items", "amount") == [
        ("00001", "1997-01-01", "order", 1, 11.77),
        ("00002", "1997-01-12", "order", 1, 12.0),
        ("00002", "1997-01-13", "order", 5, 77.0),
    ]


def test_guesses_titles_and_ratings_without_names(tmp_path: Path) -> None:
    many = "".join(
        f"u{number % 7},m{number},{number % 5 + 1}.5,{number + 1365029107}\n" for number in range(200)
    )
    numbers = "".join(
        f"{number % 7},{number * 10},{number % 5},{number + 1365029107}\n" for number in range(200)
    )
    write(tmp_path, {"a.csv": many, "b.csv": numbers})

    assert mapping(tmp_path) == {
        "a.csv": {"customer_id": 1, "title_id": 2, "rating": 3, "at": 4},
        "b.csv": {"customer_id": 1, "title_id": 2, "rating": 3, "at": 4},
    }


def test_a_column_for_the_kind_is_used(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "log.csv": "user,time,event_type,amount\nann,2026-01-01,play,\nann,2026-01-02,purchase,5\n"
            "ann,2026-01-03,refund,5\nann,2026-01-04,search,\nann,2026-01-05,wave,\nann,2026-01-06,rated,\n"
        },
    )

    _, dataset = read(tmp_path, *recognise(tmp_path).sources)

    assert rows_of(dataset, "kind", "amount")[1:3] == [("order", 5.0), ("refund", -5.0)]
    assert [kind for (kind,) in rows_of(dataset, "kind")] == [
        "watch",
        "order",
        "refund",
        "search",
        "other",
        "rating",
    ]


def test_what_a_column_holds_outweighs_its_name(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "log.csv": "user,at,seen,rating,type,amount\nann,home,2026-01-01,PG,1,free\n"
            "bob,work,2026-01-02,R,2,paid\n",
            "nothing.csv": "1,2\n3,4\n",
            "visits.csv": "20130101 20260101 1.25 7\n20130102 20260102 3.5 8\n",
        },
    )

    assert mapping(tmp_path) == {
        "log.csv": {"customer_id": "user", "at": "seen"},
        "visits.csv": {"customer_id": 1, "at": 2, "amount": 3, "items": 4},
    }


def test_a_table_of_customers_with_times_is_no_table_of_events(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "users.csv": "id,name,created_at\n1,Ann,2026-01-01\n2,Bob,2026-01-02\n",
            "log.csv": "id,user,created_at\n1,1,2026-01-01\n2,1,2026-01-02\n",
        },
    )

    assert mapping(tmp_path) == {
        "users.csv": {"customer_id": "id", "name": "name", "signed_up_at": "created_at"},
        "log.csv": {"customer_id": "user", "at": "created_at"},
    }


def test_parquet_and_databases_are_looked_at_too(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"user_id": ["a"], "ts": pa.array([0], pa.timestamp("us")), "item": ["x"]}),
        tmp_path / "plays.parquet",
    )
    write(
        tmp_path,
        {
            "shop.sqlite": "x",
            "old.db": "no database at all" * 90,
            "empty.csv": "",
            "one.csv": "a\n1\n",
            "photo.jpg": "x",
            ".hidden.csv": "a,b\n",
        },
    )

    recognition = recognise(tmp_path)

    assert mapping(tmp_path) == {"plays.parquet": {"customer_id": "user_id", "at": "ts", "title_id": "item"}}
    assert "shop.sqlite holds no table" in " ".join(recognition.notes)
    assert "old.db is no SQLite database that can be read" in " ".join(recognition.notes)
    assert "empty.csv: is empty" in " ".join(recognition.notes)
    assert "one.csv has only one column" in " ".join(recognition.notes)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no CSV, TSV, Parquet or SQLite file that can be read. It is empty"),
        ({"README.md": "x", "e.csv": ""}, "Left out: e.csv: is empty"),
        ({"prices.csv": "a,b\n1,2\n"}, r"no file says who did what and when\. Found: prices\.csv \(a, b\)"),
        ({"log.csv": "x,y\nann,heat\n"}, "no file says who did what"),
    ],
)
def test_says_why_a_folder_cannot_be_used(tmp_path: Path, files: dict[str, str], message: str) -> None:
    write(tmp_path, files)

    with pytest.raises(DataError, match=message):
        recognise(tmp_path)


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no folder"):
        recognise(tmp_path / "nowhere")


def test_names_are_compared_without_case_and_signs() -> None:
    assert folded(" CustomerID") == "customer_id"
    assert meant(["UserId", "Watch Time", "x"], "events") == {"customer_id": "UserId", "at": "Watch Time"}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["2026-01-01", "2026-01-02"], "time"),
        (["20260101", "20260102"], "time"),
        (["1365029107", "1365029108"], "time"),
        (["1990", "2001"], "whole"),
        (["1.5", "2"], "decimal"),
        (["ann", "bob"], "text"),
        ([None, None], "empty"),
    ],
)
def test_tells_what_cells_look_like(cells: list[str | None], kind: str) -> None:
    assert cell_type(pa.array(cells, pa.string())) == kind


def test_tells_typed_cells() -> None:
    assert cell_type(pa.array([1, 2])) == "whole"
    assert cell_type(pa.array([["a"]])) == "text"
    assert cell_type(pa.array([0], pa.timestamp("s"))) == "time"


def test_a_german_shop_with_decimal_commas_is_understood(tmp_path: Path) -> None:
    orders = (
        "Bestellnummer;Kundennummer;Bestelldatum;Gesamtbetrag\n"
        "1;007;03.04.2026;1.234,50 €\n2;7;25.04.2026;9,90 €\n"
    )
    (tmp_path / "Bestellungen.csv").write_bytes(orders.encode("cp1252"))
    (tmp_path / "Kunden.csv").write_bytes(
        "Kundennummer;Name;E-Mail\n007;Jürgen Groß;j@x.de\n".encode("cp1252")
    )

    _, dataset = read(tmp_path, *recognise(tmp_path).sources)

    assert rows_of(dataset, "who", "day", "kind", "amount") == [
        ("007", "2026-04-03", "order", 1234.5),
        ("7", "2026-04-25", "order", 9.9),
    ]


def test_a_gym_that_knows_only_who_came_in_when_is_understood(tmp_path: Path) -> None:
    visits = {
        "member_no": [12],
        "checkin_time": [datetime(2026, 4, 1, 18, 30, tzinfo=UTC)],
        "studio": ["Süd"],
    }
    pq.write_table(pa.table(visits), tmp_path / "checkins.parquet")

    assert mapping(tmp_path) == {"checkins.parquet": {"customer_id": "member_no", "at": "checkin_time"}}


def test_a_database_in_the_folder_is_proposed_table_by_table(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "pod $1.db")) as shop:
        shop.executescript(
            """
            CREATE TABLE listeners (id INTEGER, nickname TEXT, mail TEXT);
            INSERT INTO listeners VALUES (1, 'Ann', 'a@x');
            CREATE TABLE plays (listener_id INTEGER, episode_id TEXT, started_at TEXT);
            INSERT INTO plays VALUES (1, 'e 1', '2026-04-01 10:00:00');
            CREATE TABLE settings (one TEXT);
            """
        )
    recognition = recognise(tmp_path)
    written = tomllib.loads(config_text(recognition, data="."))

    _, dataset = read(tmp_path, *pipeline_config(written, tmp_path, {}).sources)

    assert {source.query for source in recognition.sources} == {"listeners", "plays"}
    assert rows_of(dataset, "who", "day", "kind") == [("1", "2026-04-01", "watch")]


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    source = SourceConfig(table="events", database=f"sqlite:///{tmp_path / 'nope.db'}", query="plays")

    with pytest.raises(DataError, match="there is no such file"):
        read_database(source)

    assert not (tmp_path / "nope.db").exists()
