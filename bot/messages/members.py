"""Who is in, how people get in and out, and who looked at what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import UserError
from bot.languages import tell
from bot.messages.people import ROLES, masked
from bot.messages.wording import (
    MOST_CAPTION,
    bold,
    clip,
    code,
    count,
    day,
    fit,
    line,
    moment,
    quoted,
    rows,
    safe,
    turn,
)
from bot.replies import Button, Reply
from store.records import Role
from store.state.records import AuditEntry, Member

PERSONS_ON_PAGE = 10
ENTRIES_ON_PAGE = 15
AT_THE_TERMINAL = "the terminal"
DONE = frozenset({"asked to be forgotten", "forgot a customer"})
DONE_TO = {"invited": "invited {whom}", "linked as": "linked as {whom}", "revoked": "revoked {whom}"}
"""How the audit puts what was no command; the rest are names of commands."""


def is_it_you(email: str | None, secret: str) -> Reply:
    """Before a customer is linked; of the mail only enough to recognise it."""
    account = safe(masked(email)) if email else ""
    asked = tell("Link account {account}?", account=account) if email else tell("Link account?")
    yes = Button(tell("Confirm"), line("/start", secret, "yes"))
    return Reply(
        text=f"{asked} {tell('Then I show what is stored about it, and what to watch next.')}",
        buttons=((yes, Button(tell("No"), line("/start", secret, "no"))),),
    )


def not_linked() -> Reply:
    """A customer says that the account is not his."""
    return Reply(text=tell("Nothing was linked, and the link does not work any more."), edit=True)


def address(secret: str, bot_name: str | None) -> str:
    """What is sent to who shall get in; before the bot's name is known, the line he writes. Not escaped."""
    return f"https://t.me/{bot_name}?start={secret}" if bot_name else f"/start {secret}"


def invitation(role: Role, name: str | None, where: str, until: datetime) -> Reply:
    """An invitation to send on."""
    if name:
        whom = tell("An invitation for {name}, as {role}.", name=bold(name), role=tell(role))
    else:
        whom = tell("An invitation for {role}.", role=tell(role))
    ends = tell("Send it on; it works once, until {moment}:", moment=moment(until))
    return Reply(text=f"{whom} {ends}{_to_send(where)}")


def link(heading: str, where: str, lasts: timedelta) -> Reply:
    """A link for a customer; ``heading`` is escaped."""
    said = tell(
        "A link for {customer}. Send it to nobody else; it works once, within {minutes}, "
        "and asks him before it links:",
        customer=heading,
        minutes=count(lasts.total_seconds() / 60, "minute"),
    )
    return Reply(text=f"{said}{_to_send(where)}")


def _to_send(where: str) -> str:
    """The link; or the line, and whom it is written to."""
    hint = tell("The bot has not run yet, so there is no link; this line is written to it:")
    return (f"\n{hint}" if where.startswith("/") else "") + f"\n\n{safe(where, 200)}"


def only_in_private(command: str) -> UserError:
    """A secret is not shown where others read along."""
    said = tell("An invitation is a secret. Ask me {line} in our private chat.", line=f"/{command}")
    return UserError(said)


