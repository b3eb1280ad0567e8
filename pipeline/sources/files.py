"""Files as streams of bytes: found by pattern, opened through their compression, hashed."""

import bz2
import gzip
import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pyarrow as pa

from pipeline.errors import ConfigError, DataError

COMPRESSIONS = (".gz", ".bz2", ".zst", ".zip")


def matching_files(patterns: tuple[str, ...], folder: Path) -> tuple[Path, ...]:
    """Every file that a name or glob pattern means, each once, in order of pattern and name.

    Raises:
        ConfigError: a pattern matches nothing; says what lies in the folder.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        exact = folder / pattern
        matches = (
            [exact] if exact.is_file() else sorted(path for path in folder.glob(pattern) if path.is_file())
        )
        if not matches:
            present = ", ".join(sorted(path.name for path in folder.glob("*"))[:12]) or "nothing"
            raise ConfigError(
                f"{folder}: no file matches “{pattern}”. The folder holds: {present}. "
                f'Correct files = ["{pattern}"] in matinee.toml.'
            )
        found.update(dict.fromkeys(matches))
    return tuple(found)


def plain_suffix(path: Path) -> str:
    """The ending that tells the format: ``.csv`` of ``events.csv.gz``, in lower case."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in COMPRESSIONS:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


@contextmanager
def opened(path: Path) -> Iterator[io.BufferedIOBase]:
    """Open a file for reading its plain bytes; a zip archive must hold exactly one file.

    Raises:
        DataError: a zip archive holds none or several files, or is none.
    """
    suffix = path.suffix.lower()
    if suffix == ".zip":
        yield from _zip_member(path)
        return
    if suffix == ".gz":
        stream: io.BufferedIOBase = gzip.GzipFile(path)
    elif suffix == ".bz2":
        stream = bz2.BZ2File(path)
    elif suffix == ".zst":
        stream = cast("io.BufferedIOBase", pa.CompressedInputStream(str(path), "zstd"))
    else:
        stream = path.open("rb")
    with stream:
        yield stream


def _zip_member(path: Path) -> Iterator[io.BufferedIOBase]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise DataError(f"{path.name}: is no zip archive ({error}). Deliver it again.") from None
    with archive:
        names = [member.filename for member in archive.infolist() if not member.is_dir()]
        if len(names) != 1:
            raise DataError(
                f"{path.name}: holds {len(names)} files, and one is needed. Unpack it into the data folder."
            )
        with archive.open(names[0]) as stream:
            yield cast("io.BufferedIOBase", stream)


def plain_size(path: Path) -> int:
    """About how many bytes the file holds when unpacked; text shrinks to about a fifth."""
    packed = path.suffix.lower() in COMPRESSIONS
    return path.stat().st_size * (5 if packed else 1)


def fingerprint(path: Path) -> str:
    """SHA-256 of the file as it lies there."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
