"""The churn model under the rules for every model."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.churn import ChurnFindings, ChurnModel, Run, learn_from
from pipeline.churn.material import Material, churn_values
from pipeline.dataset import Dataset, day_number
from pipeline.features import feature_table
from tests.model_rules import RULES, Subject, rule_name
from tests.pipeline.building import build_dataset
from tests.pipeline.churn.customers import ALONE, frame

Churn = Subject[ChurnFindings, ChurnModel]


def told(findings: ChurnFindings) -> Mapping[str, object]:
    return {
        "message": findings.message,
        "probability": findings.probability,
        "band": findings.band,
        "reasons": dict(findings.reasons),
        "after_visit": dict(findings.after_visit),
        "metrics": {name: value for name, value in findings.metrics.items() if not name.endswith("seconds")},
    }


def came_yesterday(folder: Path, shop: Dataset) -> Dataset:
    """Nothing but one visit of one customer, on the last day."""
    span = (shop.manifest.watermark - shop.manifest.first_day).days
    return build_dataset(folder, frame(["somebody"], [span]), watermark=shop.manifest.watermark)


@pytest.fixture
def subject(
    served: ChurnFindings, material: Material, run_of: Callable[[Material], Run], shop: Dataset, folder: Path
) -> Churn:
    assert served.model is not None
    yesterday = came_yesterday(folder, shop)
    stranger = feature_table(yesterday, [day_number(shop.manifest.as_of)], ALONE)
    return Churn(
        findings=served,
        learn_again=lambda: learn_from(run_of(material)),
        told=told,
        model=served.model,
        answers=lambda model: model.probability(churn_values(material.now)),
        stranger=lambda model: model.probability(churn_values(stranger)),
        skill=-served.metrics["churn.served.log_loss"],
        naive_skill=-served.metrics["churn.constant_rate.log_loss"],
    )


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
def test_the_churn_model_passes_the_rules(rule: Callable[[Churn], None], subject: Churn) -> None:
    rule(subject)
