"""On real data: a skill near the published one, a refusal where there is none, stable reasons."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.churn import ChurnFindings, Effort, learn
from pipeline.config import ChurnConfig
from pipeline.dataset import EVENT_VALUES
from tests.pipeline.building import build_dataset
from tests.pipeline.churn.customers import ALONE

# The benchmark measures the whole; this is to notice when something breaks.
LESS = Effort(trees=40, forest_trees=0, draws=60, pictures=False)


def found(folder: Path, who: pd.Series, at_us: pd.Series, watermark: date) -> ChurnFindings:
    events = pd.DataFrame(
        {
            "who": who.astype(str).to_numpy(dtype=object),
            "at": at_us.to_numpy(dtype=np.int64),
            "kind": np.int8(0),
            "title": np.full(len(who), None, dtype=object),
        }
        | {name: np.full(len(who), np.nan) for name in EVENT_VALUES}
    )
    dataset = build_dataset(folder, events, watermark=watermark)
    return learn(dataset, ChurnConfig(horizon_days=30, most_anchors=5, most_rows=9_000), ALONE, effort=LESS)


@pytest.mark.real_data
def test_ratings_of_films_tell_who_leaves(real_data: Path, folder: Path) -> None:
    rows = pd.read_csv(real_data / "movietweetings/ratings.dat", sep="::", header=None, engine="python")

    told = found(folder, rows[0], rows[3] * 1_000_000, date(2013, 9, 1))

    assert told.status == "served"
    assert told.metrics["churn.test_customers"] == 5_200
    assert told.metrics["churn.served.auc"] > 0.815
    assert told.metrics["churn.served.log_loss"] < 0.525
    assert told.metrics["churn.served.ece"] < 0.04
    assert told.metrics["churn.reasons.agreement"] >= 0.8
    high = told.band == "high"
    after = np.array([told.after_visit[name] for name in told.customer_ids[high]])
    assert (after < told.probability[high]).mean() > 0.95


@pytest.mark.real_data
def test_watching_without_signal_is_refused(real_data: Path, folder: Path) -> None:
    rows = pd.read_csv(real_data / "netflix-2025/watch_history.csv", usecols=["user_id", "watch_date"])
    at = (pd.to_datetime(rows["watch_date"]) - pd.Timestamp("1970-01-01")) // pd.Timedelta(microseconds=1)

    told = found(folder, rows["user_id"], at, date(2025, 12, 31))

    assert told.status == "no_skill"
    assert told.message.startswith("no signal in this data: AUC 0.")
    assert told.metrics["churn.test_customers"] == 3_363
