"""Models on disk: joblib files beside the database, with a manifest and its checksum.

A pickle is code. So a model is loaded only if its file has the checksum of the manifest, and the manifest the
checksum that the published run recorded.
"""

import hashlib
import json
import platform
import shutil
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import joblib

from pipeline.errors import DataError

RUNS_KEPT = 5
PACKAGES = ("matinee-bot", "numpy", "pandas", "scikit-learn", "lightgbm")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def save_models(folder: Path, run_id: str, models: Mapping[str, object]) -> str:
    """Write each model as ``folder/run_id/name.joblib``; keep the last five runs.

    Returns:
        SHA-256 of the manifest, to be recorded with the run.
    """
    target = folder / run_id
    target.mkdir(parents=True, exist_ok=True)
    checksums = {}
    for name, model in sorted(models.items()):
        path = target / f"{name}.joblib"
        joblib.dump(model, path)
        checksums[path.name] = _sha256(path)
    manifest = target / "manifest.json"
    manifest.write_text(json.dumps(checksums, indent=1), encoding="utf-8")
    for old in sorted(path for path in folder.iterdir() if path.is_dir())[:-RUNS_KEPT]:
        shutil.rmtree(old)
    return _sha256(manifest)


def load_model(folder: Path, run_id: str, name: str, *, manifest_sha256: str) -> object | None:
    """Load a model of an earlier run; None where that run left none of this name.

    Raises:
        DataError: a file is not the one that the run wrote.
    """
    manifest = folder / run_id / "manifest.json"
    path = folder / run_id / f"{name}.joblib"
    if not manifest.exists() or not path.exists():
        return None
    if _sha256(manifest) != manifest_sha256:
        raise DataError(_changed(manifest, run_id))
    if _sha256(path) != json.loads(manifest.read_text(encoding="utf-8")).get(path.name):
        raise DataError(_changed(path, run_id))
    model: object = joblib.load(path)
    return model


def _changed(path: Path, run_id: str) -> str:
    return (
        f"{path}: the checksum is not the one that run {run_id} recorded; somebody changed the file. "
        f"It is not loaded. Delete the folder {path.parent} to start without it."
    )


def versions() -> dict[str, str]:
    """What a run was made with: Python, packages, and the commit of this program where it is known."""
    known = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    commit = commit_of(Path(__file__).resolve().parents[1] / ".git")
    return known | ({"commit": commit} if commit else {})


def commit_of(git: Path) -> str:
    """The commit that is checked out; empty where the program was installed without its history."""
    try:
        head = (git / "HEAD").read_text(encoding="ascii").strip()
        name = head.removeprefix("ref: ")
        if name == head:
            return head
        if (git / name).exists():
            return (git / name).read_text(encoding="ascii").strip()
        packed = (git / "packed-refs").read_text(encoding="ascii").splitlines()
    except OSError:
        return ""
    return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
