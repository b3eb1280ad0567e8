"""When somebody is written to: his time zone, and the hours in which nothing is pushed."""

from collections.abc import Sequence

from bot.errors import UserError
from bot.messages.wording import quoted, safe
from bot.replies import Button, Reply

MOST_NEAR = 3
_CHOICES = (("22 to 7", "/quiet 22-7"), ("Off", "/quiet off"))


def quiet_now(quiet: tuple[int, int] | None, zone: str) -> Reply:
    """How it stands."""
    text = f"Nothing is pushed to you {_span(quiet, zone)}." if quiet else "You have no quiet hours."
    buttons = tuple(Button(caption, asked) for caption, asked in _CHOICES)
    return Reply(text=f"{text} Try /quiet 22-7 or /quiet off", buttons=(buttons,), edit=True)


def quiet_set(quiet: tuple[int, int] | None, zone: str) -> Reply:
    """It stands as wished."""
    if quiet is None:
        return Reply(text="<b>No quiet hours.</b> Alerts come when there are any.", edit=True)
    return Reply(
        text=f"<b>Quiet {_span(quiet, zone)}.</b> Alerts of that time come after it, as one message; "
        f"a digest comes at its own hour.",
        edit=True,
    )


def _span(quiet: tuple[int, int], zone: str) -> str:
    return f"from {quiet[0]:02}:00 to {quiet[1]:02}:00 ({safe(zone)})"


def bad_hours(typed: str) -> UserError:
    """Two different hours are needed."""
    return UserError(
        f"I need two hours, such as /quiet 22-7, or /quiet off, but I read {quoted(typed)}.", _CHOICES
    )


def zone_now(zone: str) -> Reply:
    """How it stands."""
    return Reply(text=f"Your time zone is {safe(zone)}. To change it: /zone Europe/Berlin")


def zone_set(zone: str, now: str, moved: int) -> Reply:
    """It stands as wished.

    Args:
        zone: IANA name.
        now: The time there, "HH:MM", so that a slip is seen.
        moved: Subscriptions of this chat that follow.
    """
    follow = " Your subscriptions here follow." if moved else ""
    return Reply(text=f"<b>{safe(zone)}</b>, where it is {safe(now)} now.{follow}")


def bad_zone(typed: str, near: Sequence[str]) -> UserError:
    """IANA names only, so that summer time is right; ``near`` are those of a city called that."""
    if near:
        return UserError(
            f"{quoted(typed)} is a city; its zone is {near[0]}. Try /zone {near[0]}",
            tuple((each, f"/zone {each}") for each in near[:MOST_NEAR]),
        )
    return UserError(
        f"I know no time zone {quoted(typed)}. Try one like Europe/Berlin, America/New_York or UTC",
        (("/zone UTC", "/zone UTC"),),
    )
