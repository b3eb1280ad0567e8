"""The certified metrics: each has one name, one unit and one definition, and stands in one place only."""

from collections.abc import Mapping

from store.results.customer_metrics import PEOPLE, RISK
from store.results.event_metrics import TASTE, VIEWING
from store.results.metric import Metric
from store.results.money_metrics import MONEY

METRICS: tuple[Metric, ...] = (*PEOPLE, *RISK, *MONEY, *VIEWING, *TASTE)
METRIC_BY_NAME: Mapping[str, Metric] = {metric.name: metric for metric in METRICS}
