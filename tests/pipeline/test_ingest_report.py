import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.ingest import report_text
from pipeline.ingest.report import FEWEST_FOR_RANGE, MOST_SAMPLED, ColumnTally, SourceTally
from tests.pipeline.reading import GOOD, HEADER, read, source, write
from tests.pipeline.real_folders import RealFolder

GOLDEN = Path(__file__).parents[1] / "golden"


def test_the_report_reads_as_it_did_before(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "day1.csv": f"{HEADER}\n{GOOD}cyd,2031-01-01,heat,5,\n,2026-01-01,heat,5,\n",
            "day2.csv": f"{HEADER}\n{GOOD}cyd,2026-01-03,up,many,\ndan,2026-01-04,up,2000\n",
            "people.csv": "customer_id,name,age\nann,Ann Lee,30\nbob,Bob Ray,-7\nann,Ann Lee,31\n",
            "films.csv": "title_id,title,genres,year\nheat,Heat (1995),Crime|Drama,\nup,Up,,2009\n",
        },
    )
    own = {"customer_id": "customer_id", "name": "name", "age": "age"}
    films = {name: name for name in ("title_id", "title", "genres", "year")}

    report, _ = read(
        tmp_path,
        source("customers", "people.csv", columns=own),
        source("titles", "films.csv", columns=films),
        source("events", "day*.csv"),
    )

    text = re.sub(r"Read in .*", "Read in no time.", report_text(report)) + "\n"
    assert text == (GOLDEN / "data_report.txt").read_text(encoding="utf-8")


def test_a_table_of_one_file_needs_no_list_of_files(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}"})

    report, _ = read(tmp_path, source("events", "events.csv"))

    text = report_text(report)
    assert "(1 files)" not in text
    assert "without    names of titles, customers' names" in text
    assert "Set aside" not in text
    assert "To know" not in text


def test_money_is_in_the_configured_currency_and_a_long_name_loses_its_middle(tmp_path: Path) -> None:
    name = f"{'orders' * 9}.csv"
    write(tmp_path, {name: "customer_id,at,amount\nann,2026-01-02,4.5\n"})
    own = {"customer_id": "customer_id", "at": "at", "amount": "amount"}

    report, _ = read(tmp_path, source("events", name, columns=own, kind="order"))

    text = report_text(report, currency="€")
    assert re.search(r"amount +amount +4.5 +4.5 +€\n", text)
    row = next(line for line in text.split("\n") if line.startswith("  events  orders"))
    assert "ordersordersordersorde…rdersordersorders.csv" in row
    assert f"Columns of {name} as events" in text
    assert re.search(r"amount +amount +4.5 +4.5 +currency\n", report_text(report))


def test_samples_stay_small_and_even() -> None:
    tally = ColumnTally(name="minutes", source="m")
    for _ in range(5):
        tally.sampled(np.arange(MOST_SAMPLED // 2, dtype=float))

    assert sum(len(part) for part in tally._samples) <= MOST_SAMPLED
    assert tally.usual is not None
    assert tally.usual[1] > MOST_SAMPLED // 2


def test_few_or_equal_values_have_no_usual_range() -> None:
    few, equal = (ColumnTally(name="m", source="m") for _ in range(2))
    few.sampled(np.arange(FEWEST_FOR_RANGE - 1, dtype=float))
    equal.sampled(np.ones(100))

    assert few.usual is None
    assert equal.usual is None


def test_only_the_first_examples_are_kept() -> None:
    tally = SourceTally(label="x", table="events")
    column = ColumnTally(name="a", source="a")

    tally.set_aside("nothing", 0, [])
    for number in range(4):
        tally.set_aside("bad", 2, [f"{number}a", f"{number}b"])
        column.example([f"{number}a", f"{number}b"])

    assert tally.aside == {"bad": 8}
    assert tally.quarantined[0].examples == ("0a", "0b", "1a", "1b", "2a")
    assert tuple(column.examples) == ("0a", "0b", "1a", "1b", "2a")


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("folder", "layout", "counts"),
    [
        ("netflix-2025", "netflix-2025", (140_000, 10_000, 7_290)),
        ("movielens-latest-small", "MovieLens (csv)", (100_836, 610, 0)),
        ("movietweetings", "MovieTweetings", (100_000, 16_554, 0)),
        ("cdnow", "your own", (69_404, 23_570, 255)),
    ],
)
def test_reads_the_real_data(
    real_folder: Callable[[str], RealFolder], folder: str, layout: str, counts: tuple[int, int, int]
) -> None:
    found = real_folder(folder)

    assert found.layout == layout
    repeated = sum(table.duplicates for table in found.report.tables)
    assert (found.report.manifest.events, found.report.manifest.customers, repeated) == counts
    assert found.report.quarantined == ()


@pytest.mark.real_data
def test_the_known_dirt_of_netflix_is_found(real_folder: Callable[[str], RealFolder]) -> None:
    report = real_folder("netflix-2025").report

    assert report.findings[0].startswith("29,286 of 140,000 (21 %) events lie before the day")
    ages = next(column for column in report.tables[0].columns if column.name == "age")
    assert (ages.impossible, ages.missing, ages.lowest) == (59, 1229, 5)
