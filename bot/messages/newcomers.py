"""What somebody is asked of whom nothing is known yet: which genres he likes."""

from collections.abc import Sequence

from bot.messages.wording import clip, line, safe
from bot.replies import Button

ENOUGH_GENRES = 2
WIDE = 3
OTHER_GENRES = "Other genres"

Tastes = tuple[tuple[str, bool], ...]
"""Genres to ask about, and whether he named them."""


def first_question(tastes: Tastes, *, own: bool) -> str:
    """What the list shows so far, and what would make it better; escaped."""
    named = _named(tastes)
    if not named:
        who = "you" if own else "they"
        question = f"What do {who} like? Tap two genres, or 👍 a title."
        return f"<i>Popular lately, because there is no history yet. {question}</i>"
    said = safe(" and ".join(named), 120)
    more = "One more genre?" if len(named) < ENOUGH_GENRES else "The first 👍 makes it personal."
    return f"<i>Popular lately in {said}, because there is no history yet. {more}</i>"


def genre_buttons(tastes: Tastes, customer_id: str) -> tuple[tuple[Button, ...], ...]:
    """Genres to tap; each button names all that are then chosen, so that an old one does what it says.

    Args:
        tastes: Empty for whoever has a history.
        customer_id: Whom staff ask for; empty for a viewer himself.
    """
    named = _named(tastes)
    if len(named) >= ENOUGH_GENRES:
        return ((Button(OTHER_GENRES, line("/taste", customer_id)),),)
    buttons = [
        Button(
            clip(f"✓ {genre}" if chosen else genre, 20),
            line("/taste", customer_id, *_toggled(genre, named)),
        )
        for genre, chosen in tastes
    ]
    return tuple(tuple(buttons[start : start + WIDE]) for start in range(0, len(buttons), WIDE))


def needless_genres(customer_id: str, genre: str, *, own: bool) -> str:
    """Genres are for whoever has no history; escaped."""
    whose = "what you watched and liked" if own else "what they watched and liked"
    example = line("/recommend", customer_id, genre.casefold())
    return f"The list goes by {whose}. To see one genre, add it: {safe(example, 120)}"


def _named(tastes: Tastes) -> list[str]:
    return [genre for genre, named in tastes if named]


def _toggled(genre: str, named: Sequence[str]) -> list[str]:
    return [each for each in named if each != genre] if genre in named else [*named, genre]
