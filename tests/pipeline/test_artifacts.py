"""Models on disk."""

from pathlib import Path

import pytest

from pipeline.artifacts import RUNS_KEPT, commit_of, load_model, save_models, versions
from pipeline.errors import DataError


def test_a_saved_model_comes_back(tmp_path: Path) -> None:
    checksum = save_models(tmp_path, "run-1", {"churn": {"weights": [1.0, 2.0]}, "segments": None})

    assert load_model(tmp_path, "run-1", "churn", manifest_sha256=checksum) == {"weights": [1.0, 2.0]}
    assert load_model(tmp_path, "run-1", "recommend", manifest_sha256=checksum) is None
    assert load_model(tmp_path, "run-0", "churn", manifest_sha256=checksum) is None


@pytest.mark.parametrize("changed", ["churn.joblib", "manifest.json"])
def test_a_file_that_somebody_changed_is_not_loaded(tmp_path: Path, changed: str) -> None:
    checksum = save_models(tmp_path, "run-1", {"churn": 1})
    (tmp_path / "run-1" / changed).write_bytes(b"{}")

    with pytest.raises(DataError, match=r"checksum is not the one that run run-1 recorded"):
        load_model(tmp_path, "run-1", "churn", manifest_sha256=checksum)


def test_the_last_five_runs_are_kept(tmp_path: Path) -> None:
    for number in range(RUNS_KEPT + 2):
        save_models(tmp_path, f"run-{number}", {"churn": number})

    assert sorted(path.name for path in tmp_path.iterdir()) == [f"run-{number}" for number in range(2, 7)]


def test_the_commit_of_the_program_is_read_from_its_history(tmp_path: Path) -> None:
    assert commit_of(tmp_path) == ""
    (tmp_path / "HEAD").write_text("4f2a\n")
    assert commit_of(tmp_path) == "4f2a"
    (tmp_path / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "packed-refs").write_text("# pack-refs\n11aa refs/heads/other\n22bb refs/heads/main\n")
    assert commit_of(tmp_path) == "22bb"
    (tmp_path / "refs/heads").mkdir(parents=True)
    (tmp_path / "refs/heads/main").write_text("33cc\n")
    assert commit_of(tmp_path) == "33cc"


def test_a_run_says_what_it_was_made_with() -> None:
    assert {"python", "matinee-bot", "lightgbm"} <= set(versions())
