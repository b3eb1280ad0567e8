"""Writes a ``matinee.toml`` that a person can read and correct."""

import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import PurePath
from typing import Protocol

from pipeline.config import SourceConfig
from pipeline.tables import TABLES


class Recognised(Protocol):
    """What was found in a folder; see ``layouts.Recognition``."""

    @property
    def layout(self) -> str:
        """Name of the layout."""

    @property
    def sources(self) -> tuple[SourceConfig, ...]:
        """How its files map to the canonical tables."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the reader."""


_HINTS = {
    "files": "names or patterns like watches-*.csv.gz; deliveries may overlap",
    "kind": "watch, rating, order, refund, search or other",
    "rating_scale": "worst and best rating",
    "progress_scale": "what a finished watch reads: 1 or 100",
    "header": "the first row names no columns; columns are numbered from 1",
    "zone": "of times that carry none",
}
_SETTINGS = """
# Everything below has a default that fits most; take the # away to change it.

# [compute]
# processes = 2               # at once; each holds one partition in memory
# partition_events = 500000   # about 40 MB each
# backend = "dask"            # an existing cluster instead of local processes
# scheduler = "tcp://host:8786"

# [churn]
# horizon_days = 30           # nothing for this long means gone; without it, chosen from the data
# resampling = "none"         # "oversampling" or "smote"

# [segments]
# fewest = 3
# most = 6

# [recommend]
# published = 50              # titles kept for each customer
# like_share = 0.7            # a rating of this share of its scale is a like

# [bot]                       # the token is never written here: set MATINEE_TELEGRAM_TOKEN
# owners = [123456789]        # Telegram user ids; each sees what his role may see
# retention = []
# support = []
# groups = []                 # chats that the bot may answer in

# [synonyms]                  # words of your own for what can be asked; /questions says which are missed
# "punters" = "customers"

# [jobs]
# zone = "Europe/Berlin"
# retrain_at = "03:00"
# alerts_at = "07:00"
"""


def config_text(
    recognition: Recognised,
    *,
    data: str | PurePath,
    output: str | PurePath = "matinee-data",
    currency: str = "",
) -> str:
    """The text of a commented ``matinee.toml`` for the sources found.

    Args:
        recognition: What ``recognise`` found.
        data: The data folder, as it shall stand there.
        output: The folder for results, as it shall stand there.
        currency: Shown behind money.
    """
    lines = [
        f"# Matinee's configuration, written by “matinee init”. Layout: {recognition.layout}.",
        "# Correct what is wrong, then try it with “matinee check”.",
        *(f"# • {note}" for note in recognition.notes),
        "",
        "[paths]",
        f"data = {_value(str(data))}      # relative to this file",
        f"output = {_value(str(output))}",
        "",
        "[data]",
        '# watermark = "2026-11-23"   # last day fully loaded; without it, the day of the last event',
        f'currency = {_value(currency)}               # shown behind money, e.g. "€"',
    ]
    hints = dict(_HINTS)
    for source in recognition.sources:
        lines += ["", *_source_lines(source, hints)]
    return "\n".join(lines) + "\n" + _SETTINGS


def _source_lines(source: SourceConfig, hints: dict[str, str]) -> list[str]:
    """One source; each hint stands where its setting comes first."""
    lines = ["[[sources]]"]
    default = SourceConfig(table=source.table)
    for field in fields(source):
        value = getattr(source, field.name)
        if field.name == "columns" or (field.name != "table" and value == getattr(default, field.name)):
            continue
        if field.name == "database":
            # A lone dollar sign would ask for a variable of the environment.
            value = value.replace("$", "$$")
        hint = f"   # {hints.pop(field.name)}" if field.name in hints else ""
        lines.append(f"{field.name} = {_value(value)}{hint}")
    lines.append("[sources.columns]")
    table = next(table for table in TABLES if table.name == source.table)
    width = max((len(name) for name in source.columns), default=0)
    lines += [
        f"{column.name:<{width}} = {_value(source.columns[column.name])}"
        for column in table.columns
        if column.name in source.columns
    ]
    unmapped = [column.name for column in table.columns if column.name not in source.columns]
    if unmapped:
        lines.append(f"# also possible: {', '.join(unmapped)}")
    return lines


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's strings are TOML's basic strings.
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence):
        return "[" + ", ".join(_value(entry) for entry in value) + "]"
    return repr(value)
