"""A new model against the one that serves: better, worse, or not to be compared."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.churn import ChurnFindings, Run, Telling, learn, learn_from
from pipeline.churn.judgement import Judgement
from pipeline.churn.material import Material
from pipeline.churn.notes import notes
from pipeline.churn.training import train
from pipeline.dataset import Dataset, day_from_number
from tests.pipeline.building import build_dataset
from tests.pipeline.churn.customers import ALONE, CONFIG, QUICK, fitted, frame, rows

RunOf = Callable[[Material], Run]


def test_an_unchanged_successor_follows_the_champion(
    served: ChurnFindings, material: Material, run_of: RunOf
) -> None:
    found = learn_from(run_of(material), served.model)

    assert found.status == "served"
    assert found.metrics["churn.champion.auc"] == pytest.approx(found.metrics["churn.served.auc"])
    assert found.metrics["churn.served.auc_minus_champion"] == pytest.approx(0)
    assert found.metrics["churn.served.log_loss_minus_champion_low"] == pytest.approx(0)


def test_what_must_be_known_of_a_model_that_follows_is_told(
    served: ChurnFindings, material: Material, run_of: RunOf
) -> None:
    run = run_of(material)
    trained = train(rows(material.training), None, run.recipe(rows(material.everybody).histories), ALONE)
    judgement = Judgement(status="served", remark="81 customers are too few to tell models apart")

    assert notes(run, served, trained, judgement)[0] == (
        "Churn: the new model follows the one before although 81 customers are too few to tell models apart"
    )


def test_a_worse_successor_is_held_and_the_champion_goes_on(
    served: ChurnFindings, material: Material, run_of: RunOf
) -> None:
    training = rows(material.training)
    noisy = np.random.default_rng(3).random(len(training)) < 0.15
    worse = replace(training, left=training.left ^ noisy)

    found = learn_from(run_of(replace(material, training=worse)), served.model)

    assert found.status == "held"
    assert found.message.startswith(
        "an earlier model goes on serving: the new model is not shown to be as good (its log loss "
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


def test_a_kept_champion_whose_level_became_wrong_gets_it_set_anew(
    served: ChurnFindings, material: Material, run_of: RunOf
) -> None:
    known = fitted(served)
    bold = replace(
        known,
        # Eight times as many customers as then: no successor follows.
        active=10,
        examined=known.examined.shifted(known.examined.shift + 0.9),
        served=known.served.shifted(known.served.shift + 0.9),
    )

    found = learn_from(run_of(material), bold)
    again = learn_from(run_of(material), found.model)

    assert found.status == "held"
    assert found.message.startswith("an earlier model goes on serving, its level set anew: ")
    assert -0.9 < fitted(found).level < -0.4
    assert np.nanmean(found.probability) == pytest.approx(np.nanmean(served.probability), abs=0.06)
    assert np.array_equal(again.probability, found.probability, equal_nan=True), "set once, not once a night"


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


def test_what_changed_is_told_since_the_last_run_also_while_an_older_model_serves(
    served: ChurnFindings, shop: Dataset
) -> None:
    today = fitted(served).as_of_day
    older = replace(fitted(served), as_of_day=today - 90)

    found = learn(shop, CONFIG, ALONE, older, telling=Telling(run_before=today - 7), effort=QUICK)

    since = f"since {day_from_number(today - 7):%-d %B}"
    assert found.changes
    assert all(since in said for said in found.changes.values())


def test_a_run_on_the_same_day_has_nothing_to_compare(served: ChurnFindings, shop: Dataset) -> None:
    assert learn(shop, CONFIG, ALONE, served.model, effort=QUICK).changes == {}


def test_a_model_is_kept_through_a_run_that_serves_nothing(served: ChurnFindings, folder: Path) -> None:
    few = build_dataset(folder, frame(["ann", "bob"], [0, 150]))

    found = learn(few, CONFIG, ALONE, served.model, effort=QUICK)

    assert found.status == "uncalibrated"
    assert found.model is served.model
