"""Over real HTTP: what is sent looks right, and what fails is repeated only where nothing was sent."""

import asyncio
import socket

import pytest
from telegram import Bot

from bot.delivery.buttons import Buttons
from bot.delivery.limits import Limiter
from bot.delivery.pictures import PictureStock
from bot.delivery.rendering import steps_of
from bot.delivery.requests import Manner, Requests
from bot.delivery.sender import DeliveryError, Record, Sender
from bot.delivery.wire import Wire
from bot.replies import Button, Chart, Document, Picture, Reply, Series
from tests.bot.delivery.conftest import BLANK, FAST, READ_SECONDS, Artist
from tests.standin import TOKEN, Standin
from tests.standin.rules import PNG, utf16

ANN = 7


def chart(title: str) -> Chart:
    return Chart(
        kind="bar", title=title, labels=("a",), series=(Series(name="s", values=(1.0,)),), unit="", note=""
    )


async def test_a_long_answer_comes_in_parts_with_the_buttons_below_the_last(
    standin: Standin, sender: Sender, buttons: Buttons
) -> None:
    text = "\n".join(f"<b>{number}</b> &amp; more" for number in range(700))
    reply = Reply(text=text, buttons=((Button("More", "/atrisk 10 2"),),))

    first = await sender.send(ANN, steps_of(reply, buttons), Manner())

    posts = standin.posts(ANN)
    assert first == posts[0].message_id
    assert len(posts) == 4
    assert all(utf16(post.text) <= 4096 for post in posts)
    assert [post.captions for post in posts] == [[], [], [], ["More"]]
    assert posts[-1].callback("More") == "v1:/atrisk 10 2"
    assert "699 & more" in posts[-1].text


async def test_what_is_too_long_for_a_chat_becomes_a_file(
    standin: Standin, sender: Sender, buttons: Buttons
) -> None:
    await sender.send(ANN, steps_of(Reply(text="é &lt;line&gt;\n" * 3000), buttons), Manner())

    text, file = standin.posts(ANN)
    assert text.kind == "text"
    assert (file.filename, file.content.decode()) == ("answer.txt", "é <line>\n" * 3000)


async def test_a_chart_is_uploaded_once_and_then_named(
    standin: Standin, sender: Sender, buttons: Buttons, artist: Artist
) -> None:
    reply = Reply(text="Here it is", charts=(chart("Rising <fast>"),))

    await sender.send(ANN, steps_of(reply, buttons), Manner())
    await sender.send(ANN, steps_of(reply, buttons), Manner())

    _, first, _, second = standin.posts(ANN)
    assert (first.kind, first.text, first.filename) == ("photo", "Rising <fast>", "bar.png")
    assert second.content == first.content
    assert artist.drawn == ["Rising <fast>"]
    assert (ANN, "upload_photo") in standin.chats.actions


async def test_a_picture_that_telegram_forgot_is_uploaded_again(
    standin: Standin, sender: Sender, buttons: Buttons, artist: Artist
) -> None:
    for reply in (Reply(text="", charts=(chart("Rising"),)), Reply(text="", charts=(chart("A"), chart("B")))):
        await sender.send(ANN, steps_of(reply, buttons), Manner())
        standin.chats.files.clear()
        await sender.send(ANN, steps_of(reply, buttons), Manner())

    assert artist.drawn == ["Rising", "Rising", "A", "B", "A", "B"]
    assert [post.text for post in standin.posts(ANN)] == ["Rising", "Rising", "A", "B", "A", "B"]


async def test_a_picture_that_is_none_is_refused_and_not_tried_again(
    standin: Standin, sender: Sender, buttons: Buttons
) -> None:
    broken = Picture(name="broken", png=b"not a picture", caption="?")
    for charts in ((broken,), (broken, broken)):
        with pytest.raises(DeliveryError, match=r"(?i)image_process_failed"):
            await sender.send(ANN, steps_of(Reply(text="", charts=charts), buttons), Manner())

    assert len(standin.calls("sendPhoto")) == len(standin.calls("sendMediaGroup")) == 1


async def test_eleven_pictures_are_an_album_and_one_more(
    standin: Standin, sender: Sender, buttons: Buttons
) -> None:
    pictures = tuple(
        Picture(name=f"p{number}", png=BLANK + bytes([number]), caption="c" * 2000) for number in range(11)
    )

    await sender.send(ANN, steps_of(Reply(text="", charts=pictures), buttons), Manner())

    assert len(standin.calls("sendMediaGroup")) == len(standin.calls("sendPhoto")) == 1
    assert len(standin.posts(ANN)) == 11
    assert standin.posts(ANN)[0].text == "c" * 1023 + "…"


async def test_the_answer_comes_even_if_the_chart_cannot_be_drawn(
    standin: Standin, sender: Sender, buttons: Buttons, artist: Artist
) -> None:
    artist.broken = True

    await sender.send(ANN, steps_of(Reply(text="Numbers", charts=(chart("Rising"),)), buttons), Manner())

    assert [post.text for post in standin.posts(ANN)] == [
        "Numbers",
        "The picture “Rising” could not be drawn. The numbers above hold; asking again may help.",
    ]


async def test_a_file_carries_the_buttons_when_there_is_no_text(
    standin: Standin, sender: Sender, buttons: Buttons
) -> None:
    document = Document(filename="list.csv", content=b"a,b\n", caption="Your list")
    reply = Reply(text="", document=document, buttons=((Button("Back", "/help"),),))

    await sender.send(ANN, steps_of(reply, buttons), Manner(silent=True))

    (post,) = standin.posts(ANN)
    assert (post.kind, post.text, post.captions, post.silent) == ("document", "Your list", ["Back"], True)


