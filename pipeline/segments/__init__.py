"""Groups of customers who behave alike: found, named, kept recognisable from one retrain to the next."""

from pipeline.segments.behaviour import Behaviour, FeatureColumns, Measure, behaviour_of, choose_measure
from pipeline.segments.finding import Segmentation, find_segments
from pipeline.segments.members import ClosedWindow
from pipeline.segments.model import SegmentModel

__all__ = [
    "Behaviour",
    "ClosedWindow",
    "FeatureColumns",
    "Measure",
    "SegmentModel",
    "Segmentation",
    "behaviour_of",
    "choose_measure",
    "find_segments",
]
