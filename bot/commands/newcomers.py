"""Which genres somebody likes, while nothing else is known of him."""

from collections.abc import Sequence

from bot.commands.filters import wishes_from
from bot.commands.taste import taste_of
from bot.commands.titles import asked_from, list_of, needs_titles, whose
from bot.languages import tell
from bot.messages import mistakes
from bot.messages.newcomers import needless_genres
from bot.messages.wishes import Wishes
from bot.queries import Queries
from bot.replies import Asker, Reply


def taste(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /taste <user> [genre …]: keep the genres, in place of those before, and show the list by them.

    A viewer names no user. Without a genre, what was said before is forgotten and asked again.
    """
    customer, rest = whose(words, "taste", asker, queries)
    needs_titles(queries)
    wishes = wishes_from(rest, queries.results.genres())
    if wishes != Wishes(genres=wishes.genres, every=wishes.every):
        raise mistakes.unclear_wish(" ".join(rest), tell("genres alone, e.g. “comedy drama”"))
    queries.state.set_tastes(customer.customer_id, wishes.genres)
    needless = bool(wishes.genres) and not taste_of(customer, queries).is_unknown
    own = asker.role == "viewer"
    note = needless_genres("" if own else customer.customer_id, wishes.genres[0], own=own) if needless else ""
    return list_of(customer, asked_from((), customer, asker, queries), asker, queries, note=note)
