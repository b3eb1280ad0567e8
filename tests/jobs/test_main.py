"""The command line, as a person types it."""

import gzip
import re
from contextlib import closing
from pathlib import Path

import pytest

from jobs.__main__ import COMMANDS, main
from store.results import Results
from tests.store.publishing import publish_small

ROWS = (
    "customer,when,film,stars\n"
    "ann,2026-01-05 20:00,heat,5\n"
    "bob,2026-01-06 21:00,alien,2\n"
    ",2026-01-07,heat,1\n"
)


def served_run(folder: Path) -> str:
    with closing(Results(folder / "results.db")) as results:
        return results.run().run_id


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


@pytest.fixture
def business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one file, and ourselves in another folder."""
    files = tmp_path / "files"
    files.mkdir()
    (files / "ratings.csv.gz").write_bytes(gzip.compress(ROWS.encode()))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return files


def test_init_writes_a_configuration_that_check_can_read(
    business: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", str(business)])
    assert "Wrote matinee.toml" in said(capsys)
    assert 'data = "../files"' in Path("matinee.toml").read_text(encoding="utf-8")

    main(["check"])

    report = said(capsys)
    assert "ratings.csv.gz" in report
    assert re.search(r"06 Jan 2026|2026-01-06", report)


def test_init_does_not_replace_what_somebody_corrected(
    business: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("matinee.toml").write_text("# mine", encoding="utf-8")

    with pytest.raises(SystemExit) as stopped:
        main(["init", str(business)])

    assert stopped.value.code == 2
    assert "Add --force" in capsys.readouterr().err
    assert Path("matinee.toml").read_text(encoding="utf-8") == "# mine"


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"demo", "init"}))
def test_without_a_configuration_every_command_says_how_to_get_one(
    business: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    further = {"run": ["digest"], "backup": ["copies"], "link": ["42"], "forget": ["42"]}.get(command, [])

    with pytest.raises(SystemExit) as stopped:
        main([command, *further])

    assert stopped.value.code == 2
    assert "matinee init FOLDER" in capsys.readouterr().err


def test_serve_without_a_token_says_how_to_get_one(
    business: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MATINEE_TELEGRAM_TOKEN", raising=False)
    main(["init", str(business)])

    with pytest.raises(SystemExit) as stopped:
        main(["serve"])

    assert stopped.value.code == 2
    assert "@BotFather" in said(capsys)


def test_rollback_serves_the_run_before(business: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", str(business)])
    folder = Path("matinee-data")
    publish_small(folder, run_id="20260630T030000Z-one")
    publish_small(folder, run_id="20260701T030000Z-two")

    main(["rollback"])

    assert "Serving run 20260630T030000Z-one again" in said(capsys)
    assert served_run(folder) == "20260630T030000Z-one"


def test_backup_copies_both_databases(business: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", str(business)])
    publish_small(Path("matinee-data"))

    main(["backup", "copies"])

    assert sorted(path.name for path in Path("copies").iterdir()) == ["matinee.db", "results.db"]
    assert "copies" in said(capsys)


@pytest.mark.parametrize("command", ["retrain", "chat"])
def test_a_place_that_cannot_be_written_is_named(
    business: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    main(["init", str(business)])
    Path("matinee-data").write_text("a file where the folder should be")

    with pytest.raises(SystemExit) as stopped:
        main([command])

    assert stopped.value.code == 2
    assert f"matinee {command}: matinee-data: " in capsys.readouterr().err


def test_a_broken_state_file_is_a_message(business: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", str(business)])
    publish_small(Path("matinee-data"))
    Path("matinee-data/matinee.db").write_bytes(b"no database at all" * 100)

    with pytest.raises(SystemExit) as stopped:
        main(["chat"])

    assert stopped.value.code == 2
    assert "matinee.db cannot be used" in capsys.readouterr().err


def test_a_state_file_that_cannot_be_opened_is_a_message(
    business: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", str(business)])
    publish_small(Path("matinee-data"))
    Path("matinee-data/matinee.db").mkdir()

    with pytest.raises(SystemExit):
        main(["chat"])

    assert "unable to open database file" in capsys.readouterr().err
