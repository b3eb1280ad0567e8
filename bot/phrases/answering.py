"""The door for questions in plain words: read, measure, remember, log."""

import json
from dataclasses import replace
from datetime import datetime

from bot.messages.wording import fit, safe
from bot.phrases.canonical import canonical
from bot.phrases.errands import errand
from bot.phrases.forms import answer_in_form
from bot.phrases.measuring import Measuring
from bot.phrases.missing import missing_for
from bot.phrases.outcomes import Command, Outcome, Read, Refused
from bot.phrases.persons import about_one
from bot.phrases.pronouns import REMEMBERED, with_name
from bot.phrases.reading import nearest, read
from bot.phrases.scope import out_of_scope
from bot.phrases.synonyms import synonyms_served, vocabulary_served
from bot.phrases.vocabulary import Vocabulary
from bot.queries import Queries
from bot.question import Question
from bot.replies import Asker, Button, Reply
from store.results.asked import TooFineError
from store.results.metrics import METRICS

_FRESH = frozenset({"new question", "start over", "reset", "forget it", "new topic"})


def understood(line: str, asker: Asker, queries: Queries) -> Outcome | None:
    """What a line means to the staff; None where the run holds no facts."""
    vocabulary = vocabulary_served(queries)
    if vocabulary is None:
        return None
    line = synonyms_served(queries, vocabulary).put_into(line)
    beyond = out_of_scope(line)
    if beyond is not None:
        return Refused(beyond, nearest(line))
    asked_at, before = _remembered(asker, queries)
    named = with_name(line, asker, queries, vocabulary, asked_at)
    if isinstance(named, Refused):
        return named
    outcome = errand(named) or about_one(named, queries, vocabulary)
    if outcome is not None:
        return outcome
    values = queries.results.attribute_values()
    return read(named, vocabulary, values, _question_of(before, queries, vocabulary))


def reply_to(line: str, outcome: Outcome, asker: Asker, queries: Queries) -> Reply:
    """Answer what was understood, and write down what was asked."""
    if isinstance(outcome, Command):
        return Reply(text=safe(outcome.line))
    vocabulary = vocabulary_served(queries)
    assert vocabulary is not None
    if isinstance(outcome, Refused):
        _log(line, None, "refused", asker, queries)
        return _refusal(outcome)
    question = outcome.question
    missing = missing_for(question, queries.results)
    if missing is not None:
        _log(line, None, "refused", asker, queries)
        return _refusal(Refused(missing))
    at = Measuring(queries.results, vocabulary, queries.results.run(), outcome.notes)
    try:
        reply = _answer(question, asker, queries, at)
    except TooFineError as error:
        _log(line, at.reading(question), "refused", asker, queries)
        reason = (
            f"I keep single days since {error.since:%d %b %Y}; before that I know whole months only, either "
        )
        return _refusal(Refused(f"{reason}by customers or by titles."))
    except KeyError:
        _log(line, at.reading(question), "refused", asker, queries)
        return _refusal(Refused("I cannot tell that number that way.", ()))
    _remember(question, asker, queries, vocabulary)
    _log(line, at.reading(question), "answered", asker, queries)
    return reply


def is_fresh(line: str) -> bool:
    """Whether somebody wants to begin anew."""
    return line.casefold().strip(" .!?") in _FRESH


def forget(asker: Asker, queries: Queries) -> Reply:
    """Forget the question before."""
    queries.state.note(_key(asker), "")
    return Reply(text="Forgotten. What would you like to know?")


def metrics() -> Reply:
    """Every certified metric with its definition."""
    lines = ["<b>What I can tell</b>"]
    for group in dict.fromkeys(metric.group for metric in METRICS):
        lines += ["", f"<b>{safe(group.capitalize())}</b>"]
        lines += [f"{safe(each.label)}: {safe(each.meaning, 120)}" for each in METRICS if each.group == group]
    return Reply(text=fit(lines))


def _answer(question: Question, asker: Asker, queries: Queries, at: Measuring) -> Reply:
    reply, looked_at = answer_in_form(question, at)
    now = queries.now()
    with queries.state.transaction():
        for one in looked_at:
            queries.state.write_audit(asker.user_id, "question", one, now)
    return reply


def _refusal(refused: Refused) -> Reply:
    text = safe(refused.reason, 400)
    if refused.choices:
        text += "\nDid you mean one of these? /metrics lists all I know."
    else:
        text += "\n/metrics lists what I can tell."
    return Reply(text=text, buttons=tuple((Button(caption, line),) for caption, line in refused.choices))


def _key(asker: Asker) -> str:
    return f"question:{asker.chat_id}:{asker.user_id}"


def _remember(question: Question, asker: Asker, queries: Queries, vocabulary: Vocabulary) -> None:
    """Keep the question as a line that reads the same; where it does not, nothing is kept."""
    line = canonical(replace(question, as_csv=False, as_chart=False), dict(vocabulary.dimensions))
    queries.state.note(_key(asker), json.dumps([queries.now().isoformat(), line]))


def _remembered(asker: Asker, queries: Queries) -> tuple[datetime | None, str]:
    """When the question before was asked, and its line; nothing where that is long ago."""
    noted = queries.state.noted(_key(asker))
    at, line = json.loads(noted) if noted else (None, "")
    asked_at = datetime.fromisoformat(at) if at else None
    is_fresh = asked_at is not None and queries.now() <= asked_at + REMEMBERED
    return (asked_at, line) if is_fresh else (None, "")


def _question_of(line: str, queries: Queries, vocabulary: Vocabulary) -> Question | None:
    """The question that a kept line reads as."""
    if not line:
        return None
    outcome = about_one(line, queries, vocabulary) or read(
        line, vocabulary, queries.results.attribute_values(), None
    )
    return outcome.question if isinstance(outcome, Read) else None


def _log(line: str, reading: str | None, outcome: str, asker: Asker, queries: Queries) -> None:
    queries.state.log_question(line[:500], reading, outcome, asker.user_id, queries.now())
