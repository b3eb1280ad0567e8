"""The whole run on a small business: what is found, in words, numbers and pictures."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from pipeline.churn import ChurnFindings, Run, learn, learn_from
from pipeline.churn.learning import MODEL_NAME
from pipeline.churn.material import Material
from pipeline.churn.reporting import slug
from pipeline.churn.sentences import FAMILIES
from pipeline.dataset import Dataset
from tests.pipeline.churn.customers import ALONE, CONFIG, QUICK

RunOf = Callable[[Material], Run]


def test_says_how_many_of_those_rated_high_left(served: ChurnFindings) -> None:
    high = served.bands[-1]

    assert served.status == "served"
    assert served.model_name == MODEL_NAME
    assert served.message == (
        f"Of {high.customers} customers rated high last time, {high.left} left within 30 days"
    )


def test_everybody_with_a_history_has_a_status_and_the_active_ones_a_risk(
    served: ChurnFindings, material: Material
) -> None:
    quiet = material.now.column("days_since_last_activity")

    assert list(served.customer_ids) == sorted(served.customer_ids)
    assert (served.status_of == np.where(quiet <= 30, "active", "lapsed")).all()
    assert (np.isfinite(served.probability) == (quiet <= 30)).all()
    assert {band is None for band in served.band[quiet > 30]} == {True}
    assert set(served.band[quiet <= 30]) == {"low", "medium", "high"}


def test_bands_follow_the_base_rate(served: ChurnFindings) -> None:
    assert served.base_rate is not None
    high = served.probability[served.band == "high"]
    low = served.probability[served.band == "low"]

    assert high.min() >= min(0.9, 1.5 * served.base_rate)
    assert low.max() < 0.8 * served.base_rate


def test_every_model_is_reported_on_the_window_none_has_seen(served: ChurnFindings) -> None:
    names = [report.name for report in served.reports]

    assert names[0] == "served"
    assert set(names) == {
        "served",
        "recency rule",
        "RFM logistic",
        "MBG/NBD",
        "constant rate",
        "logistic regression",
        "random forest",
        "LightGBM",
    }
    for report in served.reports:
        assert report.confusion is not None
        assert sum(report.confusion) == served.metrics["churn.test_customers"]
        assert report.served == (report.name == "served")
        assert {"auc", "pr_auc", "brier", "log_loss", "ece", "f1", "f1_at_half", "auc_low"} <= set(
            report.metrics
        )


def test_each_learned_model_says_what_it_reads_the_risk_from(served: ChurnFindings) -> None:
    learned = {"served", "logistic regression", "random forest", "LightGBM"}

    for report in served.reports:
        worth = {name for name in report.metrics if name.startswith(("auc_lost.", "shap."))}
        expected = {f"{figure}.{slug(family)}" for figure in ("auc_lost", "shap") for family in FAMILIES}
        assert worth == (expected if report.name in learned else set()), report.name
        largest = max(worth, key=lambda name: report.metrics[name] * name.startswith("shap."), default="")
        assert not worth or report.metrics[largest] > 0.1


def test_metrics_have_dotted_names_and_no_holes(served: ChurnFindings) -> None:
    for name in (
        "churn.served.auc",
        "churn.served.log_loss_low",
        "churn.served.auc_minus_mbg_nbd",
        "churn.served.auc_all_customers",
        "churn.mbg_nbd.auc",
        "churn.family.activity_level.auc_lost",
        "churn.family.quiet_now.auc_alone",
        "churn.family.quiet_now.shap",
        "churn.training_rows",
        "churn.reasons.agreement",
    ):
        assert np.isfinite(served.metrics[name])
    assert all(np.isfinite(value) for value in served.metrics.values())


def test_there_are_pictures(served: ChurnFindings) -> None:
    assert set(served.pictures) == {"confusion", "importance", "calibration", "roc", "precision_recall"}


def test_reasons_are_few_and_in_facts(served: ChurnFindings) -> None:
    assert set(served.reasons) == set(served.customer_ids[np.isfinite(served.probability)])
    told = [reason for reasons in served.reasons.values() for reason in reasons]
    for reasons in served.reasons.values():
        assert sum(reason.points > 0 for reason in reasons) <= 3
        assert sum(reason.points < 0 for reason in reasons) <= 1
    assert len(told) > 50
    assert served.mixed_signals < set(served.reasons)


def test_one_more_visit_lowers_nearly_every_high_risk(served: ChurnFindings) -> None:
    high = served.band == "high"
    after = np.array([served.after_visit[name] for name in served.customer_ids[high]])

    assert (after < served.probability[high]).mean() > 0.9


def test_balancing_is_said_and_does_not_ruin_the_probabilities(
    served: ChurnFindings, material: Material, run_of: RunOf
) -> None:
    run = run_of(material)

    found = learn_from(replace(run, config=replace(run.config, resampling="smote")))

    assert "recalibrated" in found.findings[0]
    assert found.metrics["churn.served.log_loss"] == pytest.approx(
        served.metrics["churn.served.log_loss"], abs=0.03
    )


def test_without_a_horizon_one_is_chosen_and_explained(shop: Dataset) -> None:
    found = learn(
        shop, replace(CONFIG, horizon_days=None), ALONE, effort=replace(QUICK, pictures=True, forest_trees=0)
    )

    assert found.horizon_days in {7, 14, 30, 60}
    assert found.findings[-1].startswith(f"A customer counts as gone after {found.horizon_days} quiet days: ")
    assert found.findings[-1].endswith(" % of those quiet for so long still come back")
    assert "return_curve" in found.pictures
    assert "random forest" not in [report.name for report in found.reports]


def test_machines_are_noticed(material: Material, run_of: RunOf) -> None:
    now = material.now
    repeated = now.where(np.arange(1_100) % len(now))
    many = replace(repeated, customer_ids=np.array([f"m{n:05d}" for n in range(1_100)], dtype=object))
    many.column("event_count")[0] = 100_000

    found = learn_from(
        run_of(
            replace(material, now=many, one_more_visit=lambda ids: many.where(np.zeros(0, dtype=np.int64)))
        )
    )

    assert any("1 customer with over" in finding for finding in found.findings)
