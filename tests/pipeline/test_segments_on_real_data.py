"""The laws of segments on the open data sets."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.config import PipelineConfig, SegmentConfig
from pipeline.dataset import Dataset, day_number
from pipeline.features import FeatureTable, feature_table
from pipeline.ingest import ingest
from pipeline.segments import find_segments
from pipeline.sources.layouts import recognise

MONTH = 30


def _two_months(folder: Path, output: Path) -> tuple[FeatureTable, FeatureTable]:
    """Features a month before the data end, and at their end."""
    config = PipelineConfig(data=folder, output=output, sources=recognise(folder).sources)
    ingest(config, output / "dataset", now=datetime(2026, 11, 24, tzinfo=UTC))
    dataset = Dataset.open(output / "dataset")
    end = day_number(dataset.manifest.as_of)
    table = feature_table(dataset, [end - MONTH, end], config.compute)
    return table.at(end - MONTH), table.at(end)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["movietweetings", "cdnow"])
def test_after_a_month_at_most_a_tenth_change_their_label(real_data: Path, tmp_path: Path, name: str) -> None:
    before, now = _two_months(real_data / name, tmp_path)
    config = SegmentConfig(fewest=5, most=5)

    first = find_segments(before, config)
    later = find_segments(now, config, previous=first.model, earlier=before)

    assert later.metrics["segments.flips"] <= 0.10
    assert {one.number for one in later.segments} == {one.number for one in first.segments}
    assert later.metrics["segments.natural"] == 1


@pytest.mark.real_data
def test_a_data_set_without_groups_is_told_so(real_data: Path, tmp_path: Path) -> None:
    _, now = _two_months(real_data / "netflix-2025", tmp_path)

    found = find_segments(now, SegmentConfig(fewest=3, most=4))

    assert found.message.startswith("No natural segments")
    assert len(found.segments) >= 3
