"""Reads a table or query of a SQL database by SQLAlchemy, streamed; a password never stands in a message."""

import decimal
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, func, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchTableError, SQLAlchemyError
from sqlalchemy.sql import Executable

from pipeline.config import SourceConfig
from pipeline.errors import ConfigError, DataError
from pipeline.sources.blocks import Block, Reading

BLOCK_ROWS = 1 << 14
SAMPLE_ROWS = 2000
_SELECT = re.compile(r"^\s*(select|with)\b", re.IGNORECASE)


def read_database(source: SourceConfig) -> Reading:
    """Open a table or query.

    Raises:
        ConfigError: the address or query is missing or cannot be understood.
        DataError: the database cannot be reached or refuses the query.
    """
    if not source.database or not source.query:
        raise ConfigError(
            f"[[sources]] for {source.table}: with database a query is needed: "
            f'query = "orders" (a table) or query = "SELECT …".'
        )
    origin = source.query if not _SELECT.match(source.query) else f"query for {source.table}"
    database, query = source.database, source.query
    with _engine(database) as connected:
        names, sample, rows = _described(connected, query, origin)

    def blocks() -> Iterator[Block]:
        with _engine(database) as connected:
            yield from _blocks(connected, query, origin)

    return Reading(origin=origin, names=names, blocks=blocks, sample=sample, rows=rows)


def tables_of(database: str) -> tuple[str, ...]:
    """Names of the tables and views of a database.

    Raises:
        ConfigError: the address cannot be understood.
        DataError: the database cannot be reached or read.
    """
    with _engine(database) as connected:
        try:
            found = inspect(connected.engine)
            return (*found.get_table_names(), *found.get_view_names())
        except SQLAlchemyError as error:
            raise DataError(f"{_reason(error)}.") from None


class _engine:  # noqa: N801  # reads as the verb it is: with _engine(url) as connected
    """A connection that leaves nothing open."""

    def __init__(self, database: str) -> None:
        try:
            url = make_url(database)
        except ArgumentError:
            raise ConfigError(
                "[[sources]] database is no SQLAlchemy address. "
                "Write sqlite:///shop.db or postgresql+psycopg://user:${PASSWORD}@host/name."
            ) from None
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        self._shown = url.render_as_string(hide_password=True)
        try:
            self._engine: Engine = create_engine(url)
        except (SQLAlchemyError, ImportError) as error:
            raise ConfigError(f"{self._shown}: {_reason(error)}") from None

    def __enter__(self) -> Connection:
        path = self._engine.url.database
        if self._engine.dialect.name == "sqlite" and path and path != ":memory:" and not Path(path).is_file():
            # SQLite would make an empty file of a mistyped name.
            raise DataError(f"{self._shown}: there is no such file. Check the address in matinee.toml.")
        try:
            self._connection = self._engine.connect().execution_options(
                stream_results=True, yield_per=BLOCK_ROWS
            )
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise DataError(
                f"{self._shown}: cannot be reached ({_reason(error)}). Check the address in matinee.toml."
            ) from None
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._engine.dispose()


def _reason(error: BaseException) -> str:
    """The driver's first line, without anything that looks like a password."""
    line = str(getattr(error, "orig", None) or error).splitlines()[0]
    return re.sub(r"(password\s*[=:]\s*|:)[^\s@:/]+@", r"\1***@", line, flags=re.IGNORECASE)[:200]


def _statement(connected: Connection, query: str) -> Executable:
    return text(query) if _SELECT.match(query) else select(_table(connected, query))


def _table(connected: Connection, name: str) -> Table:
    schema, _, bare = name.rpartition(".")
    return Table(bare, MetaData(), autoload_with=connected.engine, schema=schema or None)


def _described(connected: Connection, query: str, origin: str) -> tuple[tuple[str, ...], pa.Table, int]:
    try:
        statement = _statement(connected, query)
        rows_of = (
            text(f"({query.rstrip().rstrip(';')}) AS counted")
            if _SELECT.match(query)
            else _table(connected, query)
        )
        rows = int(connected.execute(select(func.count()).select_from(rows_of)).scalar_one())
        with connected.execute(statement) as result:
            names = tuple(result.keys())
            return names, _columns(names, result.fetchmany(SAMPLE_ROWS)), rows
    except NoSuchTableError:
        tables = ", ".join(inspect(connected.engine).get_table_names()[:12]) or "no table"
        raise DataError(f"The database has no table “{query}”. It has: {tables}.") from None
    except SQLAlchemyError as error:
        raise DataError(f"{origin}: the database refuses the query ({_reason(error)}).") from None


def _blocks(connected: Connection, query: str, origin: str) -> Iterator[Block]:
    seen = 0
    try:
        with connected.execute(_statement(connected, query)) as result:
            names = tuple(result.keys())
            for rows in result.partitions(BLOCK_ROWS):
                lines = np.arange(seen + 1, seen + 1 + len(rows), dtype=np.int64)
                seen += len(rows)
                yield Block(origin=origin, columns=_columns(names, rows), lines=lines)
    except SQLAlchemyError as error:
        raise DataError(f"{origin}: the database broke off after row {seen} ({_reason(error)}).") from None


def _columns(names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.table({name: _array(values) for name, values in zip(names, columns, strict=True)})


def _array(values: Sequence[Any]) -> pa.Array:
    """An arrow column of what a driver answered; SQLite may mix types in one column, which become text."""
    kinds = {type(value) for value in values if value is not None}
    if decimal.Decimal in kinds:
        values = [None if value is None else float(value) for value in values]
        kinds = {float}
    if len(kinds) <= 1 and not kinds & {bytes, bytearray, memoryview}:
        try:
            return pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            pass
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _text(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", errors="replace")
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
