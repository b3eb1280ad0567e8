"""The model report of the run that is served."""

from pathlib import Path

import pytest

from pipeline.features import CHURN_NAMES
from pipeline.page import _left_out, _read_from, model_page
from store.errors import NoResults
from store.records import ModelReport
from tests.store.publishing import WATERMARK, publish_small


def test_shows_what_the_served_run_found(tmp_path: Path) -> None:
    page = model_page(publish_small(tmp_path))

    assert page.startswith("<!doctype html>")
    assert "the model ranks a leaver above a stayer 81 times of 100" in page
    assert "EASE" in page
    assert f"{WATERMARK:%d %b %Y}" in page
    assert "data:image/png;base64," in page
    assert "<h2>Who moved in 30 days</h2>" in page
    assert "<td>1 · weekend regulars</td>" in page


def test_says_why_the_score_is_served_and_what_it_adds(tmp_path: Path) -> None:
    metrics = {
        "churn.served.auc_minus_mbg_nbd": 0.012,
        "churn.served.auc_minus_mbg_nbd_low": 0.004,
        "churn.served.auc_minus_mbg_nbd_high": 0.02,
        "churn.served.log_loss_minus_constant_rate": -0.11,
        "churn.served.auc_minus_champion": 0.001,
    }

    page = model_page(publish_small(tmp_path, metrics=metrics))

    assert "its log loss is surely below a constant rate’s" in page
    for rival, auc, loss in (
        ("MBG/NBD, which knows when customers came", "+0.012 (+0.004 to +0.020)", "–"),
        ("a constant rate", "–", "-0.110"),
        ("the model before", "+0.001", "–"),
    ):
        assert f"<td>{rival}</td><td>{auc}</td><td>{loss}</td>" in page


def test_says_what_each_model_reads_the_risk_from(tmp_path: Path) -> None:
    worth = {"auc_lost.quiet_now": 0.087, "shap.quiet_now": 0.65}
    model = ModelReport(task="churn", name="LightGBM", served=False, metrics=worth)

    table = _read_from((model,), {"churn.family.quiet_now.auc_alone": 0.7})

    assert table.head[1:] == ("AUC of it alone", "LightGBM: AUC lost", "LightGBM: SHAP")
    assert table.rows[0] == ("quiet now", "0.700", "0.087", "0.650")
    assert table.rows[3] == ("trend", "–", "–", "–")


def test_lists_the_features_that_no_model_uses() -> None:
    used = {name: 0.1 for name in CHURN_NAMES if name not in {"total_spend", "spend_30"}}
    model = ModelReport(task="churn", name="LightGBM", served=False, importance=used)

    assert _left_out((model,)) == {"left out, the same for everybody": "spend 30, total spend"}
    assert _left_out(()) == {}


def test_carries_the_card_of_the_model(tmp_path: Path) -> None:
    metrics = {
        "churn.oldest_anchor_day": 20_000.0,
        "churn.newest_anchor_day": 20_230.0,
        "churn.test_anchor_day": 20_260.0,
        "churn.training_rows": 29_999.0,
        "churn.training_customers": 7_046.0,
        "churn.training_anchors": 24.0,
        "churn.test_customers": 5_200.0,
        "churn.served.mbg_weight": 0.041,
    }

    page = model_page(publish_small(tmp_path, metrics=metrics))

    assert "29,999 rows of 7,046 customers at 24 moments from 04 Oct 2024 to 22 May 2025" in page
    assert "5,200 customers active on 21 Jun 2025; it knew nothing later" in page
    assert "<td>part of MBG/NBD in the score</td><td>4%</td>" in page
    assert "<td>made with</td><td>matinee 0.1.0</td>" in page


def test_without_results_there_is_no_page(tmp_path: Path) -> None:
    with pytest.raises(NoResults):
        model_page(tmp_path / "results.db")
