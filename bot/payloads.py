"""A reply as JSON text, so that what is pushed can wait in the outbox and survive a restart."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from bot.replies import Button, Chart, Document, Picture, Reply, Series


def to_json(reply: Reply) -> str:
    """Everything of a reply, pictures and files included; the same reply gives the same text."""
    return json.dumps(
        {
            "text": reply.text,
            "buttons": [[[button.caption, button.line] for button in row] for row in reply.buttons],
            "charts": [
                _picture(each) if isinstance(each, Picture) else _chart(each) for each in reply.charts
            ],
            "document": None if reply.document is None else _document(reply.document),
            "edit": reply.edit,
            "replaces": reply.replaces,
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def from_json(text: str) -> Reply:
    """The reply that ``to_json`` wrote.

    Raises:
        ValueError: it is no such text.
    """
    try:
        raw = json.loads(text)
        return Reply(
            text=raw["text"],
            buttons=tuple(tuple(Button(caption, line) for caption, line in row) for row in raw["buttons"]),
            charts=tuple(_drawn_or_chart(each) for each in raw["charts"]),
            document=None if raw["document"] is None else _document_from(raw["document"]),
            edit=raw["edit"],
            replaces=raw.get("replaces"),  # rows queued by an earlier version have none
        )
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"needed the JSON of a reply, found {text[:60]!r} ({error})") from error


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _picture(picture: Picture) -> dict[str, object]:
    return {"name": picture.name, "png": _base64(picture.png), "caption": picture.caption}


def _chart(chart: Chart) -> dict[str, object]:
    return {
        "kind": chart.kind,
        "title": chart.title,
        "labels": list(chart.labels),
        "series": [[one.name, list(one.values)] for one in chart.series],
        "unit": chart.unit,
        "note": chart.note,
        "percent": chart.percent,
        "marks": [list(mark) for mark in chart.marks],
        "signed": chart.signed,
        "cut": list(chart.cut),
    }


def _document(document: Document) -> dict[str, object]:
    return {
        "filename": document.filename,
        "content": _base64(document.content),
        "caption": document.caption,
    }


def _drawn_or_chart(raw: Mapping[str, Any]) -> Chart | Picture:
    if "png" in raw:
        return Picture(name=raw["name"], png=base64.b64decode(raw["png"]), caption=raw["caption"])
    return Chart(
        kind=raw["kind"],
        title=raw["title"],
        labels=tuple(raw["labels"]),
        series=tuple(Series(name=name, values=tuple(values)) for name, values in raw["series"]),
        unit=raw["unit"],
        note=raw["note"],
        percent=raw["percent"],
        marks=tuple((name, value) for name, value in raw["marks"]),
        signed=raw.get("signed", False),  # rows queued by an earlier version have neither
        cut=(raw["cut"][0], raw["cut"][1]) if "cut" in raw else (False, False),
    )


def _document_from(raw: Mapping[str, Any]) -> Document:
    return Document(
        filename=raw["filename"], content=base64.b64decode(raw["content"]), caption=raw["caption"]
    )
