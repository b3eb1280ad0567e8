from pathlib import Path

import numpy as np

from pipeline.activity import activity
from pipeline.config import ComputeConfig
from pipeline.fact_rows import sum_rows
from pipeline.facts import facts
from pipeline.ingest.devices import MOST_DEVICES, devices_of
from store.results.packing import column_in
from tests.pipeline.reading import read, source, write

ROWS = """customer_id,at,title_id,minutes,device
ann,2026-01-01 20:00,heat,10,tv
ann,2026-01-01 20:00,heat,10,tv
ann,2026-01-01 20:00,heat,10,phone
bob,2026-01-02 20:00,heat,30,
"""
ALONE = ComputeConfig(processes=1)
COLUMNS = {
    "customer_id": "customer_id",
    "at": "at",
    "title_id": "title_id",
    "minutes": "minutes",
    "device": "device",
}


def test_watches_are_summed_by_day_and_device_without_repetitions(tmp_path: Path) -> None:
    write(tmp_path, {"watches.csv": ROWS})

    report, dataset = read(tmp_path, source("events", "watches.csv", kind="watch", columns=COLUMNS))
    found = facts(dataset, activity(dataset, ALONE), ALONE, like_share=0.7)
    rows = {row[:2]: row[2:] for row in sum_rows(found, [], [])}
    width, counts, amounts, *_ = rows[("watch", "device")]

    # Of two devices two watches, though all else is the same.
    assert report.tables[0].duplicates == 1
    assert dataset.manifest.devices == found.devices == ("phone", "tv")
    assert width == 3
    assert counts is not None
    assert amounts is not None
    assert list(column_in(counts)[0]) == [1, 1, 0, 0, 0, 1]
    assert list(column_in(amounts)[0]) == [10, 10, 0, 0, 0, 30]


def test_rare_devices_are_others() -> None:
    names = [f"device {number}" for number in range(MOST_DEVICES + 5)][::-1]
    counts = np.arange(len(names))

    devices = devices_of(names, counts)

    assert len(devices.labels) == MOST_DEVICES + 1
    assert "other" in devices.labels
    rarest, commonest = devices.codes[devices.ranks[0]], devices.codes[devices.ranks[-1]]
    assert (devices.labels[rarest], devices.labels[commonest]) == ("other", names[-1])
