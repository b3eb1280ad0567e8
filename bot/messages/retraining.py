"""A retrain that somebody asked for: that it began, how far it is, how it ended."""

from collections.abc import Sequence

from bot.errors import UserError
from bot.languages import tell
from bot.messages.wording import age, fit, safe
from bot.replies import Button, Reply

MOST_LINES = 20
MOST_LINE = 200


def began() -> str:
    """It runs; not escaped."""
    return tell("It learns anew, aside, while I go on answering. How far it is stands in the next message.")


def runs_already() -> str:
    """A second one would be refused; not escaped."""
    return tell("It is learning already. Its results replace the present ones when it is done.")


def not_here() -> UserError:
    """Nobody here can start one."""
    return UserError(
        tell("I cannot start a retrain from here. Run “matinee retrain” where Matinee is installed.")
    )


def answered(words: str) -> Reply:
    """What became of the wish."""
    return Reply(text=safe(words, MOST_LINE))


def ended_at_terminal(*, failed: bool) -> str:
    """Behind what the process itself has shown; not escaped."""
    return tell("The retrain failed; the results of before are served.") if failed else tell("Learned anew.")


def progress(lines: Sequence[str], seconds: float) -> Reply:
    """The stages that are done, so far."""
    shown = [safe(each, MOST_LINE) for each in lines[-MOST_LINES:]]
    so_far = tell("… {span} so far", span=age(seconds))
    return Reply(text=fit([tell("<b>Learning anew</b>"), *shown, so_far]))


def ended(lines: Sequence[str], seconds: float, *, failed: bool) -> Reply:
    """How it ended; the results before stay served when it failed."""
    shown = [safe(each, MOST_LINE) for each in lines[-MOST_LINES:]]
    if failed:
        title, last = tell("<b>The retrain failed</b>"), tell("The results of before go on being served.")
        return Reply(text=fit([title, *shown, last]))
    title, last = tell("<b>Learned anew</b>"), tell("Served now, after {span}.", span=age(seconds))
    buttons = ((Button(tell("Digest"), "/digest"), Button(tell("Model"), "/model")),)
    return Reply(text=fit([title, *shown, last]), buttons=buttons)
