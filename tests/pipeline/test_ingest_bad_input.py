from pathlib import Path

import pytest

from pipeline.config import SourceConfig
from pipeline.errors import ConfigError, DataError
from tests.pipeline.reading import COLUMNS, GOOD, HEADER, events_of, read, rows_of, source, write


def quarantined(folder: Path, text: str | bytes, **settings: object) -> list[tuple[str, int, str]]:
    """Reason, rows and first example of what is set aside of a file; good rows must go on."""
    write(folder, {"events.csv": text})
    report, dataset = read(folder, source("events", "events.csv", **settings))
    assert {("ann",), ("bob",)} <= set(rows_of(dataset, "who"))
    return [(found.reason, found.rows, found.examples[0]) for found in report.quarantined]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("cyd,2026-01-0", ("2 fields instead of 5", 1, "events.csv line 4: cyd,2026-01-0")),
        (
            "cyd,2026-01-01,a,b,c,d\n",
            ("6 fields instead of 5", 1, "events.csv line 4: cyd,2026-01-01,a,b,c,d"),
        ),
        (",2026-01-01,heat,,\n", ("customer_id is missing", 1, "events.csv line 4: ,2026-01-01,heat,,")),
        ("cyd,,heat,,\n", ("at is missing", 1, "events.csv line 4: cyd,,heat,,")),
        ("cyd,soon,heat,,\n", ("at cannot be read as a time", 1, "events.csv line 4: cyd,soon,heat,,")),
        (
            "cyd,2031-01-01,,,\n",
            ("at lies in the future", 1, "events.csv line 4: cyd,2031-01-01 00:00:00,,,"),
        ),
    ],
)
def test_a_bad_row_is_set_aside_with_file_line_and_value(
    tmp_path: Path, row: str, found: tuple[str, int, str]
) -> None:
    reason, rows, example = quarantined(tmp_path, f"{HEADER}\n{GOOD}{row}")[0]

    assert (reason, rows) == found[:2]
    assert example.startswith(found[2].split(" 00:")[0])


def test_empty_lines_are_not_bad_rows(tmp_path: Path) -> None:
    assert quarantined(tmp_path, f"{HEADER}\n\n{GOOD}\n,,,,\n\n") == []


def test_an_event_of_tomorrow_is_kept_for_clocks_differ(tmp_path: Path) -> None:
    assert quarantined(tmp_path, f"{HEADER}\n{GOOD}cyd,2026-11-25 11:00,,,\n") == []


def test_numbers_that_cannot_be_are_missing_and_told(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "events.csv": f"{HEADER}\nann,2026-01-01,a,inf,NaN\n"
            'bob,2026-01-02,a,many,"1,234.50"\ncyd,2026-01-03,-,2000,-\n'
        },
    )

    report, dataset = read(tmp_path, source("events", "events.csv", kind="order"))

    assert events_of(dataset)["amount"].tolist()[1] == 1234.5
    assert events_of(dataset)["minutes"].isna().all()
    assert report.findings == (
        (
            "events.csv: minutes: 2 unreadable values, counted as missing "
            "(events.csv line 2: “inf”; events.csv line 3: “many”)."
        ),
        "events.csv: minutes: 1 impossible value (below 0 or above 1440), counted as missing.",
    )
    minutes = {column.name: column for column in report.tables[0].columns}["minutes"]
    assert (minutes.unreadable, minutes.impossible, minutes.missing) == (2, 1, 0)


def test_decimal_commas_are_read(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}".replace(",", ";").replace("9.99", "9,99")})

    _, dataset = read(tmp_path, source("events", "events.csv"))

    assert events_of(dataset)["amount"].tolist()[1] == 9.99


