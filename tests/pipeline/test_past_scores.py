"""Past scores go on with the customer from run to run."""

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from pipeline.activity import activity
from pipeline.churn import ChurnFindings
from pipeline.config import ComputeConfig, RecommendConfig, SegmentConfig
from pipeline.dataset import Dataset, day_number
from pipeline.facts import facts
from pipeline.features import feature_table
from pipeline.publish import publish
from pipeline.recommend import recommend
from pipeline.run_results import RunResults
from pipeline.segments import find_segments
from store.errors import BrokenResultsError
from store.records import Customer
from store.results import Results
from store.results.packing import packed_days, packed_numbers
from tests.pipeline.building import build_dataset, watch
from tests.store.publishing import small_run

ALONE = ComputeConfig(processes=1)
LAST = date(2026, 6, 30)
NIGHTS = 60


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    rows = [watch(who, LAST - timedelta(days=back)) for who in ("ann", "ben") for back in (0, 9)]
    return build_dataset(tmp_path_factory.mktemp("two"), rows)


def published(
    dataset: Dataset, folder: Path, past: dict[str, tuple[bytes, bytes]], similar: int | None = None
) -> dict[str, Customer]:
    """Ann is scored today, Ben is not; what the run before left is gone on from.

    Args:
        dataset: Theirs.
        folder: Where to publish.
        past: What the run before left.
        similar: The code of a title that the lists name; None: as they are.
    """
    recommendations = recommend(dataset, RecommendConfig(), ALONE, ())
    if similar is not None:
        recommendations = replace(recommendations, similar=np.array([[similar]], dtype=np.int32))
    table = feature_table(dataset, [day_number(LAST) + 1], ALONE)
    churn = ChurnFindings(
        status="served",
        message="",
        model_name="a model",
        horizon_days=30,
        base_rate=0.4,
        customer_ids=table.customer_ids,
        probability=np.array([0.5, np.nan]),
        band=np.array(["high", None], dtype=object),
        status_of=np.array(["active", "lapsed"], dtype=object),
        changes={"ann": "Came back since 12 June after 40 quiet days"},
    )
    sums = activity(dataset, ALONE)
    publish(
        folder,
        RunResults(
            run=replace(small_run(watermark=LAST, customers=2), titles=0, events=4),
            dataset=dataset,
            table=table,
            churn=churn,
            segmentation=find_segments(table, SegmentConfig()),
            recommendations=recommendations,
            sums=sums,
            facts=facts(dataset, sums, ALONE, like_share=0.6),
            quarantined=(),
            past=past,
        ),
    )
    with closing(Results(folder / "results.db")) as results:
        found = {name: results.customer(name) for name in ("ann", "ben")}
        return {name: customer for name, customer in found.items() if customer is not None}


def nights(last: date) -> tuple[bytes, bytes]:
    days = [last - timedelta(days=back) for back in reversed(range(NIGHTS))]
    return packed_days(days), packed_numbers([0.25] * NIGHTS)


def test_todays_score_comes_last_and_the_older_ones_thin_out(dataset: Dataset, tmp_path: Path) -> None:
    customers = published(
        dataset,
        tmp_path,
        {"ann": nights(LAST - timedelta(days=1)), "ben": nights(LAST - timedelta(days=1))},
    )

    scores = customers["ann"].scores
    assert (scores[-1].day, scores[-1].probability) == (LAST, 0.5)
    assert [(LAST - score.day).days for score in scores] == [60, 53, 46, 39, 32, 25, 18, *range(11, -1, -1)]
    assert {score.probability for score in scores[:-1]} == {0.25}
    assert customers["ben"].scores[-1].day == LAST - timedelta(days=1)


@pytest.mark.parametrize("code", [0, -2])
def test_a_title_that_is_not_there_is_not_published(dataset: Dataset, tmp_path: Path, code: int) -> None:
    with pytest.raises(BrokenResultsError, match="similar titles hold a code beyond the 0 titles"):
        published(dataset, tmp_path, {}, similar=code)

    assert not (tmp_path / "results.db").exists()


def test_a_second_run_of_the_same_day_replaces_its_score(dataset: Dataset, tmp_path: Path) -> None:
    before = (packed_days([LAST - timedelta(days=7), LAST]), packed_numbers([0.125, 0.25]))

    customers = published(dataset, tmp_path, {"ann": before})

    assert [(score.day, score.probability) for score in customers["ann"].scores] == [
        (LAST - timedelta(days=7), 0.125),
        (LAST, 0.5),
    ]


def test_what_moved_the_risk_is_published_for_those_it_moved_for(dataset: Dataset, tmp_path: Path) -> None:
    customers = published(dataset, tmp_path, {})

    assert customers["ann"].change == "Came back since 12 June after 40 quiet days"
    assert customers["ben"].change is None
    assert customers["ben"].scores == ()
