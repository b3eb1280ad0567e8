import itertools
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from pipeline.config import ComputeConfig, PipelineConfig
from pipeline.dataset import Dataset
from pipeline.errors import DataError
from pipeline.ingest import check, ingest, run, sorting
from pipeline.ingest.converting import kind_from
from pipeline.tables import EVENT_KINDS
from tests.pipeline.reading import GOOD, HEADER, NOW, events_of, read, rows_of, source, write

WHO = {"customer_id": "customer_id", "name": "name", "age": "age", "signed_up_at": "signed_up_at"}


WHAT = {"title_id": "title_id", "title": "title", "genres": "genres", "duration_minutes": "duration_minutes"}


def test_events_become_sorted_arrays(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"events.csv": f"{HEADER}\nbob,2026-01-02,up,,5\nann,2026-01-03,heat,9,\nann,2026-01-01,up,8,\n"},
    )

    report, dataset = read(tmp_path, source("events", "events.csv"))

    assert rows_of(dataset, "who", "day", "title")[:2] == [
        ("ann", "2026-01-01", "up"),
        ("ann", "2026-01-03", "heat"),
    ]
    part = dataset.partition(0)
    assert part.minutes.tolist()[:2] == [8, 9]
    assert part.offsets.tolist() == [0, 2, 3]
    assert list(dataset.titles()["title_id"]) == ["heat", "up"]
    assert not dataset.titles()["described"].any()
    assert report.period == (dataset.manifest.first_day, dataset.manifest.watermark)


def test_a_delivery_that_overlaps_another_counts_once(tmp_path: Path) -> None:
    write(tmp_path, {"day1.csv": f"{HEADER}\n{GOOD}", "day2.csv": f"{HEADER}\n{GOOD}cyd,2026-01-03,up,5,\n"})

    report, dataset = read(tmp_path, source("events", "day*.csv"))

    assert dataset.manifest.events == 3
    table = report.tables[0]
    assert (table.read, table.duplicates, table.kept, table.files) == (5, 2, 3, ("day1.csv", "day2.csv"))


def test_repetitions_can_be_kept(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}{GOOD}"})

    report, dataset = read(tmp_path, source("events", "events.csv", duplicates="keep"))

    assert (dataset.manifest.events, report.tables[0].duplicates) == (4, 0)


def test_rows_that_differ_in_an_unmapped_column_are_two_events(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "events.csv": f"session,{HEADER}\ns1,ann,2026-01-01,,,\n"
            "s2,ann,2026-01-01,,,\ns2,ann,2026-01-01,,,\n"
        },
    )

    _, dataset = read(tmp_path, source("events", "events.csv"))

    assert dataset.manifest.events == 2


def test_an_order_below_zero_is_a_refund_and_a_refund_is_below_zero(tmp_path: Path) -> None:
    write(tmp_path, {"o.csv": f"{HEADER}\nann,2026-01-01,,,-5\n", "r.csv": f"{HEADER}\nann,2026-01-02,,,7\n"})

    _, dataset = read(
        tmp_path, source("events", "o.csv", kind="order"), source("events", "r.csv", kind="refund")
    )

    assert rows_of(dataset, "kind", "amount") == [("refund", -5.0), ("refund", -7.0)]
    assert dataset.manifest.has_amounts


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Video Started", "watch"),
        ("page_view", "watch"),
        ("registration", "other"),
        ("PURCHASE", "order"),
        ("charge-back refund", "refund"),
        ("star", "rating"),
        ("search.query", "search"),
    ],
)
def test_words_tell_what_was_done(word: str, kind: str) -> None:
    assert EVENT_KINDS[kind_from(word)] == kind


