"""Streams of bytes that become what pyarrow reads: UTF-8, and one sign between fields."""

import codecs
import io
import zlib
from collections.abc import Callable

import numpy as np

# Several blocks are read ahead; small ones keep that in bounds.
BLOCK_BYTES = 1 << 20


def unchanged(lines: bytes) -> bytes:
    """For a stream of which only the whole lines are wanted."""
    return lines


class Translated(io.RawIOBase):
    """A stream of bytes in which whole lines went through ``translate``.

    Where a compressed file breaks off it ends after the last whole line: what came before is kept.

    Attributes:
        broken: How the file broke off; None while it has not.
    """

    def __init__(self, stream: io.BufferedIOBase, translate: Callable[[bytes], bytes]) -> None:
        self.broken: Exception | None = None
        self._stream = stream
        self._translate = translate
        self._rest = b""
        self._ready = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with translated bytes; 0 at the end."""
        while not self._ready and not self._ended:
            self._ready = memoryview(self._translate(self._lines()))
        taken = min(len(buffer), len(self._ready))
        buffer[:taken] = self._ready[:taken]
        self._ready = self._ready[taken:]
        return taken

    def _lines(self) -> bytes:
        pieces: list[bytes] = []
        size = 0
        try:
            # Piece by piece: a read that is refused half-way keeps what it had.
            while size < BLOCK_BYTES and not self._ended:
                pieces.append(self._stream.read1(BLOCK_BYTES))
                size += len(pieces[-1])
                self._ended = not pieces[-1]
        except (OSError, EOFError, zlib.error) as error:
            self.broken, self._ended = error, True
        chunk = self._rest + b"".join(pieces)
        cut = chunk.rfind(b"\n") + 1
        if self._ended and self.broken is None:
            cut = len(chunk)
        self._rest = chunk[cut:]
        return chunk[:cut]


class Recoded(io.RawIOBase):
    """A stream in any encoding, as UTF-8; what cannot be decoded becomes U+FFFD."""

    def __init__(self, stream: io.BufferedIOBase, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._ready = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with UTF-8; 0 at the end."""
        while not self._ready and not self._ended:
            chunk = self._stream.read1(BLOCK_BYTES)
            self._ended = not chunk
            self._ready = memoryview(self._decoder.decode(chunk, final=not chunk).encode())
        taken = min(len(buffer), len(self._ready))
        buffer[:taken] = self._ready[:taken]
        self._ready = self._ready[taken:]
        return taken


def blanks_to_tabs(lines: bytes) -> bytes:
    """Turn each run of blanks and tabs into one tab, and drop it at both ends of a line."""
    text = np.frombuffer(lines, dtype=np.uint8)
    blank = (text == 0x20) | (text == 0x09)
    ending = (text == 0x0A) | (text == 0x0D)
    # A blank after a blank or after a line's end is not needed; nor is the last run before a line's end.
    before = np.concatenate(([True], (blank | ending)[:-1]))
    kept = ~(blank & before)
    text, blank, ending = text[kept], blank[kept], ending[kept]
    after = np.concatenate((ending[1:], [True]))
    kept = ~(blank & after)
    return bytes(np.where(blank, np.uint8(0x09), text)[kept].astype(np.uint8))
