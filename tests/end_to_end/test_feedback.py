"""What somebody says in the chat counts at once, is a source of the next retrain, and survives it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.access import TERMINAL
from bot.charts import ChartWorker
from bot.commands.taste import listed_for
from bot.console import run as talk
from bot.queries import Queries
from pipeline.config import ChurnConfig, ComputeConfig, PipelineConfig
from pipeline.dataset import Dataset
from pipeline.retrain import retrain
from pipeline.simulate import SimulationConfig, simulate
from pipeline.sources.layouts import recognise
from pipeline.tables import ORDER, RATING, WATCH
from store.records import Customer
from store.results import Results
from store.state import State

NIGHT = datetime(2026, 7, 1, 3, tzinfo=UTC)
DAY = NIGHT + timedelta(hours=9)
SERVICE = SimulationConfig(customers=120, titles=60, months=5, seed=11, last_day=date(2026, 6, 30))


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> PipelineConfig:
    folder = tmp_path_factory.mktemp("feedback")
    simulate(folder / "service", SERVICE)
    settings = PipelineConfig(
        data=folder / "service",
        output=folder / "out",
        sources=recognise(folder / "service").sources,
        compute=ComputeConfig(processes=1),
        churn=ChurnConfig(horizon_days=30, most_anchors=2),
    )
    retrain(settings, now=NIGHT)
    return settings


@pytest.fixture
def queries(config: PipelineConfig) -> Iterator[Queries]:
    with (
        closing(Results(config.output / "results.db")) as results,
        closing(State(config.output / "matinee.db")) as state,
    ):
        yield Queries(results, state, lambda: DAY)


def typed(lines: list[str], queries: Queries, folder: Path) -> str:
    """What the terminal shows when somebody types these lines."""
    left, shown = iter(lines), list[str]()

    def read(prompt: str) -> str:
        return next(left, "/quit")

    with ChartWorker() as charts:
        talk(queries, lambda: TERMINAL, charts, read, shown.append, folder)
    return "\n".join(shown)


def watched(config: PipelineConfig) -> dict[str, set[str]]:
    """Titles each customer had to do with, counted from the data set's events."""
    dataset = Dataset.open(config.output / "dataset")
    ids = list(dataset.titles()["title_id"])
    found: dict[str, set[str]] = {}
    for number in dataset.numbers:
        part = dataset.partition(number)
        teaches = (part.title >= 0) & np.isin(part.kind, (WATCH, RATING, ORDER))
        for code, title in zip(part.customer[teaches], part.title[teaches], strict=True):
            found.setdefault(part.customer_ids[code], set()).add(ids[title])
    return found


def test_what_everybody_knows_is_published_and_nobody_is_shown_it(
    config: PipelineConfig, queries: Queries
) -> None:
    known = watched(config)

    assert len(known) > 100
    for customer_id, titles in known.items():
        assert queries.results.history(customer_id).title_ids == titles
        listed = {each.title.title_id for each in listed_for(Customer(customer_id=customer_id), queries)}
        assert not listed & titles


def test_verdicts_count_at_once_and_after_the_next_retrain(
    config: PipelineConfig, queries: Queries, tmp_path: Path
) -> None:
    ann = max(watched(config).items(), key=lambda entry: (len(entry[1]), entry[0]))[0]
    before = listed_for(Customer(customer_id=ann), queries)
    liked, disliked, seen, refused = (each.title for each in before[:4])
    lines = [
        f"/like #{liked.title_id} {ann}",
        f"/dislike #{disliked.title_id} {ann}",
        f"/seen #{seen.title_id} {ann}",
        f"/notinterested #{refused.title_id} {ann}",
    ]

    shown = typed(lines, queries, tmp_path)

    settled = {each.title_id for each in (liked, disliked, seen, refused)}
    assert f"Noted: likes {liked.title}" in shown
    assert not settled & {each.title.title_id for each in listed_for(Customer(customer_id=ann), queries)}

    run = retrain(config, now=DAY + timedelta(hours=15), feedback=queries.state.all_feedback())

    assert queries.results.run().run_id == run.run_id
    assert settled <= queries.results.history(ann).title_ids
    assert not settled & {each.title.title_id for each in queries.results.recommendations(ann)}
    after = listed_for(Customer(customer_id=ann), queries)
    assert not settled & {each.title.title_id for each in after}
    reasons = {each.because for each in after}
    assert not {disliked.title, refused.title} & reasons
    assert len(queries.state.feedback(ann)) == 4
