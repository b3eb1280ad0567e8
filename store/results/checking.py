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
        "a customer’s status, band, probability and flags are in their ranges",
        (
            "SELECT customer_id FROM customers WHERE NOT (status IN ('active', 'lapsed', 'new')"
            " AND ifnull(band, 'low') IN ('low', 'medium', 'high')"
            " AND ifnull(churn_probability, 0) BETWEEN 0 AND 1"
            " AND ifnull(probability_after_visit, 0) BETWEEN 0 AND 1"
            " AND established IN (0, 1) AND mixed_signals IN (0, 1)) LIMIT 1"
        ),
    ),
    (
        "a list of recommendations has as many scores and reasons as titles",
        (
            "SELECT (SELECT customer_id FROM customers WHERE customers.number = recommendations.number)"
            " FROM recommendations, (SELECT iif(codes = 'h', 2, 4) AS code,"
            " iif(scores = 'B', 1, 4) AS score FROM list_format)"
            " WHERE length(titles) % code OR length(because) <> length(titles)"
            " OR length(scores) * code <> length(titles) * score LIMIT 1"
        ),
    ),
    (
        "a customer’s history holds whole codes",
        (
            "SELECT (SELECT customer_id FROM customers WHERE customers.number = histories.number)"
            " FROM histories, (SELECT iif(codes = 'h', 2, 4) AS code FROM list_format)"
            " WHERE length(titles) % code LIMIT 1"
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
            "SELECT customer_id FROM customers LEFT JOIN score_days"
            " ON score_days.number = customers.score_days"
            " WHERE length(days) IS NOT length(score_values) LIMIT 1"
        ),
    ),
    (
        "every customer has a place in each grouping",
        (
            "SELECT name FROM groupings, run WHERE codes IS NOT NULL"
            " AND length(codes) NOT IN (customers, 2 * customers) LIMIT 1"
        ),
    ),
    (
        "an array of facts has a number for each entry",
        (
            "SELECT stream, grain, day FROM facts WHERE (length(counts) - 2) % entries"
            " OR (length(amounts) - 2) % entries OR (length(marked) - 2) % entries"
            " OR (length(unknown) - 2) % entries LIMIT 1"
        ),
    ),
)


def check(connection: sqlite3.Connection) -> None:
    """Check integrity, foreign keys, counts, ranges and lengths.

    ``quick_check`` reads every page and row; what it leaves out, whether indexes match their tables, cannot
    break between two statements, and costs as much again.

    Raises:
        BrokenResultsError: with the first thing that does not hold.
    """
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
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
