"""The laws of segments on the open data sets."""

from collections.abc import Callable

import pytest

from pipeline.config import SegmentConfig
from pipeline.dataset import day_number
from pipeline.features import FeatureTable, feature_table
from pipeline.segments import find_segments
from tests.pipeline.real_folders import RealFolder

MONTH = 30


def _two_months(folder: RealFolder) -> tuple[FeatureTable, FeatureTable]:
    """Features a month before the data end, and at their end."""
    end = day_number(folder.dataset.manifest.as_of)
    table = feature_table(folder.dataset, [end - MONTH, end], folder.config.compute)
    return table.at(end - MONTH), table.at(end)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["movietweetings", "cdnow"])
def test_after_a_month_at_most_a_tenth_change_their_label(
    real_folder: Callable[[str], RealFolder], name: str
) -> None:
    before, now = _two_months(real_folder(name))
    config = SegmentConfig(fewest=5, most=5)

    first = find_segments(before, config)
    later = find_segments(now, config, previous=first.model, earlier=before)

    assert later.metrics["segments.flips"] <= 0.10
    assert {one.number for one in later.segments} == {one.number for one in first.segments}
    assert later.metrics["segments.natural"] == 1


@pytest.mark.real_data
def test_a_data_set_without_groups_is_told_so(real_folder: Callable[[str], RealFolder]) -> None:
    _, now = _two_months(real_folder("netflix-2025"))

    found = find_segments(now, SegmentConfig(fewest=3, most=4))

    assert found.message.startswith("No natural segments")
    assert len(found.segments) >= 3
