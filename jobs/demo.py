"""Matinee in a minute: a simulated streaming service, learned from, and asked about."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.access import TERMINAL
from bot.charts import ChartWorker
from bot.commands import answer
from bot.console import choices, plain, save
from bot.queries import Queries
from jobs.chat import PICTURES, chat_here
from jobs.retraining import retrain_here
from jobs.settings import FILE_NAME, Settings, load_settings
from pipeline.errors import ConfigError
from store.results import Results
from store.state import State

# Tells a folder of ours, which may be made anew, from one that somebody keeps things in.
MARK = ".matinee-demo"
BILLED_MONTHLY = """\
[churn]
horizon_days = 30   # this service bills by the month
"""

Say = Callable[[str], None]


def show(folder: Path, environment: Mapping[str, str], *, say: Say) -> None:
    """Simulate, learn, show the digest and a conversation; stay in the chat at a terminal.

    Raises:
        ConfigError: the folder holds something that is not an earlier demo.
    """
    start = time.perf_counter()
    settings = prepared(folder, environment, say=say)
    say("Learning from it, as every night:")
    run = retrain_here(settings, say=say)
    say(f"Ready after {time.perf_counter() - start:.0f} s. {run.churn_message}.\n")
    converse(settings, say=say)
    if environment.get("MATINEE_TELEGRAM_TOKEN"):
        say(f"A Telegram token is set: matinee serve --config {settings.path} answers the same there.")
    if sys.stdin.isatty():
        chat_here(settings)
    else:
        say(f"Ask more: matinee chat --config {settings.path}")


def prepared(folder: Path, environment: Mapping[str, str], *, say: Say) -> Settings:
    """Write the simulated service's files and a configuration that ``matinee init`` found for them."""
    from pipeline.simulate import SimulationConfig, simulate  # noqa: PLC0415  # answering must not load this
    from pipeline.sources.layouts import recognise  # noqa: PLC0415
    from pipeline.sources.writing import config_text  # noqa: PLC0415

    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise ConfigError(
                f"{folder} is not empty and no earlier demo; it is left as it is. Name another: "
                f"matinee demo --folder NAME."
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    # Up to yesterday, as the files of a living business are.
    service = SimulationConfig(last_day=datetime.now(UTC).date() - timedelta(days=1))
    say(
        f"Simulating a streaming service: {service.customers:,} customers, {service.titles:,} titles, "
        f"{service.months} months, into {folder / 'service'}"
    )
    simulate(folder / "service", service)
    path = folder / FILE_NAME
    recognition = recognise(folder / "service")
    text = config_text(recognition, data="service", currency="€")
    path.write_text(f"{text}\n{BILLED_MONTHLY}", encoding="utf-8")
    return load_settings(path, environment)


def converse(settings: Settings, *, say: Say) -> None:
    """Print the morning digest and a conversation about the customer who matters most today."""
    with ExitStack() as stack:
        results = stack.enter_context(closing(Results(settings.results_path)))
        state = stack.enter_context(closing(State(settings.state_path)))
        charts = stack.enter_context(ChartWorker())
        queries = Queries(results, state)
        for line in _questions(results):
            say(f"you › {line}\n")
            reply = answer(line, TERMINAL, queries)
            if reply is None:
                continue
            say(plain(reply.text, bold=sys.stdout.isatty()))
            if reply.buttons:
                say(choices(reply))
            if line.startswith(("/trend", "/segment ")):
                for path in save(reply, charts, settings.output / PICTURES):
                    say(f"[chart saved: {path}]")
            say("")


def _questions(results: Results) -> Iterator[str]:
    yield "/digest"
    # Where nobody is at risk, or nobody can be said to be, any customer serves to show an answer.
    first = next(iter(results.at_risk(1)), None) or next(
        (
            customer
            for segment in results.segments()
            for customer in results.segment_members(segment.number, 1)
        ),
        None,
    )
    if first is None:
        return
    customer_id = first.customer_id
    yield from (
        f"/churn {customer_id}",
        f"/segment {customer_id}",
        f"/recommend {customer_id} 5",
        f"/trend {customer_id}",
    )
