"""Words that mean something in one place and nothing in another."""

from bot.phrases.tokens import Token
from bot.phrases.words import FILLERS, WATCHED

BREAKS = frozenset(
    {"are", "is", "was", "were", "who", "that", "have", "has", "had", "did", "come", "comes", "came"}
)
PLURAL_PEOPLE = frozenset({"customers", "users", "people", "subscribers", "members", "viewers", "accounts"})
# Behind these, “us” is ourselves.
_WITH_US = frozenset(
    {"tell", "give", "show", "let", "with", "of", "left", "used", "use", "paid", "joined", "for"}
)
_ANYTHING = frozenset({"anything", "something", "smth", "sth", "stuff", "things"})
_DOING = frozenset({"bought", "buy", "ordered", "order", "purchased", "rated", "rate"})
# “Only” narrows nothing beside what everybody has one of; beside titles it does, and is refused there.
_ONLY = frozenset({"only", "just", "same", "instead"})


def small_word(token: Token, before: str, *, is_first: bool) -> str | None:
    """What a word without a meaning of its own does: ``break``, ``verb``, ``filler``, ``only`` or ``both``.

    Args:
        token: The word.
        before: The word before it.
        is_first: The line begins with it.

    Returns:
        None for a word that has a meaning.
    """
    text = token.text
    kinds = (
        ("break", text in BREAKS),
        ("verb", text in WATCHED),
        ("both", text == "both"),
        ("only", text in _ONLY and not is_first),
        ("filler", text in _ONLY or text in {"-", "but"}),
        ("filler", text == "us" and before in _WITH_US),
        ("filler", text in _ANYTHING and before in WATCHED | _DOING),
        ("filler", text == "about" and before in {"what", "how", "tell", "me"}),
        ("filler", text in FILLERS),
    )
    return next((kind for kind, holds in kinds if holds), None)