def test_parquet_with_categories_and_numbers_as_ids_is_read(tmp_path: Path) -> None:
    table = pa.table(
        {
            "customer_id": pa.array([1.0, 2.0, None]),
            "at": pa.array(["2026-01-01", "2026-01-02", "2026-01-03"]).dictionary_encode(),
            "title_id": pa.array([7, None, 7]),
            "extra": pa.array([{"a": 1}, None, {"a": 2}]),
        }
    )
    pq.write_table(table, tmp_path / "e.parquet")
    columns = {name: name for name in ("customer_id", "at", "title_id")}

    report, dataset = read(tmp_path, source("events", "e.parquet", columns=columns))

    assert rows_of(dataset, "who", "day", "title", "kind") == [
        ("1", "2026-01-01", "7", "other"),
        ("2", "2026-01-02", "", "other"),
    ]
    assert report.quarantined[0].examples == ("e.parquet line 3: ,2026-01-03,7,{'a': 2}",)


def test_a_rating_on_a_watch_stays_on_it(tmp_path: Path) -> None:
    write(tmp_path, {"w.csv": "customer_id,at,minutes,rating\nann,2026-01-01,90,4\nann,2026-01-02,80,\n"})
    columns = {name: name for name in ("customer_id", "at", "minutes", "rating")}

    _, dataset = read(tmp_path, source("events", "w.csv", columns=columns, rating_scale=(1.0, 5.0)))

    assert rows_of(dataset, "kind", "rating", "rating_raw")[0] == ("watch", 0.75, 4.0)
    assert np.isnan(events_of(dataset)["rating"][1])


def test_a_scale_is_taken_from_the_data_and_what_lies_off_a_given_one_is_missing(tmp_path: Path) -> None:
    columns = {name: name for name in ("customer_id", "at", "rating")}
    write(tmp_path, {"r.csv": "customer_id,at,rating\nann,2026-01-01,8\nann,2026-01-02,2\n"})

    _, guessed = read(tmp_path, source("events", "r.csv", columns=columns))
    assert [value for (value,) in rows_of(guessed, "rating")] == [pytest.approx(7 / 9), pytest.approx(1 / 9)]

    report, given_ = read(tmp_path, source("events", "r.csv", columns=columns, rating_scale=(1.0, 5.0)))
    assert np.isnan(events_of(given_)["rating_raw"][0])
    assert "1 rating outside rating_scale; counted as missing." in report.findings


def test_a_crash_leaves_the_old_data_set(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}"})
    _, before = read(tmp_path, source("events", "events.csv"))
    write(tmp_path, {"events.csv": f"{HEADER}\nann,never,,,\n"})

    with pytest.raises(DataError, match="not one usable event"):
        read(tmp_path, source("events", "events.csv"))

    assert Dataset.open(tmp_path / "out" / "dataset").manifest == before.manifest
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["dataset"]


def test_what_a_killed_run_left_behind_is_swept_away(tmp_path: Path) -> None:
    write(tmp_path / "out" / ".dataset-killed" / "new", {"events-00000.arrow": "half"})
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}"})

    read(tmp_path, source("events", "events.csv"))

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["dataset"]


def test_checking_leaves_nothing_behind(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}"})
    config = PipelineConfig(data=tmp_path, output=tmp_path / "out", sources=(source("events", "events.csv"),))
    stages: list[str] = []

    report = check(config, now=NOW, progress=stages.append)

    assert report.manifest.events == 2
    assert [path.name for path in tmp_path.iterdir()] == ["events.csv"]
    assert stages == ["reading 1 file into 1 partitions", "sorting 1 partitions"]


def test_other_files_are_another_fingerprint_and_the_same_are_the_same(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}"})
    first = read(tmp_path, source("events", "events.csv"))[0].manifest.fingerprint
    again = read(tmp_path, source("events", "events.csv"), partitions=3)[0].manifest.fingerprint
    mapped = read(tmp_path, source("events", "events.csv", kind="order"))[0].manifest.fingerprint
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}\n"})
    changed = read(tmp_path, source("events", "events.csv"))[0].manifest.fingerprint

    assert first == again
    assert len({first, mapped, changed}) == 3


