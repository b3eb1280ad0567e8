"""Who lets whom in and out, and who looked at what."""

import re
from datetime import timedelta

import pytest

from bot.access import LIFETIMES, claim_code, may_try, owners, resolve
from bot.commands import answer
from bot.queries import Queries
from bot.replies import Asker
from bot.settings import BotSettings
from store.state.records import LinkFailures, Member
from tests.bot.asking import MORNING, OWNER, STRANGER, SUPPORT, VIEWER, ask, lines_of

NOBODY = BotSettings()
ANN = Member(user_id=7, chat_id=7, role="support", name="Ann", added_at=MORNING, added_by=1)


def at(queries: Queries, **later: float) -> Queries:
    return Queries(
        queries.results, queries.state, lambda: MORNING + timedelta(**later), listed=queries.listed
    )


def newcomer(user_id: int, name: str = "") -> Asker:
    return Asker(user_id=user_id, chat_id=user_id, role="stranger", name=name)


def secret_in(text: str) -> str:
    found = re.search(r"start[= ](\S+)", text)
    assert found is not None
    return found[1]


class TestTheOwner:
    """Whoever starts the bot claims it."""

    def test_claims_it_with_the_printed_code_once(self, chat: Queries) -> None:
        code = claim_code(chat.state, NOBODY, MORNING)
        assert code is not None

        reply = answer(f"/start {code}", newcomer(9, "Olga"), chat)

        assert reply is not None
        assert reply.text == "<b>You are in</b> as owner. /help shows what I can do."
        assert resolve(9, 9, chat.state, NOBODY).role == "owner"
        assert owners(chat.state, NOBODY) == (9,)
        assert answer(f"/start {code}", newcomer(10), chat) is None
        assert claim_code(chat.state, NOBODY, MORNING) is None

    def test_cannot_use_a_code_of_an_earlier_start_or_of_an_hour_ago(self, chat: Queries) -> None:
        first = claim_code(chat.state, NOBODY, MORNING)
        second = claim_code(chat.state, NOBODY, MORNING)

        assert answer(f"/start {first}", newcomer(9), chat) is None
        assert answer(f"/start {second}", newcomer(9), at(chat, hours=1)) is None

    def test_is_not_asked_for_where_the_configuration_names_one(self, chat: Queries) -> None:
        assert claim_code(chat.state, BotSettings(owners=(1,)), MORNING) is None

    def test_only_the_codes_hash_is_kept(self, chat: Queries) -> None:
        code = claim_code(chat.state, NOBODY, MORNING)

        assert code is not None
        assert len(code) == 22
        assert chat.state.link_token(code, MORNING) is None


def test_a_colleague_is_invited_by_a_link_and_called_what_he_was_called(chat: Queries) -> None:
    chat.state.note("bot_name", "matinee_bot")
    reply = ask("/invite retention Ann Lee", OWNER, chat)

    assert reply.text.startswith(
        "An invitation for <b>Ann Lee</b>, as retention. Send it on; it works once, until 24 Nov 2026, 09:00:"
    )
    assert "https://t.me/matinee_bot?start=" in reply.text
    welcome = answer(f"/start {secret_in(reply.text)}", newcomer(9, "annie"), at(chat, hours=23))
    assert welcome is not None
    member = chat.state.member(9)
    assert member is not None
    assert (member.name, member.role, member.added_by) == ("Ann Lee", "retention", 1)


def test_an_invitation_to_staff_ends_after_a_day(chat: Queries) -> None:
    secret = secret_in(ask("/invite support", OWNER, chat).text)

    assert answer(f"/start {secret}", newcomer(9), at(chat, hours=24)) is None


def test_before_the_bots_name_is_known_the_line_is_given(chat: Queries) -> None:
    assert "\n\n/start " in ask("/invite support", OWNER, chat).text


@pytest.mark.parametrize("line", ["/invite", "/invite owner", "/invite viewer", "/invite Ann support"])
def test_somebody_is_invited_as_support_or_retention(line: str, chat: Queries) -> None:
    assert "I can invite support or retention" in ask(line, OWNER, chat).text


@pytest.mark.parametrize("line", ["/invite support", "/link 42"])
def test_a_secret_is_not_shown_where_others_read_along(line: str, chat: Queries) -> None:
    group = Asker(user_id=1, chat_id=-50, role="owner")

    assert "Ask me" in ask(line, group, chat).text


