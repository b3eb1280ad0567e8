"""What a command answers already, said in plain words."""

import re

from bot.messages.wording import line as line_of
from bot.phrases.outcomes import Command

_KINDS = "(?:films?|movies?|series|shows?|titles?)"
_SEGMENTS = "(?:the |our |all |each )?segments?"
_ERRANDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(f"^(?:{pattern})$"), command)
    for pattern, command in (
        (f"(?:{_KINDS} )?(?:similar|like)(?: {_KINDS})? (?:to |like )?(?P<of>.+)", "/similar"),
        ("what is (?:similar to|like) (?P<of>.+)", "/similar"),
        (f"(?:(?:tell me about|show me|about) (?:the )?{_KINDS}|title) (?P<of>.+)", "/title"),
        (
            (
                "(?:whom?|which customers?) (?:should|shall|do) (?:i|we) (?:call|contact|ring|phone)"
                "(?: first| today| next| now)*|(?:give me |show me )?(?:a list of |some |the |\\d+ )?"
                "(?:names|people|customers) (?:to|for us to) (?:call|contact)(?: first| today)?"
            ),
            "/atrisk",
        ),
        (
            (
                "(?:whom?|which (?:customers?|users?|subscribers?|people)) (?:should|shall|do|must) (?:i|we) "
                "(?:worry about|be worried about|focus on|look after|save|win back)(?: first| today| now)*"
            ),
            "/atrisk",
        ),
        (
            "(?:how (?:good|accurate|reliable) (?:is|are)|can i trust) (?:the|our) (?:model|predictions?)",
            "/model",
        ),
        ("how (?:fresh|old|recent|up to date) is the data", "/status"),
        ("when was the last (?:update|run|retrain)|is everything running", "/status"),
        (f"segment profiles?|profiles? of {_SEGMENTS}", "/segment"),
        (f"(?:describe|explain|show me|tell me about|what are) {_SEGMENTS}", "/segment"),
        ("what can you do|how do you work|what can i ask", "/help"),
    )
)


def errand(line: str) -> Command | None:
    """The command that a line asks for in other words; None where it asks for none."""
    text = " ".join(line.casefold().replace("’", "'").replace("what's", "what is").strip(" .!?").split())
    text = text.removeprefix("please ")
    for pattern, command in _ERRANDS:
        match = pattern.match(text)
        if match:
            return Command(line_of(command, *((match["of"],) if "of" in match.groupdict() else ())))
    return None
