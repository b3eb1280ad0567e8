"""Proposes a mapping for files of no known layout, by names and types of columns; a person corrects it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.config import SourceConfig
from pipeline.sources.looking import FileLook
from pipeline.sources.numbers import numbers_of, scale_of
from pipeline.sources.synonyms import folded, meant
from pipeline.tables import EVENTS, TABLES

_KINDS = (
    ("search", ("search", "quer")),
    ("refund", ("refund", "chargeback", "return")),
    ("rating", ("rating", "review", "vote")),
    ("watch", ("watch", "view", "stream", "play", "session", "histor", "listen")),
    (
        "order",
        (
            *("order", "payment", "purchase", "transact", "sale", "invoice", "bill", "charge"),
            *("bestell", "rechnung", "kauf", "umsatz", "zahlung"),
        ),
    ),
)
_PEOPLE = (
    *("customer", "user", "member", "subscriber", "client", "account", "people", "person", "viewer"),
    *("listener", "kunde", "mitglied", "nutzer"),
)
_SHOWN_NOT_DONE = ("recommendation", "impression", "exposure", "campaign", "email_sent")


def propose(looks: Sequence[FileLook]) -> tuple[tuple[SourceConfig, ...], tuple[str, ...]]:
    """A source for each file that fits a canonical table, and a sentence on each file of what was guessed."""
    sources: list[SourceConfig] = []
    notes: list[str] = []
    for group in _deliveries(looks):
        look = group[0]
        files = tuple(one.query or one.path.name for one in group)
        if any(word in look.stem for word in _SHOWN_NOT_DONE):
            notes.append(
                f"{', '.join(files)} is left out: what was shown to a customer is not something he did."
            )
            continue
        source = _source(look)
        if source is None:
            notes.append(f"{', '.join(files)} fits none of customers, titles, events; left out.")
            continue
        placed = replace(source, database=look.database, query=look.query)
        sources.append(placed if look.query else replace(source, files=files))
        notes.append(_told(source, look, files))
    order = [table.name for table in TABLES]
    return tuple(sorted(sources, key=lambda source: order.index(source.table))), tuple(notes)


def _deliveries(looks: Sequence[FileLook]) -> list[list[FileLook]]:
    """Files with the same columns and nearly the same name are deliveries of one table."""
    groups: dict[tuple[str, tuple[str, ...]], list[FileLook]] = {}
    for look in looks:
        # A table of a database is read by itself.
        stem = look.query or "".join(letter for letter in look.stem if letter.isalpha())
        groups.setdefault((stem, look.names), []).append(look)
    return list(groups.values())


def _told(source: SourceConfig, look: FileLook, files: Sequence[str]) -> str:
    pairs = ", ".join(
        f"{canonical} ← {given if look.header else f'column {given}'}"
        for canonical, given in source.columns.items()
    )
    used = {str(given) for given in source.columns.values()}
    further = [name for name in look.names if name not in used]
    kind = f" of kind {source.kind}" if source.kind else ""
    rest = f"; not mapped: {', '.join(further)}" if further and look.header else ""
    return f"{', '.join(files)} → {source.table}{kind}: {pairs}{rest}."


def _source(look: FileLook) -> SourceConfig | None:
    if look.header:
        table, columns = _table_by_names(look)
    else:
        table, columns = "events", _events_by_types(look)
    if table is None or not columns:
        return None
    settings = SourceConfig(table=table, header=look.header, columns=columns)
    if look.delimiter not in (None, ",") or not look.header:
        settings = replace(settings, delimiter=look.delimiter)
    return _with_scales(settings, look) if table == "events" else settings


def _table_by_names(look: FileLook) -> tuple[str | None, dict[str, str | int]]:
    events = _events_by_names(look)
    customers = meant(look.names, "customers")
    titles = meant(look.names, "titles")
    if "customer_id" in events and "at" in events and not _describes_customers(look, events, customers):
        return "events", dict(events)
    if "customer_id" not in customers or len(customers) == 1:
        customers = {}
    if "title_id" not in titles or len(titles) == 1 or "customer_id" in events:
        titles = {}
    # An id and a name may be anybody's: the file's name tells, else the number of columns that fit.
    about_people = any(word in look.stem for word in _PEOPLE)
    if customers and (about_people or len(customers) > len(titles)):
        return "customers", dict(customers)
    return ("titles", dict(titles)) if titles else (None, {})


def _events_by_names(look: FileLook) -> dict[str, str]:
    found = meant(look.names, "events")
    if "at" in found and look.types[found["at"]] not in ("time", "whole", "empty"):
        del found["at"]
    if "at" not in found:
        times = [name for name in look.names if look.types[name] == "time" and name not in found.values()]
        if times:
            found["at"] = times[0]
    for name in ("minutes", "progress", "rating", "amount", "items"):
        if name in found and look.types[found[name]] not in ("whole", "decimal", "empty"):
            del found[name]
    if "kind" in found and look.types[found["kind"]] != "text":
        del found["kind"]
    return {column.name: found[column.name] for column in EVENTS.columns if column.name in found}


def _describes_customers(look: FileLook, events: dict[str, str], customers: dict[str, str]) -> bool:
    """A row per customer with something personal, and nothing that was done."""
    if {"title_id", "rating", "minutes", "progress"} & set(events):
        return False
    personal = {"name", "email", "age", "gender", "plan"} & set(customers)
    ids = look.sample.column(events["customer_id"]).drop_null().to_pylist()
    return bool(personal) and len(set(ids)) >= 0.95 * max(1, len(ids))


def _events_by_types(look: FileLook) -> dict[str, str | int]:
    """Columns without names: a moment, then ids from the left, then small numbers as ratings and money."""
    place = {name: number for number, name in enumerate(look.names, start=1)}
    times = [name for name in look.names if look.types[name] == "time"]
    if not times:
        return {}
    # A customer number of eight or ten digits may look like a moment; of several the last one is the time.
    at = times[-1]
    left = [name for name in look.names if name != at and look.types[name] != "empty"]
    if not left:
        return {}
    found: dict[str, str | int] = {"customer_id": place[left[0]], "at": place[at]}
    for name in left[1:]:
        canonical = _by_values(look, name, set(found))
        if canonical is not None:
            found[canonical] = place[name]
    return found


def _by_values(look: FileLook, name: str, taken: set[str]) -> str | None:
    kind = look.types[name]
    if kind == "text":
        return None if "title_id" in taken else "title_id"
    values, _ = numbers_of(look.sample.column(name).combine_chunks())
    most, distinct = np.nanmax(values), len(np.unique(values))
    if kind == "decimal":
        halves = bool(((values * 2) % 1 == 0).all()) and most <= 10
        wanted = ("rating", "amount") if halves else ("amount", "rating")
        return next((one for one in wanted if one not in taken), None)
    if distinct <= 11 and most <= 10 and "title_id" in taken:
        return None if "rating" in taken else "rating"
    if distinct > 100 and most > 100:
        return None if "title_id" in taken else "title_id"
    return None if "items" in taken else "items"


def _with_scales(source: SourceConfig, look: FileLook) -> SourceConfig:
    def values_of(canonical: str) -> np.ndarray | None:
        given = source.columns.get(canonical)
        if given is None:
            return None
        name = look.names[given - 1] if isinstance(given, int) else str(given)
        values, _ = numbers_of(look.sample.column(name).combine_chunks())
        values = values[~np.isnan(values)]
        return values if len(values) else None

    ratings, progress = values_of("rating"), values_of("progress")
    if ratings is not None:
        halves = bool((ratings % 1).any())
        source = replace(
            source, rating_scale=scale_of(float(ratings.min()), float(ratings.max()), halves=halves)
        )
    if progress is not None and progress.max() > 1.5:
        source = replace(source, progress_scale=100.0)
    return source if "kind" in source.columns else replace(source, kind=_kind(source, look))


def _kind(source: SourceConfig, look: FileLook) -> str:
    """By what the file is called, else by what it carries."""
    words = f"{look.stem} {folded(str(source.columns['at']))}"
    for kind, beginnings in _KINDS:
        if any(beginning in words for beginning in beginnings):
            return kind
    told = {"minutes": "watch", "progress": "watch", "amount": "order", "rating": "rating"}
    return next((kind for name, kind in told.items() if name in source.columns), "other")
