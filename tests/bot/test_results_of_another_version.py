"""A results file of another format: called so, with what to do, instead of “nothing has been learned”."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.queries import Queries
from jobs.__main__ import main
from store.errors import ResultsOfAnotherVersion
from store.results import Results
from store.results.schema import VERSION
from tests.bot.asking import OWNER, SUPPORT, VIEWER, ask, asking, lines_of, shown
from tests.store.publishing import publish_small

GOLDEN = Path(__file__).parents[1] / "golden" / "chat"


def as_of_format(path: Path, version: int) -> Path:
    """Say in the file itself that its format is another."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    return path


@pytest.fixture
def outdated(tmp_path: Path) -> Iterator[Queries]:
    with asking(as_of_format(publish_small(tmp_path), VERSION - 1), tmp_path) as queries:
        yield queries


def test_staff_are_told_whose_results_they_are_and_what_to_do(outdated: Queries) -> None:
    for name, line, asker in (
        ("another_version_user", "/user 42", OWNER),
        ("another_version_support", "/user 42", SUPPORT),
        ("another_version_status", "/status", OWNER),
    ):
        assert shown(ask(line, asker, outdated)) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_a_customer_is_told_to_come_back(outdated: Queries) -> None:
    assert ask("/recommend", VIEWER, outdated).text == "I am still getting ready. Please try again tomorrow."


def test_only_who_may_retrain_is_offered_it(outdated: Queries) -> None:
    assert lines_of(ask("/atrisk", OWNER, outdated)) == ["/retrain"]
    assert lines_of(ask("/atrisk", SUPPORT, outdated)) == []


@pytest.mark.parametrize(("version", "made_by"), [(VERSION - 1, "an earlier"), (VERSION + 1, "a later")])
def test_the_file_is_refused_by_its_format_and_replaced_by_the_next_run(
    version: int, made_by: str, tmp_path: Path
) -> None:
    path = as_of_format(publish_small(tmp_path), version)
    with closing(Results(path)) as results:
        with pytest.raises(
            ResultsOfAnotherVersion, match=rf"was made by {made_by} version of Matinee \(format {version};"
        ):
            results.run()

        publish_small(tmp_path, run_id="new")

        assert results.run().run_id == "new"
        assert results.previous() is None


def test_the_chat_at_the_terminal_says_so_before_its_first_prompt(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    as_of_format(publish_small(tmp_path / "matinee-data"), VERSION - 1)
    path = tmp_path / "matinee.toml"
    path.write_text('[[sources]]\ntable = "events"\nfiles = ["*.csv"]\n', encoding="utf-8")

    with pytest.raises(SystemExit):
        main(["chat", "--config", str(path)])

    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith("matinee chat: ")
    assert "was made by an earlier version of Matinee" in said.err
    assert "run “matinee retrain” once" in said.err
