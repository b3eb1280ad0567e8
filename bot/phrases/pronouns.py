"""“Is she likely to leave?”, behind a card: whom somebody still talks about."""

import re
from datetime import datetime, timedelta

from bot.phrases.outcomes import Refused
from bot.phrases.tokens import words_in
from bot.phrases.vocabulary import MOST_WORDS, Vocabulary
from bot.queries import Queries
from bot.replies import Asker

REMEMBERED = timedelta(minutes=30)
"""So long one goes on about a question, or a customer."""

_WHOM = "I do not know whom you mean by “{}”. Say for example “is user 42 leaving”."
_ONE = r"(?:customer|user|person|subscriber|member|client|guy|lady)"
_HIM = re.compile(
    rf"\b(?:he|she|him|his|hers?|(?:this|that|the same) {_ONE}(?:['’]s)?)\b(?! of\b)", re.IGNORECASE
)
_WHY = re.compile(r"^\W*(?:and |but )?why(?: is that| so)?\W*$", re.IGNORECASE)


def with_name(
    line: str, asker: Asker, queries: Queries, vocabulary: Vocabulary, asked_at: datetime | None
) -> str | Refused:
    """The line with the id of the customer looked at last in place of “he” or “her”; refused without one.

    Args:
        line: As typed.
        asker: Who talks.
        queries: What may be asked.
        vocabulary: Holds the titles, in which “his” means nobody.
        asked_at: When his question before was, which “why” would rather be about.
    """
    found = [each for each in _HIM.finditer(line) if not _is_in_title(each, line, vocabulary)]
    if not found and _WHY.match(line) is None:
        return line
    looked = queries.state.looked_at(asker.user_id, queries.now() - REMEMBERED)
    who = looked.customer_id if looked is not None else None
    if looked is None or who is None or any(map(str.isspace, who)):
        return Refused(_WHOM.format(found[0][0])) if found else line
    if not found:
        return line if asked_at is not None and asked_at > looked.at else f"why user {who}"
    first, *others = found
    for each in reversed(others):
        line = line[: each.start()] + line[each.end() :]
    return f"{line[: first.start()]}user {who}{line[first.end() :]}"


def _is_in_title(him: re.Match[str], line: str, vocabulary: Vocabulary) -> bool:
    """“Who watched His Girl Friday”."""
    words, place = words_in(line), len(words_in(line[: him.start()]))
    return any(
        start + vocabulary.longest_title(words[start:])[0] > place
        for start in range(max(0, place - MOST_WORDS + 1), place + 1)
    )
