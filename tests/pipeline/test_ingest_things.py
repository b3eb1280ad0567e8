from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.pipeline.reading import GOOD, HEADER, customers_of, read, rows_of, source, write

WHO = {"customer_id": "customer_id", "name": "name", "age": "age", "signed_up_at": "signed_up_at"}


WHAT = {"title_id": "title_id", "title": "title", "genres": "genres", "duration_minutes": "duration_minutes"}


def test_lists_of_a_parquet_file_stay_lists(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}"})
    pq.write_table(pa.table({"title_id": ["heat"], "genres": [["Crime", "Drama"]]}), tmp_path / "t.parquet")

    _, dataset = read(
        tmp_path,
        source("events", "events.csv"),
        source("titles", "t.parquet", columns={"title_id": "title_id", "genres": "genres"}),
    )

    assert list(dataset.titles()["genres"][0]) == ["Crime", "Drama"]


def test_customers_described_twice_become_one_and_contradictions_are_told(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "events.csv": f"{HEADER}\n{GOOD}",
            "a.csv": "customer_id,name,age,signed_up_at,city\nann,Ann Lee,30,2025-01-01,Rome\nbob,,200,,\n",
            "b.csv": "customer_id,name,age,signed_up_at,city\nann,,31,2025-01-01,Rome\n"
            "ann,,31,2025-01-01,Rome\n,x,,,\n",
        },
    )

    report, dataset = read(
        tmp_path, source("events", "events.csv"), source("customers", "?.csv", columns=WHO)
    )

    customers = customers_of(dataset).to_dict("index")
    assert [customers["ann"][name] for name in ("name", "age", "city")] == ["Ann Lee", 31, "Rome"]
    assert np.isnan(customers["bob"]["age"])
    assert (
        "1 customer with different values of age; the last counts. "
        "For example ann: “30.0” (line 2), then “31.0” (line 2)." in report.findings
    )
    assert (report.tables[1].duplicates, report.tables[1].quarantined) == (1, 1)
    assert report.quarantined[0].reason == "customer_id is missing"


def test_titles_are_merged_cleaned_and_completed_from_events(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "events.csv": f"{HEADER}\n{GOOD}ann,2026-01-03,unknown,5,\nann,2026-01-04,l-amour,500,\n",
            "t.csv": 'title_id,title,genres,duration_minutes\nheat,Heat (1995),"Crime, Drama",170\n'
            'heat,Heat (1995),Thriller|Crime,\nl-amour,"Amour, L\' (2012)",(no genres listed),127\n',
        },
    )

    report, dataset = read(tmp_path, source("events", "events.csv"), source("titles", "t.csv", columns=WHAT))

    titles = dataset.titles().set_index("title_id").to_dict("index")
    assert (titles["heat"]["title"], titles["heat"]["year"]) == ("Heat", 1995)
    assert list(titles["heat"]["genres"]) == ["Crime", "Drama", "Thriller"]
    assert titles["l-amour"]["title"] == "L'Amour"
    assert list(titles["l-amour"]["genres"]) == []
    assert {name: title["described"] for name, title in titles.items()} == {
        "heat": True,
        "l-amour": True,
        "unknown": False,
    }
    assert (
        "1 of 4 (25 %) events name a title that no titles file describes. They are kept." in report.findings
    )
    assert "1 of 2 (50 %) watches are longer than their title. They are kept." in report.findings


def test_says_which_events_fit_no_customer(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "events.csv": f"{HEADER}\n{GOOD}",
            "c.csv": "customer_id,name,age,signed_up_at\nann,Ann,30,2026-01-02\n",
        },
    )

    report, dataset = read(
        tmp_path, source("events", "events.csv"), source("customers", "c.csv", columns=WHO)
    )

    assert report.findings[:2] == (
        (
            "1 of 1 (100 %) events lie before the day their customer signed up. They are kept. "
            "Are the sign-up dates right?"
        ),
        "1 customer with 1 event in no customers file; kept by their id.",
    )
    assert list(customers_of(dataset).index) == ["ann", "bob"]


@pytest.mark.parametrize(
    ("watermark", "finding"),
    [
        (
            "2026-01-01",
            "Events reach to 2026-01-02, but the watermark is 2026-01-01: later ones are not used.",
        ),
        (
            "2026-01-03",
            "The last event is of 2026-01-02, 1 day before the watermark 2026-01-03. Is a delivery missing?",
        ),
    ],
)
def test_a_watermark_is_believed_and_compared(tmp_path: Path, watermark: str, finding: str) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}"})

    report, dataset = read(tmp_path, source("events", "events.csv"), watermark=watermark)

    assert str(dataset.manifest.watermark) == watermark
    assert finding in report.findings


