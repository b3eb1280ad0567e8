"""All that one run found, before it is published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.activity import ActivitySums
from pipeline.churn import ChurnFindings
from pipeline.dataset import Dataset
from pipeline.facts import Facts
from pipeline.features import FeatureTable
from pipeline.recommend import RecommendFindings
from pipeline.segments import Segmentation
from store.records import Quarantined, Run


@dataclass(frozen=True, kw_only=True)
class RunResults:
    """All that one run found.

    Attributes:
        table: Features as of the run, one row per customer with a history.
        past: Past scores by customer, packed as ``store.results.packing`` says.
    """

    run: Run
    dataset: Dataset
    table: FeatureTable
    churn: ChurnFindings
    segmentation: Segmentation
    recommendations: RecommendFindings
    sums: ActivitySums
    facts: Facts
    quarantined: Sequence[Quarantined]
    past: Mapping[str, tuple[bytes, bytes]]
