"""A published run that all tests of the chat read, and a state of their own for each."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.question_suite import publish
from bot.queries import Queries
from tests.bot.asking import asking
from tests.store.publishing import publish_small


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_small(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="session")
def published_without_signal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_small(tmp_path_factory.mktemp("no_skill"), churn_status="no_skill")


@pytest.fixture(scope="session")
def service_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a simulated service; ``two_runs`` writes them."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="session")
def two_runs(service_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulated service learned two weeks ago and again today; the results served."""
    output = tmp_path_factory.mktemp("output")
    publish(service_files, output, watermark="2026-06-16", now=datetime(2026, 6, 17, 3, tzinfo=UTC))
    return publish(service_files, output, simulated=False, now=datetime(2026, 7, 1, 3, tzinfo=UTC))


@pytest.fixture
def chat(published: Path, tmp_path: Path) -> Iterator[Queries]:
    with asking(published, tmp_path) as queries:
        yield queries


@pytest.fixture
def house(two_runs: Path, tmp_path: Path) -> Iterator[Queries]:
    """The later of the two runs, with the one before kept."""
    with asking(two_runs, tmp_path) as queries:
        yield queries


@pytest.fixture
def alone(two_runs: Path, tmp_path: Path) -> Iterator[Queries]:
    """The same results where no run before is kept."""
    (tmp_path / "results.db").write_bytes(two_runs.read_bytes())
    with asking(tmp_path / "results.db", tmp_path) as queries:
        yield queries
