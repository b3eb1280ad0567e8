"""What a command may ask: the results of the last run, what people did, and the time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from store.records import Role
from store.results import Results
from store.state import State


def utc_now() -> datetime:
    """The moment, in UTC; the only clock of the chat, replaced in tests."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What the owner's own words stand for, as ``[synonyms]`` of ``matinee.toml`` says at the moment.

    Attributes:
        phrases: A phrase of his, and what it means in words that are understood.
        problem: Why the file's last change is not followed; None where it is.
    """

    phrases: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Queries:
    """Everything a command can look into, so that it is a function of its arguments.

    Attributes:
        results: What the pipeline found; the published file.
        state: What people did; survives every retrain.
        now: The moment, UTC.
        listed: People whom the configuration names, by Telegram id.
        retrain: Begins a retrain that reports to a chat, and says what happens next; None where nobody can.
        own_words: The owner's own words for what can be asked, as they are now.
    """

    results: Results
    state: State
    now: Callable[[], datetime] = utc_now
    listed: Mapping[int, Role] = field(default_factory=dict)
    retrain: Callable[[int], str] | None = None
    own_words: Callable[[], OwnWords] = OwnWords
