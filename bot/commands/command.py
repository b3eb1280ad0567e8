"""What a command is, and how a line becomes words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.queries import Queries
from bot.replies import Asker, Reply
from store.records import Role

Answer = Callable[[Sequence[str], Asker, Queries], Reply]

_WORD = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One command of the chat.

    Attributes:
        name: Without the slash.
        summary: What it does, for the menu and for /help.
        example: A line that works, slash included.
        roles: Who may ask it.
        answer: From words to a reply.
        menu: Whether it stands in the menu; commands that buttons ask do not.
    """

    name: str
    summary: str
    example: str
    roles: frozenset[Role]
    answer: Answer
    menu: bool = True


def words_of(text: str) -> tuple[str, ...]:
    """Split at blanks; what stands in double quotes is one word, as ``messages.wording.line`` writes it."""
    return tuple(found[1] or found[2] or "" for found in _WORD.finditer(text) if found[0] != '""')
