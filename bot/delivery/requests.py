"""Each step as the request that Telegram's Bot API has for it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import Bot, InputMediaPhoto, Message, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, TelegramError

from bot.delivery.buttons import Keyboard
from bot.delivery.pictures import PictureStock, caption_of, filename_of
from bot.delivery.rendering import File, Pictures, Step, Text, shortened_caption
from bot.delivery.splitting import plain_text
from bot.replies import Chart, Picture

_NO_PREVIEW = {"is_disabled": True}

Request = Callable[[], Awaitable[int]]
"""Makes one request; answers with the id of the message that stands in the chat afterwards."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """How something is sent.

    Attributes:
        urgent: Somebody waits for it.
        silent: Without a sound.
        attempts: How often a request that certainly was not sent is made in all.
        answers: The message it answers, in groups.
        only_in_place: What takes the place of a message is never a new one; where that message is gone, so is
            the need for it.
    """

    urgent: bool = True
    silent: bool = False
    attempts: int = 6
    answers: int | None = None
    only_in_place: bool = False

    @property
    def reply_parameters(self) -> ReplyParameters | None:
        """Telegram's form of ``answers``; the answer comes even if the question was deleted."""
        if self.answers is None:
            return None
        return ReplyParameters(message_id=self.answers, allow_sending_without_reply=True)


class Requests:
    """Prepares requests; what takes long (drawing) is done before one is due."""

    def __init__(self, bot: Bot, pictures: PictureStock) -> None:
        self._bot = bot
        self._pictures = pictures

    async def prepared(self, chat_id: int, step: Step, manner: Manner) -> Request:
        """The request for a step."""
        if isinstance(step, Text):
            return partial(self._text, chat_id, step, manner)
        if isinstance(step, File):
            return partial(self._file, chat_id, step, manner)
        media = [await self._pictures.media(chart) for chart in step.charts]
        return partial(self._album if len(media) > 1 else self._photo, chat_id, step, media, manner)

    async def show(self, chat_id: int, action: ChatAction) -> None:
        """Show that an answer is under way; not worth an error."""
        try:
            await self._bot.send_chat_action(chat_id, action)
        except TelegramError:
            return

    async def _text(self, chat_id: int, step: Text, manner: Manner) -> int:
        try:
            return await self._formatted(chat_id, step, manner, ParseMode.HTML)
        except BadRequest as error:
            if "parse entities" not in str(error).lower():
                raise
        # A mistake of ours in the markup must not cost the person the answer.
        bare = Text(html=plain_text(step.html), keyboard=step.keyboard, replaces=step.replaces)
        return await self._formatted(chat_id, bare, manner, None)

    async def _formatted(self, chat_id: int, step: Text, manner: Manner, mode: ParseMode | None) -> int:
        if step.replaces is not None:
            edited = await self._edited(chat_id, step, mode)
            if edited or manner.only_in_place:
                return step.replaces
        message = await self._call(
            "sendmessage",
            chat_id=chat_id,
            text=step.html,
            parse_mode=mode,
            reply_markup=step.keyboard,
            disable_notification=manner.silent or None,
            link_preview_options=_NO_PREVIEW,
            reply_parameters=manner.reply_parameters,
        )
        return int(message["message_id"])

    async def _edited(self, chat_id: int, step: Text, mode: ParseMode | None) -> bool:
        """Whether the message now says what it shall; some cannot be edited any more."""
        try:
            await self._call(
                "editmessagetext",
                chat_id=chat_id,
                message_id=step.replaces,
                text=step.html,
                parse_mode=mode,
                reply_markup=step.keyboard,
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            words = str(error).lower()
            if "parse entities" in words:
                raise
            return "not modified" in words
        return True

    async def _call(self, method: str, **words: object) -> dict[str, Any]:
        """A method of the Bot API whose answer is taken as it comes.

        Most of what is sent is text, and building the library's objects out of each answer takes as long as
        finding the answer. Telegram does not mind the case of a method's name; in lower case the library
        knows no object of its own for it.
        """
        given = {name: word for name, word in words.items() if word is not None}
        answer: dict[str, Any] = await self._bot.do_api_request(method, api_kwargs=given)
        return answer

    async def _file(self, chat_id: int, step: File, manner: Manner) -> int:
        message = await self._bot.send_document(
            chat_id,
            step.document.content,
            filename=step.document.filename,
            caption=shortened_caption(step.document.caption),
            parse_mode=ParseMode.HTML,
            disable_notification=manner.silent,
            reply_parameters=manner.reply_parameters,
            api_kwargs=_with(step.keyboard),
        )
        return message.message_id

    async def _photo(self, chat_id: int, step: Pictures, media: list[str | bytes], manner: Manner) -> int:
        (chart,) = step.charts
        try:
            message = await self._bot.send_photo(
                chat_id,
                media[0],
                filename=filename_of(chart),
                caption=shortened_caption(caption_of(chart)),
                parse_mode=ParseMode.HTML,
                disable_notification=manner.silent,
                reply_parameters=manner.reply_parameters,
                api_kwargs=_with(step.keyboard),
            )
        except BadRequest:
            if isinstance(media[0], bytes):
                raise
            self._pictures.forget(chart)
            fresh = [await self._pictures.media(chart)]
            return await self._photo(chat_id, step, fresh, manner)
        self._remember(chart, message)
        return message.message_id

    async def _album(self, chat_id: int, step: Pictures, media: list[str | bytes], manner: Manner) -> int:
        try:
            messages = await self._bot.send_media_group(
                chat_id,
                [
                    InputMediaPhoto(
                        each,
                        caption=shortened_caption(caption_of(chart)),
                        parse_mode=ParseMode.HTML,
                        filename=filename_of(chart),
                    )
                    for chart, each in zip(step.charts, media, strict=True)
                ],
                disable_notification=manner.silent,
                reply_parameters=manner.reply_parameters,
            )
        except BadRequest:
            if all(isinstance(each, bytes) for each in media):
                raise
            for chart in step.charts:
                self._pictures.forget(chart)
            fresh = [await self._pictures.media(chart) for chart in step.charts]
            return await self._album(chat_id, step, fresh, manner)
        for chart, message in zip(step.charts, messages, strict=True):
            self._remember(chart, message)
        return messages[0].message_id

    def _remember(self, chart: Chart | Picture, message: Message) -> None:
        if message.photo:
            self._pictures.remember(chart, message.photo[-1].file_id)


def _with(keyboard: Keyboard | None) -> dict[str, object]:
    return {"reply_markup": keyboard} if keyboard else {}
