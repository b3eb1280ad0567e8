"""The whole run on a small business: what is found, and the laws it keeps."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from pipeline.churn import ChurnFindings, ChurnModel, Run, learn, learn_from
from pipeline.churn.learning import MODEL_NAME
from pipeline.churn.material import Material, churn_values, gather
from pipeline.churn.rows import Rows
from pipeline.config import ChurnConfig
from pipeline.dataset import DAY_US, Dataset, day_number
from pipeline.labels import anchors
from tests.pipeline.building import build_dataset
from tests.pipeline.churn.customers import ALONE, QUICK, business, frame

RunOf = Callable[[Material], Run]
CONFIG = ChurnConfig(horizon_days=30, most_anchors=4)


def fitted(findings: ChurnFindings) -> ChurnModel:
    assert findings.model is not None
    return findings.model


def rows(found: Rows | None) -> Rows:
    assert found is not None
    return found


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


def test_metrics_have_dotted_names_and_no_holes(served: ChurnFindings) -> None:
    for name in (
        "churn.served.auc",
        "churn.served.log_loss_low",
        "churn.served.auc_minus_mbg_nbd",
        "churn.served.auc_all_customers",
        "churn.mbg_nbd.auc",
        "churn.family.activity_level.auc_lost",
        "churn.family.quiet_now.auc_alone",
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


def test_the_same_input_and_seed_give_the_same_scores(
    served: ChurnFindings, material: Material, run_of: RunOf
) -> None:
    again = learn_from(run_of(material))

    assert np.array_equal(again.probability, served.probability, equal_nan=True)
    assert again.reasons == served.reasons
    assert again.metrics == served.metrics


def test_partitions_change_nothing(served: ChurnFindings, folder: Path) -> None:
    spread = build_dataset(folder, business(), partitions=4)

    found = learn(spread, CONFIG, ALONE, effort=QUICK)

    assert np.array_equal(found.probability, served.probability, equal_nan=True)
    assert list(found.customer_ids) == list(served.customer_ids)
    assert found.metrics == served.metrics


def test_what_happens_after_the_watermark_changes_nothing(
    served: ChurnFindings, shop: Dataset, folder: Path
) -> None:
    last = int(business()["at"].max() // DAY_US) - day_number(shop.manifest.first_day) + 1
    later = frame(["c0001", "c0002", "new"] * 30, list(range(last, last + 90)))
    longer = build_dataset(
        folder, pd.concat([business(), later], ignore_index=True), watermark=shop.manifest.watermark
    )

    found = learn(longer, CONFIG, ALONE, effort=QUICK)

    known = found.customer_ids
    assert list(known) == list(served.customer_ids)
    assert np.array_equal(found.probability, served.probability, equal_nan=True)


def test_nothing_at_or_after_the_test_anchor_enters_training(
    shop: Dataset, material: Material, folder: Path
) -> None:
    moments = anchors(shop.manifest, 30, 4)
    day = business()["at"] // DAY_US
    other = pd.concat(
        [
            business()[day < moments.test],
            frame(["c0007", "somebody new"], [0, 0]).assign(at=moments.test * DAY_US),
        ],
        ignore_index=True,
    )
    changed = build_dataset(folder, other, watermark=shop.manifest.watermark)

    found = gather(changed, moments, 30, CONFIG, ALONE)

    for mine, theirs in (
        (rows(found.training), rows(material.training)),
        (rows(found.everybody), rows(material.everybody)),
    ):
        assert all(
            np.array_equal(mine.column(name), theirs.column(name), equal_nan=True) for name in mine.names
        )
        assert list(mine.customer_ids) == list(theirs.customer_ids)
    assert (rows(found.training).left == rows(material.training).left).all()


def test_a_kept_model_says_the_same(served: ChurnFindings, material: Material, tmp_path: Path) -> None:
    joblib.dump(served.model, tmp_path / "model")
    loaded = joblib.load(tmp_path / "model")

    values = churn_values(material.now)

    assert (loaded.probability(values) == fitted(served).probability(values)).all()
    assert loaded.names == fitted(served).names


def test_shuffled_labels_have_no_skill(material: Material, run_of: RunOf) -> None:
    random = np.random.default_rng(4)

    def shuffled(given: Rows | None) -> Rows:
        return replace(rows(given), left=random.permutation(rows(given).left))

    found = learn_from(
        run_of(replace(material, training=shuffled(material.training), test=shuffled(material.test)))
    )

    standard_error = 1 / np.sqrt(12 * min(rows(material.test).left.sum(), (~rows(material.test).left).sum()))
    assert found.metrics["churn.served.auc"] == pytest.approx(0.5, abs=3 * standard_error)
    assert found.status == "no_skill"
    assert "no signal in this data: AUC 0." in found.message
    assert np.isnan(found.probability).all()
    assert set(found.band) == {None}
    assert set(found.status_of) == {"active", "lapsed"}
    assert not any(report.served for report in found.reports)


def planted(material: Material, noise: float) -> Material:
    """A feature over the label window joins every row."""
    random = np.random.default_rng(8)

    def with_future(given: Rows | None) -> Rows:
        known = rows(given)
        future = (~known.left) * 5.0 + noise * random.normal(size=len(known))
        return replace(
            known,
            names=(*known.names, "visits_tomorrow"),
            values=np.column_stack((rows(given).values, future)),  # noqa: PD011  # not a frame
        )

    return replace(
        material,
        training=with_future(material.training),
        test=with_future(material.test),
        everybody=with_future(material.everybody),
        newest=with_future(material.newest),
    )


@pytest.mark.parametrize(("noise", "words"), [(0.5, "too good to be true"), (2.5, "“visits_tomorrow” alone")])
def test_a_feature_that_has_seen_the_future_is_blocked(
    material: Material, run_of: RunOf, noise: float, words: str
) -> None:
    found = learn_from(run_of(planted(material, noise)))

    assert found.status == "held"
    assert words in found.message
    assert np.isnan(found.probability).all()
    assert found.message.startswith("no risk is shown: the new model is blocked (")
    assert found.findings[0] == f"Churn: {found.message}"


def test_an_unchanged_successor_follows_the_champion(
    served: ChurnFindings, material: Material, run_of: RunOf
) -> None:
    found = learn_from(run_of(material), served.model)

    assert found.status == "served"
    assert found.metrics["churn.champion.auc"] == pytest.approx(found.metrics["churn.served.auc"])


def test_a_worse_successor_is_held_and_the_champion_goes_on(
    served: ChurnFindings, material: Material, run_of: RunOf
) -> None:
    training = rows(material.training)
    noisy = np.random.default_rng(3).random(len(training)) < 0.15
    worse = replace(training, left=training.left ^ noisy)

    found = learn_from(run_of(replace(material, training=worse)), served.model)

    assert found.status == "held"
    assert found.message.startswith(
        "an earlier model goes on serving: the new model is worse (its log loss may be more than 1 % worse"
    )
    assert found.findings[0] == f"Churn: {found.message}"
    assert found.bands == served.bands
    assert np.array_equal(found.probability, served.probability, equal_nan=True)
    assert found.model is served.model
    assert "kept from an earlier run" in found.model_name
    assert [report.name for report in found.reports if report.served] == ["the model before"]


def test_a_successor_without_skill_is_held_where_the_champion_has_some(
    served: ChurnFindings, material: Material, run_of: RunOf
) -> None:
    training = rows(material.training)
    reversed_labels = replace(training, left=~training.left)

    found = learn_from(run_of(replace(material, training=reversed_labels)), served.model)

    assert found.status == "held"
    assert found.message == "an earlier model goes on serving: the new model shows no skill"


def test_a_model_of_another_horizon_is_no_champion(
    served: ChurnFindings, material: Material, run_of: RunOf
) -> None:
    other = replace(fitted(served), horizon_days=60)

    assert "churn.champion.auc" not in learn_from(run_of(material), other).metrics


def test_says_what_changed_since_the_run_before(served: ChurnFindings, shop: Dataset) -> None:
    before = replace(fitted(served), as_of_day=fitted(served).as_of_day - 14)

    found = learn(shop, CONFIG, ALONE, before, effort=QUICK)

    assert len(found.changes) > 20
    assert any(said.startswith("Risk ") and "quiet for" in said for said in found.changes.values())
    assert any("active on" in said for said in found.changes.values())
    assert any(said.startswith("Came back since ") for said in found.changes.values())


def test_a_run_on_the_same_day_has_nothing_to_compare(served: ChurnFindings, shop: Dataset) -> None:
    assert learn(shop, CONFIG, ALONE, served.model, effort=QUICK).changes == {}


def test_a_model_is_kept_through_a_run_that_serves_nothing(served: ChurnFindings, folder: Path) -> None:
    few = build_dataset(folder, frame(["ann", "bob"], [0, 150]))

    found = learn(few, CONFIG, ALONE, served.model, effort=QUICK)

    assert found.status == "uncalibrated"
    assert found.model is served.model


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
    assert "return_curve" in found.pictures
    assert "random forest" not in [report.name for report in found.reports]


def test_a_season_is_read_where_there_was_one_a_year_ago(folder: Path) -> None:
    years = build_dataset(folder, business(60, 520, seed=2))

    found = gather(years, anchors(years.manifest, 30, 4), 30, CONFIG, ALONE)

    before = rows(found.season_before_test)
    assert set(before.as_of_day) == {day_number(years.manifest.watermark) - 30 - 364}
    assert set(rows(found.season_before_now).as_of_day) == {day_number(years.manifest.as_of) - 364}
    assert before.as_of_day[0] + 30 <= anchors(years.manifest, 30, 4).test


def test_rows_are_sampled_by_customer_before_their_features_are_made(
    shop: Dataset, material: Material
) -> None:
    moments = anchors(shop.manifest, 30, 4)

    fewer = rows(gather(shop, moments, 30, replace(CONFIG, most_rows=150), ALONE).training)

    whole = rows(material.training)
    assert 100 < len(fewer) <= 150
    for name in set(fewer.customer_ids):
        assert (fewer.customer_ids == name).sum() == (whole.customer_ids == name).sum()


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