async def test_an_edit_replaces_the_text_and_an_unchanged_one_is_no_error(
    standin: Standin, sender: Sender, buttons: Buttons
) -> None:
    message = await sender.send(ANN, steps_of(Reply(text="Page 1"), buttons), Manner())
    page_2 = steps_of(Reply(text="Page 2", edit=True), buttons, pressed_message=message)

    assert await sender.send(ANN, page_2, Manner()) == message
    assert await sender.send(ANN, page_2, Manner()) == message
    assert [(post.text, post.edits) for post in standin.posts(ANN)] == [("Page 2", 1)]


async def test_what_cannot_be_edited_is_written_anew(
    standin: Standin, sender: Sender, buttons: Buttons
) -> None:
    steps = steps_of(Reply(text="Page 2", edit=True), buttons, pressed_message=9999)

    await sender.send(ANN, steps, Manner())

    assert [post.text for post in standin.posts(ANN)] == ["Page 2"]


async def test_a_mistake_in_the_markup_costs_nobody_the_answer(
    standin: Standin, sender: Sender, buttons: Buttons
) -> None:
    message = await sender.send(ANN, steps_of(Reply(text="<b>Ann"), buttons), Manner())
    edit = steps_of(Reply(text="<i>Ben &amp; Cid", edit=True), buttons, pressed_message=message)
    await sender.send(ANN, edit, Manner())

    assert [post.text for post in standin.posts(ANN)] == ["Ben & Cid"]


async def test_other_refusals_are_told(standin: Standin, sender: Sender, buttons: Buttons) -> None:
    standin.fault("sendMessage", "400", text="Bad Request: chat not found")

    with pytest.raises(DeliveryError, match=r"(?i)chat not found") as caught:
        await sender.send(ANN, steps_of(Reply(text="Hello"), buttons), Manner())

    assert caught.value.trouble.verdict == "refused"


@pytest.mark.parametrize("kind", ["429", "500"])
async def test_what_was_not_sent_is_sent_again(
    standin: Standin, sender: Sender, buttons: Buttons, kind: str
) -> None:
    standin.fault("sendMessage", kind, retry_after=1)
    told: list[str] = []
    record = Record(left=lambda: told.append("left"), not_sent=lambda: told.append("not sent"))

    await sender.send(ANN, steps_of(Reply(text="Hello"), buttons), Manner(), record)

    assert [post.text for post in standin.posts(ANN)] == ["Hello"]
    assert told == ["left", "not sent", "left"]


async def test_patience_ends(standin: Standin, sender: Sender, buttons: Buttons) -> None:
    standin.fault("sendMessage", "500", times=99)

    with pytest.raises(DeliveryError) as caught:
        await sender.send(ANN, steps_of(Reply(text="Hello"), buttons), Manner(attempts=3))

    assert (caught.value.trouble.verdict, caught.value.begun) == ("not sent", False)
    assert len(standin.calls("sendMessage")) == 3


@pytest.mark.parametrize(("kind", "arrived"), [("late", 1), ("slow", 0), ("drop_after", 1), ("garbage", 0)])
async def test_what_perhaps_was_sent_is_not_sent_again(
    standin: Standin, sender: Sender, buttons: Buttons, kind: str, arrived: int
) -> None:
    standin.fault("sendMessage", kind, seconds=READ_SECONDS * 2)

    with pytest.raises(DeliveryError) as caught:
        await sender.send(ANN, steps_of(Reply(text="Hello"), buttons), Manner())

    assert caught.value.trouble.verdict == "perhaps sent"
    assert len(standin.calls("sendMessage")) == 1
    assert len(standin.posts(ANN)) == arrived


async def test_one_held_chat_does_not_hold_the_others(
    standin: Standin, sender: Sender, buttons: Buttons
) -> None:
    standin.fault("sendMessage", "429", retry_after=1, chat_id=ANN)
    held = asyncio.create_task(sender.send(ANN, steps_of(Reply(text="Hello"), buttons), Manner()))
    standin_has = asyncio.get_running_loop().run_in_executor(
        None, lambda: standin.wait(lambda: standin.calls("sendMessage"))
    )
    await standin_has

    await sender.send(8, steps_of(Reply(text="Hi"), buttons), Manner())

    assert [post.text for post in standin.posts(8)] == ["Hi"]
    assert standin.posts(ANN) == []
    await held
    assert [post.text for post in standin.posts(ANN)] == ["Hello"]


def test_the_blank_picture_is_a_picture() -> None:
    assert BLANK.startswith(PNG)


async def test_a_request_that_never_left_is_not_told_as_left(
    artist: Artist, buttons: Buttons, standin: Standin
) -> None:
    told: list[str] = []
    record = Record(left=lambda: told.append("left"), not_sent=lambda: told.append("not sent"))
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    wire = Wire(READ_SECONDS)
    bot = Bot(TOKEN, base_url=f"http://127.0.0.1:{port}/bot", request=wire, get_updates_request=wire)
    lonely = Sender(Requests(bot, PictureStock(artist.draw)), Limiter(FAST), first_wait_seconds=0.01)

    with pytest.raises(DeliveryError, match="no connection"):
        await lonely.send(ANN, steps_of(Reply(text="Hello"), buttons), Manner(attempts=2), record)
    await wire.shutdown()

    assert told == ["not sent", "not sent"]
