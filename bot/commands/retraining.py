"""Learning anew, when an owner wants it and not at night."""

from collections.abc import Sequence

from bot.commands.reading import nothing_more
from bot.messages import retraining as words_for
from bot.queries import Queries
from bot.replies import Asker, Reply


def retrain(words: Sequence[str], asker: Asker, queries: Queries) -> Reply:
    """Answer /retrain: begin one; whoever can do that tells the chat how far it is."""
    nothing_more(words, "/retrain")
    if queries.retrain is None:
        raise words_for.not_here()
    queries.state.write_audit(asker.user_id, "retrain", None, queries.now())
    return words_for.answered(queries.retrain(asker.chat_id))
