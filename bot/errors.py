"""What can go wrong in the chat, each said as what was found, what was needed, what to do.

BotError
├── UserError       a person asked for something that cannot be answered as asked
└── SettingsError   the bot's section of the configuration cannot be followed
"""


class BotError(Exception):
    """Anything a person can mend; its words are shown as they stand."""


class UserError(BotError):
    """A question that cannot be answered as it was asked, in the reader's words.

    Attributes:
        text: Plain text, not escaped: ``bot.messages`` escapes it.
        choices: What may have been meant: captions and the lines they ask.
    """

    def __init__(self, text: str, choices: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.choices = choices


class SettingsError(BotError):
    """The ``[bot]`` section or the environment says something that cannot be used."""
