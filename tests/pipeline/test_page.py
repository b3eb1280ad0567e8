"""The model report of the run that is served."""

from pathlib import Path

import pytest

from pipeline.page import model_page
from store.errors import NoResults
from tests.store.publishing import WATERMARK, publish_small


def test_shows_what_the_served_run_found(tmp_path: Path) -> None:
    page = model_page(publish_small(tmp_path))

    assert page.startswith("<!doctype html>")
    assert "the model ranks a leaver above a stayer 81 times of 100" in page
    assert "EASE" in page
    assert f"{WATERMARK:%d %b %Y}" in page
    assert "data:image/png;base64," in page


def test_without_results_there_is_no_page(tmp_path: Path) -> None:
    with pytest.raises(NoResults):
        model_page(tmp_path / "results.db")
