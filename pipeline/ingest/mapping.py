"""Which column of a source fills which canonical one, checked against the columns that are really there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from pipeline.config import SourceConfig
from pipeline.errors import ConfigError, DataError
from pipeline.tables import TABLES, Table


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """A source's columns by what they fill.

    Attributes:
        columns: Canonical column → the source's columns, at least one.
        further: The source's columns that fill none, in their order.
    """

    table: Table
    columns: Mapping[str, tuple[str, ...]]
    further: tuple[str, ...]


def table_named(name: str) -> Table:
    """The canonical table of that name.

    Raises:
        ConfigError: there is none.
    """
    for table in TABLES:
        if table.name == name:
            return table
    raise ConfigError(
        f"[[sources]] table = “{name}” is none of Matinee's tables. Write customers, titles or events."
    )


def mapped(source: SourceConfig, names: Sequence[str], origin: str) -> Mapped:
    """Find each mapped column among the source's.

    Raises:
        ConfigError: a canonical column is unknown, or a needed one is not mapped.
        DataError: a mapped column is not there; says which are, and the nearest names.
    """
    table = table_named(source.table)
    columns: dict[str, tuple[str, ...]] = {}
    for canonical, given in source.columns.items():
        if table.column(canonical) is None:
            known = ", ".join(column.name for column in table.columns)
            raise ConfigError(
                f"[[sources]] for {table.name}: there is no column “{canonical}”. Columns are: {known}."
            )
        listed = given if isinstance(given, tuple) else (given,)
        columns[canonical] = tuple(_found(one, names, canonical, origin) for one in listed)
    for column in table.columns:
        if column.needed and column.name not in columns:
            raise ConfigError(
                f"[[sources]] for {table.name}: columns names nothing for “{column.name}”, which every row "
                f"needs. {origin} has the columns: {', '.join(names)}. "
                f'Write {column.name} = "…" under [sources.columns] in matinee.toml.'
            )
    used = {name for given in columns.values() for name in given}
    return Mapped(table=table, columns=columns, further=tuple(name for name in names if name not in used))


def _found(wanted: str | int, names: Sequence[str], canonical: str, origin: str) -> str:
    if isinstance(wanted, int):
        if 1 <= wanted <= len(names):
            return names[wanted - 1]
        raise DataError(
            f"{origin}: has {len(names)} columns, but {canonical} = {wanted} asks for number {wanted}. "
            f"It has: {', '.join(names)}. Correct {canonical} in matinee.toml."
        )
    if wanted in names:
        return wanted
    folded = {name.strip().lower(): name for name in names}
    if wanted.strip().lower() in folded:
        return folded[wanted.strip().lower()]
    if len(names) == 1:
        raise DataError(
            f"{origin}: has no column “{wanted}”, only “{names[0]}”: the rows are cut at the wrong sign. "
            f"Set delimiter in matinee.toml, or leave it out to have it found."
        )
    near = get_close_matches(wanted.lower(), list(folded), n=1, cutoff=0.5)
    hint = (
        f' The nearest is “{folded[near[0]]}”: write {canonical} = "{folded[near[0]]}" in matinee.toml.'
        if near
        else ""
    )
    raise DataError(
        f"{origin}: has no column “{wanted}”, which {canonical} needs. It has: {', '.join(names)}.{hint}"
    )