def test_partitions_follow_the_wish_for_their_size(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n" + "".join(f"c{n},2026-01-01,,,\n" for n in range(4000))})
    config = PipelineConfig(
        data=tmp_path,
        output=tmp_path,
        sources=(source("events", "events.csv"),),
        compute=ComputeConfig(partition_events=1000),
    )

    report = ingest(config, tmp_path / "dataset", now=NOW)

    assert 3 <= report.manifest.partitions <= 5
    assert (
        sum(len(Dataset.open(tmp_path / "dataset").customers(n)) for n in range(report.manifest.partitions))
        == 4000
    )


def test_two_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}"})
    _, alone = read(tmp_path, source("events", "events.csv"), partitions=3)
    expected = events_of(alone)
    monkeypatch.setattr(run, "WORTH_PROCESSES", 0)
    config = PipelineConfig(
        data=tmp_path,
        output=tmp_path,
        sources=(source("events", "events.csv"),),
        compute=ComputeConfig(processes=2),
    )

    report = ingest(config, tmp_path / "dataset", now=NOW, partitions=3)

    assert_frame_equal(events_of(Dataset.open(tmp_path / "dataset")), expected)
    assert report.cpu_seconds > 0


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cyd", "dan", "eve", "zoë"]),
        st.integers(0, 40),
        st.sampled_from(["heat", "up", ""]),
        st.sampled_from(["", "5", "90", "2000"]),
        st.sampled_from(["", "9.99", "-5"]),
    ),
    min_size=1,
    max_size=40,
)


def text_of(events: list[tuple[str, int, str, str, str]]) -> str:
    rows = (
        f"{who},{1767225600 + step * 43_200},{title},{minutes},{amount}"
        for who, step, title, minutes, amount in events
    )
    return "\n".join([HEADER, *rows]) + "\n"


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, partitions=st.integers(2, 7), order=st.randoms(use_true_random=False))
def test_partitions_and_the_order_of_delivery_change_nothing(
    tmp_path: Path, events: list[tuple[str, int, str, str, str]], partitions: int, order: object
) -> None:
    write(tmp_path, {"a.csv": text_of(events)})
    report, dataset = read(tmp_path, source("events", "a.csv", kind="order"))
    expected = events_of(dataset)
    order.shuffle(events)  # type: ignore[attr-defined]
    half = len(events) // 2
    write(tmp_path, {"a.csv": text_of(events[:half]), "b.csv": text_of(events[half:] + events[:half])})

    again, other = read(tmp_path, source("events", "a.csv", "b.csv", kind="order"), partitions=partitions)

    assert_frame_equal(events_of(other), expected)
    assert other.manifest.customers == dataset.manifest.customers
    assert again.tables[0].kept == report.tables[0].kept


def test_times_too_far_apart_for_one_number_are_sorted_all_the_same() -> None:
    customer = np.arange(2_000_000) % 1_000_000
    at = np.where(np.arange(2_000_000) % 3 == 0, 2**61, -(2**61))
    columns = {"customer": customer.astype(np.int32), "at": at}

    order = sorting._order(
        columns | {"kind": np.zeros(2_000_000, np.int8), "title": np.zeros(2_000_000, np.int32)}
    )

    pairs = list(itertools.islice(zip(customer[order], at[order], strict=True), 1000))
    assert pairs == sorted(pairs)


def test_the_files_on_disk_have_the_promised_types(tmp_path: Path) -> None:
    write(tmp_path, {"events.csv": f"{HEADER}\n{GOOD}"})

    _, dataset = read(tmp_path, source("events", "events.csv"))

    events = pq.read_schema(dataset.events_path(0))
    assert {name: str(events.field(name).type) for name in events.names} == {
        "customer": "int32", "at": "int64", "kind": "int8", "title": "int32", "minutes": "double",
        "progress": "double", "rating": "double",
        "rating_raw": "double", "amount": "double", "items": "double",
    }  # fmt: skip
    titles = pq.read_schema(dataset.titles_path)
    assert str(titles.field("genres").type) == "list<element: string>"
    customers = pq.read_schema(dataset.customers_path(0))
    assert str(customers.field("signed_up_at").type) == "timestamp[us, tz=UTC]"
