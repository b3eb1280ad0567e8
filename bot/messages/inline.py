"""Titles found from any chat by “@bot heat”: what anybody may read who reads along there."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.languages import tell
from bot.messages.wording import clip, fit, safe, whole
from store.records import Title

MOST_FOUND = 20
"""Telegram takes 50; nobody scrolls that far."""

MOST_TITLE = 80
MOST_DESCRIPTION = 300
TO_STRANGERS = "Link your account"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One title in the list.

    Attributes:
        key: At most 64 bytes; tells it from the others.
        caption, details: Shown in the list; not escaped.
        text: What is written into the chat when it is chosen; Telegram's HTML.
    """

    key: str
    caption: str
    details: str
    text: str


def found(titles: Sequence[Title]) -> tuple[Found, ...]:
    """The list; what the business knows of who watches what stays in the house."""
    return tuple(map(_found, titles[:MOST_FOUND]))


def _found(title: Title) -> Found:
    year = f" ({title.year})" if title.year else ""
    name = clip(title.title or title.title_id, MOST_TITLE)
    details = [", ".join(title.genres)] if title.genres else []
    if title.duration_minutes:
        details.append(tell("{minutes} min", minutes=whole(title.duration_minutes)))
    facts = clip(" · ".join(details), MOST_TITLE)
    lines = [f"<b>{safe(name, MOST_TITLE)}</b>{year}"]
    lines += [safe(facts, MOST_TITLE)] if facts else []
    lines += [safe(title.description, MOST_DESCRIPTION)] if title.description else []
    return Found(
        key=sha256(title.title_id.encode("utf-8", "replace")).hexdigest()[:32],
        caption=f"{name}{year}" or "?",
        details=facts,
        text=fit(lines),
    )
