"""The menu in the chat shows each role its own commands."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.application import Application
from bot.commands import COMMANDS
from bot.queries import Queries
from store.records import Role
from store.state import State
from store.state.records import Member
from tests.bot.application.conftest import (
    GROUP,
    OWNER,
    STRANGER,
    SUPPORT,
    built,
    running,
    until,
)
from tests.standin import Standin

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LONG_LINE = "/atrisk " + "very " * 20


async def test_menus_follow_the_role(standin: Standin, queries: Queries) -> None:
    state: State = queries.state
    viewer = Member(user_id=50, chat_id=50, role="viewer", added_at=NOON, customer_id="42")
    async with running(built(standin, queries)):
        standin.says(SUPPORT, "/whoami")
        standin.says(SUPPORT, "/whoami", chat_id=GROUP)
        standin.says(STRANGER, "/whoami")
        state.save_member(viewer)
        standin.says(50, "/whoami")
        await until(lambda: set(standin.chats.menus) == {str(SUPPORT), "50"})
        assert names(standin, SUPPORT) == menu("support")
        assert names(standin, 50) == menu("viewer")
        state.save_member(replace(viewer, role="retention", added_by=OWNER))
        standin.says(50, "/whoami")
        await until(lambda: names(standin, 50) == menu("retention"))
    asked = len(standin.calls("setMyCommands"))
    async with running(built(standin, queries)):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: len(standin.posts(SUPPORT)) == 2)
        state.remove_member(50)
        standin.says(50, "/whoami")
        await until(lambda: "50" not in standin.chats.menus)

    assert len(standin.calls("setMyCommands")) == asked, "a menu that is right is not set again"


def names(standin: Standin, person: int) -> list[str]:
    return [command["command"] for command in standin.chats.menus[str(person)]]


def menu(role: Role) -> list[str]:
    return [command.name for command in COMMANDS if command.menu and role in command.roles]


async def test_a_menu_that_cannot_be_set_costs_nobody_the_answer(
    standin: Standin, bot: Application, caplog: pytest.LogCaptureFixture
) -> None:
    standin.fault("setMyCommands", "400", times=1)
    standin.fault("deleteMyCommands", "500", times=1)
    async with running(bot):
        standin.says(SUPPORT, "/whoami")
        await until(lambda: f"The menu of chat {SUPPORT} could not be set" in caplog.text)
        standin.says(SUPPORT, "/whoami")
        await until(lambda: str(SUPPORT) in standin.chats.menus)

    assert "The general menu could not be removed" in caplog.text
