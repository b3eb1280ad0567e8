"""Finding titles from any chat; customers are never found there."""

from bot.access import EVERYBODY, allowed
from bot.commands.taste import MOST_TITLES
from bot.commands.titles import settled_by
from bot.languages import speaking
from bot.messages import inline
from bot.queries import Queries
from bot.replies import Asker
from store.errors import NoResults
from store.records import Title

MOST_TYPED = 100


def titles_for(typed: str, asker: Asker, queries: Queries) -> tuple[inline.Found, ...] | None:
    """The titles that “@bot heat” may mean; without words, those watched most lately and new to who asks.

    Args:
        typed: After the bot's name.
        asker: As in a private chat with him; where the answer will be written is not told.
        queries: What may be asked.

    Returns:
        At most 20; None for a stranger, who is shown how to link his account instead.
    """
    if not allowed(asker, EVERYBODY):
        return None
    results = queries.results
    try:
        with results.one_run():
            typed = typed[:MOST_TYPED].strip()
            near = results.find_titles(typed, inline.MOST_FOUND) if typed else _trending(asker, queries)
    except NoResults:
        return ()
    with speaking(asker.language):
        return inline.found([each for each in near if each.available])


def _trending(asker: Asker, queries: Queries) -> list[Title]:
    settled = settled_by(asker, queries)
    popular = queries.results.popular(MOST_TITLES)
    return [each for each in popular if each.title_id not in settled][: inline.MOST_FOUND]
