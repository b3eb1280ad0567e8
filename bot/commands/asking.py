"""Plain text: a customer's id, mail or name, or a question."""

from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from bot.access import STAFF, allowed
from bot.commands.command import words_of
from bot.commands.wanting import trend, wanted
from bot.languages import spoken
from bot.phrases import answering, asked
from bot.phrases.outcomes import Command, Refused
from bot.phrases.own import answer_viewer, asked_by_viewer
from bot.queries import Queries
from bot.replies import Asker, Reply

MOST_NAME_WORDS = 3
# Of 100: one letter of five wrong is a name mistyped; less alike is another word.
LEAST_LIKE_A_NAME = 80
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
    if not allowed(asker, STAFF):
        return _for_viewer(line, words, asker, queries, run)
    command = _command_for(line, words, queries)
    if command is not None:
        return run(command)
    if answering.is_fresh(line):
        return answering.forget(asker, queries)
    outcome = answering.understood(line, asker, queries)
    if isinstance(outcome, Command):
        return run(words_of(outcome.line))
    is_foreign = isinstance(outcome, Refused) and outcome.is_foreign and len(words) <= MOST_NAME_WORDS
    if outcome is None or (is_foreign and _is_like_a_name(words, queries)):
        return run(("/user", *words))
    return answering.reply_to(line, outcome, asker, queries)


def _for_viewer(line: str, words: tuple[str, ...], asker: Asker, queries: Queries, run: Run) -> Reply:
    """Answer a viewer about himself and about titles."""
    if line.casefold().strip(" .!?") in _SMALL_TALK:
        return run(("/help",))
    for command, phrases in spoken().typed.items():
        if line.casefold().strip(" .!?") in phrases:
            return run((f"/{command}",))
    popular = trend(line, queries)
    if popular:
        return run(popular)
    outcome = None
    if asker.customer_id is not None:
        outcome = asked_by_viewer(line, asker.customer_id, queries)
    if outcome is not None:
        return answer_viewer(outcome, queries)
    return run(wanted(line, queries) or ("/title", *words))


def _command_for(line: str, words: tuple[str, ...], queries: Queries) -> tuple[str, ...] | None:
    """The command for what is no question: a greeting, or a customer."""
    if line.casefold().strip(" .!?") in _SMALL_TALK:
        return ("/help",)
    return ("/user", *words) if _is_customer(words, queries) else None


def _is_like_a_name(words: tuple[str, ...], queries: Queries) -> bool:
    """Whether some customer's name is spelled nearly so: only then is it worth offering him."""
    near = queries.results.find_customers(" ".join(words), 5)
    parts = {part for each in near for part in (each.name or each.customer_id).casefold().split()}
    return any(fuzz.ratio(word.casefold(), part) >= LEAST_LIKE_A_NAME for word in words for part in parts)


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
