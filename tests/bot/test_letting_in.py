"""Who lets whom in and out, and who looked at what."""

import re
from datetime import timedelta

import pytest

from bot.access import LIFETIMES, claim_code, end_subscriptions_of_strangers, may_try, owners, resolve
from bot.commands import answer
from bot.queries import Queries
from bot.replies import Asker
from bot.settings import BotSettings
from store.state.records import LinkFailures, Member, Subscription
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


class TestWho:
    """The owner sees everybody who may ask, and shuts people out."""

    @pytest.fixture
    def office(self, chat: Queries) -> Queries:
        chat.state.save_member(ANN)
        chat.state.save_member(
            Member(user_id=5, chat_id=5, role="viewer", customer_id="42", added_at=MORNING, added_by=7)
        )
        chat.state.subscribe(Subscription(chat_id=7, kind="alerts", user_id=7))
        chat.state.enqueue("waits", "alerts", 7, "payload", MORNING)
        return Queries(chat.results, chat.state, chat.now, listed={1: "owner", 3: "support"})

    def test_lists_them_with_role_and_who_let_them_in(self, office: Queries) -> None:
        reply = ask("/who", OWNER, office)

        assert reply.text.split("\n")[:-2] == [
            "<b>4 people may ask me</b>",
            "",
            "<b>1</b> · owner · <code>1</code> · in matinee.toml",
            "<b>3</b> · support · <code>3</code> · in matinee.toml",
            "<b>Ann</b> · support · <code>7</code> · since 23 Nov 2026, by 1",
            "<b>5</b> · viewer · <code>5</code> · since 23 Nov 2026, by Ann · customer <code>42</code>",
        ]
        assert lines_of(reply) == ["/revoke 7", "/revoke 5"]

    def test_looks_for_one_and_turns_pages(self, office: Queries) -> None:
        assert "1 person may ask me" in ask("/who ann", OWNER, office).text
        assert "Nobody who may ask me is called “zed”" in ask("/who zed", OWNER, office).text
        for number in range(20, 40):
            office.state.save_member(Member(user_id=number, chat_id=number, role="viewer", added_at=MORNING))
        assert lines_of(ask("/who", OWNER, office))[-1] == "/who page 2"
        assert lines_of(ask("/who page 2", OWNER, office))[-2:] == ["/who page 1", "/who page 3"]
        assert lines_of(ask("/who page 99", OWNER, office))[-1] == "/who page 2"

    def test_shuts_somebody_out_once_it_is_confirmed(self, office: Queries) -> None:
        asked = ask("/revoke Ann", OWNER, office)
        assert asked.text.startswith("Shut <b>Ann</b> out (support, <code>7</code>)?")
        assert office.state.member(7) == ANN
        invited = secret_in(ask("/link 42", Asker(user_id=7, chat_id=7, role="support"), office).text)

        reply = ask(lines_of(asked)[0], OWNER, office)

        assert reply.text == "<b>Ann</b> is out. I answer him nothing any more."
        state = office.state
        assert (state.member(7), state.subscriptions("alerts")) == (None, ())
        assert [row.kind for row in state.due(MORNING)] == ["menu"]
        assert answer(f"/start {invited}", newcomer(9), office) is None
        assert state.audit()[0].action == "revoked 7"
        assert resolve(7, 7, state, NOBODY).role == "stranger"

    def test_cannot_shut_out_whom_the_configuration_names(self, office: Queries) -> None:
        assert "Take 3 out there" in ask("/revoke 3 yes", OWNER, office).text

    def test_asks_which_of_two(self, office: Queries) -> None:
        office.state.save_member(Member(user_id=8, chat_id=8, role="viewer", name="ann", added_at=MORNING))

        assert lines_of(ask("/revoke Ann", OWNER, office)) == ["/revoke 7", "/revoke 8"]

    def test_keeps_the_only_owner(self, chat: Queries) -> None:
        chat.state.save_member(Member(user_id=1, chat_id=1, role="owner", added_at=MORNING, added_by=0))

        assert "You are the only owner" in ask("/revoke 1 yes", OWNER, chat).text


def test_who_leaves_the_configuration_leaves_the_bot_whatever_he_set_before(chat: Queries) -> None:
    ask("/quiet 22-7", SUPPORT, chat)
    ask("/subscribe alerts", SUPPORT, chat)
    ask("/subscribe digest", Asker(user_id=3, chat_id=-50, role="support"), chat)
    named = BotSettings(support=(3,), groups=(-50,))
    assert end_subscriptions_of_strangers(chat.state, named) == 0

    assert resolve(3, 3, chat.state, NOBODY).role == "stranger"
    assert end_subscriptions_of_strangers(chat.state, BotSettings(support=(3,))) == 1
    assert end_subscriptions_of_strangers(chat.state, NOBODY) == 1
    assert chat.state.subscriptions("alerts") == ()


class TestTheAudit:
    """Who looked at what, newest first, for the owner."""

    def test_tells_of_everybody_or_of_one_customer(self, chat: Queries) -> None:
        chat.state.save_member(Member(user_id=3, chat_id=3, role="support", name="Sam <b>", added_at=MORNING))
        ask("/user 42", SUPPORT, chat)
        ask("/churn 1007", SUPPORT, chat)

        berlin = Asker(user_id=1, chat_id=1, role="owner", zone="Europe/Berlin")
        assert ask("/audit", berlin, chat).text == (
            "<b>Who looked at what</b>: 2 entries, 1–2\n\n"
            "23 Nov 2026, 10:00 · Sam &lt;b&gt;: churn <code>1007</code>\n"
            "23 Nov 2026, 10:00 · Sam &lt;b&gt;: user <code>42</code>"
        )
        assert "1 entry" in ask("/audit 42", OWNER, chat).text
        assert "Nothing is written down here" in ask("/audit user_00301", OWNER, chat).text

    def test_turns_pages_without_changing_them(self, chat: Queries) -> None:
        for number in range(20):
            chat.state.write_audit(0, f"look {number}", "42", MORNING)

        first = ask("/audit 42", OWNER, chat)
        last = ask(lines_of(first)[0], OWNER, chat)

        assert "the terminal: look 19" in first.text
        assert "20 entries, 16–20" in last.text
        assert lines_of(last) == ["/audit 42 page 1"]
        assert ask("/audit 42 page 9", OWNER, chat) == last


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
