"""The whole run: the laws that hold for all of it."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.config import ChurnConfig, ComputeConfig, PipelineConfig
from pipeline.errors import AlreadyRunning, MatineeError
from pipeline.retrain import BEGINS_ANEW, locked, retrain
from pipeline.simulate import SimulationConfig, simulate
from pipeline.sources.layouts import recognise
from store.records import Customer, Recommendation, Run
from store.results import Results
from store.results.schema import VERSION

END = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, 3, tzinfo=UTC)
SERVICE = SimulationConfig(customers=240, titles=60, months=8, seed=5, last_day=END)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("service")
    simulate(folder, SERVICE)
    return folder


def configured(
    service: Path, output: Path, *, partition_events: int = 500_000, processes: int = 1
) -> PipelineConfig:
    return PipelineConfig(
        data=service,
        output=output,
        sources=recognise(service).sources,
        currency="€",
        compute=ComputeConfig(processes=processes, partition_events=partition_events),
        churn=ChurnConfig(horizon_days=30, most_anchors=4),
    )


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What the first retrain said of its progress."""
    return []


@pytest.fixture(scope="module")
def published(service: Path, said: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("published")
    retrain(configured(service, output), now=NOW, progress=said.append)
    return output


def answers(folder: Path) -> tuple[dict[str, Customer], dict[str, tuple[Recommendation, ...]], Run]:
    with closing(Results(folder / "results.db")) as results:
        ids = [standing.customer_id for standing in results.scores_of_all()]
        customers = {one: customer for one in ids if (customer := results.customer(one)) is not None}
        return customers, {one: results.recommendations(one, 10) for one in ids}, results.run()


def test_every_customer_of_the_business_is_answered(published: Path) -> None:
    customers, recommendations, run = answers(published)

    assert len(customers) == run.customers == SERVICE.customers
    assert run.watermark == END
    assert run.churn_status in {"served", "no_skill"}
    assert all(recommendations.values())
    assert {customer.status for customer in customers.values()} <= {"active", "lapsed", "new"}
    assert run.finished_at > run.started_at == NOW


def test_tells_each_stage_with_its_seconds(published: Path, said: list[str]) -> None:
    assert [line.rsplit(maxsplit=2)[0].strip() for line in said] == [
        "reading the files",
        "who left, and who will",
        "profiles and segments",
        "watching for drift",
        "what to watch next",
        "publishing",
    ]


def test_partitions_and_processes_change_nothing(service: Path, published: Path, tmp_path: Path) -> None:
    retrain(configured(service, tmp_path, partition_events=400, processes=2), now=NOW)

    customers, recommendations, run = answers(tmp_path)
    expected_customers, expected_recommendations, expected_run = answers(published)
    assert customers == expected_customers
    assert recommendations == expected_recommendations
    assert dict(run.metrics) == dict(expected_run.metrics)


def test_a_second_retrain_of_the_same_data_keeps_segments_and_scores(service: Path, published: Path) -> None:
    customers, recommendations, run = answers(published)

    again = retrain(configured(service, published), now=NOW + timedelta(days=1))

    later_customers, later_recommendations, _ = answers(published)
    assert again.previous_runs == (run.run_id,)
    assert again.fingerprint == run.fingerprint
    assert {one: customer.segment for one, customer in later_customers.items()} == {
        one: customer.segment for one, customer in customers.items()
    }
    assert later_recommendations == recommendations
    scored = [customer for customer in later_customers.values() if customer.scores]
    assert all(len(customer.scores) == 1 for customer in scored)


def test_only_one_retrain_runs_in_a_folder(service: Path, tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(AlreadyRunning, match="Another retrain is at work"):
        retrain(configured(service, tmp_path), now=NOW)


def test_a_failed_retrain_leaves_the_last_results_served(
    service: Path, published: Path, tmp_path: Path
) -> None:
    _, _, before = answers(published)
    config = replace(configured(service, published), data=tmp_path)

    with pytest.raises(MatineeError):
        retrain(config, now=NOW + timedelta(days=2))

    assert answers(published)[2] == before


def test_over_results_of_another_version_it_works_as_a_first_run_and_says_so(
    service: Path, published: Path, tmp_path: Path
) -> None:
    shutil.copytree(published, tmp_path / "output")
    with closing(sqlite3.connect(tmp_path / "output" / "results.db")) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION - 1}")
    said: list[str] = []

    retrain(configured(service, tmp_path / "output"), now=NOW + timedelta(days=3), progress=said.append)

    customers, recommendations, run = answers(tmp_path / "output")
    assert said[1].strip() == run.messages[0] == BEGINS_ANEW
    assert run.previous_runs == ()
    assert (customers, recommendations) == answers(published)[:2]
    assert BEGINS_ANEW not in answers(published)[2].messages
