"""What tests of the pipeline share."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from pipeline.config import pipeline_config
from pipeline.dataset import Dataset
from pipeline.ingest import ingest
from pipeline.sources.layouts import config_text, recognise
from tests.pipeline.reading import NOW
from tests.pipeline.real_folders import RealFolder


@pytest.fixture(scope="session")
def real_folder(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], RealFolder]:
    """Reads a real data set by the name of its folder, each once only."""

    @cache
    def folder(name: str) -> RealFolder:
        output = tmp_path_factory.mktemp(name)
        recognition = recognise(real_data / name)
        text = config_text(recognition, data=real_data / name, output=output)
        config = pipeline_config(tomllib.loads(text), output, {})
        report = ingest(config, output / "dataset", now=NOW)
        return RealFolder(
            layout=recognition.layout,
            config=config,
            report=report,
            dataset=Dataset.open(output / "dataset"),
        )

    return folder