def test_words_for_missing_and_blanks_around_text_are_no_text(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n ann ,2026-01-01,-,,\nann,2026-01-02, n/a ,,\n"})

    report, dataset = read(tmp_path, source("events", "events.csv"))

    assert rows_of(dataset, "who", "title") == [("ann", ""), ("ann", "")]
    assert dataset.manifest.titles == 0
    assert report.tables[0].columns[2].missing == 2


@pytest.mark.parametrize(
    ("text", "settings", "error", "message"),
    [
        ("", {}, DataError, r"events\.csv: is empty\. Deliver it again"),
        (HEADER, {}, DataError, r"not one usable event\. There is not a single row below the header"),
        (
            f"{HEADER}\nann,never,,,\n",
            {},
            DataError,
            r"not one usable event\. 1 row: at cannot be read as a time \(events\.csv line 2: ann,never,,,\)",
        ),
        (
            f"{HEADER}\n{GOOD}".replace("title_id", "titel_id"),
            {},
            DataError,
            r'titel_id, minutes, amount\. The nearest is “titel_id”: write title_id = "titel_id" in matinee',
        ),
        (
            f"{HEADER}\n{GOOD}",
            {"delimiter": ";"},
            DataError,
            "the rows are cut at the wrong sign. Set delimiter",
        ),
        (
            f"{HEADER}\n{GOOD}",
            {"columns": {"customer_id": "customer_id", "at": "zzz"}},
            DataError,
            r"It has: customer_id, at, title_id, minutes, amount\.$",
        ),
        (
            f"{HEADER}\n{GOOD}",
            {"columns": {"customer_id": 9, "at": 2}},
            DataError,
            "has 5 columns, but customer_id = 9",
        ),
        (
            f"{HEADER}\n{GOOD}",
            {"columns": {"customer_id": 1}},
            ConfigError,
            r"columns names nothing for “at”, which every row needs\. events\.csv has the columns: cust",
        ),
        (
            f"{HEADER}\n{GOOD}",
            {"columns": {"colour": "x"}},
            ConfigError,
            "there is no column “colour”. Columns are",
        ),
        (f"{HEADER}\n{GOOD}", {"zone": "Mars/Base"}, ConfigError, "there is no zone “Mars/Base”"),
        (f"{HEADER}\n{GOOD}", {"kind": "dance"}, ConfigError, "kind = “dance” is unknown. Kinds are: watch"),
        (f"{HEADER}\n{GOOD}", {"rating_scale": (5.0, 1.0)}, ConfigError, "must rise"),
    ],
)
def test_what_cannot_be_used_at_all_is_explained(
    tmp_path: Path, text: str, settings: dict[str, object], error: type[Exception], message: str
) -> None:
    write(tmp_path, {"events.csv": text})

    with pytest.raises(error, match=message):
        read(tmp_path, source("events", "events.csv", **settings))


def test_names_are_found_without_regard_to_case(tmp_path: Path) -> None:
    assert quarantined(tmp_path, f"{HEADER.upper()}\n{GOOD}") == []


def test_a_configuration_without_events_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r'No \[\[sources\]\] has table = "events"'):
        read(tmp_path, SourceConfig(table="titles", files=("t.csv",)))


def test_a_table_matinee_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="table = “orders” is none of Matinee's tables"):
        read(tmp_path, SourceConfig(table="orders", files=("t.csv",), columns=COLUMNS))


def test_a_watermark_that_is_no_day_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="watermark = “yesterday” is no day"):
        read(tmp_path, source("events", "events.csv"), watermark="yesterday")


def test_an_empty_date_that_a_computer_filled_is_no_event(tmp_path: Path) -> None:
    found = quarantined(tmp_path, f"{HEADER}\nann,1970-01-01,,,\nann,1901-01-01,,,\n{GOOD}")

    assert [(reason, rows) for reason, rows, _ in found] == [("at lies before 1980: an empty date?", 2)]


def test_a_watermark_before_all_events_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}"})

    with pytest.raises(DataError, match="2 rows lie after the watermark: correct"):
        read(tmp_path, source("events", "events.csv"), watermark="1999-01-01")
