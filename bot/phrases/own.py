"""A viewer's questions: about himself and about titles, and about nobody else."""

import re
from dataclasses import replace

from bot.languages import tell
from bot.messages.wording import safe
from bot.phrases.forms import answer_in_form
from bot.phrases.measuring import Measuring
from bot.phrases.missing import missing_for
from bot.phrases.outcomes import Outcome, Read, Refused
from bot.phrases.persons import of_one
from bot.phrases.reading import read
from bot.phrases.scope import out_of_scope
from bot.phrases.synonyms import vocabulary_served
from bot.phrases.tokens import words_in
from bot.queries import Queries
from bot.question import Question
from bot.replies import Reply
from store.results.asked import Choice, TooFineError
from store.results.dimensions import TITLE_DIMENSIONS

_HIMSELF = re.compile(r"\b(i|my|me|mine|i've|myself)\b", re.IGNORECASE)
_SOMEBODY = re.compile(r"\b(who|whose|(user|customer|member|subscriber|client)s?)\b", re.IGNORECASE)
_OF_TITLES = frozenset({"watches", "average_rating", "ratings", "likes", "completion_rate"})


def asked_by_viewer(line: str, customer_id: str, queries: Queries) -> Outcome | None:
    """What a viewer's line means; None for what is no question, and may be a title.

    Args:
        line: As typed.
        customer_id: Whom the viewer is linked to.
        queries: What may be asked.
    """
    vocabulary = vocabulary_served(queries)
    if vocabulary is None or words_in(line) in vocabulary.titles:
        return None
    beyond = out_of_scope(line)
    if beyond is not None or _SOMEBODY.search(line) is not None:
        return _refused()
    about_himself = _HIMSELF.search(line) is not None
    if about_himself:
        own = of_one(line, customer_id, queries, vocabulary)
        if own is not None:
            return own
    outcome = read(line, vocabulary, queries.results.attribute_values(), None)
    if not isinstance(outcome, Read):
        return None
    if not about_himself and _is_about_titles(outcome.question):
        return Read(replace(outcome.question, as_csv=False), outcome.notes)
    return _refused()


def _refused() -> Refused:
    return Refused(tell("I answer you about yourself and about titles only."))


def answer_viewer(outcome: Outcome, queries: Queries) -> Reply:
    """The reply; what buttons would ask is for the staff."""
    if not isinstance(outcome, Read):
        return Reply(text=_refused().reason)
    missing = missing_for(outcome.question, queries.results)
    vocabulary = vocabulary_served(queries)
    assert vocabulary is not None
    if missing is not None:
        return Reply(text=safe(missing, 200))
    at = Measuring(queries.results, vocabulary, queries.results.run(), outcome.notes)
    try:
        reply, _ = answer_in_form(outcome.question, at)
    except (TooFineError, KeyError):
        return Reply(text=tell("I cannot tell that number of that time."))
    return replace(reply, buttons=(), document=None)


def _is_about_titles(question: Question) -> bool:
    """Whether titles are ranked or told of, whoever watched them."""
    conditions = question.filters
    of_titles = all(isinstance(each, Choice) and each.dimension in TITLE_DIMENSIONS for each in conditions)
    named = question.by == "title" or any(getattr(each, "dimension", "") == "title" for each in conditions)
    return question.form == "number" and question.metric in _OF_TITLES and of_titles and named
