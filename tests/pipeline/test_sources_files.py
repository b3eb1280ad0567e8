import bz2
import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.config import SourceConfig
from pipeline.errors import ConfigError, DataError
from pipeline.sources import streams
from pipeline.sources.files import fingerprint, matching_files, plain_size, plain_suffix
from pipeline.sources.reading import read_file, read_source
from pipeline.sources.sniffing import delimiter_of, dialect_of, encoding_of, legacy_encoding_of
from tests.pipeline.reading import GOOD, HEADER, write

TEXT = f"{HEADER}\n{GOOD}"


ANN = {"customer_id": "ann", "at": "2026-01-01 10:00:00", "title_id": "heat", "minutes": "90", "amount": None}


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return bytes(sink.getvalue())


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "zst": zstd}


def zipped(path: Path, **members: str) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path.read_bytes()


def rows(path: Path, **settings: object) -> tuple[list[dict[str, object]], list[int], list[str]]:
    """All rows, their lines, and the bad rows as sentences."""
    reading = read_file(path, SourceConfig(table="events", **settings))  # type: ignore[arg-type]
    found: list[dict[str, object]] = []
    lines: list[int] = []
    for block in reading.blocks():
        found += block.columns.to_pylist()
        lines += block.lines.tolist()
    return found, lines, [f"line {bad.line}: {bad.reason}" for bad in reading.bad_rows]


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("events.csv", TEXT.encode()),
        ("events.csv.gz", gzip.compress(TEXT.encode())),
        ("events.csv.bz2", bz2.compress(TEXT.encode())),
        ("events.csv.zst", zstd(TEXT.encode())),
        ("events.csv", b"\xef\xbb\xbf" + TEXT.encode()),
        ("events.csv", TEXT.encode("utf-16")),
        ("events.csv", TEXT.encode("utf-16-le")),
        ("events.csv", TEXT.encode("utf-16-be")),
        ("events.csv", TEXT.encode("utf-32")),
        ("events.csv", TEXT.replace("\n", "\r\n").encode()),
        ("events.csv", TEXT.replace(",", ";").encode()),
        ("events.tsv", TEXT.replace(",", "\t").encode()),
        ("events.psv", TEXT.replace(",", "|").encode()),
        ("events.dat", TEXT.replace(",", "::").encode()),
    ],
)
def test_reads_the_same_rows_however_they_are_written(tmp_path: Path, name: str, packed: bytes) -> None:
    write(tmp_path, {name: packed})

    found, lines, bad = rows(tmp_path / name)

    assert found[0] == ANN
    assert (len(found), lines, bad) == (2, [2, 3], [])


def test_reads_the_one_file_of_a_zip_archive(tmp_path: Path) -> None:
    zipped(tmp_path / "events.zip", **{"events.csv": TEXT})

    assert rows(tmp_path / "events.zip")[0][0] == ANN


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"events\.csv: is empty\. Deliver it again"),
        (b"\n \n", r"is empty"),
        (bytes(range(256)) * 20, r"is not text \(it holds NUL bytes\)"),
    ],
)
def test_says_what_is_wrong_with_a_file(tmp_path: Path, content: bytes, message: str) -> None:
    write(tmp_path, {"events.csv": content})

    with pytest.raises(DataError, match=message):
        rows(tmp_path / "events.csv")


def test_an_unknown_encoding_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": TEXT})

    with pytest.raises(DataError, match="no encoding “klingon”"):
        rows(tmp_path / "events.csv", encoding="klingon")


def test_archives_that_cannot_be_used_are_said(tmp_path: Path) -> None:
    write(tmp_path, {"none.zip": b"PK but no", "short.csv.gz": gzip.compress(TEXT.encode() * 50)[:40]})
    zipped(tmp_path / "two.zip", a=TEXT, b=TEXT)

    with pytest.raises(DataError, match=r"none\.zip: is no zip archive"):
        rows(tmp_path / "none.zip")
    with pytest.raises(DataError, match=r"two\.zip: holds 2 files, and one is needed"):
        rows(tmp_path / "two.zip")
    with pytest.raises(DataError, match=r"short\.csv\.gz: cannot be unpacked"):
        rows(tmp_path / "short.csv.gz")


