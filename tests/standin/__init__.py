"""A small Telegram Bot API on loopback, for the tests: real HTTP, Telegram's checks, faults on demand.

No Telegram library is used, so that the bot's library cannot hide its own mistakes.
"""

from tests.standin.faults import Fault
from tests.standin.messages import Post
from tests.standin.server import BOT_NAME, TOKEN, Standin, fresh_token

__all__ = ["BOT_NAME", "TOKEN", "Fault", "Post", "Standin", "fresh_token"]
