"""The folder of published runs: the served file and those kept beside it."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from store.errors import NoResults, ResultsOfAnotherVersion, UnknownRunError
from store.records import Run
from store.results.rows import run_of
from store.results.schema import APPLICATION_ID, FILE_NAME, VERSION

KEPT_RUNS = 5
_REMEDY = "run “matinee retrain” first"


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open a published file; ``immutable`` saves every lock, since nobody ever writes into it.

    Raises:
        ResultsOfAnotherVersion: another version of Matinee made it.
        NoResults: it does not exist, or is no results file.
    """
    # A path can hold “?” and “#”; as_uri() escapes them.
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    except sqlite3.OperationalError as error:
        raise NoResults(f"{path}: nothing has been published yet; {_REMEDY}") from error
    try:
        _refuse_others(connection, path)
    except NoResults:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return connection


def _refuse_others(connection: sqlite3.Connection, path: Path) -> None:
    try:
        found = [
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        ]
    except sqlite3.DatabaseError as error:
        raise NoResults(f"{path} cannot be read ({error}); {_REMEDY}") from error
    application, version = found
    if application != APPLICATION_ID:
        raise NoResults(f"{path} holds no results of Matinee; {_REMEDY}")
    if version != VERSION:
        made_by = "an earlier" if version < VERSION else "a later"
        raise ResultsOfAnotherVersion(
            f"{path} was made by {made_by} version of Matinee (format {version}; this one reads {VERSION}); "
            "run “matinee retrain” once, which learns from your files as if for the first time"
        )


def run_in(path: Path) -> Run:
    """The run that a published file holds.

    Raises:
        NoResults: there is no such file.
    """
    with closing(open_read_only(path)) as connection:
        return run_of(connection.execute("SELECT * FROM run").fetchone())


def kept_path(folder: Path, run_id: str) -> Path:
    """Where a run that is no longer served is kept."""
    return folder / f"results-{run_id}.db"


def runs(folder: Path) -> tuple[Run, ...]:
    """The runs that are served or kept, newest first; files that cannot be read are left out."""
    found = {}
    for path in (*folder.glob("results-*.db"), folder / FILE_NAME):
        with suppress(NoResults):
            run = run_in(path)
            found[run.run_id] = run
    return tuple(sorted(found.values(), key=lambda run: run.run_id, reverse=True))


def put_in_place(new: Path, folder: Path) -> None:
    """Let ``new`` be served from now on: keep the file before it, swap, forget the oldest.

    A crash between any two steps leaves either the old run or the new one served.
    """
    served = folder / FILE_NAME
    if served.exists():
        with suppress(NoResults):  # what nobody can read need not be kept
            keep(served, folder)
    new.replace(served)
    sync_folder(folder)
    for path in sorted(folder.glob("results-*.db"), reverse=True)[KEPT_RUNS:]:
        path.unlink()


def keep(served: Path, folder: Path) -> None:
    """Give the served file its second, lasting name."""
    kept = kept_path(folder, run_in(served).run_id)
    if not kept.exists():
        link_or_copy(served, kept)


def link_or_copy(source: Path, target: Path) -> None:
    """Let ``target`` be the same file, or its copy where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rollback(folder: Path, run_id: str | None = None) -> Run:
    """Serve an earlier run again; the one served now stays kept.

    Args:
        folder: Where runs are published.
        run_id: Which; None is the newest before the one served.

    Raises:
        UnknownRunError: it is not kept.
    """
    served = run_in(folder / FILE_NAME)
    others = [run for run in runs(folder) if run.run_id != served.run_id]
    older = [run for run in others if run.run_id < served.run_id]
    wanted = older[:1] if run_id is None else [run for run in others if run.run_id == run_id]
    if not wanted:
        kept = ", ".join(run.run_id for run in others) or "none"
        raise UnknownRunError(
            f"cannot go back to {run_id or 'an earlier run'}: served is {served.run_id}, kept are {kept}"
        )
    swap = folder / f"{FILE_NAME}.new"
    swap.unlink(missing_ok=True)
    link_or_copy(kept_path(folder, wanted[0].run_id), swap)
    keep(folder / FILE_NAME, folder)
    swap.replace(folder / FILE_NAME)
    sync_folder(folder)
    return wanted[0]
