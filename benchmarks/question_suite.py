"""The suite of questions: asked through the chat, judged against DuckDB over the source files."""

import re
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import duckdb

from bot.commands import answer
from bot.console import plain
from bot.queries import Queries
from bot.replies import Asker, Reply
from pipeline.config import ChurnConfig, ComputeConfig, PipelineConfig
from pipeline.retrain import retrain
from pipeline.simulate import SimulationConfig, simulate
from pipeline.sources.layouts import recognise
from store.results import Results
from store.state import State

SUITE = Path(__file__).resolve().parents[1] / "tests" / "questions"
LAST_DAY = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
OWNER = Asker(user_id=1, chat_id=1, role="owner")
Verdict = Literal["right", "refused", "wrong"]

_SIMULATED = """
CREATE TABLE customers AS SELECT *, signed_up_at::DATE AS joined FROM read_csv('{0}/customers.csv');
CREATE TABLE titles AS SELECT title_id, title, kind, string_split(genres, '|') AS genres
    FROM read_csv('{0}/titles.csv');
CREATE TABLE watches AS SELECT *, "at"::DATE AS day FROM read_csv('{0}/watches.csv');
CREATE TABLE ratings AS SELECT *, "at"::DATE AS day FROM read_csv('{0}/ratings.csv');
CREATE TABLE sales AS SELECT *, "at"::DATE AS day FROM read_csv('{0}/orders.csv');
CREATE TABLE orders AS SELECT * FROM sales WHERE amount >= 0;
CREATE TABLE activity AS SELECT customer_id, "at", day FROM watches
    UNION ALL SELECT customer_id, "at", day FROM ratings UNION ALL SELECT customer_id, "at", day FROM orders;
CREATE TABLE seen AS SELECT customer_id, max("at") AS last_at FROM activity GROUP BY 1;
CREATE TABLE lapsed AS SELECT customers.* FROM customers JOIN seen USING (customer_id)
    WHERE last_at < TIMESTAMP '2026-07-01' - INTERVAL 30 DAY;
CREATE TABLE genre_watches AS SELECT watches.*, unnest(genres) AS genre
    FROM watches JOIN titles USING (title_id);
CREATE TABLE genre_ratings AS SELECT ratings.*, unnest(genres) AS genre
    FROM ratings JOIN titles USING (title_id);
"""
_NETFLIX = """
CREATE TABLE customers AS SELECT user_id AS customer_id, any_value(gender) AS gender,
    any_value(country) AS country,
    any_value(subscription_plan) AS plan FROM read_csv('{0}/users.csv') GROUP BY 1;
CREATE TABLE watches AS SELECT DISTINCT * RENAME (user_id AS customer_id, watch_date AS day)
    FROM read_csv('{0}/watch_history.csv');
CREATE TABLE ratings AS SELECT DISTINCT * RENAME (user_id AS customer_id, review_date AS day)
    FROM read_csv('{0}/reviews.csv');
CREATE TABLE searches AS SELECT DISTINCT * RENAME (user_id AS customer_id, search_date AS day)
    FROM read_csv('{0}/search_logs.csv');
CREATE TABLE activity AS SELECT customer_id, day FROM watches UNION ALL SELECT customer_id, day FROM ratings
    UNION ALL SELECT customer_id, day FROM searches;
"""


SERVICE = SimulationConfig(customers=300, titles=60, months=9, dirt=False, seed=3, last_day=LAST_DAY)


def publish(
    files: Path, output: Path, *, simulated: bool = True, now: datetime = NOW, watermark: str | None = None
) -> Path:
    """Publish a service into ``output``, simulating its files first; returns the results' path."""
    if simulated:
        simulate(files, SERVICE)
    config = PipelineConfig(
        data=files,
        output=output,
        sources=recognise(files).sources,
        currency="€",
        watermark=watermark,
        compute=ComputeConfig(processes=1),
        churn=ChurnConfig(horizon_days=30, most_anchors=3),
    )
    retrain(config, now=now)
    return output / "results.db"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question of the suite.

    Attributes:
        line: What is typed.
        after: What is typed before it in the same chat.
        reading: The expected reading; None where it is not to be answered.
        sql: The number, or labels and numbers, computed from the source files.
        refused: It is out of scope, or cannot be understood.
        offers: It is ambiguous, and so many readings are offered.
        says: What must stand in the answer.
    """

    line: str
    after: tuple[str, ...] = ()
    reading: str | None = None
    sql: str | None = None
    refused: bool = False
    offers: int = 0
    says: str | None = None


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What came of a question, and how long it took."""

    asked: Asked
    verdict: Verdict
    said: str
    milliseconds: float