def test_values_far_from_the_others_are_told_and_kept(tmp_path: Path) -> None:
    usual = "".join(
        f"ann,2026-01-01 {hour:02d}:{minute:02d},heat,{60 + minute},\n"
        for hour in range(9)
        for minute in range(9)
    )
    write(tmp_path, {"events.csv": f"{HEADER}\n{usual}ann,2026-01-02,heat,800,\n"})

    report, dataset = read(tmp_path, source("events", "events.csv"))

    assert (
        "events.csv: minutes: 1 value far from the others, above 78 (the largest is 800); kept."
        in report.findings
    )
    assert next(column for column in report.tables[0].columns if column.name == "minutes").outliers == 1
    assert dataset.partition(0).minutes.max() == 800


def test_small_values_and_customers_can_be_far_off_too(tmp_path: Path) -> None:
    rows = "".join(f"c{number:03d},A,30,2025-01-01,{100 + number % 9}\n" for number in range(80))
    write(
        tmp_path,
        {
            "events.csv": f"{HEADER}\n{GOOD}",
            "c.csv": f"customer_id,name,age,signed_up_at,fee\n{rows}cheap,A,30,,1\n",
        },
    )

    report, _ = read(
        tmp_path,
        source("events", "events.csv"),
        source("customers", "c.csv", columns={**WHO, "monthly_fee": "fee"}),
    )

    assert (
        "c.csv: monthly_fee: 1 value far from the others, below 90 (the smallest is 1); kept."
        in report.findings
    )


def test_dates_that_only_fit_one_order_tell_it_for_the_whole_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "us.csv": f"{HEADER}\nann,03/04/2026,,,\n" + "ann,01/02/2026,,,\n" * 3000 + "ann,02/28/2026,,,\n",
            "eu.csv": f"{HEADER}\nbob,03.04.2026,,,\nbob,28.02.2026,,,\n",
            "no.csv": f"{HEADER}\ncyd,03/04/2026,,,\n",
        },
    )

    report, dataset = read(tmp_path, *(source("events", name) for name in ("us.csv", "eu.csv", "no.csv")))

    days = set(rows_of(dataset, "who", "day"))
    assert {("ann", "2026-03-04"), ("bob", "2026-04-03"), ("cyd", "2026-04-03")} <= days
    assert "us.csv: dates in “at” are read month first (MM/DD/YYYY)." in report.readings
    assert "eu.csv: dates in “at” are read day first (DD.MM.YYYY)." in report.readings
    assert any(
        finding.startswith("no.csv: no date tells whether day or month") for finding in report.readings
    )


def test_a_given_order_of_days_is_believed(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\nann,03/04/2026,,,\n"})

    _, dataset = read(tmp_path, source("events", "events.csv", day_first=False))

    assert rows_of(dataset, "day") == [("2026-03-04",)]


def test_times_of_a_zone_are_stored_in_utc_and_gaps_told(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\nann,2026-03-29 02:30,,,\nann,2026-07-01 00:30,,,\n"})

    report, dataset = read(tmp_path, source("events", "events.csv", zone="Europe/Berlin"))

    assert rows_of(dataset, "day")[1] == ("2026-06-30",)
    assert any("1 time unknown to Europe/Berlin" in finding for finding in report.findings)


def test_what_lies_after_the_watermark_changes_nothing_in_the_data_set(tmp_path: Path) -> None:
    before = "ann,2026-01-01,t1,,3\nbob,2026-01-02 23:59:59,t2,,4\n"
    after = "ann,2026-01-03,t3,,5\ncyd,2026-01-04,t1,,1\n"
    seen = []
    for name, rows in (("whole", before), ("more", before + after)):
        folder = tmp_path / name
        folder.mkdir()
        write(folder, {"e.csv": f"customer_id,at,title_id,minutes,rating\n{rows}"})
        columns = {column: column for column in ("customer_id", "at", "title_id", "rating")}
        report, dataset = read(
            folder, source("events", "e.csv", kind="rating", columns=columns), watermark="2026-01-02"
        )
        seen.append(
            (rows_of(dataset, "who", "day", "kind", "title", "rating"), list(customers_of(dataset).index))
        )

    assert seen[0] == seen[1]
    assert report.tables[0].kept == 2
    assert (
        "Events reach to 2026-01-04, but the watermark is 2026-01-02: later ones are not used."
        in report.findings
    )
