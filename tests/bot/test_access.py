"""Who is who, and what is open to whom."""

from datetime import timedelta

import pytest

from bot.access import EVERYBODY, STAFF, TERMINAL, resolve
from bot.commands import COMMANDS, answer, token_hash
from bot.queries import Queries
from bot.replies import Asker
from bot.settings import BotSettings
from store.records import Role
from store.state.records import LinkToken, Member
from tests.bot.asking import MORNING, OWNER, STRANGER, SUPPORT, VIEWER, ask, lines_of

SETTINGS = BotSettings(owners=(1,), retention=(2,), support=(3, 1), groups=(-50,), zone="Europe/Paris")


def member(user_id: int, role: Role, customer_id: str | None = None) -> Member:
    return Member(
        user_id=user_id,
        chat_id=user_id,
        role=role,
        added_at=MORNING,
        customer_id=customer_id,
        zone="Asia/Tokyo",
    )


@pytest.mark.parametrize(
    ("user_id", "role"), [(1, "owner"), (2, "retention"), (3, "support"), (4, "stranger")]
)
def test_the_lists_of_the_configuration_decide(user_id: int, role: str, chat: Queries) -> None:
    asker = resolve(user_id, user_id, chat.state, SETTINGS)

    assert (asker.role, asker.zone) == (role, "Europe/Paris")


def test_members_of_the_store_come_after_the_lists(chat: Queries) -> None:
    chat.state.save_member(member(5, "viewer", "user_00042"))
    chat.state.save_member(member(1, "viewer", "user_00042"))

    viewer = resolve(5, 5, chat.state, SETTINGS)
    owner = resolve(1, 1, chat.state, SETTINGS)

    assert viewer == Asker(user_id=5, chat_id=5, role="viewer", customer_id="user_00042", zone="Asia/Tokyo")
    assert (owner.role, owner.customer_id) == ("owner", None)


@pytest.mark.parametrize("user_id", [None, 0, -7])
def test_an_update_without_a_person_is_a_strangers(user_id: int | None, chat: Queries) -> None:
    assert resolve(user_id, 1, chat.state, SETTINGS).role == "stranger"


@pytest.mark.parametrize(
    ("user_id", "chat_id", "role"),
    [(1, -50, "owner"), (1, -51, "stranger"), (4, -50, "stranger"), (5, -50, "stranger")],
)
def test_in_groups_only_staff_and_only_in_their_own(
    user_id: int, chat_id: int, role: str, chat: Queries
) -> None:
    chat.state.save_member(member(5, "viewer", "user_00042"))

    assert resolve(user_id, chat_id, chat.state, SETTINGS).role == role


def test_a_stranger_is_told_nothing_whatever_he_asks(chat: Queries) -> None:
    assert [answer(command.example, STRANGER, chat) for command in COMMANDS] == [None] * len(COMMANDS)
    assert answer("42", STRANGER, chat) is None
    assert answer("", STRANGER, chat) is None
    assert answer("/start nonsense", STRANGER, chat) is None
    assert chat.state.audit() == ()


@pytest.mark.parametrize(
    "line",
    [
        "/user 42",
        "/churn 42",
        "/atrisk",
        "/newcomers",
        "/export newcomers",
        "/why 42",
        "/segment",
        "/digest",
        "/contacted 42",
        "/status",
    ],
)
def test_what_is_staffs_is_not_open_to_a_viewer(line: str, chat: Queries) -> None:
    assert "is not open to you" in ask(line, VIEWER, chat).text


def test_a_viewer_who_names_somebody_else_gets_his_own_list_or_none(chat: Queries) -> None:
    reply = ask("/recommend user_00301", VIEWER, chat)

    assert reply.text.startswith("I do not understand “user_00301” as a wish.")
    assert "Frank" not in reply.text


def test_a_viewers_command_is_not_open_to_staff(chat: Queries) -> None:
    assert "is not open to you" in ask("/mydata", OWNER, chat).text


def test_every_command_is_open_to_somebody_and_start_and_help_to_all() -> None:
    assert all(command.roles and command.roles <= EVERYBODY for command in COMMANDS)
    assert {command.name for command in COMMANDS if command.roles == EVERYBODY} >= {"start", "help"}
    assert TERMINAL.role in STAFF


@pytest.mark.parametrize(
    "line", ["/user 42", "42", "/churn 42", "/why 42", "/trend 42", "/segment 42", "/recommend 42"]
)
def test_every_look_up_of_a_customer_is_written_down(line: str, chat: Queries) -> None:
    ask(line, SUPPORT, chat)

    (entry,) = chat.state.audit("42")
    assert (entry.user_id, entry.customer_id, entry.at) == (3, "42", MORNING)


def test_who_stood_in_a_list_was_looked_at_too(chat: Queries) -> None:
    ask("/atrisk 2", SUPPORT, chat)
    ask("/members 1 1", SUPPORT, chat)

    assert [(entry.action, entry.customer_id) for entry in chat.state.audit()] == [
        ("members", "42"),
        ("atrisk", "user_00200"),
        ("atrisk", "42"),
    ]


def test_whom_nobody_opened_is_not_in_the_audit(chat: Queries) -> None:
    ask("/user nosuch", SUPPORT, chat)
    ask("ann lee", SUPPORT, chat)

    assert chat.state.audit() == ()


class TestAnInvitation:
    """A one-time link lets somebody in."""

    def invited(self, chat: Queries, role: Role = "viewer", customer_id: str | None = "user_00042") -> None:
        chat.state.invite(
            LinkToken(
                token_hash=token_hash("secret"),
                role=role,
                customer_id=customer_id,
                expires_at=MORNING + timedelta(minutes=15),
                created_by=1,
            )
        )

    def test_links_a_viewer_and_shows_of_the_mail_only_enough(self, chat: Queries) -> None:
        self.invited(chat)

        nina = Asker(user_id=9, chat_id=9, role="stranger", name="Nina")
        asked = answer("/start secret", nina, chat)
        assert asked is not None
        assert asked.text.startswith("Link account c***@example.org?")
        assert chat.state.members() == ()

        reply = answer(lines_of(asked)[0], nina, chat)

        assert reply is not None
        assert reply.text == "<b>You are linked for c***@example.org.</b> I know what to watch next."
        found = chat.state.member(9)
        assert found is not None
        assert (found.role, found.customer_id, found.name, found.added_by) == (
            "viewer",
            "user_00042",
            "Nina",
            1,
        )

    def test_lets_staff_in(self, chat: Queries) -> None:
        self.invited(chat, "support", None)

        reply = answer("/start@matinee_bot secret", STRANGER, chat)

        assert reply is not None
        assert reply.text == "<b>You are in</b> as support. /help shows what I can do."

    def test_works_once(self, chat: Queries) -> None:
        self.invited(chat)
        answer("/start secret yes", STRANGER, chat)

        assert answer("/start secret", Asker(user_id=10, chat_id=10, role="stranger"), chat) is None

    def test_is_of_no_use_in_a_group_or_without_a_person(self, chat: Queries) -> None:
        self.invited(chat)

        assert answer("/start secret", Asker(user_id=9, chat_id=-50, role="stranger"), chat) is None
        assert answer("/start secret", Asker(user_id=0, chat_id=0, role="stranger"), chat) is None
        assert chat.state.members() == ()

    def test_is_not_used_up_by_somebody_who_is_in_already(self, chat: Queries) -> None:
        self.invited(chat)

        assert "Welcome" in ask("/start secret", OWNER, chat).text
        assert chat.state.link_token(token_hash("secret"), MORNING) is not None
