"""What somebody could try who wants more than he may: each is told no more than he may know."""

import re
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.access import EVERYBODY, STAFF, resolve
from bot.commands import COMMANDS, Command, answer
from bot.messages.lessons import lesson_for
from bot.queries import Queries
from bot.replies import Asker, Reply
from bot.settings import BotSettings
from store.records import Role
from store.state.records import Member
from tests.bot.asking import MORNING, OWNER, STRANGER, SUPPORT, VIEWER, ask, lines_of

OTHERS = ("42", "user_00301", "1007", "Zoë", "Frank", "Ann Lee", "zoe@example.org")
NAMES_OF_OTHERS = re.compile(r"Zoë|Frank|Ann Lee|zoe@|Grace|user_00(?!042)\d+")
MINE = BotSettings(owners=(1,), support=(3,), groups=(-50,))


def words_of(reply: Reply | None) -> str:
    """Everything that a reply shows."""
    if reply is None:
        return ""
    document = reply.document.content.decode() if reply.document else ""
    return " ".join([reply.text, document, *(button.caption for row in reply.buttons for button in row)])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_viewer_learns_nothing_of_others_by_any_command(command: Command, chat: Queries) -> None:
    name = command.name
    for other in OTHERS:
        for line in (
            f"/{name} {other}",
            f"/{name} heat {other}",
            f"/{name} saved {other} yes",
            f"{name} {other}",
        ):
            said = words_of(answer(line, VIEWER, chat)).replace(other, "")
            assert not NAMES_OF_OTHERS.search(said)
        assert (chat.state.contacts(other), chat.state.feedback(other)) == ((), ())
    assert chat.state.kept_about("42") == {}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_what_a_role_may_not_ask_is_refused_whatever_the_words(command: Command, chat: Queries) -> None:
    name = command.name
    for role in sorted(EVERYBODY - command.roles):
        example = lesson_for(name, role).example
        asker = Asker(user_id=7, chat_id=7, role=role, customer_id="user_00042" if role == "viewer" else None)
        before = chat.state.members(), chat.state.audit(), chat.state.outbox_depth()
        for line in (example, f"/{name}", f"/{name.upper()}@matinee_bot 42 yes"):
            assert "is not open to you" in words_of(answer(line, asker, chat))
        assert (chat.state.members(), chat.state.audit(), chat.state.outbox_depth()) == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.sampled_from(["", "/", "/start ", "/user ", "/forget ", "/invite ", "/who "]))
def test_a_stranger_gets_no_answer_to_anything(chat: Queries, text: str, before: str) -> None:
    assert answer(before + text, STRANGER, chat) is None
    assert chat.state.members() == ()
    assert chat.state.audit() == ()


def test_tokens_cannot_be_guessed_by_many_tries_nor_from_what_is_stored(chat: Queries) -> None:
    link = ask("/link 42", SUPPORT, chat).text.rpartition(" ")[2]
    secret = link.strip()
    for number in range(50):
        assert answer(f"/start {number:022}", STRANGER, chat) is None
    failures = chat.state.link_failures(STRANGER.user_id)

    # After five he is not even looked at: nothing more is counted, and no valid one opens.
    assert failures is not None
    assert failures.failures == 5
    assert answer(f"/start {secret} yes", STRANGER, chat) is None
    other = Asker(user_id=10, chat_id=10, role="stranger")
    for near in (secret[:-1], secret + "A", secret.swapcase(), f" {secret[1:]}", "*", "%", "' OR 1=1"):
        assert answer(f"/start {near} yes", other, chat) is None or near == secret
    assert chat.state.members() == ()


def test_a_link_is_no_use_a_second_time_to_anybody(chat: Queries) -> None:
    secret = ask("/link 42", SUPPORT, chat).text.rpartition(" ")[2]
    first, second = (Asker(user_id=number, chat_id=number, role="stranger") for number in (9, 10))

    assert answer(f"/start {secret} yes", first, chat) is not None

    assert answer(f"/start {secret} yes", second, chat) is None
    assert answer(f"/start {secret} no", second, chat) is None
    assert "Welcome" in words_of(answer(f"/start {secret} yes", VIEWER, chat))
    assert [member.user_id for member in chat.state.members()] == [9]


def test_a_link_sent_into_a_group_links_nobody(chat: Queries) -> None:
    secret = ask("/link 42", SUPPORT, chat).text.rpartition(" ")[2]
    in_group = Asker(user_id=9, chat_id=-50, role="stranger")

    assert answer(f"/start {secret} yes", in_group, chat) is None
    assert chat.state.link_failures(9) is None


def test_a_button_of_another_chat_is_judged_by_who_presses_it(chat: Queries) -> None:
    card = ask("/user 42", SUPPORT, chat)
    chat.state.save_member(
        Member(user_id=5, chat_id=5, role="viewer", customer_id="user_00042", added_at=MORNING)
    )
    # Pressed in the support's chat by a viewer and by a stranger, as a forged update would say it.
    for user_id in (5, 99):
        assert resolve(user_id, 3, chat.state, MINE).role == "stranger"
    for line in lines_of(card):
        assert answer(line, resolve(99, 99, chat.state, MINE), chat) is None
        said = words_of(answer(line, resolve(5, 5, chat.state, MINE), chat))
        assert not NAMES_OF_OTHERS.search(said.replace("42", ""))


def test_who_was_shut_out_is_a_stranger_with_every_old_button(chat: Queries) -> None:
    chat.state.save_member(
        Member(user_id=7, chat_id=7, role="support", name="Ann", added_at=MORNING, added_by=1)
    )
    ann = resolve(7, 7, chat.state, MINE)
    buttons = [*lines_of(ask("/user 42", ann, chat)), *lines_of(ask("/atrisk", ann, chat))]
    ask("/revoke 7 yes", OWNER, chat)

    now = resolve(7, 7, chat.state, MINE)
    assert [answer(line, now, chat) for line in buttons] == [None] * len(buttons)


def test_a_confirmation_cannot_be_pressed_for_somebody_else(chat: Queries) -> None:
    asked = ask("/forget me", VIEWER, chat)
    other = Asker(user_id=8, chat_id=8, role="viewer", customer_id="1007")

    ask(lines_of(asked)[0], other, chat)

    assert [each.customer_id for each in chat.state.forget_requests()] == ["1007"]


def test_words_cannot_become_commands_markup_or_queries(chat: Queries) -> None:
    for evil in ("<b>x</b>", '"; DROP TABLE members; --', "/who", "%", "' OR '1'='1", "\u202e42", "42\n/who"):
        for line in (
            f"/user {evil}",
            f"/audit {evil}",
            f"/forget {evil}",
            f"/revoke {evil}",
            f"/zone {evil}",
        ):
            reply = answer(line, OWNER, chat)
            assert reply is not None
            assert "<b>x</b>" not in reply.text
            assert "\u202e" not in reply.text
    assert chat.state.members() == ()


def test_an_invitation_cannot_be_made_to_outlive_or_outrank_itself(chat: Queries) -> None:
    for line in ("/invite owner", "/invite support owner", "/invite viewer 42"):
        ask(line, OWNER, chat)
    late = Queries(chat.results, chat.state, lambda: MORNING + timedelta(days=2))
    secret = ask("/invite support x", OWNER, chat).text.rpartition(" ")[2]

    assert answer(f"/start {secret}", STRANGER, late) is None
    assert all(role in STAFF | {"viewer", "stranger"} for role in get_args(Role))