def bad_role(typed: str) -> UserError:
    """Somebody is invited as something."""
    return UserError(
        tell(
            "I can invite support or retention, but I read {typed}. Try /invite support Ann",
            typed=quoted(typed),
        ),
        ((tell("Support"), "/invite support"), (tell("Retention"), "/invite retention")),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who may ask.

    Attributes:
        member: What the store keeps of him; None where only the configuration names him.
        listed: The configuration names him.
    """

    user_id: int
    role: Role
    member: Member | None = None
    listed: bool = False

    @property
    def name(self) -> str:
        """What to call him; not escaped."""
        return clip((self.member.name if self.member else None) or "") or str(self.user_id)


def who(persons: Sequence[Person], page: int, names: Mapping[int, str]) -> Reply:
    """Everybody who may ask, staff first.

    Args:
        persons: All of them, in order.
        page: From 1.
        names: What people are called, by id; not escaped.
    """
    if not persons:
        return Reply(
            text=tell(
                "<b>Nobody may ask me on Telegram yet.</b>\n"
                "“matinee serve” shows a code; "
                "whoever sends it to the bot owns it and lets others in: /invite"
            )
        )
    start = (page - 1) * PERSONS_ON_PAGE
    shown = persons[start : start + PERSONS_ON_PAGE]
    all_of_them = count(len(persons), "person", "people")
    lines = [tell("<b>{people} may ask me</b>", people=all_of_them), ""]
    lines += [_person(each, names) for each in shown]
    buttons = [_choices(each) for each in shown if not each.listed]
    return Reply(
        text=fit(lines, ending=tell("Let somebody in: /invite support Ann")),
        buttons=(*buttons, *turn("/who", page, more=start + PERSONS_ON_PAGE < len(persons))),
        edit=True,
    )


def _choices(person: Person) -> tuple[Button, ...]:
    """Shut him out; of a customer his card too."""
    caption = clip(tell("Revoke {name}", name=person.name), MOST_CAPTION)
    revoke = Button(caption, line("/revoke", person.user_id))
    customer_id = person.member.customer_id if person.member else None
    return (revoke, _card(customer_id)) if customer_id else (revoke,)


def _card(customer_id: str) -> Button:
    return Button(clip(customer_id, MOST_CAPTION), line("/user", customer_id))


def _person(person: Person, names: Mapping[int, str]) -> str:
    facts = [f"<b>{safe(person.name)}</b>", tell(person.role), code(person.user_id)]
    if person.listed:
        facts.append(tell("in matinee.toml"))
    elif person.member is not None:
        by, since = person.member.added_by, day(person.member.added_at)
        if by is None:
            facts.append(tell("since {day}", day=since))
        else:
            facts.append(tell("since {day}, by {name}", day=since, name=safe(names.get(by, str(by)))))
    if person.member is not None and person.member.customer_id:
        facts.append(tell("customer {id}", id=code(person.member.customer_id)))
    return " · ".join(facts)


def nobody_called(typed: str) -> UserError:
    """Nobody who is in is called that."""
    said = tell("Nobody who may ask me is called {typed}. /who lists everybody.", typed=quoted(typed))
    return UserError(said, ((tell("Who"), "/who"),))


def several_called(typed: str, persons: Sequence[Person]) -> UserError:
    """More than one person is called that."""
    return UserError(
        tell(
            "{people} are called {typed}. Which one?",
            people=count(len(persons), "person", "people"),
            typed=quoted(typed),
        ),
        tuple((clip(f"{each.name} · {each.user_id}", 38), line("/revoke", each.user_id)) for each in persons),
    )


def in_the_configuration(person: Person) -> UserError:
    """The chat cannot shut out whom the configuration lets in."""
    return UserError(
        tell(
            "{name} is in by [bot] {role} of matinee.toml. Take {id} out there, "
            "and start “matinee serve” again.",
            name=person.name,
            role=person.role,
            id=person.user_id,
        )
    )


def last_owner() -> UserError:
    """Without an owner nobody could let anybody in."""
    return UserError(tell("You are the only owner; without one nobody could let anybody in."))


def really_revoke(person: Person) -> Reply:
    """Asked before somebody is shut out."""
    caption = clip(tell("Shut {name} out", name=person.name), 38)
    yes = Button(caption, line("/revoke", person.user_id, "yes"))
    return Reply(
        text=tell(
            "Shut {name} out ({role}, {id})? His subscriptions and open invitations end too.",
            name=bold(person.name),
            role=tell(person.role),
            id=code(person.user_id),
        ),
        buttons=((yes, Button(tell("No"), "/who")),),
        edit=True,
    )


def revoked(person: Person) -> Reply:
    """Somebody is out."""
    return Reply(
        text=tell("{name} is out. I answer him nothing any more.", name=bold(person.name)),
        buttons=((Button(tell("Who"), "/who"),),),
        edit=True,
    )


def audit(
    entries: Sequence[AuditEntry], names: Mapping[int, str], asked: str, page: int, *, total: int
) -> Reply:
    """Who looked at what, newest first.

    Args:
        entries: Of this page; their times in the reader's zone.
        names: What people are called, by id; not escaped.
        asked: The line without the page.
        page: From 1.
        total: Of all pages.
    """
    title = tell("<b>Who looked at what</b>")
    if not entries:
        return Reply(text=f"{title}\n{tell('Nothing is written down here.')}", edit=True)
    start = (page - 1) * ENTRIES_ON_PAGE
    lines = [f"{title}: {count(total, 'entry', 'entries')}, {start + 1}–{start + len(entries)}", ""]
    for each in entries:
        about = f" {code(each.customer_id)}" if each.customer_id else ""
        name = safe(names.get(each.user_id, str(each.user_id)))
        lines.append(f"{moment(each.at)} · {name}: {_in_words(each.action)}{about}")
    more = start + ENTRIES_ON_PAGE < total
    looked_at = dict.fromkeys(each.customer_id for each in entries if each.customer_id)
    cards = rows([_card(each) for each in looked_at])
    return Reply(text=fit(lines), buttons=(*cards, *turn(asked, page, more=more)), edit=True)


def _in_words(action: str) -> str:
    done, _, whom = action.rpartition(" ")
    if done in DONE_TO:
        return tell(DONE_TO[done], whom=tell(whom) if whom in ROLES else safe(whom))
    return tell(action) if action in DONE else safe(action)
