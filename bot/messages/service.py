"""What the bot says of itself: that it cannot read, cannot draw, has failed, was blocked."""

from collections.abc import Sequence
from html import escape

from bot.replies import Reply

NOT_TEXT = "I read text only. /help shows what I can answer."
STALE_BUTTON = "This button is from an older version of me. /help shows what I can answer."
WHOLE_ANSWER = "The whole answer; it is too long for a chat."


def not_text() -> Reply:
    """To a picture, a sticker and the like."""
    return Reply(text=NOT_TEXT)


def apology(reference: str) -> Reply:
    """A defect, in one line; the reference finds it in the log."""
    return Reply(
        text="Sorry, something went wrong on my side. If it happens again, please pass on the reference "
        f"<code>{escape(reference, quote=False)}</code>."
    )


def not_drawn(captions: Sequence[str]) -> Reply:
    """In the place of a picture.

    Args:
        captions: Escaped already.
    """
    names = ", ".join(f"“{caption}”" for caption in captions)
    return Reply(
        text=f"The picture {names} could not be drawn. The numbers above hold; asking again may help."
    )


def chat_blocked(chat_id: int, kinds: Sequence[str]) -> Reply:
    """To the owners: somebody wants nothing any more."""
    ended = " and ".join(kinds)
    return Reply(text=f"Chat <code>{chat_id}</code> has blocked me; I ended its subscription to {ended}.")
