"""Called by Telegram: only by who shows the secret, and acknowledged once the update is kept."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from bot.application import Application, StoppedError
from bot.application.webhook import SECRET_HEADER, Webhook, path_of, secret_of
from bot.errors import SettingsError
from bot.queries import Queries
from bot.settings import BotSettings
from tests.bot.application.conftest import SETTINGS, SUPPORT, built, running, until
from tests.standin import TOKEN, Standin

URL = "https://bot.example.org"
FREE_PORT = ("127.0.0.1", 0)


@pytest.fixture
def bot(standin: Standin, queries: Queries) -> Application:
    return built(standin, queries, replace(SETTINGS, webhook_url=URL, webhook_listen=FREE_PORT))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Webhook]:
    """Webhooks that were opened, to learn their ports."""
    found: list[Webhook] = []
    real = Webhook.open

    async def remembered(self: Webhook, url: str, listen: tuple[str, int]) -> None:
        found.append(self)
        await real(self, url, listen)

    monkeypatch.setattr(Webhook, "open", remembered)
    return found


def question(update_id: int, text: str) -> dict[str, Any]:
    person = {"id": SUPPORT, "is_bot": False, "first_name": "S"}
    message = {"message_id": 1, "date": 1_700_000_000, "chat": {**person, "type": "private"}, "from": person}
    return {"update_id": update_id, "message": {**message, "text": text}}


async def called(
    webhook: Webhook,
    body: object,
    *,
    secret: str = secret_of(TOKEN),
    path: str = path_of(TOKEN),
    method: str = "POST",
    size: int | None = None,
) -> int:
    """The status of one call."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    reader, writer = await asyncio.open_connection(*webhook.address)
    length = len(content) if size is None else size
    head = f"{method} {path} HTTP/1.1\r\n{SECRET_HEADER}: {secret}\r\nContent-Length: {length}\r\n\r\n"
    writer.write(head.encode() + content)
    if size is not None:
        writer.write_eof()
    status = int((await reader.read()).split()[1])
    writer.close()
    await writer.wait_closed()
    return status


async def test_answers_what_telegram_brings_and_drops_what_it_brings_twice(
    standin: Standin, queries: Queries, bot: Application, opened: list[Webhook]
) -> None:
    async with running(bot):
        await until(lambda: standin.chats.webhook)
        assert await called(opened[0], question(1, "/whoami")) == 200
        behind_a_proxy = f"/bots/matinee{path_of(TOKEN)}"
        assert await called(opened[0], question(1, "/whoami"), path=behind_a_proxy) == 200
        await until(lambda: standin.posts(SUPPORT))

    assert len(standin.posts(SUPPORT)) == 1
    assert standin.chats.webhook["url"] == URL + path_of(TOKEN)
    assert standin.chats.webhook["secret_token"] == secret_of(TOKEN)
    assert standin.polls == 0
    assert queries.state.noted("last_poll")


async def test_nobody_else_is_heard(standin: Standin, bot: Application, opened: list[Webhook]) -> None:
    async with running(bot):
        await until(lambda: standin.chats.webhook)
        webhook = opened[0]
        assert await called(webhook, question(1, "/whoami"), secret="guessed") == 404
        assert await called(webhook, question(1, "/whoami"), path="/guessed") == 404
        assert await called(webhook, question(1, "/whoami"), path=path_of(TOKEN) + "/guessed") == 404
        assert await called(webhook, question(1, "/whoami"), method="PUT") == 400
        assert await called(webhook, b"no JSON") == 400
        assert await called(webhook, [1]) == 400
        assert await called(webhook, b"{}", size=100) == 400
        assert await called(webhook, b"", size=0) == 400
        assert await called(webhook, b"", path=path_of(TOKEN) + " " * 1_100_000) == 400

    assert standin.posts(SUPPORT) == []


async def test_what_cannot_be_kept_is_not_acknowledged(
    standin: Standin,
    queries: Queries,
    bot: Application,
    opened: list[Webhook],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running(bot):
        await until(lambda: standin.chats.webhook)
        with monkeypatch.context() as patch:
            patch.setattr(bot.lanes, "room", None)
            assert await called(opened[0], question(1, "/whoami")) == 500
        assert await called(opened[0], question(1, "/whoami")) == 200
        await until(lambda: standin.posts(SUPPORT))


async def test_a_port_that_is_taken_is_said(standin: Standin, queries: Queries) -> None:
    other = await asyncio.start_server(lambda reader, writer: writer.close(), *FREE_PORT)
    taken = other.sockets[0].getsockname()[:2]
    bot = built(standin, queries, replace(SETTINGS, webhook_url=URL, webhook_listen=taken))
    with pytest.raises(StoppedError, match="The webhook cannot be opened"):
        await bot.run(asyncio.Event())
    other.close()
    await other.wait_closed()


def test_is_set_in_the_configuration() -> None:
    raw = {"webhook_url": "https://bot.example.org/", "webhook_listen": "0.0.0.0:9000"}
    settings = BotSettings.from_mapping(raw, {})

    assert settings.webhook_url == "https://bot.example.org"
    assert settings.webhook_listen == ("0.0.0.0", 9000)
    assert BotSettings.from_mapping({}, {}).webhook_url is None


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"webhook_url": "bot.example.org"}, "needed the public address of your proxy"),
        ({"webhook_listen": "9000"}, "needed host and port"),
        ({"webhook_listen": "localhost:99999"}, "needed host and port"),
    ],
)
def test_says_what_it_needs(raw: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        BotSettings.from_mapping(raw, {})
