"""MBG/NBD: known behaviour, and the published figures on real data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.churn import mbg
from pipeline.dataset import BoolArray, FloatArray
from pipeline.evaluation.metrics import auc, log_loss

MODEL = mbg.MbgNbd(r=0.6, alpha=60.0, a=0.5, b=1.0)


def histories(*rows: tuple[float, float, float]) -> mbg.Histories:
    table = np.array(rows, dtype=np.float64)
    return mbg.Histories(repeats=table[:, 0], span_days=table[:, 1], observed_days=table[:, 2])


def test_longer_quiet_is_never_safer() -> None:
    quiet = histories(*((5, 100, 100 + days) for days in range(200)))

    assert (np.diff(MODEL.alive(quiet)) < 0).all()
    assert (np.diff(MODEL.leaves(quiet, 30)) > 0).all()


def test_a_longer_horizon_leaves_more_time_to_come_back() -> None:
    one = histories((5, 100, 120))

    chances = [float(MODEL.leaves(one, days)[0]) for days in (1, 30, 365, 100_000)]

    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.9
    assert chances[-1] == pytest.approx(1 - float(MODEL.alive(one)[0]), abs=0.01)


def test_somebody_who_came_once_may_already_have_stopped() -> None:
    # Unlike BG/NBD, where everybody is alive after the first visit.
    assert float(MODEL.alive(histories((0, 0, 1)))[0]) == pytest.approx(1 / 1.5, abs=0.01)


def test_finds_the_numbers_that_made_the_data() -> None:
    source = np.random.default_rng(11)
    rows = []
    for _ in range(3_000):
        rate, stops, observed = source.gamma(0.8, 1 / 12), source.beta(1, 4), source.uniform(200, 400)
        moment, last, repeats = 0.0, 0.0, 0
        while source.random() > stops:
            moment += source.exponential(1 / rate)
            if moment > observed:
                break
            last, repeats = moment, repeats + 1
        rows.append((repeats, last, observed))

    model = mbg.fit(histories(*rows))

    assert model.r / model.alpha == pytest.approx(0.8 / 12, rel=0.15), "visits a day"
    assert model.a / (model.a + model.b) == pytest.approx(0.2, abs=0.03), "chance to stop"


def test_one_customer_is_enough_not_to_fail() -> None:
    model = mbg.fit(histories((0, 0, 0)))

    assert 0 < float(model.leaves(histories((0, 0, 0)), 30)[0]) < 1


def test_more_customers_than_needed_are_sampled_by_the_seed() -> None:
    many = histories(*((n % 7, (n * 37) % 200, 200 + n % 100) for n in range(mbg.MOST_CUSTOMERS + 500)))

    assert mbg.fit(many, seed=1) == mbg.fit(many, seed=1)
    assert mbg.fit(many, seed=1) != mbg.fit(many, seed=2)


def _visits(folder: Path, name: str) -> pd.DataFrame:
    if name == "cdnow":
        rows = pd.read_csv(folder / "cdnow/CDNOW_master.txt", sep=r"\s+", skiprows=1, header=None)
        return pd.DataFrame({"who": rows[0], "day": pd.to_datetime(rows[1].astype(str), format="%Y%m%d")})
    if name == "movietweetings":
        rows = pd.read_csv(folder / "movietweetings/ratings.dat", sep="::", header=None, engine="python")
        return pd.DataFrame({"who": rows[0], "day": pd.to_datetime(rows[3], unit="s").dt.normalize()})
    rows = pd.read_csv(folder / "netflix-2025/watch_history.csv", usecols=["user_id", "watch_date"])
    return pd.DataFrame({"who": rows["user_id"], "day": pd.to_datetime(rows["watch_date"])})


def _at(
    visits: pd.DataFrame, anchor: pd.Timestamp, horizon: int
) -> tuple[mbg.Histories, BoolArray, BoolArray]:
    def days(gap: "pd.Series[pd.Timedelta]") -> FloatArray:
        return np.asarray(gap.dt.days, dtype=np.float64)

    past = visits[visits["day"] < anchor].groupby("who")["day"].agg(["min", "max", "nunique"])
    window = visits[(visits["day"] >= anchor) & (visits["day"] < anchor + pd.Timedelta(days=horizon))]
    known = mbg.Histories(
        repeats=np.asarray(past["nunique"], dtype=np.float64) - 1,
        span_days=days(past["max"] - past["min"]),
        observed_days=days(anchor - past["min"]),
    )
    eligible = ((anchor - past["max"]).dt.days <= horizon).to_numpy()
    return known, eligible, ~past.index.isin(window["who"])


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "anchor", "horizon", "published"),
    [
        ("cdnow", "1998-04-01", 90, (3_817, 0.721, 0.614)),
        ("movietweetings", "2013-08-02", 30, (5_200, 0.818, 0.533)),
        ("movietweetings", "2013-07-03", 30, (5_329, 0.814, 0.546)),
        ("netflix-2025", "2025-12-01", 30, (3_363, 0.508, 0.641)),
    ],
)
def test_reproduces_the_published_figures(
    real_data: Path,
    name: str,
    anchor: str,
    horizon: int,
    published: tuple[int, float, float],
) -> None:
    known, eligible, left = _at(_visits(real_data, name), pd.Timestamp(anchor), horizon)

    customers, expected_auc, expected_loss = published
    chance = mbg.fit(known).leaves(known, horizon)[eligible]

    assert eligible.sum() == customers
    assert auc(left[eligible], chance) == pytest.approx(expected_auc, abs=0.002)
    assert log_loss(left[eligible], chance) == pytest.approx(expected_loss, abs=0.004)
