"""What a failed request means: whether anything was sent, and so whether it may be repeated."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.delivery.connections import NeverLeftError

Verdict = Literal["not sent", "perhaps sent", "blocked", "migrated", "refused"]

# A gateway answers with a whole page.
MOST_WORDS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """A failed request, understood.

    Attributes:
        verdict: Only ``not sent`` may be repeated; after ``perhaps sent`` a second attempt could be a second
            message.
        after_seconds: What Telegram asked us to wait; 0 where it asked nothing.
        words: For the log and the outbox; of Telegram, without our token.
        new_chat_id: With ``migrated``.
    """

    verdict: Verdict
    words: str
    after_seconds: float = 0.0
    new_chat_id: int | None = None


def understood(error: TelegramError) -> Trouble:
    """Sort an error of the Telegram library."""
    words = f"{type(error).__name__}: {error}"[:MOST_WORDS]
    if isinstance(error, RetryAfter):
        return Trouble(verdict="not sent", words=words, after_seconds=_seconds(error.retry_after))
    if isinstance(error, ChatMigrated):
        return Trouble(verdict="migrated", words=words, new_chat_id=error.new_chat_id)
    if isinstance(error, Forbidden):
        return Trouble(verdict="blocked", words=words)
    if isinstance(error, BadRequest) or not isinstance(error, NetworkError):
        # A 200 that is no JSON is neither a yes nor a no.
        unreadable = type(error) is TelegramError
        return Trouble(verdict="perhaps sent" if unreadable else "refused", words=words)
    return Trouble(verdict="not sent" if _never_left(error) else "perhaps sent", words=words)


def _never_left(error: NetworkError) -> bool:
    """A refusal with a status (5xx) and a connection that never stood have sent nothing."""
    cause = error.__cause__
    return cause is None or isinstance(cause, (TelegramError, NeverLeftError))


def _seconds(wait: timedelta | float) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
