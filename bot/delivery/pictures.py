"""Pictures to be sent: drawn when new, named by Telegram's file id when they were sent before."""

import hashlib
import html
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.replies import Chart, Picture

_MOST_KNOWN = 256


class PictureStock:
    """Remembers, as long as the process lives, under which id Telegram keeps a picture."""

    def __init__(self, draw: Callable[[Chart], Awaitable[bytes]]) -> None:
        self._draw = draw
        self._known: OrderedDict[str, str] = OrderedDict()

    async def media(self, chart: Chart | Picture) -> str | bytes:
        """Telegram's file id, or the PNG where it has none yet."""
        known = self._known.get(_fingerprint(chart))
        if known is not None:
            return known
        return chart.png if isinstance(chart, Picture) else await self._draw(chart)

    def remember(self, chart: Chart | Picture, file_id: str) -> None:
        """Telegram keeps the picture under this id."""
        self._known[_fingerprint(chart)] = file_id
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)

    def forget(self, chart: Chart | Picture) -> None:
        """Telegram no longer knows it."""
        self._known.pop(_fingerprint(chart), None)


def _fingerprint(chart: Chart | Picture) -> str:
    content = chart.png if isinstance(chart, Picture) else repr(chart).encode()
    return hashlib.sha256(content).hexdigest()


def caption_of(chart: Chart | Picture) -> str:
    """The line below the picture, which notifications show; escaped like a text."""
    return chart.caption if isinstance(chart, Picture) else html.escape(chart.title, quote=False)


def filename_of(chart: Chart | Picture) -> str:
    """A name for the file: Telegram takes no picture without one."""
    stem = chart.name if isinstance(chart, Picture) else chart.kind
    return f"{stem}.png"
