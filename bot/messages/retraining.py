"""A retrain that somebody asked for: that it began, how far it is, how it ended."""

from collections.abc import Sequence

from bot.errors import UserError
from bot.messages.wording import age, fit, safe
from bot.replies import Button, Reply

MOST_LINES = 20
MOST_LINE = 200


def began() -> str:
    """It runs; not escaped."""
    return "It learns anew, aside, while I go on answering. How far it is stands in the next message."


def runs_already() -> str:
    """A second one would be refused; not escaped."""
    return "It is learning already. Its results replace the present ones when it is done."


def not_here() -> UserError:
    """Nobody here can start one."""
    return UserError("I cannot start a retrain from here. Run “matinee retrain” where Matinee is installed.")


def answered(words: str) -> Reply:
    """What became of the wish."""
    return Reply(text=safe(words, MOST_LINE))


def progress(lines: Sequence[str], seconds: float) -> Reply:
    """The stages that are done, so far."""
    shown = [safe(each, MOST_LINE) for each in lines[-MOST_LINES:]]
    return Reply(text=fit(["<b>Learning anew</b>", *shown, f"… {age(seconds)} so far"]))


def ended(lines: Sequence[str], seconds: float, *, failed: bool) -> Reply:
    """How it ended; the results before stay served when it failed."""
    shown = [safe(each, MOST_LINE) for each in lines[-MOST_LINES:]]
    if failed:
        title, last = "The retrain failed", "The results of before go on being served."
    else:
        title, last = "Learned anew", f"Served now, after {age(seconds)}."
    buttons = () if failed else ((Button("Digest", "/digest"), Button("Model", "/model")),)
    return Reply(text=fit([f"<b>{title}</b>", *shown, last]), buttons=buttons)
