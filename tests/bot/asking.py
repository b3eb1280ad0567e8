"""Ask the small business of ``tests.store.publishing`` something, without Telegram."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.commands import answer
from bot.phrases.measuring import Measuring
from bot.phrases.synonyms import vocabulary_served
from bot.queries import Queries
from bot.replies import Asker, Chart, Reply
from store.results import Results
from store.state import State

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OWNER = Asker(user_id=1, chat_id=1, role="owner", name="Olga")
SUPPORT = Asker(user_id=3, chat_id=3, role="support", name="Sam")
VIEWER = Asker(user_id=5, chat_id=5, role="viewer", customer_id="user_00042", name="Chen")
NEWCOMER = Asker(user_id=6, chat_id=6, role="viewer", customer_id="user_00999", name="Grace")
STRANGER = Asker(user_id=9, chat_id=9, role="stranger")


@contextmanager
def asking(results: Path, folder: Path) -> Iterator[Queries]:
    """The queries over a published file and a fresh state in ``folder``."""
    with closing(State(folder / "matinee.db")) as state, closing(Results(results)) as published:
        yield Queries(published, state, lambda: MORNING)


def ask(line: str, asker: Asker, queries: Queries) -> Reply:
    """The reply to a line; there must be one."""
    reply = answer(line, asker, queries)
    assert reply is not None
    return reply


def lines_of(reply: Reply) -> list[str]:
    """What the buttons of a reply ask."""
    return [button.line for row in reply.buttons for button in row]


def shown(reply: Reply) -> str:
    """A reply as a person could read it in a file: text, buttons, what is drawn."""
    parts = [reply.text]
    if reply.buttons:
        rows = ("  ".join(f"[{each.caption} → {each.line}]" for each in row) for row in reply.buttons)
        parts.append("\n".join(rows))
    for each in reply.charts:
        if isinstance(each, Chart):
            values = [tuple(round(value, 3) for value in series.values) for series in each.series]
            parts.append(f"(chart: {each.title} | {each.labels} | {values} | {each.unit} | {each.note})")
        else:
            parts.append(f"(picture: {each.name} | {each.caption})")
    if reply.document:
        parts.append(f"(file: {reply.document.filename} | {reply.document.caption})")
    return "\n\n".join(parts) + "\n"


def rows(two_runs: Path, question: str, *, before: bool = False) -> list[Any]:
    """What a plain query says of a published file."""
    path = next(two_runs.parent.glob("results-*.db")) if before else two_runs
    with closing(sqlite3.connect(path)) as connection:
        found: list[Any] = connection.execute(question).fetchall()
        return found


def drawn(reply: Reply) -> Chart:
    """The one chart of a reply."""
    (chart,) = reply.charts
    assert isinstance(chart, Chart)
    assert chart.note.startswith("Data up to 30 Jun 2026")
    return chart


def measuring(queries: Queries) -> Measuring:
    """What questions of why and who are answered from."""
    vocabulary = vocabulary_served(queries)
    assert vocabulary is not None
    return Measuring(queries.results, vocabulary, queries.results.run())
