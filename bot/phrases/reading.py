"""From a typed line to what it means: the one way in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice, product

from rapidfuzz import fuzz, process

from bot.messages.answers import reading_of
from bot.phrases.canonical import canonical
from bot.phrases.composing import compose
from bot.phrases.devices import mistakes_devices, own_only, reworded
from bot.phrases.followups import continued, narrowed
from bot.phrases.items import Item, Scanned
from bot.phrases.leaning import points_back
from bot.phrases.names import is_country
from bot.phrases.naming import AskError, Composed
from bot.phrases.outcomes import Outcome, Read, Refused
from bot.phrases.parts import UnclearError, parts_of
from bot.phrases.plainer import plainer
from bot.phrases.scanning import scan
from bot.phrases.times import Calendar
from bot.phrases.tokens import tokens_of
from bot.phrases.vocabulary import Meaning, Vocabulary
from bot.phrases.words import YES_NO
from bot.question import Question
from store.results.dimensions import DEVICE

MOST_READINGS = 8
MOST_CHOICES = 4
EXAMPLES = (
    "active customers last month by country",
    "customers by plan",
    "customers by segment",
    "new customers per month",
    "retention last month",
    "share of customers on each plan",
    "customers at risk by segment",
    "average churn risk by country",
    "churn rate by segment",
    "expected losses by segment",
    "revenue at risk by plan",
    "which customers have churn risk above 60 %",
    "revenue this month compared with the month before",
    "revenue per month",
    "top 10 customers by revenue",
    "orders per week",
    "average order value by country",
    "hours watched per week",
    "top 5 genres by hours watched",
    "watches on weekends last month",
    "average session length last month",
    "completion rate by genre",
    "most watched titles last month",
    "best rated titles",
    "customers who did not watch anything last month",
    "what changed last month",
    "why is risk up",
    "segment moves",
)


def read(
    line: str, vocabulary: Vocabulary, attributes: Mapping[str, tuple[str, ...]], before: Question | None
) -> Outcome:
    """Read a line.

    Args:
        line: As typed.
        vocabulary: Of the run served.
        attributes: Values of the source's own columns.
        before: The question asked last in this chat, for follow-ups; None where there is none.
    """
    line = reworded(plainer(line) if before is None else narrowed(plainer(line), before))
    scanned = scan(line, vocabulary, Calendar(vocabulary.data))
    if scanned.unknown:
        return _not_understood(line, scanned, vocabulary, attributes)
    words = [token.text for token in tokens_of(line)]
    is_whole = any(item.kind in {"metric", "ranked"} for item in scanned.items)
    if before is None and points_back(words) and not is_whole:
        return Refused("There is no question before this one that it could go on from.", nearest(line))
    says_whether = words[:1] != [] and words[0] in YES_NO
    found: dict[Question, Composed] = {}
    problem: str | None = None
    for items in islice(_readings(scanned.items), MOST_READINGS):
        try:
            parts = parts_of(items, dict(attributes))
            composed = continued(parts, items, before, vocabulary.data) if before is not None else None
            composed = composed or compose(parts, vocabulary.data, says_whether=says_whether)
        except UnclearError as error:
            problem = problem or str(error)
        except AskError as error:
            return Refused(str(error), _choices(error.questions, vocabulary))
        else:
            found.setdefault(composed.question, composed)
    if not found:
        return Refused(problem or "I do not know what is asked.", nearest(line))
    meant = {
        question: each
        for question, each in found.items()
        if not mistakes_devices(question, scanned.items, before)
    }
    if len(meant) != 1:
        doubt = (
            "That may mean different things. Which one?"
            if meant
            else own_only(are_kept=DEVICE in vocabulary.dimensions)
        )
        return Refused(doubt, _choices(tuple(meant or found), vocabulary))
    composed = next(iter(meant.values()))
    return Read(composed.question, (*_corrections(scanned), *composed.notes))


def _not_understood(
    line: str, scanned: Scanned, vocabulary: Vocabulary, attributes: Mapping[str, tuple[str, ...]]
) -> Refused:
    """The refusal that names the words that are not known, and offers the rest."""
    unknown = " and ".join(f"“{word}”" for word in scanned.unknown[:3])
    reason = f"I do not understand {unknown}."
    if is_country(scanned.unknown, line):
        named = any(
            each.name == "country" for many in vocabulary.phrases.values() for each in many if each.value
        )
        reason = f"Nobody in the data is from {unknown}." if named else "Your data has no countries."
    known = any(item.kind not in {"count", "filler"} for item in scanned.items)
    rest = _without_unknown(scanned.items, vocabulary, attributes) if known else ()
    choices = tuple({asked: (caption, asked) for caption, asked in (*rest, *nearest(line))}.values())
    return Refused(reason, choices[:MOST_CHOICES], is_foreign=not known)


def _without_unknown(
    items: Sequence[Item], vocabulary: Vocabulary, attributes: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, str], ...]:
    """What was understood, without the rest: offered, never answered unasked."""
    if not any(item.kind in {"metric", "ranked", "value", "dimension"} for item in items):
        return ()
    try:
        reading = next(iter(_readings(items)))
        composed = compose(parts_of(reading, dict(attributes)), vocabulary.data, says_whether=False)
    except (UnclearError, AskError):
        return ()
    return _choices((composed.question,), vocabulary)


def _corrections(scanned: Scanned) -> tuple[str, ...]:
    return tuple(f"I read “{typed}” as “{meant}”." for typed, meant in scanned.corrections)


def _readings(items: Sequence[Item]) -> "product[tuple[Item, ...]]":
    """Every way to read items of several meanings; a dimension named beside a value decides."""
    told = [item for item in items if item.kind != "filler"]
    named = {
        id(item): _named_beside(told, place) for place, item in enumerate(told) if len(item.meanings) > 1
    }
    return product(
        *(
            [replace(item, kind=meaning.kind, meanings=(meaning,)) for meaning in named[id(item)]]
            if id(item) in named
            else _times(item)
            for item in items
        )
    )


def _times(item: Item) -> list[Item]:
    """“May 26” as a day and as a month."""
    time = item.time
    if time is None or time.other is None:
        return [item]
    return [item, replace(item, time=replace(time, span=time.other, other=None))]


def _named_beside(told: list[Item], place: int) -> tuple[Meaning, ...]:
    item = told[place]
    near = [told[other] for other in (place - 1, place + 1) if 0 <= other < len(told)]
    beside = {meaning.name for each in near if each.kind == "dimension" for meaning in each.meanings}
    return tuple(meaning for meaning in item.meanings if meaning.name in beside) or item.meanings


def _choices(questions: tuple[Question, ...], vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    dimensions = dict(vocabulary.dimensions)
    return tuple(
        (reading_of(question, dimensions, {}), canonical(question, dimensions))
        for question in questions[:MOST_CHOICES]
    )


def nearest(line: str) -> tuple[tuple[str, str], ...]:
    """The examples most like a line that was not understood."""
    near = process.extract(line, EXAMPLES, scorer=fuzz.token_set_ratio, limit=3)
    return tuple((example, example) for example, _, _ in near)
