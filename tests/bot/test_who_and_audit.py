"""Lists of people, of looks and of requests: each opens with one tap, and each can be turned."""

from dataclasses import replace

import pytest

from bot.access import introduced, resolve
from bot.queries import Queries
from bot.settings import BotSettings
from store.state.records import ForgetRequest, Member
from tests.bot.asking import MORNING, OWNER, SUPPORT, VIEWER, ask, lines_of

SETTINGS = BotSettings(support=(3,))


def test_where_nobody_is_in_yet_it_is_said_how_the_first_one_gets_in(chat: Queries) -> None:
    reply = ask("/who", OWNER, chat)

    assert reply.text.startswith("<b>Nobody may ask me on Telegram yet.</b>")
    assert "matinee serve" in reply.text


def test_whom_the_configuration_names_is_called_by_his_name_once_he_has_written(chat: Queries) -> None:
    queries = Queries(chat.results, chat.state, chat.now, listed={3: "support"})
    assert "<b>3</b> · support" in ask("/who", OWNER, queries).text

    introduced(resolve(3, 3, chat.state, SETTINGS, "Sam"), chat.state, MORNING)
    introduced(resolve(3, 3, chat.state, SETTINGS, "Samuel"), chat.state, MORNING)

    assert "<b>Sam</b> · support · <code>3</code> · in matinee.toml" in ask("/who", OWNER, queries).text
    ask("/user 42", SUPPORT, queries)
    assert "Sam: user <code>42</code>" in ask("/audit", OWNER, queries).text
    assert resolve(3, 3, chat.state, BotSettings(), "Sam").role == "stranger", "his row gives him no role"


def test_neither_customers_nor_strangers_are_introduced(chat: Queries) -> None:
    introduced(VIEWER, chat.state, MORNING)
    introduced(resolve(9, 9, chat.state, SETTINGS, "Zoe"), chat.state, MORNING)

    assert chat.state.members() == ()


def test_every_customer_in_the_audit_opens_with_one_tap(chat: Queries) -> None:
    for line in ("/user 42", "/churn 42", "/user 1007", "/recommend user_00999"):
        ask(line, SUPPORT, chat)

    assert lines_of(ask("/audit", OWNER, chat)) == ["/user user_00999", "/user 1007", "/user 42"]


@pytest.mark.parametrize(
    ("action", "german"),
    [
        ("invited support", "hat eingeladen: Support"),
        ("linked as viewer", "verbunden als Zuschauer"),
        ("revoked 7", "hat ausgesperrt: 7"),
        ("forgot a customer", "hat einen Kunden vergessen"),
        ("asked to be forgotten", "bat darum, vergessen zu werden"),
        ("retrain", "retrain"),
    ],
)
def test_what_was_done_is_told_in_the_language_of_who_asks(action: str, german: str, chat: Queries) -> None:
    chat.state.write_audit(3, action, None, MORNING)

    assert ask("/audit", OWNER, chat).text.endswith(f": {action}")
    assert ask("/audit", replace(OWNER, language="de"), chat).text.endswith(f": {german}")


def test_a_linked_customers_card_opens_from_the_list_of_people(chat: Queries) -> None:
    chat.state.save_member(
        Member(user_id=5, chat_id=5, role="viewer", customer_id="user_00042", added_at=MORNING, added_by=3)
    )

    assert lines_of(ask("/who", OWNER, chat)) == ["/revoke 5", "/user user_00042"]


@pytest.mark.parametrize(
    ("page", "first", "turns"),
    [
        ("", "c00", ["/forget page 2"]),
        (" page 2", "c10", ["/forget page 1", "/forget page 3"]),
        (" page 3", "c20", ["/forget page 2"]),
        (" page 99", "c20", ["/forget page 2"]),
    ],
)
def test_requests_to_be_forgotten_can_be_turned(
    page: str, first: str, turns: list[str], chat: Queries
) -> None:
    for number in range(23):
        chat.state.ask_to_forget(ForgetRequest(customer_id=f"c{number:02}", user_id=number, asked_at=MORNING))

    lines = lines_of(ask(f"/forget{page}", OWNER, chat))

    assert lines[0] == f"/forget {first}"
    assert [each for each in lines if "page" in each] == turns


def test_not_now_leaves_a_customer_alone_until_tomorrow(chat: Queries) -> None:
    card = ask("/user 42", SUPPORT, chat)
    captions = {each.caption: each.line for row in card.buttons for each in row}
    assert list(captions) == ["Why", "Trend", "Recommend", "Contacted", "Snooze 7 d", "Not now"]

    after = ask(captions["Not now"], SUPPORT, chat)

    assert "<i>Snoozed until 24 Nov 2026 (just now, by 3)</i>" in after.text
    assert after.edit
    assert "snoozed until 24 Nov 2026" in ask("/atrisk", SUPPORT, chat).text
