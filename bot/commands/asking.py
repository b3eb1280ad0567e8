"""Plain text: a customer's id, mail or name, or a question."""

import re
from collections.abc import Callable, Sequence

from bot.access import STAFF, allowed
from bot.phrases import answering, asked
from bot.phrases.outcomes import Command, Refused
from bot.queries import Queries
from bot.replies import Asker, Reply

MOST_NAME_WORDS = 3
_OWN = re.compile(r"\b(what|which|something)\b.*\b(i|me)\b.*\b(watch|see|like)\b|\brecommend", re.IGNORECASE)
_SMALL_TALK = frozenset({"hi", "hello", "hey", "help", "thanks", "thank you", "good morning", "ok"})

Run = Callable[[tuple[str, ...]], Reply]


def plain(line: str, words: tuple[str, ...], asker: Asker, queries: Queries, run: Run) -> Reply:
    """Answer plain text.

    Args:
        line: As typed.
        words: The same, split.
        asker: Staff may ask everything; a viewer about titles and himself.
        queries: What may be asked.
        run: Answers the words of a command, as if they had been typed.
    """
    command = _command_for(line, words, asker, queries)
    if command is not None:
        return run(command)
    if answering.is_fresh(line):
        return answering.forget(asker, queries)
    outcome = answering.understood(line, asker, queries)
    if isinstance(outcome, Command):
        return run(tuple(outcome.line.split(" ", 1)))
    if outcome is None or (
        isinstance(outcome, Refused) and outcome.is_foreign and len(words) <= MOST_NAME_WORDS
    ):
        return run(("/user", *words))
    return answering.reply_to(line, outcome, asker, queries)


def _command_for(line: str, words: tuple[str, ...], asker: Asker, queries: Queries) -> tuple[str, ...] | None:
    """The command for what is no question: a greeting, a customer, anything of a viewer."""
    if line.casefold().strip(" .!?") in _SMALL_TALK:
        return ("/help",)
    if not allowed(asker, STAFF):
        return ("/recommend",) if _OWN.search(line) else ("/title", *words)
    return ("/user", *words) if _is_customer(words, queries) else None


def metrics(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /metrics: every number that can be asked for, with its definition."""
    del words, asker, queries
    return answering.metrics()


def questions(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /questions: what people asked, and what they could not get."""
    del words, asker
    return asked.questions(queries)


def _is_customer(words: tuple[str, ...], queries: Queries) -> bool:
    typed = " ".join(words)
    if len(words) == 1 and (typed.removeprefix("#").isdecimal() or "@" in typed):
        return True
    return queries.results.customer(typed) is not None or queries.results.is_name(typed)
