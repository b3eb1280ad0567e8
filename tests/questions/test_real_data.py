"""Questions to real businesses' files: numbers as DuckDB finds them, what is missing called by its name."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from benchmarks.question_suite import chat, judge, oracle, publish, suite
from bot.commands import answer
from bot.console import plain
from bot.queries import Queries
from bot.replies import Asker

pytestmark = pytest.mark.real_data
RATINGS = 600
OWNER = Asker(user_id=1, chat_id=1, role="owner")
# Customers whose ids end so: a fiftieth of the set, with all its dirt, is learned from in a few seconds.
ENDING = "[27]7$"


@pytest.fixture(scope="module")
def netflix(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The files of a fiftieth of the customers of netflix-2025, and what was published of them."""
    files = tmp_path_factory.mktemp("netflix")
    with duckdb.connect() as connection:
        for source in sorted((real_data / "netflix-2025").glob("*.csv")):
            some = "" if source.name == "movies.csv" else f"WHERE regexp_matches(user_id, '{ENDING}')"
            rows = f"SELECT * FROM read_csv('{source}', all_varchar = true) {some}"
            connection.execute(f"COPY ({rows}) TO '{files / source.name}' (HEADER)")
    now = datetime(2026, 6, 1, tzinfo=UTC)
    return files, publish(files, tmp_path_factory.mktemp("output"), simulated=False, now=now)


def test_the_suite_of_netflix_is_answered_rightly_or_refused(
    netflix: tuple[Path, Path], tmp_path: Path
) -> None:
    files, results = netflix
    with chat(results, tmp_path) as queries, oracle(files, "netflix") as numbers:
        judged = judge(suite("netflix"), queries, numbers)

    assert [(each.asked.line, each.said) for each in judged if each.verdict == "wrong"] == []
    assert sum(each.verdict == "right" for each in judged) >= 0.95 * len(judged)


@pytest.fixture(scope="module")
def discs(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Queries]:
    """A log of purchases: no watches, no ratings, no customers' attributes."""
    folder = tmp_path_factory.mktemp("cdnow")
    lines = (real_data / "cdnow" / "CDNOW_master.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "CDNOW_master.txt").write_text("".join(lines[:1500]), encoding="utf-8")
    now = datetime(1998, 7, 2, tzinfo=UTC)
    results = publish(folder, tmp_path_factory.mktemp("discs"), simulated=False, now=now)
    with chat(results, tmp_path_factory.mktemp("chat")) as queries:
        yield queries


def said(line: str, queries: Queries) -> str:
    reply = answer(line, OWNER, queries)
    assert reply is not None
    return plain(reply.text, bold=False)


def test_purchases_are_counted_and_what_a_shop_does_not_have_is_named(
    discs: Queries, real_data: Path
) -> None:
    rows = [
        line.split()
        for line in (real_data / "cdnow" / "CDNOW_master.txt").read_text(encoding="utf-8").splitlines()[:1500]
        if line.strip()
    ][1:]
    distinct = {tuple(row) for row in rows}
    paid = [float(row[3]) for row in distinct if row[1].startswith("199703")]

    assert said("revenue in March 1997", discs).splitlines()[0] == f"€{sum(paid):,.2f}"
    assert said("how many customers", discs).startswith(f"{len({row[0] for row in distinct}):,} customers")
    for line, missing in {
        "customers by plan": "Your data has no plans.",
        "customers by country": "Your data has no countries.",
        "customers in Canada": "Your data has no countries.",
        "customers over 60": "Your data has no age.",
        "watches last month": "Your data has no watches.",
        "customers who did not watch anything last month": "Your data has no watches.",
        "average rating": "Your data has no ratings.",
        "monthly fees": "Your data has no monthly fee.",
        "new customers last month": "Your data does not say when customers signed up.",
    }.items():
        assert said(line, discs).startswith(missing), line


@pytest.fixture(scope="module")
def tweets(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Queries]:
    """Ratings and titles only."""
    folder = tmp_path_factory.mktemp("movietweetings")
    lines = (
        (real_data / "movietweetings" / "ratings.dat").read_text(encoding="utf-8").splitlines(keepends=True)
    )
    (folder / "ratings.dat").write_text("".join(lines[:RATINGS]), encoding="utf-8")
    rated = {line.split("::")[1] for line in lines[:RATINGS]}
    movies = (
        (real_data / "movietweetings" / "movies.dat").read_text(encoding="utf-8").splitlines(keepends=True)
    )
    kept = [line for line in movies if line.split("::")[0] in rated]
    (folder / "movies.dat").write_text("".join(kept), encoding="utf-8")
    now = datetime(2013, 9, 3, tzinfo=UTC)
    results = publish(folder, tmp_path_factory.mktemp("tweets"), simulated=False, now=now)
    with chat(results, tmp_path_factory.mktemp("chat")) as queries:
        yield queries


def test_ratings_are_counted_and_money_is_named_as_missing(tweets: Queries, real_data: Path) -> None:
    lines = (real_data / "movietweetings" / "ratings.dat").read_text(encoding="utf-8").splitlines()[:RATINGS]
    rows = [line.split("::") for line in lines]
    june = [
        float(row[2])
        for row in rows
        if datetime.fromtimestamp(int(row[3]), UTC).strftime("%Y-%m") == "2013-06"
    ]

    assert said("ratings in June 2013", tweets).startswith(f"{len(june):,} ratings")
    assert said("average rating in June 2013", tweets).startswith(f"{sum(june) / len(june):.2f}")
    assert said("revenue last month", tweets).startswith("Your data has no orders")
    assert said("customers who never ordered", tweets).startswith("Your data has no orders")
    assert said("customers by plan", tweets).startswith("Your data has no plans.")
    assert said("watches in June 2013", tweets).startswith("Your data has no watches.")
