"""To the person who asks: greeting, help, who he is, what is kept about him."""

from collections.abc import Mapping, Sequence

from bot.languages import tell
from bot.messages.lessons import Lesson
from bot.messages.wording import bold, code, data_until, fit, safe
from bot.replies import Asker, Button, Reply
from store.records import Role, Run

ROLES: Mapping[Role, str] = {
    "owner": "owner: everything is open to you",
    "retention": "retention: you keep customers from leaving",
    "support": "support: you look customers up",
    "viewer": "viewer: I know what you watch, and what you might like",
    "stranger": "stranger",
}
WISH = "comedy after 2000 under 100 minutes not horror"
DONE = "/contacted /saved /lost /wrong /snooze"


def start(asker: Asker, run: Run | None) -> Reply:
    """The first thing somebody reads."""
    buttons: tuple[tuple[Button, ...], ...]
    if asker.role == "viewer":
        lines = [
            tell("<b>Welcome to Matinee.</b>"),
            tell("I know what to watch next. Tap one, or type the name of a film:"),
        ]
        buttons = (
            (Button(tell("For me"), "/recommend"), Button(tell("Trending"), "/trending")),
            (Button(tell("What is stored about me"), "/mydata"), Button(tell("Help"), "/help")),
        )
    else:
        lines = [
            tell("<b>Welcome to Matinee.</b>"),
            tell("I know who is likely to leave, why, and what they would like to watch."),
            tell("Type a customer's id, mail or name, or tap one:"),
        ]
        buttons = (
            (Button(tell("Who is at risk"), "/atrisk"), Button(tell("Digest"), "/digest")),
            (Button(tell("Segments"), "/segment"), Button(tell("Help"), "/help")),
        )
    return Reply(text=fit(lines, ending=data_until(run) if run else ""), buttons=buttons)


def help_(asker: Asker, lessons: Sequence[Lesson], run: Run | None) -> Reply:
    """Teach by role: what there is, and a line of each that works."""
    role = tell(ROLES[asker.role]).partition(":")[0]
    lines = [tell("<b>What I can do for you</b> ({role})", role=safe(role)), ""]
    lines += [f"{safe(each.example, 60)}\n    {safe(tell(each.summary), 80)}" for each in lessons]
    if asker.role == "viewer":
        lines += ["", tell("Or just type the name of a film.")]
    else:
        lines += ["", tell("Or just type an id, a mail or a name: it opens the customer's card.")]
        lines.append(tell("Wishes for titles go in words: <i>{wish}</i>", wish=WISH))
        lines.append(tell("Note what you did: {commands}, each with the customer", commands=DONE))
    return Reply(text=fit(lines, ending=data_until(run) if run else ""), edit=True)


def one_lesson(lesson: Lesson) -> Reply:
    """Help on one command."""
    about = f"<b>/{safe(lesson.name)}</b>: {safe(tell(lesson.summary), 120)}"
    example = tell("Try {example}", example=safe(lesson.example, 80))
    return Reply(text=f"{about}\n{example}", buttons=((Button(lesson.example, lesson.example),),))


def who_am_i(asker: Asker) -> Reply:
    """What the bot thinks of the asker."""
    role = safe(tell(ROLES[asker.role]), 80)
    zone = tell("Your time zone is {zone}.", zone=safe(asker.zone))
    if asker.user_id == 0:
        return Reply(text=f"{tell('You sit at the terminal, {role}.', role=role)}\n{zone}")
    who = tell("You are {name}, {role}.", name=bold(asker.name), role=role) if asker.name else f"{role}."
    lines = [who, tell("Your Telegram id is {id}.", id=code(asker.user_id)), zone]
    if asker.customer_id:
        lines.append(tell("Your customer id is {id}.", id=code(asker.customer_id)))
    return Reply(text="\n".join(lines))


def linked(asker: Asker, email: str | None) -> Reply:
    """An invitation was accepted; of the mail only enough to recognise it."""
    if asker.role == "viewer":
        account = safe(masked(email)) if email else ""
        done = tell("You are linked for {account}.", account=account) if email else tell("You are linked.")
        buttons = ((Button(tell("For me"), "/recommend"), Button(tell("Help"), "/help")),)
        return Reply(text=f"<b>{done}</b> {tell('I know what to watch next.')}", buttons=buttons)
    role = tell(asker.role)
    text = tell("<b>You are in</b> as {role}. /help shows what I can do.", role=safe(role))
    return Reply(text=text, buttons=((Button(tell("Help"), "/help"),),))


def masked(email: str) -> str:
    """A mail of which a stranger learns nothing: "m***@example.org"."""
    name, _, host = email.partition("@")
    return f"{name[:1]}***@{host}" if host else f"{name[:1]}***"