def suite(service: str = "simulated") -> list[Asked]:
    """All questions about one service, each paraphrase by itself."""
    found = []
    for path in sorted(SUITE.glob("*.toml")):
        for group in tomllib.loads(path.read_text("utf-8"))["question"]:
            if group.pop("service", "simulated") == service:
                lines = group.pop("asks")
                after = tuple(group.pop("after", ()))
                found += [Asked(line=line, after=after, **group) for line in lines]
    return found


@contextmanager
def oracle(files: Path, service: str = "simulated") -> Iterator[duckdb.DuckDBPyConnection]:
    """The source files as views."""
    with closing(duckdb.connect()) as connection:
        connection.execute((_SIMULATED if service == "simulated" else _NETFLIX).format(files))
        yield connection


@contextmanager
def chat(results: Path, folder: Path) -> Iterator[Queries]:
    """The chat over published results."""
    with closing(State(folder / "matinee.db")) as state, closing(Results(results)) as published:
        yield Queries(published, state, lambda: NOW)


def judge(asked: Iterable[Asked], queries: Queries, numbers: duckdb.DuckDBPyConnection) -> list[Judged]:
    """Ask every question in a chat of its own."""
    return [_judged(each, queries, numbers, chat_id) for chat_id, each in enumerate(asked, 1)]


def _judged(asked: Asked, queries: Queries, numbers: duckdb.DuckDBPyConnection, chat_id: int) -> Judged:
    asker = Asker(user_id=1, chat_id=chat_id, role="owner")
    for line in asked.after:
        answer(line, asker, queries)
    start = time.perf_counter()
    reply = answer(asked.line, asker, queries)
    milliseconds = (time.perf_counter() - start) * 1000
    assert reply is not None
    said = plain(reply.text, bold=False)
    verdict = _verdict(asked, reply, said, numbers)
    return Judged(asked=asked, verdict=verdict, said=said, milliseconds=milliseconds)


def _verdict(asked: Asked, reply: Reply, said: str, numbers: duckdb.DuckDBPyConnection) -> Verdict:
    refused = is_refusal(said)
    if asked.refused or asked.offers:
        offered = not asked.offers or len([row for row in reply.buttons if row]) == asked.offers
        return "right" if refused and offered else "wrong"
    if refused:
        return "refused"
    return "right" if _is_right(asked, said, numbers) else "wrong"


def _is_right(asked: Asked, said: str, numbers: duckdb.DuckDBPyConnection) -> bool:
    lines = said.splitlines()
    if asked.says is not None and asked.says not in said:
        return False
    if asked.reading is not None and (len(lines) < 2 or lines[1] != asked.reading):
        return False
    return asked.sql is None or _agrees(said, numbers.execute(asked.sql).fetchall())


def is_refusal(said: str) -> bool:
    """Whether an answer says that there is none."""
    return "/metrics lists" in said


def numbers_in(text: str) -> list[float]:
    """All numbers in a text."""
    return [float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def _agrees(said: str, rows: Sequence[tuple[object, ...]]) -> bool:
    """The one number stands in the first line; of a table, each label with its number in a line."""
    lines = said.splitlines()
    if len(rows) == 1 and len(rows[0]) == 1:
        return any(_close(number, rows[0][0]) for number in numbers_in(lines[0])[:1])
    return all(
        any(line.startswith(str(label)[:17]) and _close(numbers_in(line[len(str(label)[:17]) :])[0], value)
            for line in lines if len(numbers_in(line[len(str(label)[:17]) :])) > 0)
        for label, value in rows
    )  # fmt: skip


def _close(number: float, expected: object) -> bool:
    """Equal to the last digit shown."""
    assert isinstance(expected, int | float) or expected is not None
    return abs(number - float(expected)) <= max(0.051, abs(float(expected)) * 1e-6)  # type: ignore[arg-type]
