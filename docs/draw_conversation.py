"""Draws the README's pictures from real answers: ``python docs/draw_conversation.py FOLDER``.

FOLDER is that of a finished ``matinee demo``.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path

import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont

from bot.access import TERMINAL
from bot.commands import answer
from bot.queries import Queries
from bot.replies import Reply
from store.results import Results
from store.state import State

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
SIZE, LINE, PAD, WIDTH = 22, 31, 18, 760
INK, MUTED, PAPER, MINE, THEIRS, KEY = "#1F2933", "#52606D", "#CFE0EE", "#E1FEC6", "#FFFFFF", "#8FB4D1"
REGULAR = ImageFont.truetype(str(FONTS / "DejaVuSans.ttf"), SIZE)
BOLD = ImageFont.truetype(str(FONTS / "DejaVuSans-Bold.ttf"), SIZE)
SMALL = ImageFont.truetype(str(FONTS / "DejaVuSans.ttf"), 18)

Piece = tuple[str, bool]

# The font has no colour pictures; Telegram has.
SIGNS = str.maketrans({"👍": "+", "👎": "−", "👁": "◉", "🚫": "✕"})


def pieces(line: str) -> Iterator[Piece]:
    """The words of a line of Telegram's HTML, each with whether it is bold."""
    bold = False
    for part in re.split(r"(<[^>]+>)", line):
        if part.startswith("<"):
            bold = part == "<b>" or (bold and part != "</b>")
            continue
        yield from ((word, bold) for word in re.findall(r"\S+\s*|\s+", unescape(part).translate(SIGNS)))


def wrapped(text: str, width: int) -> list[list[Piece]]:
    """Lines that fit."""
    lines: list[list[Piece]] = []
    for line in text.splitlines():
        row: list[Piece] = []
        taken = 0.0
        for word, bold in pieces(line):
            length = (BOLD if bold else REGULAR).getlength(word)
            if row and taken + length > width:
                lines.append(row)
                row, taken = [], 0.0
            row.append((word, bold))
            taken += length
        lines.append(row)
    return lines


def bubble(text: str, *, mine: bool, width: int = 640) -> Image.Image:
    """One message."""
    lines = wrapped(text, width - 2 * PAD)
    lengths = [sum((BOLD if bold else REGULAR).getlength(word) for word, bold in line) for line in lines]
    size = (int(max(lengths)) + 2 * PAD + 2, LINE * len(lines) + 2 * PAD - 6)
    image = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), 16, fill=MINE if mine else THEIRS)
    for number, line in enumerate(lines):
        x = float(PAD)
        for word, bold in line:
            font = BOLD if bold else REGULAR
            draw.text((x, PAD - 4 + number * LINE), word, font=font, fill=INK)
            x += font.getlength(word)
    return image


def keyboard(reply: Reply, width: int) -> Image.Image:
    """The buttons below a message."""
    image = Image.new("RGB", (width, 48 * len(reply.buttons)), PAPER)
    draw = ImageDraw.Draw(image)
    for row, buttons in enumerate(reply.buttons):
        each = width / len(buttons)
        for column, button in enumerate(buttons):
            box = (column * each + 2, row * 48 + 4, (column + 1) * each - 3, row * 48 + 46)
            draw.rounded_rectangle(box, 10, fill=KEY)
            draw.text(
                ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2),
                button.caption.translate(SIGNS),
                font=SMALL,
                fill="white",
                anchor="mm",
            )
    return image


def stacked(parts: list[tuple[Image.Image, bool]]) -> Image.Image:
    """All messages of a conversation, one under the other."""
    height = sum(image.height + 10 for image, _ in parts) + 30
    sheet = Image.new("RGB", (WIDTH, height), PAPER)
    y = 20
    for image, mine in parts:
        sheet.paste(image, (WIDTH - image.width - 20 if mine else 20, y))
        y += image.height + 10
    return sheet


def conversation(folder: Path) -> tuple[Image.Image, bytes]:
    """Ask about the customer who matters most, and draw question and answer; and the map of segments."""
    output = folder / "matinee-data"
    parts: list[tuple[Image.Image, bool]] = []
    with (
        closing(Results(output / "results.db")) as results,
        closing(State(output / "matinee.db")) as state,
    ):
        queries = Queries(results, state)
        customer_id = results.at_risk(1)[0].customer_id
        for line in (f"/churn {customer_id}", f"/recommend {customer_id} 3"):
            parts.append((bubble(line, mine=True), True))
            reply = answer(line, TERMINAL, queries)
            assert reply is not None
            picture = bubble(reply.text, mine=False)
            parts.append((picture, False))
            parts.append((keyboard(reply, max(picture.width, 480)), False))
        segments = results.picture("segment_map")
        assert segments is not None
        return stacked(parts), segments


if __name__ == "__main__":
    drawn, png = conversation(Path(sys.argv[1]))
    here = Path(__file__).parent
    drawn.save(here / "conversation.png", optimize=True)
    (here / "segment_map.png").write_bytes(png)
