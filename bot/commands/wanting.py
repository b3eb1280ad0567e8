"""What a viewer says in plain words: what he would like to see, and what he thinks of a title."""

import re
from collections.abc import Sequence

from bot.commands.filters import wishes_from
from bot.commands.reading import is_called
from bot.commands.vocabulary import LIKE
from bot.errors import UserError
from bot.messages.wishes import Wishes
from bot.queries import Queries

_ASKS = re.compile(r"watch(?:ing)?|see|recommend(?:ations?)?|suggest(?:ions?)?", re.IGNORECASE)
"""A line with one of these asks for titles, whatever else it says."""
_FRAME = re.compile(
    f"{_ASKS.pattern}|what|whats|what's|which|should|shall|can|could|would|will|might|do|i|i'd|i'm|im|we|you|us|my"
    "|our|want|wanna|need|feel|feeling|fancy|mood|something|anything|next|tonight|today|now|this|evening|weekend"
    "|night|find|give|tell|have|got|there|is|are|be|any|one|of|to|for|on|in|let's|lets|good|great|best|nice|cool"
    "|pls|thanks|hi|hey|hello|ok|so|just|really|maybe|worth|ideas?|list",
    re.IGNORECASE,
)
"""Words around a wish that wish for nothing themselves."""
_ANOTHER_QUESTION = re.compile(r"(?:how|when|why|who|whose|where)\b", re.IGNORECASE)
_SAID = (
    ("notinterested", r"(?:(?:i am|i'm|im) )?not interested in|(?:never|don't|do not) show me"),
    (
        "dislike",
        r"i (?:really )?(?:don't|didn't|do not|did not) (?:like|love|enjoy)|i (?:hated?|disliked?)",
    ),
    ("like", r"i (?:really |also )?(?:liked?|loved?|enjoy(?:ed)?|adored?)"),
    ("seen", r"(?:(?:i've|i have|ive|we've|we have|i) )?(?:already )?(?:seen|saw|watched)"),
)
_OPINIONS = tuple(
    (command, re.compile(rf"(?:{pattern}) (?P<title>.+?)(?: already)?$", re.IGNORECASE))
    for command, pattern in _SAID
)
_TRENDING = re.compile(
    r"(?:what(?:'?s| is| are)? )?(?:trending|popular|hot)(?: now| right now| today| lately)?"
    r"(?: in)?(?P<wishes>(?: .+)?)$",
    re.IGNORECASE,
)
_ASKING_FOR = re.compile(r"\bshow (?=me\b|us\b)|\bmore (?=like\b)", re.IGNORECASE)


def trend(line: str, queries: Queries) -> tuple[str, ...]:
    """The words of the command for “trending horror”; none for another line."""
    match = _TRENDING.match(_plain(line))
    if match is None or _wishes_in(match["wishes"].split(), queries) is None:
        return ()
    return ("/trending", *match["wishes"].split())


def wanted(line: str, queries: Queries) -> tuple[str, ...]:
    """The command a viewer's line means: a verdict on a title, or a wish for titles.

    Returns:
        Its words; none where the line is a title's name, or says nothing of the kind.

    Raises:
        UserError: it asks for titles with a word that is not understood; such a word is never dropped.
    """
    text = _plain(line)
    if is_called(text, queries) or _ANOTHER_QUESTION.match(text):
        return ()
    return _opinion(text, queries) or _wish(text, queries)


def _plain(line: str) -> str:
    return " ".join(line.replace("’", "'").split()).strip(" .!?")


def _opinion(text: str, queries: Queries) -> tuple[str, ...]:
    for command, pattern in _OPINIONS:
        match = pattern.match(text)
        if match is None:
            continue
        words = match["title"].split()
        if _wishes_in(words, queries) is None:
            return (f"/{command}", *words)
        # Of a genre it is a wish.
        return ("/recommend", *(() if command == "like" else ("not",)), *words)
    return ()


def _wish(text: str, queries: Queries) -> tuple[str, ...]:
    words = _ASKING_FOR.sub("", text).split()
    place = next((place for place, word in enumerate(words) if _begins_likeness(words, place)), len(words))
    rest = [word for word in words[:place] if not _FRAME.fullmatch(word.strip(","))]
    wishes = _wishes_in(rest, queries)
    if wishes is None:
        if not any(map(_ASKS.fullmatch, words)):
            return ()
        wishes_from(rest, queries.results.genres())  # says which word is not understood
    return ("/recommend", *rest, *words[place:]) if len(rest) < len(words) or wishes else ()


def _begins_likeness(words: Sequence[str], place: int) -> bool:
    """“something like Heat”, but not “I would like to see”."""
    if words[place].casefold() != LIKE or place == len(words) - 1:
        return False
    before = words[place - 1].casefold() if place else ""
    return words[place + 1].casefold() != "to" and before not in {"i", "i'd", "would"}


def _wishes_in(words: Sequence[str], queries: Queries) -> Wishes | None:
    try:
        return wishes_from(words, queries.results.genres())
    except UserError:
        return None
