"""From the parts of a line to one question, or to the reason why not."""

from dataclasses import replace
from datetime import timedelta

from bot.phrases.dating import compared, dated
from bot.phrases.naming import LISTED_BY, PEOPLE, Composed, has_titles, metric_of
from bot.phrases.parts import Parts, UnclearError
from bot.question import Question
from store.results.asked import Choice, Span
from store.results.dimensions import TITLE_DIMENSIONS
from store.results.metric import Metric, Sum
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
    if parts.moves is not None or "changes" in parts.forms:
        return Composed(_of_runs(parts, data))
    if len(parts.by) > 1:
        raise UnclearError("I can split by one thing at a time (and by time).")
    name, more = metric_of(parts)
    metric = METRIC_BY_NAME[name]
    if parts.averaged and not metric.is_ratio:
        raise UnclearError(f"I know no average of “{metric.label.casefold()}”.")
    question = Question(
        metric=name,
        filters=(*parts.conditions, *more),
        by=parts.by[0] if parts.by else None,
        every=parts.every,
        order=parts.order,
        limit=parts.limit,
        as_csv="csv" in parts.forms,
        as_chart="chart" in parts.forms,
    )
    composed = Composed(question)
    if parts.is_both and name in {"viewers", "active_customers", "customers"}:
        raise UnclearError("I can count who watched one or the other. Say “or” if you mean that.")
    for step in (_watched, _listed, _shared, _versus, _ranked, _series, dated, compared):
        step(composed, parts, data)
    if says_whether and parts.direction and composed.question.form == "number":
        composed.question = replace(composed.question, form="yes_no", direction=parts.direction)  # type: ignore[arg-type]
    if "why" in parts.forms:
        composed.question = replace(composed.question, form="why")
    _checked(composed.question, metric if composed.question.metric == name else None)
    return composed


def _of_runs(parts: Parts, data: Span) -> Question:
    if parts.moves is None:
        period = parts.periods[0] if parts.periods else Span(data.last - timedelta(days=6), data.last)
        return Question(metric="customers", form="changes", period=period, compare=period.before())
    where = tuple(
        each for each in parts.conditions if isinstance(each, Choice) and each.dimension == "segment"
    )
    if len(where) != len(parts.conditions) or (not where and parts.moves != "all"):
        raise UnclearError("I know moves between segments only, in all or of one segment.")
    return Question(
        metric="customers", form="moves", filters=where, order="most" if parts.moves == "to" else "least"
    )


def _watched(composed: Composed, parts: Parts, data: Span) -> None:
    """Of titles, being active is watching them."""
    del parts, data
    question = composed.question
    if question.metric == "active_customers" and (
        has_titles(question.filters) or question.by in TITLE_DIMENSIONS
    ):
        composed.question = replace(question, metric="viewers")
        composed.notes.append("Of some titles I count who watched them.")


def _listed(composed: Composed, parts: Parts, data: Span) -> None:
    del data
    question = composed.question
    names = {name for name, _ in parts.metrics}
    ranks_people = parts.order is not None and not parts.by and parts.every is None and "customers" in names
    is_list = "list" in parts.forms or (ranks_people and question.metric in LISTED_BY)
    if not is_list or parts.by or parts.every:
        if "list" in parts.forms and (parts.by or parts.every) and not parts.order:
            raise UnclearError("I can list customers, or split a number, but not both at once.")
        return
    if question.metric in LISTED_BY:
        order = question.order or "most"
        composed.question = replace(
            question, metric="customers", form="list", by=LISTED_BY[question.metric], order=order
        )
    elif question.metric in PEOPLE:
        composed.question = replace(question, form="list")
    else:
        raise UnclearError(
            f"I cannot list customers by “{METRIC_BY_NAME[question.metric].label.casefold()}”."
        )


def _shared(composed: Composed, parts: Parts, data: Span) -> None:
    """“What share of A are B”: B of A ÷ A."""
    del data
    question = composed.question
    if "share" not in parts.forms:
        return
    metric = METRIC_BY_NAME[question.metric]
    if metric.is_ratio and metric.unit == "share":
        return
    if metric.is_ratio:
        raise UnclearError(
            f"A share of “{metric.label.casefold()}” means nothing, because it does not add up."
        )
    cut = parts.first_break
    inside = {condition for condition, at in parts.filters if cut is not None and at < cut}
    names = [name for name, _ in parts.metrics]
    whole: str | None = None
    within = tuple(each for each in question.filters if each in inside)
    if question.metric in PEOPLE and question.metric != "customers":
        at = min(place for name, place in parts.metrics if name == question.metric)
        first = min((place for _, place in parts.filters), default=at + 1)
        later = "customers" in names or (cut is not None and at > cut)
        if later or at > first or not parts.filters:
            whole = "customers"
            within = tuple(condition for condition, place in parts.filters if place < at)
    if parts.among is not None:
        within = tuple(condition for condition, at in parts.filters if at > parts.among)
    if whole is None and len(within) == len(question.filters):
        within = ()
    if whole is None and not question.filters and question.by is None:
        raise UnclearError("A share of what? Say for example “share of customers on Premium”.")
    composed.question = replace(question, form="share", within=within, whole=whole)


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


def _series(composed: Composed, parts: Parts, data: Span) -> None:
    del data
    question = composed.question
    metric = METRIC_BY_NAME[question.metric]
    if "series" in parts.forms and question.every is None and question.form == "number":
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


def _checked(question: Question, metric: Metric | None) -> None:
    """Refuse what a metric cannot be split or filtered by."""
    metric = metric or METRIC_BY_NAME[question.metric]
    label = metric.label.casefold()
    if question.form == "list":
        if has_titles(question.filters) and question.metric != "viewers":
            raise UnclearError("I can list who watched some titles, but nothing else by titles.")
        return
    if question.every == "weekday" and not all(
        isinstance(each, Sum) for each in (metric.numerator, metric.denominator) if each is not None
    ):
        raise UnclearError(f"I cannot split {label} by weekday, because somebody may be active on several.")
    if question.every and not metric.is_timed:
        raise UnclearError(f"“{metric.label}” is known for the last day only, so I cannot split it by time.")
    about_titles = has_titles(question.filters) or question.by in TITLE_DIMENSIONS
    if about_titles and "title" not in metric.dimensions:
        raise UnclearError(
            f"I cannot tell {label} by titles. I can tell viewers, watches, hours and ratings."
        )
    if metric.name == "churn_rate" and (question.filters or question.by not in {None, "segment", "band"}):
        raise UnclearError("The churn rate is known in all, by segment and by risk band.")
