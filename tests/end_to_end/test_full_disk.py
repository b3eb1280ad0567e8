"""Where nothing more can be written, it is said, and what was published stays served."""

import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from jobs.__main__ import main
from store.errors import StoreError
from store.results import Results
from store.state import State
from tests.store.publishing import publish_small

EVENTS = "customer_id,at,kind\n" + "".join(f"c{number:05},2026-03-01,watch\n" for number in range(3_000))


@contextmanager
def room_for(file_bytes: int) -> Iterator[None]:
    """No file may grow longer: the system refuses the write in the middle, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def served(folder: Path) -> str:
    with closing(Results(folder / "results.db")) as results:
        return results.run().run_id


def test_a_run_that_does_not_fit_leaves_the_one_before_served(tmp_path: Path) -> None:
    publish_small(tmp_path, run_id="first")
    size = (tmp_path / "results.db").stat().st_size

    with room_for(size // 2), pytest.raises(StoreError):
        publish_small(tmp_path, run_id="second")

    assert served(tmp_path) == "first"
    assert not (tmp_path / "results.db.new").exists()
    publish_small(tmp_path, run_id="third")
    assert served(tmp_path) == "third"


def test_a_retrain_without_room_says_so_and_leaves_what_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "events.csv").write_text(EVENTS, encoding="utf-8")
    main(["init", "files"])
    publish_small(tmp_path / "matinee-data", run_id="first")
    with closing(State(tmp_path / "matinee-data" / "matinee.db")):
        pass  # it has been answering for a while

    with room_for(4_000), pytest.raises(SystemExit) as stopped:
        main(["retrain"])

    assert stopped.value.code == 2
    assert "is there room" in capsys.readouterr().err
    assert served(tmp_path / "matinee-data") == "first"
