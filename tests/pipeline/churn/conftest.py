"""One small business, read and learned from once for all tests of churn."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.churn import ChurnFindings, Run, Telling, learn_from
from pipeline.churn.fallbacks import situation_of
from pipeline.churn.material import Material, gather
from pipeline.dataset import Dataset
from pipeline.labels import anchors
from tests.pipeline.building import build_dataset
from tests.pipeline.churn.customers import ALONE, CONFIG, QUICK, business


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """240 customers over 200 days."""
    return build_dataset(tmp_path_factory.mktemp("shop"), business())


@pytest.fixture(scope="session")
def material(shop: Dataset) -> Material:
    """What is learned from."""
    moments = anchors(shop.manifest, 30, CONFIG.most_anchors)
    return gather(shop, moments, 30, CONFIG, ALONE)


RunOf = Callable[[Material], Run]


@pytest.fixture(scope="session")
def run_of() -> RunOf:
    """Makes a run of any material."""

    def made(material: Material) -> Run:
        return Run(
            material=material,
            situation=situation_of(material),
            config=CONFIG,
            compute=ALONE,
            telling=Telling(currency="€"),
            effort=QUICK,
        )

    return made


@pytest.fixture(scope="session")
def served(material: Material, run_of: RunOf) -> ChurnFindings:
    """The findings of an ordinary run, with pictures."""
    run = run_of(material)
    return learn_from(replace(run, effort=replace(run.effort, pictures=True)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for a data set."""
    return tmp_path / "dataset"
