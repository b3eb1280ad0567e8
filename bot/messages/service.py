"""What the bot says of itself: that it cannot read, cannot draw, has failed, was blocked."""

from collections.abc import Sequence
from html import escape

from bot.languages import tell
from bot.replies import Reply
from store.state.records import SubscriptionKind

WHOLE_ANSWER = "The whole answer; it is too long for a chat."


def not_text() -> Reply:
    """To a picture, a sticker and the like."""
    return Reply(text=tell("I read text only. /help shows what I can answer."))


def stale_button() -> str:
    """To a button of which nothing is known any more; shown above the chat, not escaped."""
    return tell("This button is from an older version of me. /help shows what I can answer.")


def apology(reference: str) -> Reply:
    """A defect, in one line; the reference finds it in the log."""
    return Reply(
        text=tell(
            "Sorry, something went wrong on my side. If it happens again, please pass on the reference "
            "<code>{reference}</code>.",
            reference=escape(reference, quote=False),
        )
    )


def not_drawn(captions: Sequence[str]) -> Reply:
    """In the place of a picture.

    Args:
        captions: Escaped already.
    """
    names = ", ".join(tell("“{text}”", text=caption) for caption in captions)
    return Reply(
        text=tell(
            "The picture {names} could not be drawn. The numbers above hold; asking again may help.",
            names=names,
        )
    )


def chat_blocked(chat_id: int, kinds: Sequence[SubscriptionKind]) -> Reply:
    """To the owners: somebody wants nothing any more."""
    ended = f" {tell('and')} ".join(map(tell, kinds))
    return Reply(
        text=tell(
            "Chat <code>{id}</code> has blocked me; I ended its subscription to {kinds}.",
            id=chat_id,
            kinds=ended,
        )
    )
