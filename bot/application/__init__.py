"""Telegram, outermost skin of the bot: updates in, kept, put in order, answered.

``updates`` reads, ``polling`` fetches, ``lanes`` keeps order, ``answering`` answers, ``running`` is all.
"""

from bot.application.polling import StoppedError
from bot.application.running import Application, Patience, build_application

__all__ = ["Application", "Patience", "StoppedError", "build_application"]
