"""From a reply to the requests that say it, one after the other."""

from dataclasses import dataclass

from bot.delivery.buttons import Buttons, Keyboard
from bot.delivery.splitting import MOST_CAPTION, plain_text, split_html
from bot.languages import tell
from bot.messages.service import WHOLE_ANSWER
from bot.replies import Chart, Document, Picture, Reply

MOST_PARTS = 5
MOST_IN_ALBUM = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One message of text, at most 4,096 UTF-16 units.

    Attributes:
        replaces: The message to be edited instead of writing a new one.
    """

    html: str
    keyboard: Keyboard | None = None
    replaces: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pictures:
    """One picture, or an album of 2 to 10."""

    charts: tuple[Chart | Picture, ...]
    keyboard: Keyboard | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """One document."""

    document: Document
    keyboard: Keyboard | None = None


Step = Text | Pictures | File


def steps_of(reply: Reply, buttons: Buttons, *, pressed_message: int | None = None) -> tuple[Step, ...]:
    """What has to be sent, in order.

    Args:
        reply: Its text is escaped already.
        buttons: Makes callback data.
        pressed_message: The message whose button was pressed, if it may be replaced.
    """
    keyboard = buttons.keyboard(reply.buttons)
    parts = split_html(reply.text)
    files = [reply.document] if reply.document else []
    if len(parts) > MOST_PARTS:
        whole = plain_text(reply.text).encode()
        files.append(Document(filename="answer.txt", content=whole, caption=tell(WHOLE_ANSWER)))
        parts = parts[:1]
    replaces = pressed_message if reply.edit and len(parts) == 1 else None
    texts = [
        Text(html=part, keyboard=keyboard if number == len(parts) else None, replaces=replaces)
        for number, part in enumerate(parts, start=1)
    ]
    # Without a text the buttons go to what can carry them; an album cannot.
    carried = None if texts else keyboard
    albums = [Pictures(charts=album, keyboard=carried) for album in _albums(reply.charts)]
    return (*texts, *albums, *(File(document=file, keyboard=carried) for file in files))


def shortened_caption(source: str) -> str:
    """A caption, escaped like a text, within Telegram's limit; the rest is left out."""
    parts = split_html(source, MOST_CAPTION - 1)
    return parts[0] + ("…" if len(parts) > 1 else "") if parts else ""


def _albums(charts: tuple[Chart | Picture, ...]) -> list[tuple[Chart | Picture, ...]]:
    """Tens; what is left over, be it one, goes for itself."""
    return [charts[start : start + MOST_IN_ALBUM] for start in range(0, len(charts), MOST_IN_ALBUM)]
