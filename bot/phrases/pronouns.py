"""“Is she likely to leave?”, behind a card: whom somebody still talks about."""

import re
from datetime import datetime, timedelta

from bot.phrases.outcomes import Refused
from bot.queries import Queries
from bot.replies import Asker

REMEMBERED = timedelta(minutes=30)
_ONE = r"(?:customer|user|person|subscriber|member|client|guy|lady)"
_HIM = re.compile(
    rf"\b(?:he|she|him|his|hers?|(?:this|that|the same) {_ONE}(?:['’]s)?)\b(?! of\b)", re.IGNORECASE
)
_WHY = re.compile(r"^\W*(?:and |but )?why(?: is that| so)?\W*$", re.IGNORECASE)


def with_name(line: str, asker: Asker, queries: Queries, asked_at: datetime | None) -> str | Refused:
    """The line with the id of the customer looked at last in place of “he” or “her”; refused without one.

    Args:
        line: As typed.
        asker: Who talks.
        queries: What may be asked.
        asked_at: When his question before was, which “why” would rather be about.
    """
    is_why = _WHY.match(line) is not None
    him = _HIM.search(line)
    if not is_why and him is None:
        return line
    looked = queries.state.looked_at(asker.user_id, queries.now() - REMEMBERED)
    is_known = looked is not None and not any(map(str.isspace, looked.customer_id or ""))
    if him is None:
        is_newer = looked is not None and (asked_at is None or asked_at <= looked.at)
        return f"why user {looked.customer_id}" if looked and is_known and is_newer else line
    if looked is None or not is_known:
        return Refused(f"I do not know whom you mean by “{him[0]}”. Say for example “is user 42 leaving”.")
    return f"{line[: him.start()]}user {looked.customer_id}{_HIM.sub('', line[him.end() :])}"
