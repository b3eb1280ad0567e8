"""Opens whatever a source names: files of any kind, or a database."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.config import SourceConfig
from pipeline.errors import ConfigError
from pipeline.sources.blocks import Reading
from pipeline.sources.databases import read_database
from pipeline.sources.delimited import read_delimited
from pipeline.sources.files import matching_files, plain_suffix
from pipeline.sources.parquet import read_parquet


def read_source(source: SourceConfig, folder: Path) -> Iterator[Reading]:
    """Open each file of a source, or its query, in order.

    Raises:
        ConfigError: nothing is named, or what is named is not there.
        DataError: something cannot be read at all.
    """
    if source.database:
        yield read_database(source)
        return
    if not source.files:
        raise ConfigError(f"[[sources]] for {source.table} names neither files nor a database.")
    for path in matching_files(source.files, folder):
        yield read_file(path, source)


def read_file(path: Path, source: SourceConfig) -> Reading:
    """Open one file by its ending; anything that is not Parquet is read as delimited text."""
    if plain_suffix(path) in (".parquet", ".pq"):
        return read_parquet(path)
    return read_delimited(path, source)
