"""The test builder writes what ``Dataset`` reads."""

from datetime import date
from pathlib import Path

from pipeline.dataset import DAY_US, day_number
from tests.pipeline.building import build_dataset, order, rating, refund, watch


def test_rows_come_back_sorted_by_customer_and_time(tmp_path: Path) -> None:
    dataset = build_dataset(
        tmp_path,
        [
            watch("bob", "2026-04-02 10:00", "heat", minutes=90),
            order("ann", "2026-04-03", 9.5, items=2),
            watch("ann", "2026-04-01", "heat", minutes=30, progress=0.25),
            rating("ann", "2026-04-01 12:00", "alien", 4),
            refund("ann", "2026-04-04", 9.5),
        ],
        titles=[{"title_id": "heat", "title": "Heat", "genres": ["Crime"], "year": 1995}],
        customers=[{"customer_id": "cat", "name": "Cat", "signed_up_at": "2026-01-01", "device": "tv"}],
    )
    partition = dataset.partition(0)

    assert list(partition.customer_ids) == ["ann", "bob", "cat"]
    assert partition.offsets.tolist() == [0, 4, 5, 5]
    assert (partition.day - day_number(date(2026, 4, 1))).tolist() == [0, 0, 2, 3, 1]
    assert partition.at[1] % DAY_US == DAY_US // 2
    assert partition.title.tolist() == [1, 0, -1, -1, 1]
    assert partition.rating[1] == 0.75
    assert partition.amount[2:4].tolist() == [9.5, -9.5]
    assert dataset.titles()["genres"].map(list).tolist() == [[], ["Crime"]]
    assert dataset.customers(0)["device"].tolist()[2] == "tv"
    assert dataset.manifest.watermark == date(2026, 4, 4)
    assert dataset.manifest.kinds == {"watch": 2, "rating": 1, "order": 1, "refund": 1}


def test_every_customer_is_in_exactly_one_partition(tmp_path: Path) -> None:
    people = [f"user_{number}" for number in range(50)]
    dataset = build_dataset(tmp_path, [watch(name, "2026-01-01") for name in people], partitions=4)

    found = [name for number in dataset.numbers for name in dataset.partition(number).customer_ids]
    assert sorted(found) == sorted(people)


def test_an_empty_data_set_opens(tmp_path: Path) -> None:
    dataset = build_dataset(tmp_path, [], partitions=2)

    assert [len(dataset.partition(number).at) for number in dataset.numbers] == [0, 0]
