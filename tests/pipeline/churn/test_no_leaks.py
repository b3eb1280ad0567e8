"""Nothing that is learned from has seen the future, and how it is spread and sampled changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.churn import ChurnFindings, Run, learn, learn_from
from pipeline.churn.material import Material, gather
from pipeline.churn.rows import Rows
from pipeline.dataset import DAY_US, Dataset, day_number
from pipeline.labels import anchors
from tests.pipeline.building import build_dataset
from tests.pipeline.churn.customers import ALONE, CONFIG, QUICK, business, frame, rows

RunOf = Callable[[Material], Run]


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
