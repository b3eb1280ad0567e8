"""What a command may ask: the results of the last run, what people did, and the time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from store.results import Results
from store.state import State


def utc_now() -> datetime:
    """The moment, in UTC; the only clock of the chat, replaced in tests."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Queries:
    """Everything a command can look into, so that it is a function of its arguments.

    Attributes:
        results: What the pipeline found; the published file.
        state: What people did; survives every retrain.
        now: The moment, UTC.
    """

    results: Results
    state: State
    now: Callable[[], datetime] = utc_now
