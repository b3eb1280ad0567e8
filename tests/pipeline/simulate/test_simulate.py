"""The simulated service is believable, repeatable, and its truth is true."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.config import ComputeConfig
from pipeline.dataset import day_number
from pipeline.errors import ConfigError
from pipeline.features import feature_table
from pipeline.simulate import SimulationConfig, Truth, simulate, viewing
from pipeline.simulate.files import TableFile
from pipeline.simulate.lives import live
from pipeline.simulate.people import make_people
from tests.pipeline.building import simulated_dataset

SMALL = SimulationConfig(customers=120, titles=60, months=8)
COLUMNS = {
    "customers": [
        "customer_id", "name", "email", "country", "plan", "signed_up_at", "age", "gender", "monthly_fee",
        "device",
    ],
    "titles": [
        "title_id", "title", "year", "kind", "genres", "description", "language", "country",
        "duration_minutes",
    ],
    "watches": ["customer_id", "at", "title_id", "minutes", "progress", "device"],
    "ratings": ["customer_id", "at", "title_id", "rating"],
    "orders": ["customer_id", "at", "amount", "items"],
}  # fmt: skip


def tables(folder: Path) -> Mapping[str, pd.DataFrame]:
    return {name: pd.read_csv(folder / f"{name}.csv") for name in COLUMNS}


def auc(truth: np.ndarray, score: np.ndarray) -> float:
    ranks = pd.Series(score).rank().to_numpy()
    positives = truth.sum()
    return float(
        (ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * (len(truth) - positives))
    )


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dirty")
    simulate(folder, SMALL)
    return folder


@pytest.fixture(scope="module")
def large() -> SimulationConfig:
    return SimulationConfig(customers=6000, titles=80, months=8, watches_per_month=6)


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory, large: SimulationConfig) -> Truth:
    return simulate(tmp_path_factory.mktemp("large"), replace(large, format="parquet"))


def test_the_files_have_the_canonical_columns(dirty: Path) -> None:
    assert {name: list(table.columns) for name, table in tables(dirty).items()} == COLUMNS
    assert sorted(path.name for path in dirty.iterdir()) == sorted(
        [*(f"{name}.csv" for name in COLUMNS), "truth"]
    )


def test_everything_happens_within_the_period_but_for_what_is_spoiled(dirty: Path) -> None:
    for name in ("watches", "ratings", "orders"):
        days = tables(dirty)[name]["at"].str[:10]
        assert days.sort_values().iloc[-2] <= "2026-06-30"
        assert days.max() == "2100-01-01"
        assert days.min() >= "2025-10-01"


def test_names_read_like_films_and_are_all_different(dirty: Path) -> None:
    titles = tables(dirty)["titles"]

    assert titles["title"].is_unique
    assert titles["genres"].str.count(r"\|").between(1, 2).all()
    sequels = titles[titles["title"].str.endswith(" 2")]
    assert len(sequels) > 0
    assert set(sequels["title"].str.removesuffix(" 2")) <= set(titles["title"])


def test_mails_lead_nowhere(dirty: Path) -> None:
    assert tables(dirty)["customers"]["email"].dropna().str.fullmatch(r"[a-z]+\.[a-z]+\d+@example\.org").all()


def test_a_few_rows_are_spoiled_and_the_clean_service_has_none(tmp_path: Path, dirty: Path) -> None:
    simulate(tmp_path, replace(SMALL, dirt=False))
    spoiled, clean = tables(dirty), tables(tmp_path)

    assert 0.002 < spoiled["watches"].duplicated().mean() < 0.03
    assert 0 < spoiled["watches"]["minutes"].isna().mean() < 0.03
    assert spoiled["orders"]["customer_id"].isna().sum() == 1
    assert not spoiled["customers"]["age"].between(5, 100).all()
    assert clean["customers"]["age"].between(18, 88).all()
    assert clean["watches"][["customer_id", "at", "title_id", "minutes", "progress"]].notna().all().all()
    assert clean["titles"]["description"].notna().all()
    assert (clean["orders"]["amount"] < 0).sum() > 0
    assert clean["ratings"]["rating"].between(1, 5).all()


def test_the_same_seed_gives_the_same_files_and_another_seed_others(tmp_path: Path, dirty: Path) -> None:
    simulate(tmp_path / "again", SMALL)
    simulate(tmp_path / "other", replace(SMALL, seed=8))

    for name in COLUMNS:
        again = (tmp_path / "again" / f"{name}.csv").read_bytes()
        assert again == (dirty / f"{name}.csv").read_bytes()
        assert again != (tmp_path / "other" / f"{name}.csv").read_bytes()


def test_parquet_holds_what_csv_holds(tmp_path: Path, dirty: Path) -> None:
    simulate(tmp_path, replace(SMALL, format="parquet"))

    for name, table in tables(dirty).items():
        assert len(pd.read_parquet(tmp_path / f"{name}.parquet")) == len(table)


def test_the_truth_is_written_aside(dirty: Path) -> None:
    written = pd.read_csv(dirty / "truth" / "truth.csv")

    assert len(written) == SMALL.customers
    assert written["churn_probability"].between(0, 1).all()
    assert set(written["state"]) <= {"engaged", "slowing", "sleeping", "gone"}


def test_what_then_happened_agrees_with_both_probabilities(truth: Truth) -> None:
    for probability in (truth.churn_probability, truth.churn_probability_seen):
        for low, high in ((0.0, 0.1), (0.1, 0.5), (0.5, 1.01)):
            rows = (probability >= low) & (probability < high)
            spread = 4 * np.sqrt((probability[rows] * (1 - probability[rows])).sum()) + 1
            assert abs(truth.left[rows].sum() - probability[rows].sum()) < spread
    assert truth.segment.tolist().count("casual") > truth.segment.tolist().count("power")


def test_lives_lived_on_agree_with_the_truth() -> None:
    now = SimulationConfig(customers=4000, titles=40, months=8, watches_per_month=5)
    later = replace(now, last_day=now.last_day + timedelta(days=30), months=9)
    people = make_people(now, 8, 0, now.customers, np.random.default_rng(1))
    lives = live(now, people, np.random.default_rng(2))
    longer = live(later, people, np.random.default_rng(2))
    silent = (longer.watches[:, now.steps :].sum(axis=1) == 0) & ~longer.billed[:, now.steps :].any(axis=1)

    assert later.start == now.start
    assert later.steps == now.steps + 6
    assert np.array_equal(lives.watches, longer.watches[:, : now.steps])
    for probability in (lives.churn_probability, lives.churn_probability_seen):
        for low, high in ((0.0, 0.1), (0.1, 0.5), (0.5, 1.01)):
            rows = (probability >= low) & (probability < high)
            spread = 4 * np.sqrt((probability[rows] * (1 - probability[rows])).sum()) + 1
            assert abs(silent[rows].sum() - probability[rows].sum()) < spread


def test_leaving_can_be_foreseen_but_not_too_well(tmp_path: Path, large: SimulationConfig) -> None:
    dataset, known = simulated_dataset(tmp_path, replace(large, customers=3000))
    end = day_number(dataset.manifest.as_of)
    table = feature_table(dataset, [end], ComputeConfig(processes=1))
    active = table.where(table.column("days_since_last_activity") <= 30)
    place = {name: row for row, name in enumerate(known.customer_ids)}
    rows = [place[name] for name in active.customer_ids]

    assert 0.1 < known.left[rows].mean() < 0.3
    assert 0.7 < auc(known.left[rows], active.column("days_since_last_activity")) < 0.9
    assert 0.75 < auc(known.left[rows], known.churn_probability_seen[rows]) < 0.95


def test_people_watch_what_they_like_more_than_what_is_popular(tmp_path: Path) -> None:
    truth = simulate(tmp_path, replace(SMALL, dirt=False))
    read = tables(tmp_path)
    genres = read["titles"].set_index("title_id")["genres"].str.split("|").str[:2].str.join(" + ")
    favourite = dict(zip(truth.customer_ids, truth.favourites, strict=True))
    watches = read["watches"]
    liked = genres[watches["title_id"]].to_numpy() == watches["customer_id"].map(favourite).to_numpy()

    assert 0.4 < liked.mean() < 0.8


def test_the_smallest_service_works(tmp_path: Path) -> None:
    config = SimulationConfig(
        customers=1, titles=4, months=1, watches_per_month=0.01, last_day=date(2026, 1, 31)
    )

    assert simulate(tmp_path, config).customer_ids.tolist() == ["user_00001"]


def test_without_watches_there_is_nothing_to_see_or_to_binge() -> None:
    nothing = np.zeros(0, dtype=np.int64)

    assert viewing._seen_before(nothing, nothing).tolist() == []
    assert viewing._binged(nothing, nothing, np.zeros(0), np.random.default_rng(1)).tolist() == []


def test_a_table_without_rows_has_no_file(tmp_path: Path) -> None:
    with TableFile(tmp_path, "empty", "csv"):
        pass

    assert list(tmp_path.iterdir()) == []


def test_an_impossible_service_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least 1 customer, 4 titles"):
        SimulationConfig(titles=3)
