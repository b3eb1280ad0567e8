"""Cutting a text that is too long for one message, so that every part stands on its own.

Works on text that is already escaped (Telegram's HTML subset), because escaping makes it longer.
"""

import html
import re

MOST_TEXT = 4096
MOST_CAPTION = 1024

_TAG = re.compile(r"<(/?)([a-z-]+)[^<>]*>")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
# First what stays whole: a tag, even one with blanks in it; then words with the blanks behind them.
_WORDS = re.compile(r"<[^<>]+>|[^\s<]+\s*|\s+|<")
_CHARACTERS = re.compile(r"<[^<>]+>|&#?\w+;|.", re.DOTALL)
_FINER = (_WORDS, _CHARACTERS)


def utf16_length(text: str) -> int:
    """Length as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain_text(source: str) -> str:
    """The text without its markup, as a person sees it."""
    return html.unescape(_TAG.sub("", source))


def split_html(source: str, most: int = MOST_TEXT) -> tuple[str, ...]:
    """Cut at line borders, else at blanks, else between characters; tags are closed and opened again.

    Args:
        source: Escaped text whose tags are properly nested.
        most: UTF-16 units in one part, markup included (Telegram does not count markup, so this is on the
            safe side).

    Returns:
        The parts, none of them empty; nothing at all for a text without anything to see.
    """
    if utf16_length(source) <= most:
        return (source,) if plain_text(source).strip() else ()
    writer = _Writer(most)
    for line in _LINES.findall(source):
        writer.add(line, 0)
    writer.flush()
    return tuple(writer.parts)


class _Writer:
    """The part that is being written, with the tags that are open in it."""

    def __init__(self, most: int) -> None:
        self.parts: list[str] = []
        self._most = most
        self._opened: list[str] = []
        self._written = ""
        self._length = 0

    def add(self, chunk: str, fineness: int) -> None:
        """Append a piece that is kept whole if it fits into a part at all."""
        opened = _opened_after(self._opened, chunk)
        needed = utf16_length(chunk) + utf16_length(_closing(opened))
        if self._length + needed <= self._most:
            self._append(chunk, opened)
        elif utf16_length("".join(self._opened)) + needed <= self._most or fineness == len(_FINER):
            self.flush()
            self._append(chunk, opened)
        else:
            for piece in _FINER[fineness].findall(chunk):
                self.add(piece, fineness + 1)

    def flush(self) -> None:
        """Close the part and begin the next one with the same tags open."""
        if plain_text(self._written).strip():
            self.parts.append(self._written.rstrip() + _closing(self._opened))
        self._written = "".join(self._opened)
        self._length = utf16_length(self._written)

    def _append(self, chunk: str, opened: list[str]) -> None:
        self._written += chunk
        self._length += utf16_length(chunk)
        self._opened = opened


def _opened_after(opened: list[str], chunk: str) -> list[str]:
    stack = list(opened)
    for tag in _TAG.finditer(chunk):
        if not tag.group(1):
            stack.append(tag.group())
        elif stack:
            stack.pop()
    return stack


def _closing(opened: list[str]) -> str:
    names = (tag.group(2) for raw in reversed(opened) if (tag := _TAG.match(raw)))
    return "".join(f"</{name}>" for name in names)
