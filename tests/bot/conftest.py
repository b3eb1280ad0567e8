"""A published run that all tests of the chat read, and a state of their own for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.queries import Queries
from tests.bot.asking import asking
from tests.store.publishing import publish_small


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_small(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="session")
def published_without_signal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_small(tmp_path_factory.mktemp("no_skill"), churn_status="no_skill")


@pytest.fixture
def chat(published: Path, tmp_path: Path) -> Iterator[Queries]:
    with asking(published, tmp_path) as queries:
        yield queries
