"""What only the chat at a terminal says."""

from pathlib import Path

PROMPT = "matinee> "
WELCOME = (
    "Matinee at your terminal: the same commands as in Telegram. /help shows them,\n"
    "a number presses a button, /quit ends. Or just type a customer's id, mail or name."
)
GOODBYE = "Goodbye."


def chosen(line: str) -> str:
    """Which line a number stood for."""
    return f"› {line}"


def saved(path: Path) -> str:
    """Where a picture or a file is."""
    return f"Saved: {path}"
