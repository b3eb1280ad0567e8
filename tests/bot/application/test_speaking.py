"""Over real HTTP: what a customer's Telegram says of his language reaches every word he gets."""

from typing import Any

from bot.application import Application
from bot.languages import speaking
from bot.queries import Queries
from store.state.records import Member
from tests.bot.application.conftest import STRANGER, SUPPORT, running, until
from tests.bot.asking import MORNING
from tests.standin import Standin

CUSTOMER = 50
GERMAN = {"id": CUSTOMER, "is_bot": False, "first_name": "P", "language_code": "de-DE"}


def viewer(queries: Queries) -> None:
    queries.state.save_member(
        Member(user_id=CUSTOMER, chat_id=CUSTOMER, role="viewer", customer_id="42", added_at=MORNING)
    )


def says(standin: Standin, text: str) -> None:
    more: dict[str, Any] = {"from": GERMAN}
    standin.says(CUSTOMER, text, **more)


def menu(standin: Standin) -> dict[str, str]:
    commands = standin.chats.menus.get(str(CUSTOMER), [])
    return {each["command"]: each["description"] for each in commands}


async def test_answers_and_the_menu_are_in_it_until_he_names_another(
    standin: Standin, queries: Queries, bot: Application
) -> None:
    viewer(queries)
    async with running(bot):
        says(standin, "/start")
        await until(lambda: menu(standin))
        assert menu(standin)["recommend"] == "was dir gefallen könnte"
        says(standin, "/language English")
        await until(lambda: menu(standin)["recommend"] == "what you might like")
        says(standin, "/whoami")
        await until(lambda: len(standin.posts(CUSTOMER)) == 3)

    said = [post.text.split("\n")[0] for post in standin.posts(CUSTOMER)]
    assert said[0] == "Willkommen bei Matinee."
    assert said[1:] == [
        "English from now on.",
        "You are P, viewer: I know what you watch, and what you might like.",
    ]


async def test_a_picture_and_a_button_nobody_knows_are_answered_in_it(
    standin: Standin, queries: Queries, bot: Application
) -> None:
    viewer(queries)
    queries.state.save_member(
        Member(
            user_id=CUSTOMER,
            chat_id=CUSTOMER,
            role="viewer",
            customer_id="42",
            added_at=MORNING,
            language="de",
        )
    )
    async with running(bot):
        standin.says(CUSTOMER, "")
        await until(lambda: standin.posts(CUSTOMER))
        standin.presses(CUSTOMER, standin.posts(CUSTOMER)[0], forged="v0:gone")
        await until(lambda: standin.calls("answerCallbackQuery"))

    assert standin.posts(CUSTOMER)[0].text.startswith("Ich lese nur Text.")
    (answered,) = standin.calls("answerCallbackQuery")
    assert str(answered["text"]).startswith("Dieser Knopf stammt aus einer älteren Fassung von mir.")


async def test_two_who_ask_at_once_each_get_their_own(
    standin: Standin, queries: Queries, bot: Application
) -> None:
    viewer(queries)
    with speaking("en"):
        async with running(bot):
            for _ in range(5):
                says(standin, "/quiet")
                standin.says(SUPPORT, "/quiet")
            await until(lambda: len(standin.posts(CUSTOMER)) == len(standin.posts(SUPPORT)) == 5)

    assert {post.text.split(".")[0] for post in standin.posts(CUSTOMER)} == {"Du hast keine Ruhezeit"}
    assert {post.text.split(".")[0] for post in standin.posts(SUPPORT)} == {"You have no quiet hours"}


async def test_a_stranger_reads_the_button_to_link_his_account_in_it(
    standin: Standin, bot: Application
) -> None:
    async with running(bot):
        standin.update(
            inline_query={
                "id": "a",
                "from": {**GERMAN, "id": STRANGER},
                "query": "heat",
                "offset": "",
            }
        )
        await until(lambda: standin.chats.offered)

    assert "Verbinde dein Konto" in str(standin.chats.offered["a"]["button"])
