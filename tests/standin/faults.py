"""What the stand-in can be told to do wrong."""

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal[
    "429", "500", "409", "403", "400", "migrated", "slow", "late", "drop_before", "drop_after", "garbage"
]


@dataclass
class Fault:
    """One thing that goes wrong, ``times`` times, after ``skip`` requests went well.

    Attributes:
        method: Of the Bot API; ``*`` is every one but getUpdates.
        kind: ``slow`` waits ``seconds`` and does nothing at all, ``late`` does it and answers only after
            ``seconds``; ``drop_before`` and ``drop_after`` cut the connection without an answer; the numbers
            are Telegram's refusals.
        chat_id: Only for this chat.
        retry_after: Seconds, with ``429``.
        text: The refusal's words, or the new chat id with ``migrated``.
    """

    method: str
    kind: FaultKind
    times: int = 1
    skip: int = 0
    seconds: float = 0.0
    retry_after: int = 1
    chat_id: int | None = None
    text: str = ""

    def applies(self, method: str, chat_id: int | None) -> bool:
        """Whether it strikes this request; counts down."""
        named = self.method == method or (self.method == "*" and method != "getUpdates")
        if not named or self.times <= 0 or (self.chat_id is not None and self.chat_id != chat_id):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True
