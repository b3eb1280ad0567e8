"""Who is in and who let him in, who is shut out, and who looked at what."""

import pytest

from bot.access import end_subscriptions_of_strangers, resolve
from bot.commands import answer
from bot.queries import Queries
from bot.replies import Asker
from bot.settings import BotSettings
from store.state.records import Member, Subscription
from tests.bot.asking import MORNING, OWNER, SUPPORT, ask, lines_of
from tests.bot.test_letting_in import ANN, NOBODY, newcomer, secret_in


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
        assert lines_of(reply) == ["/revoke 7", "/revoke 5", "/user 42"]

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
    chat.state.enqueue("waits", "alerts", 3, "payload", MORNING)
    named = BotSettings(support=(3,), groups=(-50,))
    assert end_subscriptions_of_strangers(chat.state, named, MORNING) == 0

    assert resolve(3, 3, chat.state, NOBODY).role == "stranger"
    assert end_subscriptions_of_strangers(chat.state, BotSettings(support=(3,)), MORNING) == 1
    assert end_subscriptions_of_strangers(chat.state, NOBODY, MORNING) == 1
    assert chat.state.subscriptions("alerts") == ()
    assert chat.state.outbox_depth() == 0


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
        last = ask(lines_of(first)[-1], OWNER, chat)

        assert "the terminal: look 19" in first.text
        assert "20 entries, 16–20" in last.text
        assert lines_of(last) == ["/user 42", "/audit 42 page 1"]
        assert ask("/audit 42 page 9", OWNER, chat) == last
