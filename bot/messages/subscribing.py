"""What comes to a chat by itself, and when."""

from dataclasses import replace

from bot.errors import UserError
from bot.messages.wording import quoted, safe
from bot.replies import Button, Reply
from store.state.records import Subscription

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SPANS = {"0123456": "every day", "01234": "from Monday to Friday", "56": "on Saturday and Sunday"}
KINDS = {"digest": "digest", "alerts": "alerts"}


def alerts_come() -> Reply:
    """Alerts come to this chat."""
    return Reply(
        text="<b>Subscribed.</b> I write here when customers are newly at risk.\n"
        "To end it: /unsubscribe alerts"
    )


def digest_comes(wish: Subscription) -> Reply:
    """The digest comes to this chat; what else could be wished is a tap away."""
    when = f"{_days(wish.weekdays)} at {wish.hour:02}:{wish.minute:02} ({safe(wish.zone)})"
    unless = ", if something notable happened" if wish.only_notable else ""
    choices = [
        Button(caption, f"/digest {words}")
        for caption, words, already in (
            ("Daily", "daily", wish.weekdays == "0123456"),
            ("Weekdays", "weekdays", wish.weekdays == "01234"),
            ("Weekly", "weekly", len(wish.weekdays) == 1),
        )
        if not already
    ]
    seldom = (
        Button("Always", "/digest always") if wish.only_notable else Button("If notable", "/digest notable")
    )
    return Reply(
        text=f"<b>Subscribed.</b> The digest comes here {when}{unless}.\nTo end it: /unsubscribe digest",
        buttons=((*choices, seldom),),
    )


def _days(weekdays: str) -> str:
    if weekdays in SPANS:
        return SPANS[weekdays]
    names = [WEEKDAYS[int(digit)] for digit in weekdays]
    return f"every {names[0]}" if len(names) == 1 else f"on {', '.join(names[:-1])} and {names[-1]}"


def unsubscribed(kind: str, *, was: bool) -> Reply:
    """A subscription has ended, or there was none."""
    if was:
        return Reply(text=f"<b>Unsubscribed.</b> The {KINDS[kind]} will not come here any more.")
    return Reply(text=f"This chat was not subscribed to the {KINDS[kind]}.")


def offered(digest: Reply) -> Reply:
    """A digest that was asked for, with the offer to have it come by itself."""
    return replace(digest, buttons=(*digest.buttons, (Button("Send it every morning", "/digest daily"),)))


def not_at_the_terminal() -> UserError:
    """What comes by itself comes on Telegram."""
    return UserError("Nothing is pushed to a terminal. Ask me on Telegram, in the chat where it is to come.")


def unclear_wish(typed: str) -> UserError:
    """Neither a time, nor a zone, nor days."""
    return UserError(
        f"I read {quoted(typed)}, but needed a time like 09:00, a zone like Europe/Berlin, daily, weekdays, "
        "weekly or a day of the week, notable or always. Try /digest weekdays 09:00 Europe/Berlin"
    )
