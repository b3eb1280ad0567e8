"""Retraining in a process of its own: a model being trained can neither slow an answer nor end the bot."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

from jobs.settings import Settings
from store.records import Run
from store.state import State

JOB = "retrain"
# Kept apart from the timetable's own entry: a retrain by hand does not stand for the nightly one.
RECORDED = "retrained"


def retrain_here(settings: Settings, *, say: Callable[[str], None]) -> Run:
    """Retrain in this process, record that it ran, and say stage by stage what was done.

    Raises:
        MatineeError, StoreError: it failed; the results before stay served, and the failure is recorded.
    """
    from pipeline.retrain import retrain  # noqa: PLC0415  # what learns is loaded only where it learns

    now = datetime.now(UTC)
    settings.output.mkdir(parents=True, exist_ok=True)
    with closing(State(settings.state_path)) as state:
        state.start_job(RECORDED, now.date(), at=now)
        try:
            run = retrain(settings.pipeline, now=now, feedback=state.all_feedback(), progress=say)
        except Exception as error:
            outcome = f"failed: {type(error).__name__}"
            state.finish_job(RECORDED, now.date(), outcome=outcome, at=datetime.now(UTC))
            raise
        state.finish_job(RECORDED, now.date(), outcome=f"published {run.run_id}", at=datetime.now(UTC))
    return run


def command(settings: Settings) -> tuple[str, ...]:
    """The command line of a retrain in a process of its own."""
    # -P: a folder called “jobs” where the process is started must not be taken for ours.
    return (sys.executable, "-P", "-m", "jobs", JOB, "--config", str(settings.path.resolve()))


async def retrain_aside(settings: Settings) -> tuple[int, str]:
    """Retrain in a process of its own.

    Returns:
        Its exit code, and all it said; 0 when new results are served.
    """
    process: Process = await asyncio.create_subprocess_exec(*command(settings), stdout=PIPE, stderr=STDOUT)
    try:
        said, _ = await process.communicate()
    except asyncio.CancelledError:
        # The bot is stopping: a retrain that nobody waits for would hold the lock of the next one.
        process.terminate()
        await process.wait()
        raise
    return process.returncode or 0, said.decode(errors="replace")