@pytest.mark.parametrize(
    ("kind", "encoding"), [("gz", "utf-8"), ("bz2", "utf-8"), ("zst", "utf-8"), ("gz", "utf-16")]
)
def test_a_file_that_breaks_off_keeps_every_whole_line_before(
    tmp_path: Path, kind: str, encoding: str
) -> None:
    lines = [f"{number * 7919 % 100_003},{number * 104_729 % 99_991}" for number in range(120_000)]
    plain = ("a,b\n" + "".join(f"{line}\n" for line in lines)).encode(encoding)
    packed = PACKERS[kind](plain)
    write(tmp_path, {f"events.csv.{kind}": packed[: len(packed) * 9 // 10]})

    found, _, bad = rows(tmp_path / f"events.csv.{kind}")

    assert [f"{row['a']},{row['b']}" for row in found] == lines[: len(found)]
    assert len(found) > 60_000
    assert bad == [f"line {len(found) + 2}: the file breaks off here"]


def test_bad_rows_are_set_aside_and_lines_stay_true(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": "a,b\n1,2\n\n3\n4,5,6\n7,8\n9"})

    found, lines, bad = rows(tmp_path / "events.csv")

    assert [(row["a"], line) for row, line in zip(found, lines, strict=True)] == [
        ("1", 2),
        (None, 3),
        ("7", 6),
    ]
    assert bad == [
        "line 4: 1 fields instead of 2",
        "line 5: 3 fields instead of 2",
        "line 7: 1 fields instead of 2",
    ]


def test_quoted_fields_may_hold_delimiters_marks_and_lines(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": 'a,b\n"x, ""y""\nz",2\n'})

    assert rows(tmp_path / "events.csv")[0] == [{"a": 'x, "y"\nz', "b": "2"}]


def test_a_mark_that_never_closes_costs_no_other_row(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": 'a,b\n"1","2"\n3,"4\n' + "5,6\n" * 100})

    found, _, bad = rows(tmp_path / "events.csv")

    assert found[:3] == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}, {"a": "5", "b": "6"}]
    assert (len(found), bad) == (102, [])


def test_a_mark_that_opens_far_below_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": 'a,b\n"1","2"\n' + "5,6\n" * 100_000 + '7,"8\n' + "5,6\n" * 800_000})

    found, _, bad = rows(tmp_path / "events.csv")

    assert len(found) > 50_000
    assert "a quotation mark opens and never closes; the rest of the file is not read" in bad[-1]


def test_runs_of_blanks_are_one_delimiter(tmp_path: Path) -> None:
    write(tmp_path, {"log.txt": " id   day \t n\n  1 20260101   5  \n\n 2  20260102 6\n"})

    found, lines, _ = rows(tmp_path / "log.txt")

    assert found[0] == {"id": "1", "day": "20260101", "n": "5"}
    assert found[-1] == {"id": "2", "day": "20260102", "n": "6"}
    assert lines[-1] == 4


def test_streams_are_cut_at_lines_whatever_the_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BLOCK_BYTES", 7)
    write(
        tmp_path, {"log.dat": "ann::2026-01-01::héat\nbob::2026-01-02::up", "log.csv": TEXT.encode("utf-16")}
    )

    assert rows(tmp_path / "log.dat", header=False)[0] == [
        {"1": "ann", "2": "2026-01-01", "3": "héat"},
        {"1": "bob", "2": "2026-01-02", "3": "up"},
    ]
    assert rows(tmp_path / "log.csv")[0][0] == ANN


def test_columns_without_a_header_are_numbered_or_named(tmp_path: Path) -> None:
    write(tmp_path, {"log.csv": "ann,1,x\nbob,2,y\n"})

    assert rows(tmp_path / "log.csv", header=False, names=("who", "n"))[0][0] == {
        "who": "ann",
        "n": "1",
        "3": "x",
    }


def test_columns_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, {"log.csv": "a,a,\n1,2,3\n"})

    assert rows(tmp_path / "log.csv")[0] == [{"a": "1", "a_2": "2", "3": "3"}]


def test_a_file_in_an_old_code_page_is_read_and_said(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": TEXT.replace("heat", "Fantômas – l’ombre").encode("cp1252")})
    reading = read_file(tmp_path / "events.csv", SourceConfig(table="events"))

    assert next(reading.blocks()).columns["title_id"].to_pylist()[0] == "Fantômas – l’ombre"
    assert reading.notes == ["events.csv is read as cp1252."]


def test_a_few_values_in_an_old_code_page_are_repaired(tmp_path: Path) -> None:
    late = "zoë,x\n".encode("latin-1")
    write(tmp_path, {"events.csv": b"who,b\n" + "bjørn,x\n".encode() * 40_000 + late})
    reading = read_file(tmp_path / "events.csv", SourceConfig(table="events"))

    names = {name for block in reading.blocks() for name in block.columns["who"].unique().to_pylist()}

    assert names == {"bjørn", "zoë"}
    assert "is UTF-8 but for some values, first in column “who”" in reading.notes[0]


def test_other_scripts_are_recognised() -> None:
    russian = "Преступление и наказание; Война и мир; Мастер и Маргарита; Анна Каренина; Идиот\n" * 20

    assert russian.encode("cp1251").decode(encoding_of(russian.encode("cp1251"))) == russian
    assert legacy_encoding_of(b"caf\xe9 \x81\n") == "latin-1"


def test_finds_the_delimiter_of_short_samples() -> None:
    assert delimiter_of([]) == ","
    assert delimiter_of(["alone"]) == ","
    assert delimiter_of(['a;"b', "c;d", "e;f"]) == ";"


def test_a_tab_separated_file_with_marks_is_quoted(tmp_path: Path) -> None:
    write(tmp_path, {"a.tsv": 'x\ty\n"1\t2"\t3\n', "b.tsv": 'x\ty\n1" disc\t3\n'})

    assert dialect_of(tmp_path / "a.tsv").quoted
    assert not dialect_of(tmp_path / "b.tsv").quoted


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1, 2], "b": ["x", None]}), tmp_path / "t.parquet")
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), tmp_path / "none.parquet")

    assert rows(tmp_path / "t.parquet") == ([{"a": 1, "b": "x"}, {"a": 2, "b": None}], [1, 2], [])
    assert rows(tmp_path / "none.parquet")[0] == []


