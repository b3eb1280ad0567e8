"""The chat at a terminal: the same commands, buttons as numbers, charts as files."""

import re
import sys
from collections.abc import Callable, Sequence
from html import unescape
from pathlib import Path

from bot.charts import ChartWorker
from bot.commands import answer
from bot.languages import speaking
from bot.messages import console as words
from bot.messages.wording import clip
from bot.queries import Queries
from bot.replies import Asker, Button, Chart, Picture, Reply

LEAVING = frozenset({"/quit", "/exit", "/q"})
BOLD, PLAIN = "\033[1m", "\033[0m"
_TAG = re.compile(r"</?(?:b|i|code|pre|a|u|s)(?: [^>]*)?>")


def ask(prompt: str) -> str:
    """Read a line; where nobody types, the line is shown as if somebody had, so that a transcript reads well.

    Raises:
        EOFError: the input has ended.
    """
    if sys.stdin.isatty():
        return input(prompt)
    line = input()
    print(f"{prompt}{line}")
    return line


def run(
    queries: Queries,
    who: Callable[[], Asker],
    charts: ChartWorker,
    read: Callable[[str], str],
    write: Callable[[str], None],
    picture_folder: Path,
) -> None:
    """Talk until /quit or the end of the input.

    Args:
        queries: What may be asked.
        who: Sits there; looked up for each line, for what he sets holds from the next one on.
        charts: Draws.
        read: Asks for a line with a prompt, as ``ask`` does; raises EOFError at the end.
        write: Shows lines, as ``print`` does.
        picture_folder: Charts are saved here; made when the first one is.
    """
    bold = sys.stdout.isatty()
    with speaking(who().language):
        write(words.welcome())
    offered: Sequence[Button] = ()
    while True:
        try:
            typed = read(words.PROMPT).strip()
        except EOFError:
            break
        if typed.casefold() in LEAVING:
            break
        line = _chosen(typed, offered)
        if line is None:
            continue
        if line != typed:
            write(words.chosen(line))
        reply = answer(line, who(), queries)
        if reply is None:
            continue
        if reply.text:
            write(plain(reply.text, bold=bold))
        if reply.document is not None:
            write(plain(reply.document.caption, bold=bold))
        with speaking(who().language):
            for each in save(reply, charts, picture_folder):
                write(words.saved(each))
        offered = [button for row in reply.buttons for button in row]
        write(f"{choices(reply)}\n" if offered else "")
    with speaking(who().language):
        write(words.goodbye())


def _chosen(typed: str, offered: Sequence[Button]) -> str | None:
    """What a line means: the button of that number, else itself; None for an empty line."""
    if not typed:
        return None
    number = typed.strip("[].")
    if number.isascii() and number.isdecimal() and 1 <= int(number[:6]) <= len(offered):
        return offered[int(number) - 1].line
    return typed


def plain(text: str, *, bold: bool) -> str:
    """Telegram's HTML as text for a terminal; bold only where the terminal can show it."""
    if bold:
        text = text.replace("<b>", BOLD).replace("</b>", PLAIN)
    return unescape(_TAG.sub("", text))


def choices(reply: Reply) -> str:
    """The buttons of a reply with the numbers that choose them, a row to a line."""
    lines, number = [], 0
    for row in reply.buttons:
        captions = []
        for button in row:
            number += 1
            captions.append(f"[{number}] {clip(button.caption)}")
        lines.append("  ".join(captions))
    return "\n".join(lines)


def save(reply: Reply, charts: ChartWorker, folder: Path) -> list[Path]:
    """Write a reply's charts, pictures and document into a folder.

    Returns:
        Where they are; a name that is taken is numbered, never overwritten.
    """
    saved = []
    for each in reply.charts:
        png = charts.draw(each) if isinstance(each, Chart) else each.png
        saved.append(_written(folder, _name_of(each), png))
    if reply.document is not None:
        saved.append(_written(folder, Path(reply.document.filename).name, reply.document.content))
    return saved


def _name_of(chart: Chart | Picture) -> str:
    text = chart.name if isinstance(chart, Picture) else chart.title
    name = re.sub(r"[^a-z0-9]+", "-", clip(text, 60).casefold()).strip("-")
    return f"{name or 'chart'}.png"


def _written(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / name, 1
    while path.exists() and path.read_bytes() != content:
        number += 1
        path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    path.write_bytes(content)
    return path
