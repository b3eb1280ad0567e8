"""From rows to a calibrated blend."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.churn import calibration, mbg
from pipeline.churn.bands import BandLimits, band_records, bands_of, limits_around, quiet_bands
from pipeline.churn.blend import Recipe, fit_blend
from pipeline.churn.rows import Rows, together
from pipeline.churn.training import capped, fold_of, hashed, train
from pipeline.evaluation.metrics import auc, logit, sigmoid
from store.records import BandRecord
from tests.pipeline.churn.customers import ALONE

NAMES = ("days_since_last_activity", "days_active", "tenure_days", "noise", "constant")


def rows(customers: int, anchors: int = 2, seed: int = 0, odds: float = 0.0) -> Rows:
    """Those quiet for long and seldom there leave; ``odds`` more of them in all."""
    random = np.random.default_rng(seed)
    count = customers * anchors
    quiet, active = random.integers(1, 30, count), random.integers(1, 20, count)
    values = np.column_stack(
        (quiet, active, quiet + 3 * active, random.normal(size=count), np.ones(count))
    ).astype(np.float64)
    left = random.random(count) < sigmoid(0.12 * (quiet - 15) - 0.15 * (active - 10) + odds)
    return Rows(
        names=NAMES,
        values=values,
        customer_ids=np.tile(np.array([f"c{n:05d}" for n in range(customers)], dtype=object), anchors),
        as_of_day=np.repeat(np.arange(anchors, dtype=np.int32) * 30 + 100, customers),
        left=left,
    )


ROWS = rows(300)
RECIPE = Recipe(horizon_days=30, pattern=mbg.fit(ROWS.histories), trees=15, forest_trees=0, draws=20)


def test_the_fewer_customers_the_more_the_blend_trusts_mbg_nbd() -> None:
    assert fit_blend(rows(30), RECIPE).weight == pytest.approx(300 / 330)
    assert fit_blend(rows(300), RECIPE).weight == pytest.approx(0.5)


def test_the_score_is_the_weighted_mean_of_its_parts() -> None:
    blend = fit_blend(ROWS, RECIPE)
    parts = blend.parts(ROWS.values)

    z = 0.5 * (parts["linear"] + parts["trees"]) / 2 + 0.5 * parts["pattern"]

    assert blend.raw_score(ROWS.values) == pytest.approx(z)
    shifted = blend.recalibrated(0.5, 0.1).shifted(0.2)
    assert logit(shifted.probability(ROWS.values)) == pytest.approx(0.5 * z + 0.3)
    assert len(blend.probability(ROWS.values[:0])) == 0


def test_under_300_rows_there_are_no_trees() -> None:
    assert fit_blend(rows(100), RECIPE).trees is None
    assert "trees" not in fit_blend(rows(100), RECIPE).parts(ROWS.values)


def test_constant_features_are_dropped_and_listed() -> None:
    blend = fit_blend(ROWS, RECIPE)

    assert blend.dropped == ("constant",)
    assert blend.used == NAMES[:4]


def test_two_processes_change_nothing() -> None:
    many = rows(2_500)

    apart = train(many, None, replace(RECIPE, trees=3), replace(ALONE, processes=2))
    alone = train(many, None, replace(RECIPE, trees=3), ALONE)

    assert (apart.blend.score(ROWS.values) == alone.blend.score(ROWS.values)).all()
    assert (apart.out_of_fold["blend"] == alone.out_of_fold["blend"]).all()


def test_nobody_is_scored_by_a_fold_that_saw_him() -> None:
    trained = train(ROWS, None, RECIPE, ALONE)
    folds = fold_of(ROWS.customer_ids)

    for number, blend in enumerate(trained.folds):
        own = folds == number
        without = fit_blend(ROWS.where(~own), RECIPE, ROWS.customers)
        assert (trained.out_of_fold["blend"][own] == without.raw_score(ROWS.values[own])).all()
        assert blend.weight == without.weight == trained.blend.weight


def test_both_classes_are_needed() -> None:
    everyone = replace(ROWS, left=np.ones(len(ROWS), dtype=bool))

    with pytest.raises(ValueError, match="both classes"):
        train(everyone, None, RECIPE, ALONE)


def test_a_fold_of_one_class_is_replaced_by_the_whole() -> None:
    few = rows(40)
    folds = fold_of(few.customer_ids)
    only_first = replace(few, left=few.left & (folds == 0))

    trained = train(only_first, None, RECIPE, ALONE)

    assert trained.folds[0].weight == trained.blend.weight


def test_a_season_of_a_year_ago_shifts_the_odds() -> None:
    season = replace(rows(400, 1, seed=3, odds=1.5), as_of_day=np.full(400, -200, dtype=np.int32))

    shifted = train(ROWS, season, RECIPE, ALONE).blend
    unshifted = train(ROWS, None, RECIPE, ALONE).blend

    assert shifted.shift == pytest.approx(1.4, abs=0.5)
    assert abs(unshifted.shift) < 0.5


def test_a_season_that_leaves_nothing_to_learn_from_is_not_used() -> None:
    season = replace(rows(400, 1, seed=3, odds=1.5), as_of_day=np.full(400, 115, dtype=np.int32))

    assert train(ROWS, season, RECIPE, ALONE).blend.shift == train(ROWS, None, RECIPE, ALONE).blend.shift


def test_balanced_training_is_recalibrated_on_untouched_rows() -> None:
    seldom, unseen = rows(400, seed=5, odds=-2.5), rows(400, seed=6, odds=-2.5)

    balanced = train(seldom, None, replace(RECIPE, resampling="oversampling"), ALONE).blend
    plain = train(seldom, None, RECIPE, ALONE).blend

    mean = float(unseen.left.mean())
    assert balanced.probability(unseen.values).mean() == pytest.approx(mean, abs=0.03)
    assert balanced.recalibrated(1, 0).probability(unseen.values).mean() > mean + 0.05
    assert auc(unseen.left, balanced.score(unseen.values)) == pytest.approx(
        auc(unseen.left, plain.score(unseen.values)), abs=0.03
    )


def test_rows_are_capped_by_whole_customers() -> None:
    fewer = capped(ROWS, 200)

    assert 150 < len(fewer) <= 200
    counts = np.unique(fewer.customer_ids.astype(str), return_counts=True)[1]
    assert set(counts) == {2}
    assert capped(ROWS, 600) is ROWS


def test_who_is_sampled_depends_on_nothing_but_his_id() -> None:
    more = together((ROWS, rows(10, 1)))
    kept = set(capped(ROWS, 200).customer_ids)

    assert len(kept - set(capped(more, 200).customer_ids)) <= 10
    assert list(hashed(np.array(["ann", "bob"], dtype=object))) == [3877663347, 4123767104]


def test_rows_know_their_customers_and_their_rarer_class() -> None:
    assert ROWS.customers == 300
    assert ROWS.where(np.zeros(0, dtype=np.int64)).customers == 0
    assert ROWS.rarer == min(ROWS.left.sum(), (~ROWS.left).sum())


def test_a_shift_solves_the_mean() -> None:
    z = np.linspace(-2, 2, 101)

    assert sigmoid(z + calibration.solved_shift(z, 0.7)).mean() == pytest.approx(0.7)
    assert calibration.solved_shift(z, 1.0) == pytest.approx(calibration.MOST_SHIFT)


def test_a_shift_within_the_noise_is_no_shift() -> None:
    z = np.zeros(100)
    slightly, clearly = np.arange(100) < 53, np.arange(100) < 80

    assert calibration.shrunk_shift(z, slightly) == 0
    assert calibration.shrunk_shift(z, clearly) == pytest.approx(np.log(4) - 4 * 0.04 / np.log(4))
    assert calibration.shrunk_shift(np.zeros(0), np.zeros(0, dtype=bool)) == 0
    assert calibration.shrunk_shift(z, np.arange(100) < 50) == pytest.approx(0, abs=1e-12)


def test_a_level_is_only_set_anew_where_it_is_surely_and_clearly_wrong() -> None:
    z = np.full(2_000, -1.0)
    left = np.arange(2_000) < 2_000 * sigmoid(-1.0)

    assert calibration.level_of(z, left) == 0
    assert calibration.level_of(z + 0.1, left) == 0, "two points"
    assert calibration.level_of(z + 0.6, left) == pytest.approx(-0.6, abs=0.05)
    assert calibration.level_of(z[:20] + 0.6, left[:20] & (np.arange(20) % 4 == 0)) == 0, "twenty customers"


def test_odds_are_only_bent_where_they_are_surely_too_bold() -> None:
    random = np.random.default_rng(0)
    z = random.normal(size=3_000)
    left = random.random(3_000) < sigmoid(z)

    assert calibration.line(z, left, always=False) == (1, 0)
    assert calibration.line(2 * z, left, always=False)[0] == pytest.approx(0.5, abs=0.06)
    assert calibration.line(2 * z[:100], left[:100], always=False) == (1, 0), "too few to be sure"
    assert calibration.line(z, np.ones(3_000, dtype=bool), always=True) == (1, 0)


def test_bands_stand_around_the_base_rate() -> None:
    limits = limits_around(0.5)

    assert limits == BandLimits(low=0.4, high=0.75)
    assert limits_around(0.7).high == 0.9
    assert list(bands_of(np.array([0.39, 0.4, 0.75, np.nan]), limits)) == ["low", "medium", "high", None]


def test_quiet_bands_are_thirds_of_the_horizon() -> None:
    assert list(quiet_bands(np.array([1.0, 10.0, 20.0, 30.0, 31.0]), 30)) == [
        "low",
        "medium",
        "high",
        "high",
        None,
    ]


def test_each_band_is_counted() -> None:
    band = np.array(["low", "high", "high"], dtype=object)

    assert band_records(band, np.array([False, True, False])) == (
        BandRecord(band="low", customers=1, left=0),
        BandRecord(band="medium", customers=0, left=0),
        BandRecord(band="high", customers=2, left=1),
    )