def test_a_cut_off_parquet_file_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"t.parquet": b"PAR1 and no more"})

    with pytest.raises(DataError, match=r"t\.parquet: cannot be read as Parquet"):
        rows(tmp_path / "t.parquet")


def test_patterns_find_each_file_once_in_order(tmp_path: Path) -> None:
    write(tmp_path, {"b.csv": "x", "a.csv": "x", "c.txt": "x"})

    found = matching_files(("b.csv", "*.csv"), tmp_path)

    assert [path.name for path in found] == ["b.csv", "a.csv"]


def test_a_pattern_without_a_file_says_what_is_there(tmp_path: Path) -> None:
    write(tmp_path, {"b.csv": "x"})

    with pytest.raises(ConfigError, match=r"no file matches “events\*”\. The folder holds: b\.csv"):
        matching_files(("events*",), tmp_path)
    with pytest.raises(ConfigError, match="names neither files nor a database"):
        list(read_source(SourceConfig(table="events"), tmp_path))


def test_endings_sizes_and_fingerprints(tmp_path: Path) -> None:
    write(tmp_path, {"Events.CSV.GZ": "12345", "plain": "12345"})

    assert plain_suffix(tmp_path / "Events.CSV.GZ") == ".csv"
    assert plain_suffix(tmp_path / "plain") == ""
    assert plain_size(tmp_path / "Events.CSV.GZ") == 25
    assert fingerprint(tmp_path / "plain").startswith("5994471abb01112a")
