"""The future changes nothing, and partitions change nothing: bit for bit."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings

from pipeline.config import ComputeConfig
from pipeline.dataset import Dataset, day_number
from pipeline.features import FeatureTable, feature_context, feature_table, one_more_visit
from pipeline.simulate import SimulationConfig
from tests.pipeline.building import Event, build_dataset, simulated_dataset
from tests.pipeline.features.events import FIRST_DAY, TITLES, events_between

ALONE = ComputeConfig(processes=1)
AS_OF = FIRST_DAY + 60


def assert_same(one: FeatureTable, other: FeatureTable) -> None:
    assert one.customer_ids.tolist() == other.customer_ids.tolist()
    assert one.as_of_day.tolist() == other.as_of_day.tolist()
    assert one.values.tobytes() == other.values.tobytes()


def built(folder: str | Path, events: list[Event], partitions: int = 1) -> Dataset:
    return build_dataset(Path(folder), events, titles=TITLES, partitions=partitions)


@given(
    past=events_between(FIRST_DAY, AS_OF, at_least=1),
    future=events_between(AS_OF, AS_OF + 30, at_least=1),
)
@settings(max_examples=40)
def test_the_future_changes_nothing(past: list[Event], future: list[Event]) -> None:
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        before = feature_table(built(one, past), [AS_OF, AS_OF - 25], ALONE)
        after = feature_table(built(other, past + future), [AS_OF, AS_OF - 25], ALONE)

    assert_same(before, after)


@given(
    past=events_between(FIRST_DAY, AS_OF, at_least=1), future=events_between(AS_OF, AS_OF + 30, at_least=1)
)
@settings(max_examples=15)
def test_the_future_changes_nothing_of_one_more_visit(past: list[Event], future: list[Event]) -> None:
    tables = []
    for events in (past, past + future):
        with TemporaryDirectory() as folder:
            dataset = built(folder, events)
            context = feature_context(dataset, [AS_OF], ALONE)
            tables.append(one_more_visit(dataset.partition(0), [AS_OF], context))

    assert_same(*tables)


@given(events=events_between(FIRST_DAY, AS_OF, at_least=1))
@settings(max_examples=20)
def test_partitions_change_nothing(events: list[Event]) -> None:
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        whole = feature_table(built(one, events), [AS_OF, AS_OF - 7], ALONE)
        parts = feature_table(built(other, events, partitions=4), [AS_OF, AS_OF - 7], ALONE)

    assert_same(whole, parts)


@pytest.mark.parametrize(("partitions", "processes"), [(4, 2), (64, 1)])
def test_neither_partitions_nor_processes_change_anything(
    tmp_path: Path, partitions: int, processes: int
) -> None:
    config = SimulationConfig(customers=150, titles=40, months=9)
    whole, _ = simulated_dataset(tmp_path / "whole", config)
    parts, _ = simulated_dataset(tmp_path / "parts", config, partitions=partitions)
    end = day_number(whole.manifest.as_of)

    assert_same(
        feature_table(whole, [end, end - 45], ALONE),
        feature_table(parts, [end - 45, end], ComputeConfig(processes=processes)),
    )


def test_more_moments_change_nothing(tmp_path: Path) -> None:
    dataset, _ = simulated_dataset(tmp_path, SimulationConfig(customers=40, titles=20, months=6))
    end = day_number(dataset.manifest.as_of)
    many = feature_table(dataset, range(end - 50, end + 1, 10), ALONE)

    assert_same(many.at(end - 20), feature_table(dataset, [end - 20], ALONE))


def test_choosing_customers_changes_nothing_of_theirs(tmp_path: Path) -> None:
    dataset, _ = simulated_dataset(
        tmp_path, SimulationConfig(customers=40, titles=20, months=6), partitions=2
    )
    end = day_number(dataset.manifest.as_of)
    everybody = feature_table(dataset, [end], ALONE)
    chosen = everybody.customer_ids[::3].tolist()
    context = feature_context(dataset, [end], ALONE)

    assert_same(
        feature_table(dataset, [end], ALONE, only=chosen, context=context),
        everybody.where(np.isin(everybody.customer_ids, chosen)),
    )
