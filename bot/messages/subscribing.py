"""What comes to a chat by itself, and when."""

from dataclasses import replace

from bot.errors import UserError
from bot.languages import tell
from bot.messages.wording import quoted, safe
from bot.replies import Button, Reply
from store.state.records import Subscription

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SPANS = {"0123456": "every day", "01234": "from Monday to Friday", "56": "on Saturday and Sunday"}
ENDED = {
    "digest": "<b>Unsubscribed.</b> The digest will not come here any more.",
    "alerts": "<b>Unsubscribed.</b> The alerts will not come here any more.",
}
NEVER_CAME = {
    "digest": "This chat was not subscribed to the digest.",
    "alerts": "This chat was not subscribed to the alerts.",
}


def alerts_come() -> Reply:
    """Alerts come to this chat."""
    return Reply(
        text=tell(
            "<b>Subscribed.</b> I write here when customers are newly at risk.\n"
            "To end it: /unsubscribe alerts"
        )
    )


def digest_comes(wish: Subscription) -> Reply:
    """The digest comes to this chat; what else could be wished is a tap away."""
    time = f"{wish.hour:02}:{wish.minute:02}"
    when = tell("{days} at {time} ({zone})", days=_days(wish.weekdays), time=time, zone=safe(wish.zone))
    comes = (
        tell("The digest comes here {when}, if something notable happened.", when=when)
        if wish.only_notable
        else tell("The digest comes here {when}.", when=when)
    )
    choices = [
        Button(tell(caption), f"/digest {words}")
        for caption, words, already in (
            ("Daily", "daily", wish.weekdays == "0123456"),
            ("Weekdays", "weekdays", wish.weekdays == "01234"),
            ("Weekly", "weekly", len(wish.weekdays) == 1),
        )
        if not already
    ]
    seldom = (
        Button(tell("Always"), "/digest always")
        if wish.only_notable
        else Button(tell("If notable"), "/digest notable")
    )
    return Reply(
        text=f"{tell('<b>Subscribed.</b>')} {comes}\n{tell('To end it: /unsubscribe digest')}",
        buttons=((*choices, seldom),),
    )


def _days(weekdays: str) -> str:
    if weekdays in SPANS:
        return tell(SPANS[weekdays])
    names = [tell(WEEKDAYS[int(digit)]) for digit in weekdays]
    if len(names) == 1:
        return tell("every {weekday}", weekday=names[0])
    return tell("on {weekdays} and {last}", weekdays=", ".join(names[:-1]), last=names[-1])


def unsubscribed(kind: str, *, was: bool) -> Reply:
    """A subscription has ended, or there was none."""
    return Reply(text=tell(ENDED[kind] if was else NEVER_CAME[kind]))


def offered(digest: Reply) -> Reply:
    """A digest that was asked for, with the offer to have it come by itself."""
    daily = Button(tell("Send it every morning"), "/digest daily")
    return replace(digest, buttons=(*digest.buttons, (daily,)))


def not_at_the_terminal() -> UserError:
    """What comes by itself comes on Telegram."""
    return UserError(
        tell("Nothing is pushed to a terminal. Ask me on Telegram, in the chat where it is to come.")
    )


def unclear_wish(typed: str) -> UserError:
    """Neither a time, nor a zone, nor days."""
    return UserError(
        tell(
            "I read {typed}, but needed a time like 09:00, a zone like Europe/Berlin, daily, weekdays, "
            "weekly or a day of the week, notable or always. Try /digest weekdays 09:00 Europe/Berlin",
            typed=quoted(typed),
        )
    )
