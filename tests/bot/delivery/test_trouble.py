"""Only what certainly was not sent may be repeated."""

from datetime import timedelta

import h11
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery.connections import NeverLeftError
from bot.delivery.trouble import understood


def caused(error: NetworkError, cause: Exception) -> NetworkError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (RetryAfter(3), "not sent"),
        (NetworkError("Bad Gateway (502)"), "not sent"),
        (caused(NetworkError("Bad Gateway (502)"), TelegramError("no JSON")), "not sent"),
        (caused(NetworkError("x"), NeverLeftError("refused")), "not sent"),
        (caused(TimedOut(), NeverLeftError("slow")), "not sent"),
        (caused(TimedOut(), NeverLeftError("full")), "not sent"),
        (caused(TimedOut(), TimeoutError()), "perhaps sent"),
        (caused(NetworkError("x"), h11.RemoteProtocolError("closed")), "perhaps sent"),
        (caused(NetworkError("x"), ConnectionResetError()), "perhaps sent"),
        (TelegramError("Invalid server response"), "perhaps sent"),
        (Forbidden("bot was blocked by the user"), "blocked"),
        (ChatMigrated(-100), "migrated"),
        (BadRequest("chat not found"), "refused"),
        (Conflict("terminated"), "refused"),
    ],
)
def test_tells_what_was_sent_from_what_was_not(error: TelegramError, verdict: str) -> None:
    assert understood(error).verdict == verdict


def test_waits_as_long_as_telegram_asks() -> None:
    assert understood(RetryAfter(7)).after_seconds == 7
    assert understood(RetryAfter(timedelta(seconds=2.5))).after_seconds == 2.5


def test_reads_whole_seconds_too(monkeypatch: pytest.MonkeyPatch) -> None:
    error = RetryAfter(7)
    monkeypatch.setattr(RetryAfter, "retry_after", 9)

    assert understood(error).after_seconds == 9


def test_follows_a_moved_group() -> None:
    assert understood(ChatMigrated(-100)).new_chat_id == -100
