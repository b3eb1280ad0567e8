"""A real data set as Matinee reads it, for tests that look at it from different sides."""

from dataclasses import dataclass

from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.ingest import IngestReport


@dataclass(frozen=True, kw_only=True)
class RealFolder:
    """What ``matinee init`` and reading made of a folder.

    Attributes:
        layout: What it was taken for.
        config: What was written for it.
        report: What was found.
        dataset: What came of it; for looking only, tests share it.
    """

    layout: str
    config: PipelineConfig
    report: IngestReport
    dataset: Dataset
