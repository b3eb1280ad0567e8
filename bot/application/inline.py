"""Inline mode: “@bot heat” in any chat."""

import logging

from telegram import (
    Bot,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.access import resolve
from bot.application.updates import Search
from bot.commands.linking import ASKS_FOR_LINK
from bot.commands.searching import titles_for
from bot.languages import speaking, tell
from bot.messages.inline import TO_STRANGERS, Found
from bot.queries import Queries
from bot.settings import BotSettings

LOG = logging.getLogger(__name__)

# A role may end, and a retrain bring other titles; Telegram would go on showing what it remembers.
CACHE_SECONDS = 10


async def answer_search(search: Search, bot: Bot, queries: Queries, settings: BotSettings) -> None:
    """Offer titles, to this person only; a stranger gets a button and no title."""
    asker = resolve(search.user_id, search.user_id, queries.state, settings, search.name, search.language)
    found = titles_for(search.text, asker, queries)
    button = None
    if found is None:
        with speaking(asker.language):
            button = InlineQueryResultsButton(tell(TO_STRANGERS), start_parameter=ASKS_FOR_LINK)
    try:
        await bot.answer_inline_query(
            search.query_id,
            [_article(each) for each in found or ()],
            cache_time=CACHE_SECONDS,
            is_personal=True,
            button=button,
        )
    except TelegramError as error:
        LOG.info("Titles could not be offered, he types on: %s", error)


def _article(found: Found) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        id=found.key,
        title=found.caption,
        description=found.details or None,
        input_message_content=InputTextMessageContent(
            found.text, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
    )
