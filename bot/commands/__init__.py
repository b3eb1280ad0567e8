"""The commands: words in, reply out.

``answer`` is the one door: it finds the command, checks that the asker's role opens it, and turns whatever a
person can mistype into a reply that helps.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from difflib import get_close_matches

from bot.access import allowed, token_hash
from bot.commands.asking import plain
from bot.commands.command import Command, words_of
from bot.commands.linking import linked
from bot.commands.table import BY_NAME, COMMANDS
from bot.errors import UserError
from bot.languages import speaking
from bot.messages import mistakes
from bot.messages.lessons import lesson_for
from bot.messages.wording import line as line_of
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.errors import NoResults, ResultsOfAnotherVersion

__all__ = ["COMMANDS", "Command", "answer", "token_hash"]

MOST_LINE = 1000
"""Nobody means more than this; what is longer is cut before it is searched for."""


def answer(line: str, asker: Asker, queries: Queries) -> Reply | None:
    """Answer a line: a command ("/churn@matinee_bot 42"), or plain text.

    Plain text that is an id, a mail or a name opens a customer's card for staff; all else they type is a
    question. For a viewer, it opens a title.

    Args:
        line: As typed, or as a button asks it.
        asker: Who asks, from ``bot.access.resolve``; his role is checked here, for each line.
        queries: What may be asked.

    Returns:
        The reply; None for a stranger, who is told nothing, unless he brings a valid invitation.
    """
    with speaking(asker.language):
        return _in_his_language(line[:MOST_LINE], asker, queries)


def _in_his_language(line: str, asker: Asker, queries: Queries) -> Reply | None:
    if asker.role == "stranger":
        return linked(line, asker, queries)
    try:
        with _one_run(queries):
            words = words_of(line)
            if words and not words[0].startswith("/"):
                return plain(line, words, asker, queries, lambda typed: _answered(typed, asker, queries))
            return _answered(words, asker, queries)
    except UserError as error:
        return mistakes.mistake(error)
    except NoResults as error:
        of_another = isinstance(error, ResultsOfAnotherVersion)
        return mistakes.no_results(asker.role, of_another_version=of_another)


@contextmanager
def _one_run(queries: Queries) -> Iterator[None]:
    """Answer from one run, even while another is put in place; before the first one, from none."""
    with ExitStack() as stack:
        with suppress(NoResults):
            stack.enter_context(queries.results.one_run())
        yield


def _answered(words: tuple[str, ...], asker: Asker, queries: Queries) -> Reply:
    if not words:
        words = ("/help",)
    name = words[0][1:].partition("@")[0].casefold()
    command = BY_NAME.get(name)
    if command is None:
        raise mistakes.unknown_command(words[0], _near(name, words[1:], asker))
    if not allowed(asker, command.roles):
        raise mistakes.not_yours(name)
    if not words[1:] and lesson_for(name, asker.role).needs:
        raise mistakes.explained(lesson_for(name, asker.role))
    return command.answer(words[1:], asker, queries)


def _near(name: str, rest: tuple[str, ...], asker: Asker) -> list[str]:
    open_to_him = [command.name for command in COMMANDS if allowed(asker, command.roles)]
    return [line_of(f"/{each}", *rest) for each in get_close_matches(name, open_to_him, n=2)]
