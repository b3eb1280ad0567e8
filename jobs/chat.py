"""The chat at this terminal, on the results of this installation."""

import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial

from bot.access import at_terminal, listed
from bot.charts import ChartWorker
from bot.console import ask, run
from bot.phrases.synonyms import synonym_problems
from bot.queries import Queries
from jobs.retraining import retrain_at_terminal
from jobs.settings import OwnWordsFile, Settings
from store.results import Results
from store.state import State

PICTURES = "pictures"


def chat_here(settings: Settings, *, read: Callable[[str], str] = ask) -> None:
    """Talk until /quit or the end of the input; charts are saved beside the results.

    Raises:
        NoResults: nothing has been published yet.
    """
    settings.output.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        results = stack.enter_context(closing(Results(settings.results_path)))
        results.run()  # before the first prompt: without results there is nothing to talk about
        state = stack.enter_context(closing(State(settings.state_path)))
        charts = stack.enter_context(ChartWorker(dark=settings.bot.dark_charts))
        queries = Queries(
            results,
            state,
            listed=listed(settings.bot),
            retrain=partial(retrain_at_terminal, settings),
            own_words=OwnWordsFile(settings.path),
        )
        for problem in synonym_problems(queries):
            sys.stdout.write(f"[synonyms] {problem}\n")
        run(queries, partial(at_terminal, state), charts, read, print, settings.output / PICTURES)
