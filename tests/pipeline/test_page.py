"""The model report of the run that is served."""

from pathlib import Path

import pytest

from pipeline.page import model_page
from store.errors import NoResults
from tests.store.publishing import WATERMARK, publish_small


def test_shows_what_the_served_run_found(tmp_path: Path) -> None:
    page = model_page(publish_small(tmp_path))

    assert page.startswith("<!doctype html>")
    assert "the model ranks a leaver above a stayer 81 times of 100" in page
    assert "EASE" in page
    assert f"{WATERMARK:%d %b %Y}" in page
    assert "data:image/png;base64," in page
    assert "weekend regulars → fading away (2 customers)" in page


def test_says_why_the_score_is_served_and_what_it_is_read_from(tmp_path: Path) -> None:
    metrics = {
        "churn.served.auc_minus_mbg_nbd": 0.012,
        "churn.served.auc_minus_mbg_nbd_low": 0.004,
        "churn.served.auc_minus_mbg_nbd_high": 0.02,
        "churn.served.log_loss_minus_constant_rate": -0.11,
        "churn.family.quiet_now.auc_lost": 0.087,
        "churn.family.quiet_now.shap": 0.65,
    }

    page = model_page(publish_small(tmp_path, metrics=metrics))

    for words, figure in (
        ("ROC AUC less that of MBG/NBD", "0.012"),
        ("ROC AUC less that of MBG/NBD, at least", "0.004"),
        ("ROC AUC less that of MBG/NBD, at most", "0.020"),
        ("log loss less that of a constant rate", "-0.110"),
        ("quiet now: AUC lost without it", "0.087"),
        ("quiet now: mean size of its part in the log-odds (SHAP)", "0.650"),
    ):
        assert f"<td>{words}</td><td>{figure}</td>" in page


def test_without_results_there_is_no_page(tmp_path: Path) -> None:
    with pytest.raises(NoResults):
        model_page(tmp_path / "results.db")
