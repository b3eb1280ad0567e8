"""DuckDB, asked for the same features in SQL, finds the same numbers."""

from collections.abc import Iterable
from math import nan
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings

from pipeline.config import ComputeConfig
from pipeline.dataset import Dataset, day_number
from pipeline.features import NAMES, feature_table
from pipeline.simulate import SimulationConfig
from tests.pipeline.building import Event, build_dataset, order, rating, refund, simulated_dataset, watch
from tests.pipeline.feature_oracle import oracle_features
from tests.pipeline.features.events import FIRST_DAY, TITLES, events_between

ALONE = ComputeConfig(processes=1)


def assert_the_oracle_agrees(dataset: Dataset, as_of_days: Iterable[int]) -> None:
    expected = oracle_features(dataset, sorted(as_of_days))
    found = feature_table(dataset, list(as_of_days), ALONE)

    assert list(zip(found.as_of_day, found.customer_ids, strict=True)) == list(expected.index)
    for name in NAMES:
        np.testing.assert_allclose(
            found.column(name), expected[name].to_numpy(), rtol=1e-6, atol=1e-6, err_msg=name
        )


def test_on_a_simulated_service(tmp_path: Path) -> None:
    dataset, _ = simulated_dataset(tmp_path, SimulationConfig(customers=250, titles=60), partitions=3)
    end = day_number(dataset.manifest.as_of)

    assert_the_oracle_agrees(dataset, [end, end - 30, end - 200, end - 500])


@given(events=events_between(FIRST_DAY, FIRST_DAY + 80, at_least=1))
@settings(max_examples=25)
def test_on_awkward_events(events: list[Event]) -> None:
    with TemporaryDirectory() as folder:
        dataset = build_dataset(Path(folder), events, titles=TITLES, partitions=3)
        assert_the_oracle_agrees(dataset, [FIRST_DAY + 80, FIRST_DAY + 40, FIRST_DAY])


def test_on_a_single_event(tmp_path: Path) -> None:
    dataset = build_dataset(tmp_path, [order("ann", "2026-04-01")], partitions=4)

    assert_the_oracle_agrees(dataset, [day_number(dataset.manifest.as_of)])


def test_on_long_histories_with_money(tmp_path: Path) -> None:
    days = [20_000 + 13 * number + number % 5 for number in range(60)]
    events = [
        event
        for number, day in enumerate(days)
        for event in (
            order("ann", day * 86_400_000_000 + number, 10.0 + number % 7, items=number % 3),
            order("bob", day * 86_400_000_000, 12.5),
            watch("ann", day * 86_400_000_000 + number, "heat", minutes=30.0 * (number % 6), progress=0.95),
            rating("cat", day * 86_400_000_000, f"t{number % 11}", 1 + number % 5),
        )
    ]
    events += [refund("ann", days[30] * 86_400_000_000, 10.0), refund("dan", days[3] * 86_400_000_000, 5.0)]
    events += [order("ann", days[-1] * 86_400_000_000, nan)]
    dataset = build_dataset(tmp_path, events, titles=TITLES)

    assert_the_oracle_agrees(dataset, [days[-1] + 1, days[-1], days[40], days[20] + 1, days[0]])


@pytest.mark.real_data
def test_on_real_tickets(tmp_path: Path, real_data: Path) -> None:
    lines = (real_data / "movietweetings" / "ratings.dat").read_text(encoding="utf-8").splitlines()[:20_000]
    rows = [line.split("::") for line in lines]
    events = [
        Event(who=who, at=int(at) * 1_000_000, kind="rating", title=title, rating=(int(stars) - 1) / 9)
        for who, title, stars, at in rows
    ]
    dataset = build_dataset(tmp_path, events, partitions=2)
    end = day_number(dataset.manifest.as_of)

    assert_the_oracle_agrees(dataset, [end, end - 20])
