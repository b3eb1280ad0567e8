"""The token is in no log."""

import logging
from collections.abc import Iterator

import pytest

from bot.delivery.redaction import HIDDEN, TokenFilter, keep_token_out

SECRET = "AAE-verySecretVerySecretVerySecret"
TOKEN = f"123456:{SECRET}"


class Lines(logging.Handler):
    """Keeps what it would have written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def written() -> Iterator[Lines]:
    """A handler of the root logger."""
    handler = Lines()
    logging.getLogger().addHandler(handler)
    keep_token_out(TOKEN)
    yield handler
    logging.getLogger().removeHandler(handler)
    for other in logging.getLogger().handlers:
        for each in [each for each in other.filters if isinstance(each, TokenFilter)]:
            other.removeFilter(each)


def test_hides_the_token_in_messages_and_their_arguments(written: Lines) -> None:
    logging.getLogger("somewhere").warning("POST %s", f"https://api.example/bot{TOKEN}/getMe")

    assert written.lines == [f"POST https://api.example/bot{HIDDEN}/getMe"]


def test_hides_the_token_in_tracebacks_and_stacks(written: Lines) -> None:
    try:
        int(f"bad address .../bot{TOKEN.replace(':', '%3A')}/getMe")
    except ValueError:
        logging.getLogger("somewhere").exception("It failed", stack_info=True)

    assert SECRET not in written.lines[0]
    assert "ValueError" in written.lines[0]
    assert HIDDEN in written.lines[0]


def test_hides_half_a_token_too(written: Lines) -> None:
    logging.getLogger("somewhere").warning("the secret is %s", SECRET)

    assert written.lines == [f"the secret is {HIDDEN}"]


def test_lets_the_http_library_write_no_addresses(written: Lines) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST https://api.example")

    assert written.lines == []
