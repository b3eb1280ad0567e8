"""What somebody is asked of whom nothing is known yet: which genres he likes."""

from collections.abc import Sequence

from bot.languages import tell
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
        why = tell("Popular lately, because there is no history yet.")
        if own:
            return f"<i>{why} {tell('What do you like? Tap two genres, or 👍 a title.')}</i>"
        return f"<i>{why} {tell('What do they like? Tap two genres, or 👍 a title.')}</i>"
    genres = safe(f" {tell('and')} ".join(named), 120)
    why = tell("Popular lately in {genres}, because there is no history yet.", genres=genres)
    few = len(named) < ENOUGH_GENRES
    return f"<i>{why} {tell('One more genre?') if few else tell('The first 👍 makes it personal.')}</i>"


def genre_buttons(tastes: Tastes, customer_id: str) -> tuple[tuple[Button, ...], ...]:
    """Genres to tap; each button names all that are then chosen, so that an old one does what it says.

    Args:
        tastes: Empty for whoever has a history.
        customer_id: Whom staff ask for; empty for a viewer himself.
    """
    named = _named(tastes)
    if len(named) >= ENOUGH_GENRES:
        return ((Button(tell(OTHER_GENRES), line("/taste", customer_id)),),)
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
    example = safe(line("/recommend", customer_id, genre.casefold()), 120)
    if own:
        return tell(
            "The list goes by what you watched and liked. To see one genre, add it: {example}",
            example=example,
        )
    said = "The list goes by what they watched and liked. To see one genre, add it: {example}"
    return tell(said, example=example)


def _named(tastes: Tastes) -> list[str]:
    return [genre for genre, named in tastes if named]


def _toggled(genre: str, named: Sequence[str]) -> list[str]:
    return [each for each in named if each != genre] if genre in named else [*named, genre]
