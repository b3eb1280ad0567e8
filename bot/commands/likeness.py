"""“like Heat but not horror”: a title among wishes, told apart from them."""

from collections.abc import Sequence

from bot.commands.reading import is_called, title_from
from bot.commands.vocabulary import LIKE, begins_wish
from bot.messages.wording import line
from bot.queries import Queries
from store.records import Title

BUT = "but"


def likeness_from(words: Sequence[str], asking: str, queries: Queries) -> tuple[Title | None, Sequence[str]]:
    """Take “like <title>” out of wishes.

    Args:
        words: The wishes.
        asking: The command and what stands before the wishes, for the buttons where the title is misspelled.
        queries: What may be asked.

    Returns:
        The title, None where no likeness is wished for, and the other words.

    Raises:
        UserError: no title is called that.
    """
    places = [place for place, word in enumerate(words) if word.casefold() == LIKE]
    if not places or places[0] == len(words) - 1:
        return None, words
    before = f"{asking} {line(*words[: places[0] + 1])}"
    title, rest = title_and_rest(words[places[0] + 1 :], before, queries)
    return title, (*words[: places[0]], *rest)


def title_and_rest(words: Sequence[str], asking: str, queries: Queries) -> tuple[Title, Sequence[str]]:
    """Read a title's name and the wishes behind it.

    The name ends at “but”; else where the longest beginning that is a title's name does, so that words of
    the grammar may stand in names (“No Country for Old Men”); else where the wishes begin.

    Raises:
        UserError: no title is called that, or several are; with the nearest as buttons.
    """
    # What was quoted as one word may hold wishes too.
    words = words if words[0].startswith("#") else " ".join(words).split()
    end = _end(words, queries)
    return title_from(words[:end], asking, queries, line(*words[end:])), words[end:]


def _end(words: Sequence[str], queries: Queries) -> int:
    folded = [word.casefold() for word in words]
    if BUT in folded[1:]:
        return folded.index(BUT, 1)
    genres = queries.results.genres()
    starts = [place for place in range(1, len(words)) if begins_wish(words[place], genres)]
    for end in (len(words), *reversed(starts)):
        if is_called(" ".join(words[:end]), queries):
            return end
    return min(starts, default=len(words))