class TestACustomersLink:
    """A customer opens a link that staff or the business sent him, and confirms that it is he."""

    def sent(self, chat: Queries) -> str:
        reply = ask("/link 42", SUPPORT, chat)
        assert "within 15 minutes" in reply.text
        return secret_in(reply.text)

    def test_names_nobody_and_is_written_down(self, chat: Queries) -> None:
        secret = self.sent(chat)

        assert re.fullmatch(r"[\w-]{22}", secret)
        assert [(entry.action, entry.customer_id) for entry in chat.state.audit()] == [("link", "42")]

    def test_links_him_when_he_confirms(self, chat: Queries) -> None:
        secret = self.sent(chat)
        asked = answer(f"/start {secret}", newcomer(9), chat)
        assert asked is not None
        assert asked.text == (
            "Link account z***@example.org? Then I show what is stored about it, and what to watch next."
        )
        assert lines_of(asked) == [f"/start {secret} yes", f"/start {secret} no"]
        assert all(len(f"v1:{line}".encode()) <= 64 for line in lines_of(asked))

        answer(lines_of(asked)[0], newcomer(9), chat)

        assert resolve(9, 9, chat.state, NOBODY).customer_id == "42"

    def test_ends_when_he_says_that_it_is_not_he(self, chat: Queries) -> None:
        secret = self.sent(chat)
        answer(f"/start {secret}", newcomer(9), chat)

        reply = answer(f"/start {secret} no", newcomer(9), chat)

        assert reply is not None
        assert reply.text == "Nothing was linked, and the link does not work any more."
        assert answer(f"/start {secret} yes", newcomer(9), chat) is None
        assert chat.state.members() == ()

    def test_ends_after_a_quarter_of_an_hour(self, chat: Queries) -> None:
        secret = self.sent(chat)

        assert answer(f"/start {secret} yes", newcomer(9), at(chat, minutes=15)) is None

    def test_does_not_make_a_customer_of_a_colleague(self, chat: Queries) -> None:
        chat.state.save_member(ANN)
        ann = Asker(user_id=7, chat_id=7, role="support")

        assert "Welcome" in ask(f"/start {self.sent(chat)} yes", ann, chat).text
        assert chat.state.member(7) == ANN

    def test_of_another_account_takes_the_place_of_the_first(self, chat: Queries) -> None:
        chat.state.save_member(
            Member(user_id=5, chat_id=5, role="viewer", customer_id="user_00042", added_at=MORNING)
        )
        secret = self.sent(chat)

        assert ask(f"/start {secret}", VIEWER, chat).text.startswith("Link account z***")
        ask(f"/start {secret} yes", VIEWER, chat)

        member = chat.state.member(5)
        assert member is not None
        assert member.customer_id == "42"


def test_a_colleague_gets_another_role_by_another_invitation(chat: Queries) -> None:
    chat.state.save_member(ANN)
    secret = secret_in(ask("/invite retention", OWNER, chat).text)

    ask(f"/start {secret}", Asker(user_id=7, chat_id=7, role="support", name="Ann"), chat)

    member = chat.state.member(7)
    assert member is not None
    assert (member.role, member.name) == ("retention", "Ann")


def test_whom_the_configuration_names_uses_no_invitation_up(chat: Queries) -> None:
    secret = secret_in(ask("/invite retention", OWNER, chat).text)

    assert "Welcome" in ask(f"/start {secret}", SUPPORT, chat).text
    assert "Welcome" in ask(f"/start {secret}", OWNER, chat).text
    assert answer(f"/start {secret}", STRANGER, chat) is not None


@pytest.mark.parametrize(
    ("failures", "minutes", "open_again"),
    [
        (4, 0, True),
        (5, 0.9, False),
        (5, 1, True),
        (7, 3.9, False),
        (7, 4, True),
        (99, 1439, False),
        (99, 1440, True),
    ],
)
def test_who_guesses_waits_twice_as_long_each_time(failures: int, minutes: float, open_again: bool) -> None:
    now = MORNING + timedelta(minutes=minutes)

    assert may_try(LinkFailures(failures=failures, last_at=MORNING), now) == open_again
    assert may_try(None, now)


def test_who_guessed_is_not_let_in_by_a_valid_link_before_his_time(chat: Queries) -> None:
    for number in range(5):
        assert answer(f"/start guess{number}", newcomer(9), chat) is None
    secret = secret_in(ask("/invite support", OWNER, chat).text)

    assert answer(f"/start {secret}", newcomer(9), chat) is None
    assert answer(f"/start {secret}", newcomer(9), at(chat, minutes=1)) is not None
    assert chat.state.link_failures(9) is None


@pytest.mark.parametrize("line", ["/invite support", "/who", "/revoke 3", "/audit", "/forget 42"])
def test_what_is_the_owners_is_not_open_to_others(line: str, chat: Queries) -> None:
    assert "is not open to you" in ask(line, SUPPORT, chat).text
    assert answer(line, STRANGER, chat) is None


def test_every_role_that_can_be_invited_has_a_lifetime() -> None:
    assert set(LIFETIMES) == {"viewer", "support", "retention", "owner"}


def test_a_retrain_is_begun_where_that_is_possible(chat: Queries) -> None:
    asked: list[int] = []

    def begin(chat_id: int) -> str:
        asked.append(chat_id)
        return "It begins <now>"

    assert "I cannot start a retrain from here" in ask("/retrain", OWNER, chat).text
    able = Queries(chat.results, chat.state, chat.now, retrain=begin)
    assert ask("/retrain", OWNER, able).text == "It begins &lt;now&gt;"
    assert asked == [1]
    assert chat.state.audit()[0].action == "retrain"
    assert "is not open to you" in ask("/retrain", SUPPORT, able).text
