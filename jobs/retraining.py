"""Retraining in a process of its own: a model being trained can neither slow an answer nor end the bot."""

import asyncio
import logging
import subprocess
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime

from bot.messages import retraining as words_for
from bot.payloads import to_json
from bot.replies import Reply
from jobs.settings import Settings
from store.records import Run
from store.state import State

LOG = logging.getLogger(__name__)

JOB = "retrain"
# Kept apart from the timetable's own entry: a retrain by hand does not stand for the nightly one.
RECORDED = "retrained"
LOOK_AGAIN_SECONDS = 0.2
MOST_LOOKS = 150


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


def _nobody(_line: str) -> None:
    """Nobody listens."""


async def retrain_aside(settings: Settings, say: Callable[[str], None] = _nobody) -> tuple[int, str]:
    """Retrain in a process of its own.

    Args:
        settings: Of this installation.
        say: Told each line as it comes.

    Returns:
        Its exit code, and all it said; 0 when new results are served.
    """
    process: Process = await asyncio.create_subprocess_exec(*command(settings), stdout=PIPE, stderr=STDOUT)
    assert process.stdout is not None
    said: list[str] = []
    try:
        async for line in process.stdout:
            said.append(line.decode(errors="replace"))
            say(said[-1].rstrip())
        code = await process.wait()
    finally:
        if process.returncode is None:
            # The bot is stopping: a retrain that nobody waits for would hold the lock of the next one.
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
    return code, "".join(said)


def retrain_at_terminal(settings: Settings, _chat_id: int = 0) -> str:
    """Retrain while somebody at the terminal watches; says how it ended."""
    code = subprocess.run(command(settings), check=False).returncode  # noqa: S603  # our own command line
    return words_for.ended_at_terminal(failed=code != 0)


class ByHand:
    """Retrains that people ask for in the chat; one message shows each how far it is."""

    def __init__(self, settings: Settings, state: State, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._state = state
        self._now = now
        self._task: asyncio.Task[None] | None = None

    def __call__(self, chat_id: int) -> str:
        """Begin one that reports to a chat; returns what to say now."""
        if self._task is not None and not self._task.done():
            return words_for.runs_already()
        # It inherits the language spoken now: how far it is, is told in that of who asked.
        self._task = asyncio.get_running_loop().create_task(self._retrain(chat_id))
        return words_for.began()

    async def close(self) -> None:
        """End one that is under way."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _retrain(self, chat_id: int) -> None:
        start = self._now()
        lines: list[str] = []
        key = f"progress:{chat_id}:{start.isoformat()}"
        self._state.enqueue(key, "progress", chat_id, to_json(words_for.progress(lines, 0)), start)

        def say(line: str) -> None:
            if line:
                lines.append(line)
                self._show(key, words_for.progress(lines, self._seconds(start)))

        try:
            code, _ = await retrain_aside(self._settings, say)
        except OSError:
            LOG.exception("a retrain could not be started")
            code = 1
        last = words_for.ended(lines, self._seconds(start), failed=code != 0)
        for _ in range(MOST_LOOKS):
            if not self._leaving(key):
                break
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        self._show(key, last)

    def _leaving(self, key: str) -> bool:
        """Whether the message is on its way just now and can be changed neither here nor there."""
        row = self._state.outbox_row(key)
        return row is not None and row.state == "sending"

    def _seconds(self, start: datetime) -> float:
        return (self._now() - start).total_seconds()

    def _show(self, key: str, reply: Reply) -> None:
        """Let the message say this now: as it leaves, or in the place of what it said."""
        row = self._state.outbox_row(key)
        if row is None:
            return
        self._state.amend(row.id, to_json(reply))
        if row.message_id is not None:
            now = self._now()
            payload = to_json(replace(reply, replaces=row.message_id, edit=True))
            self._state.enqueue(f"edit:{row.id}:{now.isoformat()}", "edit", row.chat_id, payload, now)
