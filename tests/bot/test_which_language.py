"""Which language somebody is answered in, and how he chooses another."""

import pytest

from bot.access import at_terminal, resolve
from bot.queries import Queries
from bot.settings import BotSettings
from store.state.records import Member
from tests.bot.asking import MORNING, OWNER, SUPPORT, VIEWER, ask


@pytest.fixture
def linked(chat: Queries) -> Queries:
    chat.state.save_member(
        Member(user_id=5, chat_id=5, role="viewer", customer_id="user_00042", added_at=MORNING, added_by=3)
    )
    return chat


class TestWhichLanguage:
    """The one somebody chose, else that of his Telegram, else English."""

    @pytest.mark.parametrize(
        ("telegram", "spoken"),
        [("de", "de"), ("de-AT", "de"), ("DE", "de"), ("fi", "en"), ("", "en"), (None, "en")],
    )
    def test_a_newcomers_is_that_of_his_telegram(
        self, telegram: str | None, spoken: str, chat: Queries
    ) -> None:
        assert resolve(9, 9, chat.state, BotSettings(), "Zoe", telegram).language == spoken

    def test_staff_get_no_mixture_but_by_their_own_wish(self, chat: Queries) -> None:
        settings = BotSettings(support=(3,))
        assert resolve(3, 3, chat.state, settings, "Sam", "de").language == "en"

        reply = ask("/language de", SUPPORT, chat)

        assert reply.text.startswith("Von jetzt an <b>Deutsch</b>. Zahlen, nach denen du in Worten fragst,")
        assert resolve(3, 3, chat.state, settings, "Sam", "en").language == "de"
        assert resolve(3, 3, chat.state, settings, "Sam", "en").role == "support"

    @pytest.mark.parametrize("typed", ["de", "Deutsch", "DEUTSCH", "de-DE"])
    def test_it_is_chosen_by_name_or_letters_and_kept(self, typed: str, linked: Queries) -> None:
        assert ask(f"/language {typed}", VIEWER, linked).text == "Von jetzt an <b>Deutsch</b>."

        him = resolve(5, 5, linked.state, BotSettings(), "Chen", "en")
        assert (him.language, him.customer_id) == ("de", "user_00042")
        assert ask("/quiet", him, linked).text.startswith("Du hast keine Ruhezeit.")
        assert ask("/language en", him, linked).text == "<b>English</b> from now on."

    def test_there_is_a_button_for_each(self, chat: Queries) -> None:
        reply = ask("/language", VIEWER, chat)

        assert [(each.caption, each.line) for row in reply.buttons for each in row] == [
            ("✓ English", "/language en"),
            ("Deutsch", "/language de"),
        ]
        unknown = ask("/language klingon", VIEWER, chat)
        assert unknown.text == "I do not speak “klingon” yet. Which one shall it be?"
        assert unknown.buttons

    def test_at_the_terminal_it_holds_as_well(self, chat: Queries) -> None:
        assert at_terminal(chat.state).language == "en"
        ask("/language de", at_terminal(chat.state), chat)
        ask("/zone Europe/Berlin", at_terminal(chat.state), chat)

        him = at_terminal(chat.state)

        assert (him.role, him.language, him.zone) == ("owner", "de", "Europe/Berlin")

    def test_a_translation_that_is_gone_leaves_english(self, chat: Queries) -> None:
        member = Member(user_id=5, chat_id=5, role="viewer", added_at=MORNING, added_by=1, language="eo")
        chat.state.save_member(member)

        assert resolve(5, 5, chat.state, BotSettings(), "Chen", None).language == "en"

    def test_who_is_forgotten_is_told_in_his_own(self, linked: Queries) -> None:
        ask("/language de", VIEWER, linked)

        ask("/forget user_00042 yes", OWNER, linked)

        told = [row.payload for row in linked.state.due(MORNING) if row.kind == "notice"]
        assert len(told) == 1
        assert "Es ist geschehen" in told[0]
