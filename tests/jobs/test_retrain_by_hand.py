"""A retrain that somebody asks for in the chat, and watches in one message."""

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.payloads import from_json
from jobs.chat import chat_here
from jobs.retraining import ByHand, retrain_aside, retrain_at_terminal
from jobs.settings import Settings, load_settings
from store.state import State
from store.state.records import OutboxRow
from tests.store.publishing import publish_small

CONFIGURATION = """
[paths]
output = "out"

[[sources]]
table = "events"
files = ["*.csv"]
"""
STAGES = (
    "import time\nfor stage in ('reading', 'learning <b>'):\n    print(stage, flush=True); time.sleep(0.2)\n"
)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "matinee.toml").write_text(CONFIGURATION, encoding="utf-8")
    return load_settings(tmp_path / "matinee.toml", {})


@pytest.fixture
def state(settings: Settings) -> Iterator[State]:
    settings.output.mkdir()
    with closing(State(settings.state_path)) as opened:
        yield opened


def process_that(does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.retraining.command", lambda _settings: (sys.executable, "-c", does))


def message(state: State) -> OutboxRow:
    (row,) = [*state.pushed("progress"), *state.outbox_rows("sending")]
    return row


def shown(state: State) -> list[str]:
    """What the message says, one after the other."""
    return [from_json(row.payload).text for row in reversed(state.pushed("edit"))]


async def ended(state: State, while_it_runs: str = "so far") -> str:
    for _ in range(500):
        text = from_json(message(state).payload).text
        if while_it_runs not in text:
            return text
        await asyncio.sleep(0.02)
    raise AssertionError(text)


async def test_each_stage_is_shown_where_the_last_one_was(
    settings: Settings, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    process_that(STAGES, monkeypatch)
    by_hand = ByHand(settings, state, now)

    assert "aside" in by_hand(7)
    assert by_hand(7).startswith("It is learning already.")
    await asyncio.sleep(0)
    row = message(state)
    state.sending(row.id, now())
    state.sent(row.id, 77, now())

    assert re.fullmatch(
        r"<b>Learned anew</b>\nreading\nlearning &lt;b&gt;\nServed now, after \d+ seconds?\.",
        await ended(state),
    )
    assert {from_json(row.payload).replaces for row in state.pushed("edit")} == {77}
    texts = shown(state)
    assert texts[0].startswith("<b>Learning anew</b>\nreading\n… ")
    assert texts[-1].startswith("<b>Learned anew</b>")
    await by_hand.close()


async def test_a_message_that_waits_says_how_far_it_is_when_it_leaves(
    settings: Settings, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    process_that(STAGES, monkeypatch)
    by_hand = ByHand(settings, state, now)
    by_hand(7)
    await asyncio.sleep(0)

    assert (await ended(state)).startswith("<b>Learned anew</b>")
    assert shown(state) == []


async def test_the_end_waits_for_a_message_that_is_just_leaving(
    settings: Settings, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    process_that("print('reading')", monkeypatch)
    by_hand = ByHand(settings, state, now)
    by_hand(7)
    await asyncio.sleep(0)
    row = message(state)
    state.sending(row.id, now())
    await asyncio.sleep(0.4)
    state.sent(row.id, 77, now())

    assert (await ended(state)).startswith("<b>Learned anew</b>")
    assert shown(state)[-1].startswith("<b>Learned anew</b>")


async def test_a_failure_says_why_and_that_the_old_results_stay(
    settings: Settings, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    process_that("import sys; print('no files'); sys.exit(2)", monkeypatch)
    by_hand = ByHand(settings, state, now)
    by_hand(7)
    await asyncio.sleep(0)

    assert await ended(state) == (
        "<b>The retrain failed</b>\nno files\nThe results of before go on being served."
    )


async def test_one_that_cannot_be_started_is_a_failure_too(
    settings: Settings, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.retraining.command", lambda _settings: ("/nowhere/python",))
    by_hand = ByHand(settings, state, now)
    by_hand(7)
    await asyncio.sleep(0)

    assert (await ended(state)).startswith("<b>The retrain failed</b>")


async def test_it_ends_with_the_bot(
    settings: Settings, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    process_that("import time; print('reading', flush=True); time.sleep(60)", monkeypatch)
    by_hand = ByHand(settings, state, now)
    await by_hand.close()
    by_hand(7)
    await asyncio.sleep(0.5)

    await asyncio.wait_for(by_hand.close(), 5)

    assert "so far" in from_json(message(state).payload).text


def test_at_the_terminal_it_is_watched_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    publish_small(settings.output)
    process_that("print('reading')", monkeypatch)
    lines = iter(["/retrain", "/quit"])

    chat_here(settings, read=lambda _prompt: next(lines))

    said = capfd.readouterr().out
    assert "reading" in said
    assert "Learned anew." in said
    process_that("raise SystemExit(1)", monkeypatch)
    assert retrain_at_terminal(settings).startswith("The retrain failed")


async def test_whoever_listens_and_stumbles_leaves_no_process_behind(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    process_that("import time; print('reading', flush=True); time.sleep(60)", monkeypatch)

    def stumble(line: str) -> None:
        raise LookupError(line)

    with pytest.raises(LookupError, match="reading"):
        await asyncio.wait_for(retrain_aside(settings, stumble), 10)
