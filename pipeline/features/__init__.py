"""What is known of a customer at a moment: one row per customer, nothing at or after the moment used."""

from pipeline.features.context import FeatureContext, Rhythm, context_of, feature_context, genres_of_titles
from pipeline.features.dictionary import CHURN_NAMES, FEATURES, NAMES, Feature, column, data_dictionary
from pipeline.features.ordering import row_order
from pipeline.features.table import FeatureTable, feature_table, features_of, sorted_rows
from pipeline.features.visit import one_more_visit

__all__ = [
    "CHURN_NAMES",
    "FEATURES",
    "NAMES",
    "Feature",
    "FeatureContext",
    "FeatureTable",
    "Rhythm",
    "column",
    "context_of",
    "data_dictionary",
    "feature_context",
    "feature_table",
    "features_of",
    "genres_of_titles",
    "one_more_visit",
    "row_order",
    "sorted_rows",
]
