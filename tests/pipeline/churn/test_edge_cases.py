"""Every odd business gets an answer that says what it is worth, never an exception."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.churn import ChurnFindings, Run, learn, learn_from
from pipeline.churn.material import Material
from pipeline.churn.models import freedom
from pipeline.config import ChurnConfig
from tests.pipeline.building import build_dataset, refund
from tests.pipeline.churn.customers import ALONE, CONFIG, FIRST, QUICK, business, frame, iso, rows

RunOf = Callable[[Material], Run]


def regulars(count: int, days: range, pace: int = 9) -> pd.DataFrame:
    """Customers who come every ``pace`` days, each on other days, and never leave."""
    pairs = [
        (f"r{number:03d}", day) for number in range(count) for day in days if (day + 5 * number) % pace == 0
    ]
    return frame([who for who, _ in pairs], [day for _, day in pairs])


def learned(folder: Path, events: pd.DataFrame, last: int | None = None) -> ChurnFindings:
    watermark = None if last is None else FIRST + timedelta(days=last)
    return learn(build_dataset(folder, events, watermark=watermark), CONFIG, ALONE, effort=QUICK)


def test_no_events_are_an_answer(folder: Path) -> None:
    found = learned(folder, frame([], []))

    assert found.status == "no_eligible_users"
    assert found.message == "there are no events, so nothing is known of anybody"
    assert len(found.customer_ids) == 0
    assert found.horizon_days == 30


def test_no_events_and_no_horizon_are_an_answer_too(folder: Path) -> None:
    nothing = build_dataset(folder, frame([], []))

    assert learn(nothing, ChurnConfig(), ALONE).horizon_days == 30


def test_nobody_active_is_an_answer(folder: Path) -> None:
    found = learned(folder, regulars(40, range(60)), last=150)

    assert found.status == "no_eligible_users"
    assert found.message == (
        "nobody was active in the last 30 days: all 40 customers have been quiet for longer"
    )
    assert set(found.status_of) == {"lapsed"}
    assert np.isnan(found.probability).all()


def test_only_refunds_are_no_customers(folder: Path) -> None:
    dataset = build_dataset(folder, [refund("ann", iso(5), 10), refund("bob", iso(100), 10)])

    found = learn(dataset, CONFIG, ALONE, effort=QUICK)

    assert found.message == "nobody was active in the last 30 days: there is no customer yet"


def test_one_customer_gets_a_band_by_quiet_time(folder: Path) -> None:
    found = learned(folder, frame(["ann"] * 4, [0, 30, 60, 195]), last=199)

    assert found.status == "uncalibrated"
    assert found.model_name == "quiet time"
    assert list(found.band) == ["low"]
    assert np.isnan(found.probability).all()
    assert "the bands only say how long a customer has been quiet" in found.message


def test_twenty_customers_are_told_that_they_are_too_few(folder: Path) -> None:
    found = learned(folder, regulars(20, range(200)))

    assert found.status == "too_few"
    assert found.message == (
        "in all past windows 20 customers were active, too few to learn from (30 needed); "
        "the bands only say how long a customer has been quiet"
    )
    assert found.reports == ()
    assert not any("auc" in name for name in found.metrics)


def test_a_short_history_gets_a_model_of_visits_without_labels(folder: Path) -> None:
    found = learned(folder, business(60, 70, seed=4))

    assert found.status == "uncalibrated"
    assert found.model_name == "MBG/NBD (not checked)"
    assert "uncalibrated: no labels yet" in found.message
    active = found.status_of == "active"
    assert (np.isfinite(found.probability) == active).all()
    assert set(found.band[active]) <= {"low", "medium", "high"}


def test_a_history_without_one_closed_window_is_no_error(folder: Path) -> None:
    assert learned(folder, regulars(40, range(20))).status == "uncalibrated"


def test_too_few_leavers_get_a_model_of_visits(folder: Path) -> None:
    leaver = frame(["x1"] * 3 + ["x2"] * 3, [60, 70, 80, 60, 75, 88])
    found = learned(folder, pd.concat([regulars(40, range(200)), leaver], ignore_index=True))

    assert found.status == "too_few"
    assert found.message.startswith("in all past windows only ")
    assert " left (10 needed to learn); " in found.message
    assert "n is too small to check it" in found.message


def test_too_few_stayers_are_named_as_such(material: Material, run_of: RunOf) -> None:
    training, test = rows(material.training), rows(material.test)
    nearly_all = np.arange(len(training)) != 3

    found = learn_from(
        run_of(
            replace(
                material,
                training=replace(training, left=nearly_all),
                test=replace(test, left=np.ones(len(test), dtype=bool)),
            )
        )
    )

    assert "only 1 stayed" in found.message


def test_between_30_and_150_customers_the_score_leans_on_mbg_nbd_and_has_no_trees(folder: Path) -> None:
    found = learned(folder, business(100, 140, seed=6))

    assert found.metrics["churn.served.mbg_weight"] >= 0.67
    assert found.metrics["churn.training_rows"] < 300
    assert 0.003 <= freedom(int(found.metrics["churn.training_rows"])) <= 0.01
    assert "LightGBM" not in [report.name for report in found.reports]


def test_too_few_to_prove_a_score_get_a_model_of_visits(folder: Path) -> None:
    found = learned(folder, business(70, 140, seed=3))

    assert found.status == "too_few"
    assert " customers in the last closed window are too few to prove a score (AUC 0." in found.message
    assert "simple model of visits (MBG/NBD)" in found.message
    assert np.isfinite(found.probability).any()
    assert not any(report.served for report in found.reports)


@pytest.mark.parametrize("customers", [30, 36])
def test_a_business_of_thirty_gets_mbg_nbd_or_plain_bands_and_is_told_so(
    folder: Path, customers: int
) -> None:
    found = learned(folder, business(customers, 140, random=True))

    active = found.status_of == "active"
    assert found.status == "too_few"
    assert " too few to " in found.message
    assert found.model_name in {"quiet time", "MBG/NBD (not checked)"}
    assert set(found.band[active]) <= {"low", "medium", "high"}


def test_where_mbg_nbd_is_surely_better_what_was_learned_is_not_published(
    material: Material, run_of: RunOf
) -> None:
    training, test = rows(material.training), rows(material.test)
    # As many customers as it takes to be sure; of the past only noise can be learned.
    many = np.tile(np.arange(len(test)), 4)
    noise = np.random.default_rng(2).permutation(training.left)

    found = learn_from(
        run_of(
            replace(
                material,
                training=replace(training, left=noise),
                test=test.where(many),
            )
        )
    )

    assert found.status == "uncalibrated"
    assert found.model_name == "MBG/NBD (not checked)"
    assert found.message.startswith("what was learned ranks customers worse than MBG/NBD does (AUC 0.")
    assert found.message.endswith(
        "the risk comes from a simple model of visits (MBG/NBD) and is uncalibrated"
    )
    assert not any(report.served for report in found.reports)


@pytest.mark.parametrize("everyone", [True, False])
def test_one_class_in_every_past_window_gives_all_the_same_risk(
    material: Material, run_of: RunOf, everyone: bool
) -> None:
    training = rows(material.training)
    same = replace(training, left=np.full(len(training), everyone))

    found = learn_from(run_of(replace(material, training=same)))

    rate = (len(training) + 1) / (len(training) + 2) if everyone else 1 / (len(training) + 2)
    assert found.status == "uncalibrated"
    assert set(found.probability[found.status_of == "active"]) == {rate}
    assert ("everyone" if everyone else "no one") in found.message
    assert "check the import or the horizon" in found.findings[0]
    assert "churn.served.auc" not in found.metrics


def test_all_gone_at_the_newest_anchor_is_an_incident_not_a_lesson(
    served: ChurnFindings, material: Material, run_of: RunOf
) -> None:
    test = rows(material.test)
    incident = replace(material, test=replace(test, left=np.ones(len(test), dtype=bool)))

    alone = learn_from(run_of(incident))
    kept = learn_from(run_of(incident), served.model)

    assert alone.status == kept.status == "held"
    assert alone.message == (
        "no risk is shown: everyone was quiet in the last closed window, "
        "so events are probably missing from the import"
    )
    assert kept.bands == ()
    assert np.isnan(alone.probability).all()
    assert np.array_equal(kept.probability, served.probability, equal_nan=True)


def test_none_gone_at_the_test_anchor_still_has_losses(material: Material, run_of: RunOf) -> None:
    test = rows(material.test)
    run = run_of(replace(material, test=replace(test, left=np.zeros(len(test), dtype=bool))))

    found = learn_from(replace(run, effort=replace(run.effort, pictures=True)))

    assert found.status == "held"
    assert found.message == (
        "no risk is shown: no one left in the last closed window, so the score cannot be checked"
    )
    assert "churn.served.auc" not in found.metrics
    assert found.metrics["churn.served.brier"] > 0
    assert found.metrics["churn.served.log_loss"] > 0
    assert set(found.pictures) == {"confusion", "calibration"}


def test_features_that_say_the_same_of_everybody_are_listed(folder: Path) -> None:
    watching_only = business()
    watching_only = watching_only.assign(amount=np.nan, kind=np.int8(0))

    found = learned(folder, watching_only)

    assert any("said the same of everybody and were left out: " in finding for finding in found.findings)
    assert found.model is not None
    assert {"total_spend", "monthly_spend", "spend_30"} <= set(found.model.served.dropped)
    assert found.metrics["churn.features_dropped"] > 10


def test_identical_customers_get_identical_scores(folder: Path) -> None:
    twins = business().assign(who="twin of " + business()["who"])
    found = learned(folder, pd.concat([business(), twins], ignore_index=True))

    half = len(found.customer_ids) // 2
    assert found.customer_ids[half] == f"twin of {found.customer_ids[0]}"
    assert np.array_equal(found.probability[:half], found.probability[half:], equal_nan=True)


def test_a_machine_with_many_events_a_day_harms_nobody(folder: Path) -> None:
    robot = frame(["robot"] * 5_000, [day % 200 for day in range(5_000)])

    found = learned(folder, pd.concat([business(), robot], ignore_index=True))

    assert found.status == "served"
    assert np.isfinite(found.probability[found.status_of == "active"]).all()
    (flagged,) = (finding for finding in found.findings if "probably machines" in finding)
    assert flagged.startswith("1 customer with over ")


def test_smote_of_a_single_row_falls_back_to_none_and_says_so(material: Material, run_of: RunOf) -> None:
    training = rows(material.training)
    one = replace(training, left=np.arange(len(training)) == 3)
    run = run_of(replace(material, training=one))

    found = learn_from(replace(run, config=replace(run.config, resampling="smote")))

    assert "Balancing (smote) was asked for, but one row of the rarer class is too few" in found.findings
