"""What must hold before a run is served."""

import sqlite3

from store.errors import BrokenResultsError

# Each question finds what must not be; the first row names an example.
_LAWS: tuple[tuple[str, str], ...] = (
    ("there is exactly one run", "SELECT count(*) FROM run HAVING count(*) <> 1"),
    (
        "the run counts its customers",
        (
            "SELECT run.customers, found FROM run, (SELECT count(*) AS found FROM customers)"
            " WHERE run.customers <> found"
        ),
    ),
    (
        "the run counts its titles",
        (
            "SELECT run.titles, found FROM run, (SELECT count(*) AS found FROM titles)"
            " WHERE run.titles <> found"
        ),
    ),
    (
        "a list of recommendations has as many scores and reasons as titles",
        (
            "SELECT customer_id FROM recommendations"
            " WHERE length(titles) % 4 OR length(scores) <> length(titles)"
            " OR length(because) <> length(titles) LIMIT 1"
        ),
    ),
    (
        "a title has as many weights as neighbours",
        (
            "SELECT code FROM title_neighbours"
            " WHERE length(titles) % 4 OR length(weights) <> length(titles) LIMIT 1"
        ),
    ),
    (
        "a customer has as many past scores as days of them",
        (
            "SELECT customer_id FROM customers WHERE score_days IS NOT NULL"
            " AND 2 * length(score_days) <> ifnull(length(score_values), 0) LIMIT 1"
        ),
    ),
)


def check(connection: sqlite3.Connection) -> None:
    """Check integrity, foreign keys, counts and lengths; ranges are checked as rows are written.

    Raises:
        BrokenResultsError: with the first thing that does not hold.
    """
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise BrokenResultsError(f"the new results are damaged: {verdict}")
    stray = connection.execute("PRAGMA foreign_key_check").fetchone()
    if stray is not None:
        raise BrokenResultsError(
            f"a row of {stray[0]} (row {stray[1]}) points at a row of {stray[2]} that is not there"
        )
    for law, question in _LAWS:
        broken = connection.execute(question).fetchone()
        if broken is not None:
            found = ", ".join(str(value) for value in broken)
            raise BrokenResultsError(f"it does not hold that {law}; found: {found}")
