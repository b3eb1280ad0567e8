"""What only the chat at a terminal says."""

from pathlib import Path

from bot.languages import tell

PROMPT = "matinee> "


def welcome() -> str:
    """The first thing somebody reads."""
    return tell(
        "Matinee at your terminal: the same commands as in Telegram. /help shows them,\n"
        "a number presses a button, /quit ends. Or just type a customer's id, mail or name."
    )


def goodbye() -> str:
    """The last."""
    return tell("Goodbye.")


def chosen(line: str) -> str:
    """Which line a number stood for."""
    return f"› {line}"


def saved(path: Path) -> str:
    """Where a picture or a file is."""
    return tell("Saved: {path}", path=path)
