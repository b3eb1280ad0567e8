"""Who left, and by when: anchored windows, the moments to learn from, and the horizon that suits the data."""

from pipeline.labels.horizon import HorizonChoice, ReturnCurve, choose_horizon, return_curve
from pipeline.labels.windows import Anchors, LabelTable, anchors, label_table, labels_of

__all__ = [
    "Anchors",
    "HorizonChoice",
    "LabelTable",
    "ReturnCurve",
    "anchors",
    "choose_horizon",
    "label_table",
    "labels_of",
    "return_curve",
]
