"""The house rules that no linter knows."""

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("pipeline", "store", "bot", "jobs")
LEARNING = {
    *("numpy", "pandas", "sklearn", "lightgbm", "nltk", "joblib", "matplotlib", "scipy", "pyarrow"),
    *("sqlite_utils", "duckdb", "imblearn"),
}
MOST_LINES = 300


def modules(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_name_resolves_into_this_project(package: str) -> None:
    spec = importlib.util.find_spec(package)

    assert spec is not None
    assert spec.origin == str(ROOT / package / "__init__.py")


@pytest.mark.parametrize("path", [*modules(*PACKAGES, "benchmarks", "tests")], ids=named)
def test_a_module_is_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def strings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\s", re.DOTALL
)


@pytest.mark.parametrize("path", [*modules("bot", "jobs", "pipeline")], ids=named)
def test_only_the_store_speaks_sql(path: Path) -> None:
    if path.is_relative_to(ROOT / "pipeline" / "sources"):
        pytest.skip("reads other people's databases")

    assert [text for text in strings(path) if SQL.search(text)] == []


@pytest.mark.parametrize("path", [*modules(*PACKAGES)], ids=named)
def test_only_a_main_module_reads_the_environment(path: Path) -> None:
    reads = re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8"))

    assert reads is None or path.name == "__main__.py"


def test_the_process_that_answers_loads_nothing_that_learns() -> None:
    code = "import sys, jobs.__main__, jobs.serve, jobs.chat; print(*sys.modules)"
    loaded = subprocess.run(  # a fresh process, as the served one is
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.split()

    assert LEARNING.intersection(loaded) == set()


def test_every_package_is_listed_for_installation() -> None:
    listed = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = {
        named(path.parent).replace("/", ".") for path in modules(*PACKAGES) if path.name == "__init__.py"
    }

    assert [package for package in sorted(found) if f'"{package}"' not in listed] == []


def test_nothing_committed_names_a_machine_or_a_registry() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.split()
    suspicious = re.compile(r"(/root/|/work/|/home/\w+/|pypi\.org|files\.pythonhosted|index-url)")
    texts = [
        path
        for path in tracked
        if Path(path).suffix not in {".png", ".svg"} and path != "tests/test_architecture.py"
    ]

    assert [path for path in texts if suspicious.search((ROOT / path).read_text(encoding="utf-8"))] == []
