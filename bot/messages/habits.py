"""When somebody is written to, and how: his time zone, hours in which nothing is pushed, his language."""

from collections.abc import Mapping, Sequence

from bot.errors import UserError
from bot.languages import tell
from bot.messages.wording import quoted, rows, safe
from bot.replies import Button, Reply

MOST_NEAR = 3


def _choices() -> tuple[tuple[str, str], ...]:
    return (tell("22 to 7"), "/quiet 22-7"), (tell("Off"), "/quiet off")


def quiet_now(quiet: tuple[int, int] | None, zone: str) -> Reply:
    """How it stands."""
    if quiet:
        text = tell("Nothing is pushed to you {span}.", span=_span(quiet, zone))
    else:
        text = tell("You have no quiet hours.")
    buttons = tuple(Button(caption, asked) for caption, asked in _choices())
    hint = tell("Try /quiet 22-7 or /quiet off")
    return Reply(text=f"{text} {hint}", buttons=(buttons,), edit=True)


def quiet_set(quiet: tuple[int, int] | None, zone: str, *, staff: bool) -> Reply:
    """It stands as wished; only staff are sent alerts and digests."""
    if quiet is None:
        text = tell("<b>No quiet hours.</b>")
        return Reply(text=f"{text} {tell('Alerts come when there are any.')}" if staff else text, edit=True)
    text = tell("<b>Quiet {span}.</b>", span=_span(quiet, zone))
    if staff:
        said = "Alerts of that time come after it, as one message; a digest comes at its own hour."
        text += " " + tell(said)
    else:
        text += " " + tell("What I would write to you by myself comes after it.")
    return Reply(text=text, edit=True)


def _span(quiet: tuple[int, int], zone: str) -> str:
    start, end = (f"{hour:02}:00" for hour in quiet)
    return tell("from {start} to {end} ({zone})", start=start, end=end, zone=safe(zone))


def bad_hours(typed: str) -> UserError:
    """Two different hours are needed."""
    words = tell(
        "I need two hours, such as /quiet 22-7, or /quiet off, but I read {typed}.", typed=quoted(typed)
    )
    return UserError(words, _choices())


def zone_now(zone: str) -> Reply:
    """How it stands."""
    now = tell("Your time zone is {zone}.", zone=safe(zone))
    return Reply(text=f"{now} {tell('To change it: /zone Europe/Berlin')}")


def zone_set(zone: str, now: str, moved: int) -> Reply:
    """It stands as wished.

    Args:
        zone: IANA name.
        now: The time there, "HH:MM", so that a slip is seen.
        moved: Subscriptions of this chat that follow.
    """
    text = tell("<b>{zone}</b>, where it is {time} now.", zone=safe(zone), time=safe(now))
    return Reply(text=f"{text} {tell('Your subscriptions here follow.')}" if moved else text)


def bad_zone(typed: str, near: Sequence[str]) -> UserError:
    """IANA names only, so that summer time is right; ``near`` are those of a city called that."""
    if near:
        words = tell(
            "{typed} is a city; its zone is {zone}. Try /zone {zone}", typed=quoted(typed), zone=near[0]
        )
        return UserError(words, tuple((each, f"/zone {each}") for each in near[:MOST_NEAR]))
    words = tell(
        "I know no time zone {typed}. Try one like Europe/Berlin, America/New_York or UTC",
        typed=quoted(typed),
    )
    return UserError(words, (("/zone UTC", "/zone UTC"),))


def language_now(spoken: str, names: Mapping[str, str]) -> Reply:
    """Which language it is, and a button for each there is.

    Args:
        spoken: Two letters.
        names: By two letters, as those call it who speak it.
    """
    return Reply(
        text=tell("I speak {language} with you. Tap another:", language=safe(names[spoken])),
        buttons=_languages(spoken, names),
        edit=True,
    )


def language_set(name: str, *, staff: bool) -> Reply:
    """It stands as wished; said in the new language."""
    text = tell("<b>{language}</b> from now on.", language=safe(name))
    more = tell("Numbers asked for in words, and what a run says of itself, stay in English.")
    return Reply(text=f"{text} {more}" if staff else text, edit=True)


def unknown_language(typed: str, spoken: str, names: Mapping[str, str]) -> UserError:
    """No translation of that name."""
    words = tell("I do not speak {typed} yet. Which one shall it be?", typed=quoted(typed))
    choices = (each for row in _languages(spoken, names) for each in row)
    return UserError(words, tuple((each.caption, each.line) for each in choices))


def _languages(spoken: str, names: Mapping[str, str]) -> tuple[tuple[Button, ...], ...]:
    return rows(
        [Button(f"✓ {name}" if code == spoken else name, f"/language {code}") for code, name in names.items()]
    )
