"""What a command answers with: text, buttons, a chart, a file; nothing of Telegram in it."""

from dataclasses import dataclass
from typing import Literal

from store.records import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """Who asks, and from where; resolved once for each update, in ``bot.access``.

    Attributes:
        user_id: Telegram's id of the person; 0 is the terminal.
        customer_id: The linked customer of a viewer.
        zone: IANA name of the person's time zone.
        name: As Telegram tells it; "Contacted by Ann".
        language: Two letters; what he is answered in.
    """

    user_id: int
    chat_id: int
    role: Role
    customer_id: str | None = None
    zone: str = "UTC"
    name: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Button:
    """A caption and the command line that pressing it asks, e.g. ``/user 42``.

    ``bot.application`` turns the line into callback data within Telegram's 64 bytes.
    """

    caption: str
    line: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One named run of values in a chart."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A chart described in data; ``bot.charts`` has it drawn in the worker process.

    Attributes:
        kind: ``line`` over days, ``bar`` (horizontal) over labels.
        title: The finding, in words.
        labels: One per value: ISO days for ``line``, words for ``bar``.
        unit: Of the value axis.
        percent: Values are shares, to be shown in per cent.
        note: Stands below: the day the data ends.
        marks: Horizontal reference lines by name (for ``line``).
        signed: Values are changes: what rose is marked with a plus.
        cut: Whether the first and the last value of a ``line`` are of a part of their week or month only.
    """

    kind: Literal["line", "bar"]
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    note: str
    percent: bool = False
    marks: tuple[tuple[str, float], ...] = ()
    signed: bool = False
    cut: tuple[bool, bool] = (False, False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A PNG that is already drawn (what belongs to a run is drawn once, by the pipeline)."""

    name: str
    png: bytes
    caption: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file to hand over."""

    filename: str
    content: bytes
    caption: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer.

    Attributes:
        text: Telegram's HTML subset (b, i, code, pre); every value in it is already escaped.
        buttons: Rows of buttons.
        charts: Drawn and sent after the text.
        edit: Replace the message whose button was pressed instead of writing a new one.
        replaces: Of what is pushed: the message that it takes the place of, and of no other.
        quiet: Where a button was pressed, nothing is written: what it did is shown where it was pressed.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    charts: tuple[Chart | Picture, ...] = ()
    document: Document | None = None
    edit: bool = False
    replaces: int | None = None
    quiet: bool = False
