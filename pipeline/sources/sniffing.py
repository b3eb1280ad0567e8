"""How a text file is written, found from its first bytes: encoding, delimiter, header."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from pipeline.errors import DataError
from pipeline.sources.files import opened

SAMPLE_BYTES = 1 << 18
WHITESPACE = "whitespace"
FEWEST_TELLING_BYTES = 400
MOST_LINES_IN_FIELD = 20
# The rarer in text and numbers come first: who writes decimal commas parts fields by semicolons or tabs.
_DELIMITERS = ("::", "\t", ";", ",", "|")
# A first line cut otherwise than the others does not name their columns.
_UNLIKE_FIRST_LINE = 0.2
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


# What files of businesses come in besides UTF-8; those for Western Europe are hard to tell from each other.
_LATIN = ("cp1252", "latin_1", "cp1250", "cp1254")
_LEGACY = (
    *_LATIN,
    *("cp1251", "cp1253", "cp1255", "cp1256", "cp1257", "koi8_r", "cp866", "shift_jis", "euc_jp", "gb18030"),
    *("big5", "euc_kr", "cp874"),
)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How a text file is written.

    Attributes:
        encoding: A codec's name; ``utf-8`` where nothing speaks against it.
        delimiter: One or more characters, or ``whitespace``.
        quoted: Fields may stand in double quotes.
        rows: Of the sample, cut into fields; the header, if any, is the first.
    """

    encoding: str
    delimiter: str
    quoted: bool
    rows: tuple[tuple[str, ...], ...]


def sample_of(path: Path) -> bytes:
    """The first bytes; they may end inside a line.

    Raises:
        DataError: the file is empty or its compression is broken from the start.
    """
    try:
        with opened(path) as stream:
            sample = stream.read(SAMPLE_BYTES)
    except (OSError, EOFError) as error:
        raise DataError(f"{path.name}: cannot be unpacked ({error}). Deliver it again.") from None
    if not sample.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise DataError(f"{path.name}: is empty. Deliver it again, or take it out of files in matinee.toml.")
    return sample


def encoding_of(sample: bytes) -> str:
    """Name of the codec that reads the sample."""
    for mark, name in _BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return name
    if sample[1::2].count(0) > len(sample) // 5:
        return "utf-16-le"
    if sample[0::2].count(0) > len(sample) // 5:
        return "utf-16-be"
    try:
        # The sample may end inside a character; an incremental decoder forgives that, and only that.
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return legacy_encoding_of(sample)
    return "utf-8"


def legacy_encoding_of(sample: bytes) -> str:
    """The most likely eight-bit or multi-byte codec of bytes that are no UTF-8."""
    strange = b"\n".join(line for line in sample.split(b"\n") if not line.isascii())[: 1 << 15]
    best = from_bytes(strange, cp_isolation=list(_LEGACY)).best()
    # Short samples fit many code pages; cp1252 is what spreadsheets of most of our users write.
    if best is not None and len(strange) >= FEWEST_TELLING_BYTES and best.encoding not in _LATIN:
        return best.encoding
    try:
        strange.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def dialect_of(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Dialect:
    """Find out how a file is written; what is given is believed.

    Raises:
        DataError: the file is empty, or not text in the encoding.
    """
    sample = sample_of(path)
    codec = encoding or encoding_of(sample)
    try:
        text = codecs.getincrementaldecoder(codec)(errors="replace").decode(sample)
    except LookupError:
        raise DataError(f'{path.name}: there is no encoding “{codec}”. Try encoding = "cp1252".') from None
    if "\x00" in text:
        raise DataError(f"{path.name}: is not text (it holds NUL bytes). CSV, TSV or Parquet is needed.")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(sample) == SAMPLE_BYTES and len(lines) > 1:
        # The sample ends somewhere inside a line.
        lines = lines[:-1]
    lines = [line for line in lines if line.strip()][:2000]
    chosen = delimiter or delimiter_of(lines)
    quoted = chosen not in ("::", WHITESPACE) and _looks_quoted(lines, chosen)
    if quoted and _swallows(_cut(lines, chosen, quoted=True)):
        quoted = False
    return Dialect(encoding=codec, delimiter=chosen, quoted=quoted, rows=_cut(lines, chosen, quoted=quoted))


def _looks_quoted(lines: Sequence[str], delimiter: str) -> bool:
    if delimiter in {",", ";"}:
        return True
    return any(f'{delimiter}"' in f"{delimiter}{line}" for line in lines)


def _swallows(rows: Sequence[Sequence[str]]) -> bool:
    """A mark that opens and never closes takes all the lines that follow for one field."""
    return any(field.count("\n") > MOST_LINES_IN_FIELD for row in rows for field in row)


def _cut(lines: Sequence[str], delimiter: str, *, quoted: bool) -> tuple[tuple[str, ...], ...]:
    if delimiter == WHITESPACE:
        return tuple(tuple(line.split()) for line in lines)
    if len(delimiter) > 1 or not quoted:
        return tuple(tuple(line.split(delimiter)) for line in lines)
    return tuple(tuple(row) for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter))


def delimiter_of(lines: Sequence[str]) -> str:
    """The delimiter that cuts most lines into the same number of fields, at least two.

    A delimiter of fewer regular lines loses, and so does one that cuts the first line otherwise than the
    rest: “Betrag” stands above “12,50”. Among equals the order is ``::``, tab, semicolon, comma, bar, and
    runs of blanks come last because text holds blanks.
    """
    best, best_share, best_width = ",", 0.0, 1
    for delimiter in (*_DELIMITERS, WHITESPACE):
        rows = _cut(lines[:200], delimiter, quoted=delimiter in (",", ";"))
        if _swallows(rows):
            rows = _cut(lines[:200], delimiter, quoted=False)
        counts = Counter(len(row) for row in rows)
        width, regular = counts.most_common(1)[0] if counts else (1, 0)
        share = regular / max(1, len(rows))
        if rows and len(rows[0]) != width:
            share -= _UNLIKE_FIRST_LINE
        better = share > best_share + 0.05
        # “President, The” cuts as regularly as bars do, but into far fewer fields.
        finer = delimiter != WHITESPACE and share > best_share - 0.05 and width > 2 * best_width
        if width > 1 and (better or finer):
            best, best_share, best_width = delimiter, share, width
    return best
