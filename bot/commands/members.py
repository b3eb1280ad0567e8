"""Letting people in and out, and who looked at what."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.access import LIFETIMES, is_invited
from bot.access import invite as make_invitation
from bot.commands.reading import customer_from, customer_meant, page_from
from bot.languages import tell
from bot.messages import members as words_for
from bot.messages.cards import heading
from bot.messages.members import ENTRIES_ON_PAGE, PERSONS_ON_PAGE, Person
from bot.messages.wording import line
from bot.payloads import to_json
from bot.queries import Queries
from bot.replies import Asker, Reply
from store.records import Role
from store.state.records import Member

BOT_NAME = "bot_name"
"""Under this key ``bot.application`` notes the bot's user name."""

MENU = "menu"
"""A row of this kind in the outbox brings the menu of a chat up to date."""

MOST_GUEST_NAME = 40
INVITED: tuple[Literal["support", "retention"], ...] = ("support", "retention")
RANKS: tuple[Role, ...] = ("owner", "retention", "support", "viewer")


def invite(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /invite support|retention [name]: a one-time link to send on."""
    _in_private(asker, "invite")
    role = next((each for each in INVITED if words and words[0].casefold() == each), None)
    if role is None:
        raise words_for.bad_role(" ".join(words[:1]))
    name = " ".join(words[1:])[:MOST_GUEST_NAME] or None
    now = queries.now()
    with queries.state.transaction():
        secret = make_invitation(queries.state, role, now, by=asker.user_id, name=name)
        queries.state.write_audit(asker.user_id, f"invited {role}", None, now)
    until = _local(now + LIFETIMES[role], asker)
    return words_for.invitation(role, name, _address(secret, queries), until)


def link(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /link <customer>: a one-time link that the customer himself uses."""
    _in_private(asker, "link")
    customer = customer_from(words, "link", asker, queries)
    secret = make_invitation(
        queries.state, "viewer", queries.now(), by=asker.user_id, customer_id=customer.customer_id
    )
    return words_for.link(heading(customer), _address(secret, queries), LIFETIMES["viewer"])


def _in_private(asker: Asker, command: str) -> None:
    if asker.chat_id != asker.user_id:
        raise words_for.only_in_private(command)


def _address(secret: str, queries: Queries) -> str:
    return words_for.address(secret, queries.state.noted(BOT_NAME))


def _local(at: datetime, asker: Asker) -> datetime:
    return at.astimezone(ZoneInfo(asker.zone))


def who(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /who [page <number>]: everybody who may ask, and who let him in."""
    del asker
    rest, page = page_from(words)
    persons = _persons(queries)
    if rest:
        persons = _called(rest, persons)
    last = max(1, -(-len(persons) // PERSONS_ON_PAGE))
    return words_for.who(persons, min(page, last), names_of(queries))


def _persons(queries: Queries) -> list[Person]:
    kept = {each.user_id: each for each in queries.state.members()}
    listed = queries.listed
    persons = [
        Person(user_id=user_id, role=role, member=kept.get(user_id), listed=True)
        for user_id, role in listed.items()
    ]
    persons += [
        Person(user_id=user_id, role=member.role, member=member)
        for user_id, member in kept.items()
        if user_id not in listed and is_invited(member)
    ]
    return sorted(persons, key=lambda each: (RANKS.index(each.role), each.name.casefold(), each.user_id))


def names_of(queries: Queries) -> dict[int, str]:
    """What people are called, by Telegram id; who sits at the terminal too."""
    return {
        0: tell(words_for.AT_THE_TERMINAL),
        **{each.user_id: each.name for each in queries.state.members() if each.name},
    }


def _called(words: Sequence[str], persons: Sequence[Person]) -> list[Person]:
    typed = " ".join(words)
    found = [
        each for each in persons if typed == str(each.user_id) or typed.casefold() == each.name.casefold()
    ]
    if not found:
        raise words_for.nobody_called(typed)
    return found


def revoke(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /revoke <person> [yes]: shut somebody out, once it is confirmed."""
    sure = len(words) > 1 and words[-1].casefold() == "yes"
    named = words[:-1] if sure else words
    found = _called(named, _persons(queries))
    if len(found) > 1:
        raise words_for.several_called(" ".join(named), found)
    person = found[0]
    if person.listed or person.member is None:
        raise words_for.in_the_configuration(person)
    owners = [each for each in _persons(queries) if each.role == "owner"]
    if owners == [person]:
        raise words_for.last_owner()
    if not sure:
        return words_for.really_revoke(person)
    shut_out(person.member, asker, queries)
    return words_for.revoked(person)


def shut_out(member: Member, asker: Asker, queries: Queries) -> None:
    """End everything somebody has here: his place, what waits for him, whom he invited, his menu."""
    state, now = queries.state, queries.now()
    with state.transaction():
        state.remove_member(member.user_id)
        state.drop_queued(member.chat_id, "revoked", now)
        state.void_link_tokens(now, by=member.user_id)
        state.write_audit(asker.user_id, f"revoked {member.user_id}", member.customer_id, now)
        renew_menu(member.chat_id, queries)


def renew_menu(chat_id: int, queries: Queries) -> None:
    """Have somebody's menu brought up to date who is not asking now."""
    now = queries.now()
    queries.state.enqueue(f"{MENU}:{chat_id}:{now.isoformat()}", MENU, chat_id, to_json(Reply(text="")), now)


def audit(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /audit [customer] [page <number>]: who looked at what, newest first."""
    rest, page = page_from(words)
    # Who reads the audit is not written into it: each turn of a page would move the pages.
    customer_id = customer_meant(rest, "audit", queries).customer_id if rest else None
    total = queries.state.count_audit(customer_id)
    page = min(page, max(1, -(-total // ENTRIES_ON_PAGE)))
    entries = queries.state.audit(customer_id, ENTRIES_ON_PAGE, (page - 1) * ENTRIES_ON_PAGE)
    shown = [replace(each, at=_local(each.at, asker)) for each in entries]
    asked = line("/audit", customer_id or "")
    return words_for.audit(shown, names_of(queries), asked, page, total=total)
