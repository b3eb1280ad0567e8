"""What happened each day, each month, and with each title."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.activity import DAILY, activity
from pipeline.config import ComputeConfig
from tests.pipeline.building import build_dataset, order, rating, refund, watch

ONE = ComputeConfig(processes=1)
ROWS = [
    watch("ann", "2026-01-30 20:00", "heat", minutes=90),
    watch("ann", "2026-01-30 22:00", "heat", minutes=10),
    watch("bob", "2026-02-28 20:00", "heat"),
    rating("bob", "2026-03-01", "alien", 5),
    order("ann", "2026-03-01", 9.99),
    refund("ann", "2026-03-02", 4.99),
]


@pytest.mark.parametrize("partitions", [1, 3])
def test_sums_days_months_and_titles(tmp_path: Path, partitions: int) -> None:
    dataset = build_dataset(tmp_path, ROWS, partitions=partitions)

    sums = activity(dataset, ONE)

    by_day = {
        str(np.datetime64(int(sums.first_day + row), "D")): dict(zip(DAILY, values, strict=True))
        for row, values in enumerate(sums.days.tolist())
        if any(values)
    }
    assert by_day == {
        "2026-01-30": dict(zip(DAILY, (1, 1, 2, 100, 0, 0, 0), strict=True)),
        "2026-02-28": dict(zip(DAILY, (1, 1, 1, 0, 0, 0, 0), strict=True)),
        "2026-03-01": dict(zip(DAILY, (2, 0, 0, 0, 1, 1, 9.99), strict=True)),
        "2026-03-02": dict(zip(DAILY, (0, 0, 0, 0, 0, 0, -4.99), strict=True)),
    }
    assert sums.month_days.astype("datetime64[D]").astype(str).tolist() == [
        "2026-01-01",
        "2026-02-01",
        "2026-03-01",
    ]
    assert sums.months[:, 0].tolist() == [1, 1, 2]
    titles = dataset.titles()["title_id"].tolist()
    assert dict(zip(titles, sums.watchers.tolist(), strict=True)) == {"alien": 1, "heat": 2}
    assert dict(zip(titles, sums.watchers_lately.tolist(), strict=True)) == {"alien": 1, "heat": 1}
    assert dict(zip(titles, sums.rating_sum.tolist(), strict=True)) == {"alien": 5, "heat": 0}
