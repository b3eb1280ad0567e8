"""Which answer belongs to which form of question."""

from collections.abc import Callable, Mapping

from bot.phrases.changes import changes
from bot.phrases.listing import people
from bot.phrases.measuring import Measuring
from bot.phrases.moves import moves
from bot.phrases.over_time import average, series
from bot.phrases.tables import number, share
from bot.phrases.whether import yes_no
from bot.phrases.why import why
from bot.question import Question
from bot.replies import Reply
from store.results.asked import Choice

_MAKERS: Mapping[str, Callable[[Question, Measuring], Reply]] = {
    "number": number, "share": share, "series": series, "average": average, "yes_no": yes_no, "why": why,
    "changes": changes,
}  # fmt: skip
_NAMING: Mapping[str, Callable[[Question, Measuring], tuple[Reply, tuple[str, ...]]]] = {
    "list": people, "moves": moves,
}  # fmt: skip


def answer_in_form(question: Question, at: Measuring) -> tuple[Reply, tuple[str, ...]]:
    """The reply to a question, and the customers whom it shows one by one."""
    if question.form in _NAMING:
        return _NAMING[question.form](question, at)
    alone = [
        each.values for each in question.filters if isinstance(each, Choice) and each.dimension == "customer"
    ]
    return _MAKERS[question.form](question, at), tuple(one for values in alone for one in values)
