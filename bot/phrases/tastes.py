"""Questions about titles and genres: who watched them, what is popular."""

from dataclasses import replace

from bot.phrases.filters import each_apart
from bot.phrases.naming import PEOPLE, AskError, Composed, has_titles
from bot.phrases.parts import Parts, UnclearError
from store.results.asked import Bound, Choice, Condition, Did, Span
from store.results.dimensions import TITLE_DIMENSIONS
from store.results.metrics import METRIC_BY_NAME


def of_titles(composed: Composed, parts: Parts, data: Span) -> None:
    """Of titles, being active is watching them; “comedy and drama” of people is both of them."""
    del data
    question = composed.question
    if question.metric == "active_customers" and (
        has_titles(question.filters) or question.by in TITLE_DIMENSIONS
    ):
        question = replace(question, metric="viewers")
        composed.notes.append("Of some titles I count who watched them.")
    if parts.only and has_titles(question.filters) and question.metric in PEOPLE:
        raise UnclearError(
            "I cannot tell who watched one thing only. Say for example “comedy but not drama”."
        )
    if parts.only and parts.periods and question.metric == "viewers":
        bare = replace(question, period=parts.periods[0], period_given=True)
        raise AskError("I cannot tell who watched at one time only. Who watched then at all?", (bare,))
    if question.metric in PEOPLE - {"viewers", "customers"} and parts.watched and not question.by:
        # “Customers at risk who watch horror”.
        question = replace(question, filters=tuple(map(_as_deed, question.filters)))
    of_people = question.metric in {"viewers", "customers"} and not question.by
    titles = tuple(each for each in question.filters if has_titles((each,)))
    wanted = [each for each in titles if isinstance(each, Choice) and not each.negated]
    if parts.is_both and any(len(each.values) > 1 for each in wanted):
        apart = tuple(one for each in question.filters for one in _apart(each, titles))
        if of_people:
            composed.notes.append("Both of them. Say “or” for one or the other.")
            question = replace(question, metric="customers", filters=tuple(map(_as_deed, apart)))
        elif parts.is_both_said:
            question = replace(question, filters=apart)
    elif of_people and wanted and len(wanted) < len(titles):
        # “Watched comedy but not drama”.
        question = replace(
            question, filters=tuple(each if each in wanted else _as_deed(each) for each in question.filters)
        )
    composed.question = question


def _apart(condition: Condition, titles: tuple[Condition, ...]) -> tuple[Condition, ...]:
    return each_apart(condition) if condition in titles else (condition,)


def _as_deed(condition: Condition) -> Condition:
    """“Comedy” of titles as “watched comedy” of people."""
    if not isinstance(condition, Choice) or not has_titles((condition,)):
        return condition
    return Did("watch", (replace(condition, negated=False),), negated=condition.negated)


def popular(composed: Composed, parts: Parts, data: Span) -> None:
    """The most popular plan is the one that most customers have; of titles, the most watched."""
    del data
    question = composed.question
    if parts.is_popular and question.by is not None and question.by not in TITLE_DIMENSIONS:
        composed.question = replace(question, metric="customers")
        composed.notes.append("Popular: by how many customers.")


def refuse_other_limits(composed: Composed, parts: Parts, data: Span) -> None:
    """Refuse “best rated titles with at least 10 reviews”: a limit on titles is not one on people.

    Raises:
        UnclearError: says which limit holds.
    """
    del data
    question = composed.question
    counts = any(
        isinstance(each, Bound) and each.quantity in {"rated", "watched"} for each in question.filters
    )
    if (
        question.by == "title"
        and "list" in parts.forms
        and any(isinstance(each, Did) for each in question.filters)
    ):
        raise UnclearError("Who did most of what? Say for example “top 10 customers by ratings”.")
    of_people = any(name in PEOPLE for name, _ in parts.metrics)
    if question.by == "title" and counts and not of_people:
        least = METRIC_BY_NAME[question.metric].least
        said = f"I leave out titles with fewer than {least} ratings, and " if least else ""
        raise UnclearError(f"{said}I know no other limit of how many watched or rated a title.")
