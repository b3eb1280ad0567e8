"""From the parts of a line to one question, or to the reason why not."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

from bot.phrases.averages import averages_of
from bot.phrases.checking import check
from bot.phrases.dating import averaged_over, compared, data_of, dated, on_weekdays, ranked_by_change
from bot.phrases.naming import LISTED_BY, PEOPLE, AskError, Composed, has_titles, metric_of
from bot.phrases.parts import Parts, UnclearError
from bot.phrases.sharing import shared
from bot.phrases.tastes import of_titles, popular, refuse_other_limits
from bot.question import Question
from store.results.asked import Choice, Span
from store.results.metric import Metric
from store.results.metrics import METRIC_BY_NAME


def compose(parts: Parts, data: Span, *, says_whether: bool) -> Composed:
    """Put a question together.

    Args:
        parts: Of the line.
        data: The days of which there is data.
        says_whether: The line begins like a question for yes or no.

    Raises:
        UnclearError: it does not fit together; says why.
        AskError: several questions may be meant.
    """
    if "changes" in parts.forms and parts.metrics:
        # “What happened to revenue in June”: to that alone.
        parts.forms.discard("changes")
        parts.growth = True
    if parts.moves is not None or "changes" in parts.forms:
        return Composed(_of_runs(parts, data))
    if len(parts.by) > 1:
        each_alone = (replace(deepcopy(parts), by=[each]) for each in parts.by)
        questions = tuple(compose(each, data, says_whether=says_whether).question for each in each_alone)
        raise AskError("I can split by one thing at a time (and by time). Which one?", questions)
    name, more = metric_of(parts)
    metric = METRIC_BY_NAME[name]
    if parts.averaged and not metric.is_ratio and parts.every is None:
        raise AskError(f"An average of {metric.label.casefold()} over what?", averages_of(parts, name))
    _order_of_limit(parts, name)
    question = Question(
        metric=name,
        filters=(*parts.conditions, *more),
        by=parts.by[0] if parts.by else None,
        having=parts.having,
        every=parts.every,
        order=parts.order,
        limit=parts.limit,
        page=parts.page or 1,
        as_csv="csv" in parts.forms,
        as_chart="chart" in parts.forms,
    )
    composed = Composed(question)
    # Risk of a past day stands in the run of that day: the one before the period is compared with.
    since = parts.periods.pop(0).first if _of_stored_runs(parts, metric) else None
    if says_whether and parts.order is not None and not parts.direction and "list" not in parts.forms:
        raise UnclearError(
            "I cannot say yes or no to that. Ask for the ranking, for example “customers by country”."
        )
    for step in _STEPS:
        step(composed, parts, data)
    question = composed.question
    if says_whether and parts.direction and question.form == "number" and not _is_ranking(question):
        composed.question = replace(question, form="yes_no", direction=parts.direction)  # type: ignore[arg-type]
    if "why" in parts.forms:
        composed.question = replace(composed.question, form="why", direction=parts.direction)  # type: ignore[arg-type]
    if since is not None:
        day = max(since - timedelta(days=1), data.first)
        composed.question = replace(composed.question, compare=Span(day, day))
    _check_limit(composed.question)
    check(composed.question)
    return composed


def _of_stored_runs(parts: Parts, metric: Metric) -> bool:
    return "why" in parts.forms and not metric.is_timed and len(parts.periods) == 1


def _order_of_limit(parts: Parts, name: str) -> None:
    """“5 countries by customers”, “10 customers by revenue”: the first ones."""
    is_list = name in LISTED_BY and any(metric == "customers" for metric, _ in parts.metrics)
    if parts.limit is not None and parts.order is None and (parts.by or is_list):
        parts.order = "most"


def _check_limit(question: Question) -> None:
    """A number that limits nothing is not dropped.

    Raises:
        UnclearError: names it.
    """
    is_split = question.by is not None or (question.every is not None and question.form != "average")
    is_ranking = question.order is not None and is_split
    if question.limit is not None and question.form != "list" and not is_ranking:
        raise UnclearError(f"I do not know what the number “{question.limit}” refers to.")
    if question.form == "average" and question.order is not None and question.by is None:
        raise UnclearError(
            "An average is one number; I cannot rank it. Say for example “best month for revenue”."
        )


def _is_ranking(question: Question) -> bool:
    return question.by is not None and question.order is not None


def _of_runs(parts: Parts, data: Span) -> Question:
    if parts.moves is None:
        if parts.conditions or parts.by:
            raise UnclearError("I know what changed in all. Of a part, ask for one number and its growth.")
        period = parts.periods[0] if parts.periods else Span(data.last - timedelta(days=6), data.last)
        return Question(metric="customers", form="changes", period=period, compare=period.before())
    where = tuple(
        each for each in parts.conditions if isinstance(each, Choice) and each.dimension == "segment"
    )
    if any(len(each.values) > 1 for each in where):
        raise UnclearError("I know who moved out of one segment, or into one. Which of the two?")
    if len(where) != len(parts.conditions) or (not where and parts.moves != "all"):
        raise UnclearError("I know moves between segments only, in all or of one segment.")
    return Question(
        metric="customers", form="moves", filters=where, order="most" if parts.moves == "to" else "least"
    )


def _listed(composed: Composed, parts: Parts, data: Span) -> None:
    del data
    question = composed.question
    names = {name for name, _ in parts.metrics}
    split = bool(parts.by) or parts.every is not None
    is_about_people = "customers" in names or question.metric in PEOPLE
    if question.metric == "viewers" and "customers" not in names and has_titles(question.filters):
        is_about_people = False  # “which film had the most viewers”
    ranks_people = parts.order is not None and not split and is_about_people
    if ranks_people and parts.asks_what and question.metric in {"watches", "average_rating", "likes"}:
        return  # “what do people in Japan watch most”
    if "list" in parts.forms and split and not (parts.order or parts.having):
        raise UnclearError("I can list customers, or split a number, but not both at once.")
    if split or not ("list" in parts.forms or ranks_people):
        return
    if question.metric in LISTED_BY:
        _refuse_sum_of_first(parts, question.metric)
        composed.question = _list_by_number(question)
    elif question.metric not in PEOPLE:
        label = METRIC_BY_NAME[question.metric].label.casefold()
        raise UnclearError(f"I cannot list customers by “{label}”.")
    elif question.order is None:
        composed.question = replace(question, form="list")
    elif question.metric == "at_risk_customers":
        composed.question = replace(question, form="list", by="churn_probability")
    elif question.metric in {"customers", "lapsed_customers", "paying_customers"}:
        ranked = [replace(question, form="list", by=by) for by in ("spent", "watched", "churn_probability")]
        raise AskError(
            "First by what?",
            tuple(replace(each, period=data_of(parts, each)) for each in ranked),
        )
    else:
        raise UnclearError("First by what? Say for example “top 10 customers by revenue”.")


def _list_by_number(question: Question) -> Question:
    """“Who watched the most horror” is of those who watched it."""
    by = LISTED_BY[question.metric]
    watched = by in {"watched", "watched_minutes"} and has_titles(question.filters)
    metric = "viewers" if watched else "customers"
    return replace(question, metric=metric, form="list", by=by, order=question.order or "most")


def _refuse_sum_of_first(parts: Parts, metric: str) -> None:
    """“Revenue of the top 10 customers” is a sum over them, and no list."""
    at = next((place for name, place in parts.metrics if name == metric), 0)
    people = [place for name, place in parts.metrics if name == "customers"]
    if parts.order_at is not None and people and at < parts.order_at < max(people):
        raise UnclearError("I can list the first customers, but add nothing up over them alone.")


def _versus(composed: Composed, parts: Parts, data: Span) -> None:
    """“Premium vs Basic”: split by what is compared."""
    del data
    question = composed.question
    if (
        not parts.compare_asked
        or question.by
        or question.form != "number"
        or len(parts.periods) > 1
        or parts.before
    ):
        return
    several = [each for each in question.filters if isinstance(each, Choice) and len(each.values) > 1]
    if len(several) == 1 and not several[0].negated:
        composed.question = replace(question, by=several[0].dimension)
    elif not parts.growth and not parts.direction and not parts.periods:
        raise UnclearError(
            "Compared with what? Say for example “Premium vs Basic” or “than the month before”."
        )


def _ranked(composed: Composed, parts: Parts, data: Span) -> None:
    del parts, data
    question = composed.question
    if question.order is None or question.form == "list":
        return
    if question.by is None and question.every is None:
        metric = METRIC_BY_NAME[question.metric]
        if "title" not in metric.dimensions:
            raise UnclearError(
                f"“{metric.label}”: by what? Say for example “top 5 countries by {metric.label.casefold()}”."
            )
        composed.question = replace(question, by="title")
        composed.notes.append("I rank titles.")


def _is_series(question: Question, parts: Parts, *, is_timed: bool) -> bool:
    """“Trend of …”; and a chart of one number is a chart of how it moved."""
    if question.every is not None or question.form != "number":
        return False
    drawn = "chart" in parts.forms and question.by is None and is_timed and not parts.compare_asked
    return "series" in parts.forms or drawn


def _series(composed: Composed, parts: Parts, data: Span) -> None:
    del data
    question = composed.question
    metric = METRIC_BY_NAME[question.metric]
    if parts.averaged and question.every is not None and not metric.is_ratio:
        if question.every in {"weekday", "part of the week"}:
            raise UnclearError("I know averages per day, week, month, quarter or year.")
        if question.form != "number":
            raise UnclearError("I can tell an average as a number only.")
        composed.question = replace(question, form="average")
    elif _is_series(question, parts, is_timed=metric.is_timed):
        if not metric.is_timed:
            raise UnclearError(
                f"“{metric.label}” is known for the last day only, so there is no trend. "
                "/trend shows one customer’s."
            )
        days = parts.periods[0].days if parts.periods else 365
        every = "day" if days <= 31 else "week" if days <= 120 else "month"
        composed.question = replace(question, every=every, form="series")  # type: ignore[arg-type]
    elif question.every is not None and question.form == "number":
        composed.question = replace(question, form="series")


_STEPS = (
    of_titles, popular, _listed, shared, _versus, _ranked, refuse_other_limits, _series, dated, compared,
    ranked_by_change, averaged_over, on_weekdays,
)  # fmt: skip
