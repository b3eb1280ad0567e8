"""The menu of commands that each person sees: by role, and only when it changes."""

import logging
from functools import cache

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.commands import COMMANDS
from bot.languages import ENGLISH, speaking, tell
from bot.messages.lessons import lesson_for
from bot.replies import Asker
from store.records import Role
from store.state import State

LOG = logging.getLogger(__name__)

_NO_MENU = ""
_MOST_WORDS = 256
_MOST_REMEMBERED = 10_000


class Menus:
    """A menu hides, it does not protect: what a person may ask is checked when he asks."""

    def __init__(self, bot: Bot, state: State) -> None:
        self._bot = bot
        self._state = state
        self._shown: dict[int, str] = {}

    async def start(self) -> None:
        """Nobody sees a menu until he is known."""
        try:
            await self._bot.delete_my_commands()
        except TelegramError as error:
            LOG.warning("The general menu could not be removed: %s", error)

    async def refresh(self, asker: Asker) -> None:
        """Show somebody his menu in his private chat: on first contact and when his role changed."""
        if asker.chat_id != asker.user_id:
            return
        key = f"menu:{asker.chat_id}"
        wanted = _menu_text(asker.role, asker.language)
        if asker.chat_id not in self._shown:
            if len(self._shown) >= _MOST_REMEMBERED:
                self._shown.clear()
            self._shown[asker.chat_id] = self._state.noted(key) or _NO_MENU
        if self._shown[asker.chat_id] == wanted:
            return
        scope = BotCommandScopeChat(asker.chat_id)
        try:
            if wanted:
                await self._bot.set_my_commands(menu_of(asker.role, asker.language), scope=scope)
            else:
                await self._bot.delete_my_commands(scope=scope)
        except TelegramError as error:
            LOG.warning("The menu of chat %s could not be set: %s", asker.chat_id, error)
            return
        self._shown[asker.chat_id] = wanted
        self._state.note(key, wanted)


def menu_of(role: Role, language: str = ENGLISH) -> list[BotCommand]:
    """What stands in the menu of a role; nothing for a stranger."""
    with speaking(language):
        return [
            BotCommand(command.name, tell(lesson_for(command.name, role).summary)[:_MOST_WORDS])
            for command in COMMANDS
            if command.menu and role in command.roles
        ]


@cache
def _menu_text(role: Role, language: str) -> str:
    return "\n".join(f"{command.command} {command.description}" for command in menu_of(role, language))
