"""The process that answers: the chat, the outbox and the timetable, until it is told to stop.

It imports nothing that learns: a model being trained can neither slow an answer nor take the bot down.
"""

import asyncio
import hashlib
import logging
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.access import claim_code, end_subscriptions_of_strangers, listed
from bot.application import StoppedError, build_application
from bot.charts import ChartWorker
from bot.delivery.redaction import TokenFilter, keep_token_out
from bot.errors import SettingsError
from bot.phrases.synonyms import synonym_problems
from bot.queries import Queries, utc_now
from bot.settings import TOKEN_VARIABLE
from jobs.retraining import ByHand
from jobs.settings import OwnWordsFile, Settings
from jobs.timetable import Work, catch_up, scheduler_for
from pipeline.errors import MatineeError
from store.errors import NoResults, ResultsOfAnotherVersion, StoreError
from store.results import Results
from store.state import State

LOG = logging.getLogger("matinee")

STOPPED_ITSELF = 1
NO_TOKEN = 2

FIRST_STEPS = f"""\
To answer on Telegram, Matinee needs a bot of its own; that takes two minutes:
1. In Telegram, write to @BotFather: /newbot, then a name and a user name. He answers with a token.
2. Set it, outside of any file: export {TOKEN_VARIABLE}=…
3. Start “matinee serve” again. It shows a code; send that to your bot, and the bot is yours.
4. Invite the others from there: /invite. Until then, “matinee chat” answers here."""


def serve(settings: Settings) -> int:
    """Answer on Telegram until SIGTERM or SIGINT.

    Returns:
        The exit code: 0 after a proper stop, 1 when it cannot go on, 2 without a token.
    """
    token = settings.bot.token
    if not token:
        _say(FIRST_STEPS)
        return NO_TOKEN
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    keep_token_out(token)
    try:
        with FileLock(lock_path(token), timeout=0):
            return asyncio.run(_answer(settings))
    except Timeout:
        _say("Another Matinee on this machine already answers for this bot. Stop that one first.")
    except StoppedError as error:
        _say(TokenFilter(token).redacted(f"Stopped: {error}"))
    except (StoreError, MatineeError, SettingsError):
        raise  # said by the command line
    except Exception:
        # Not left to the interpreter: its traceback would not be searched for the token.
        LOG.exception("Matinee stopped because of a defect")
    return STOPPED_ITSELF


def lock_path(token: str) -> Path:
    """The lock of a bot: one for the machine, whatever folder it is started in."""
    name = hashlib.sha256(token.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"matinee-{name}.lock"


async def _answer(settings: Settings) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    state = State(settings.state_path)
    results = Results(settings.results_path)
    charts = ChartWorker(dark=settings.bot.dark_charts)
    try:
        end_subscriptions_of_strangers(state, settings.bot, utc_now())
        _offer(claim_code(state, settings.bot, utc_now()))
        by_hand = ByHand(settings, state, utc_now)
        words = OwnWordsFile(settings.path)
        queries = Queries(results, state, listed=listed(settings.bot), retrain=by_hand, own_words=words)
        for problem in synonym_problems(queries):
            _say(f"[synonyms] {problem}")
        _warn_of_another_version(results)
        application = build_application(settings.bot, queries, charts.draw_async)
        async with _timetable(settings, state):
            try:
                await application.run(stop)
            finally:
                await by_hand.close()
    finally:
        charts.close()
        results.close()
        state.close()
    return 0


@asynccontextmanager
async def _timetable(settings: Settings, state: State) -> AsyncIterator[None]:
    """Do by itself what is due, beginning with what was missed while nobody served."""
    work = Work(settings=settings, state=state, now=utc_now)
    scheduler = scheduler_for(work)
    scheduler.start()
    catching_up = asyncio.create_task(catch_up(work))
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        catching_up.cancel()
        await asyncio.gather(catching_up, return_exceptions=True)


def _warn_of_another_version(results: Results) -> None:
    """Nobody else would see it before the first question; the bot answers what needs no results."""
    try:
        results.run()
    except ResultsOfAnotherVersion as error:
        _say(f"{error}; owners can also send /retrain")
    except NoResults:
        """A first start; the chat says what to do."""


def _offer(code: str | None) -> None:
    """Show who starts the bot how to own it; printed and not logged, for it is a key."""
    if code is not None:
        _say(f"Nobody owns this bot yet. Send it this within an hour, and it is yours:\n/start {code}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
