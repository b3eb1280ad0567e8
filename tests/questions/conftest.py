"""One small simulated service, published once."""

from pathlib import Path

import pytest

from benchmarks.question_suite import publish


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("asked_service")


@pytest.fixture(scope="session")
def results(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(files, tmp_path_factory.mktemp("asked_output"))
