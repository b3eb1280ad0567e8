"""From the parts of a line to one question, or to the reason why not."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.phrases.parts import Parts, UnclearError
from bot.question import Question
from store.results.asked import Bound, Choice, Condition, Span
from store.results.dimensions import TITLE_DIMENSIONS
from store.results.metric import Joined, Metric, Sum
from store.results.metrics import METRIC_BY_NAME

RECENT_DAYS = 30
_LONG_AGO = date(1970, 1, 1)
# Metrics of people that also describe some of them: “revenue of lapsed customers”.
_AS_FILTER = {
    "lapsed_customers": (Choice("status", ("lapsed",)),),
    "at_risk_customers": (Choice("status", ("active",)), Choice("band", ("high",))),
}
PEOPLE = frozenset(
    {"customers", "new_customers", "active_customers", "lapsed_customers", "at_risk_customers", "paying_customers",
     "viewers"}
)  # fmt: skip
# Without a period these mean the last 30 days; what adds up means all there is.
_RECENT = frozenset({"active_customers", "new_customers", "active_share", "retention"})
# By what customers can be listed, in the order of a metric.
LISTED_BY = {
    "revenue": "spent", "orders": "ordered", "watches": "watched", "hours_watched": "watched_minutes",
    "minutes_watched": "watched_minutes", "ratings": "rated", "churn_risk": "churn_probability",
    "monthly_fees": "monthly_fee", "sessions": "sessions", "revenue_at_risk": "churn_probability * value",
    "average_rating": "rating_mean", "completion_rate": "completion_share", "titles_watched": "titles_watched",
    "average_order_value": "average_order_value", "session_minutes": "session_minutes_mean",
}  # fmt: skip
IN_PERIOD = frozenset({"spent", "ordered", "watched", "watched_minutes", "rated"})


@dataclass
class Composed:
    """A question in the making.

    Attributes:
        notes: What was assumed; said in the answer.
    """

    question: Question
    notes: list[str] = field(default_factory=list)


class AskError(Exception):
    """Several questions may be meant.

    Attributes:
        questions: Each of them.
    """

    def __init__(self, reason: str, questions: tuple[Question, ...]) -> None:
        super().__init__(reason)
        self.questions = questions


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
    name, more = _metric(parts)
    metric = METRIC_BY_NAME[name]
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
    for step in (_watched, _listed, _shared, _versus, _ranked, _series, _dated, _compared):
        step(composed, parts, data)
    if says_whether and parts.direction and composed.question.form == "number":
        composed.question = replace(composed.question, form="yes_no", direction=parts.direction)  # type: ignore[arg-type]
    if "why" in parts.forms:
        composed.question = replace(composed.question, form="why", direction=parts.direction)  # type: ignore[arg-type]
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


def _metric(parts: Parts) -> tuple[str, tuple[Condition, ...]]:
    names = list(dict.fromkeys(name for name, _ in parts.metrics))
    others = [name for name in names if name != "customers"]
    if "viewers" in others and len(others) == 2:
        others = [name for name in others if name != "viewers" or METRIC_BY_NAME[others[0]].group == "people"]
    if (
        "watches" in others
        and len(others) == 2
        and all(METRIC_BY_NAME[name].group == "viewing" for name in others)
    ):
        others.remove("watches")  # “who watched the most hours”
    filters: tuple[Condition, ...] = ()
    for name, conditions in _AS_FILTER.items():
        if name in others and len(others) > 1:
            others.remove(name)
            filters += conditions
    if "active_customers" in others and len(others) == 2:
        others.remove("active_customers")
        if not METRIC_BY_NAME[others[0]].is_timed:
            filters += (Choice("status", ("active",)),)
    if len(others) > 1:
        raise AskError(
            "I can answer one thing at a time. Which one?",
            tuple(_asked(parts, name) for name in others),
        )
    if others:
        return others[0], filters
    if parts.watched and not (parts.order and parts.by):
        if names or "list" in parts.forms:
            return "viewers", filters
        raise AskError(
            "Watched: what shall I count?",
            tuple(_asked(parts, name) for name in ("watches", "titles_watched", "hours_watched", "viewers")),
        )
    if parts.watched and parts.by[0] in TITLE_DIMENSIONS:
        return "watches", filters
    if names or parts.forms & {"list"} or _is_about_people(parts):
        return "customers", filters
    if parts.order and parts.by and parts.by[0] in TITLE_DIMENSIONS:
        return "watches", filters
    raise UnclearError("I do not know what to count.")


def _asked(parts: Parts, name: str) -> Question:
    period = parts.periods[0] if parts.periods and METRIC_BY_NAME[name].is_timed else None
    return Question(metric=name, filters=parts.conditions, period=period, period_given=period is not None)


def _is_about_people(parts: Parts) -> bool:
    """“How many women in Canada?” is about customers, if nothing else is said."""
    conditions = parts.conditions
    return (
        bool(conditions)
        and not parts.periods
        and all(not isinstance(each, Choice) or each.dimension not in TITLE_DIMENSIONS for each in conditions)
    )


def _has_titles(conditions: tuple[Condition, ...]) -> bool:
    return any(isinstance(each, Choice) and each.dimension in TITLE_DIMENSIONS for each in conditions)


def _watched(composed: Composed, parts: Parts, data: Span) -> None:
    """Of titles, being active is watching them."""
    del parts, data
    question = composed.question
    if question.metric == "active_customers" and (
        _has_titles(question.filters) or question.by in TITLE_DIMENSIONS
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
    del data
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
                f"“{metric.label}” is known for the last day only, so there is no trend. /trend shows one customer’s."
            )
        days = parts.periods[0].days if parts.periods else 365
        every = "day" if days <= 31 else "week" if days <= 120 else "month"
        composed.question = replace(question, every=every, form="series")  # type: ignore[arg-type]
    elif question.every is not None and question.form == "number":
        composed.question = replace(question, form="series")


def _dated(composed: Composed, parts: Parts, data: Span) -> None:
    question = composed.question
    metric = METRIC_BY_NAME[question.metric]
    period = parts.periods[0] if parts.periods else None
    counted = question.by in IN_PERIOD if question.form == "list" else False
    counted = counted or any(
        isinstance(each, Bound) and each.quantity in IN_PERIOD for each in question.filters
    )
    if not metric.is_timed and period is not None and not counted:
        if period == Span(data.last, data.last):
            period = None
        else:
            raise _as_of_last_day(question, metric, period)
    if period is not None:
        composed.question = replace(question, period=_within(period, data, composed), period_given=True)
    elif metric.is_timed and question.metric in _RECENT and not counted and question.form != "series":
        composed.question = replace(
            question, period=Span(data.last - timedelta(days=RECENT_DAYS - 1), data.last)
        )
    elif metric.is_timed or counted:
        composed.question = replace(question, period=_all(question, data))


def _all(question: Question, data: Span) -> Span:
    """All there is; of a series by day or week, what fits a picture."""
    lengths = {"day": 30, "week": 84}
    if question.form != "series" or question.every not in lengths:
        return data
    return Span(max(data.first, data.last - timedelta(days=lengths[question.every] - 1)), data.last)


def _within(period: Span, data: Span, composed: Composed) -> Span:
    if isinstance(METRIC_BY_NAME[composed.question.metric].numerator, Joined):
        data = Span(_LONG_AGO, data.last)  # people sign up before the first event
    if period.first > data.last or period.last < data.first:
        raise UnclearError(f"There is no data of that time. It reaches from {data.first} to {data.last}.")
    if period.last > data.last:
        composed.notes.append("The period is cut where the data ends.")
    if period.first < data.first:
        composed.notes.append("The data begins within the period.")
    return Span(max(period.first, data.first), min(period.last, data.last))


def _as_of_last_day(question: Question, metric: Metric, period: Span) -> Exception:
    bare = replace(question, period=None)
    if question.metric == "customers" and question.form == "number":
        questions = tuple(
            replace(bare, metric=name, period=period, period_given=True)
            for name in ("active_customers", "new_customers")
        )
        return AskError("In a period I know active and new customers. Which do you mean?", questions)
    return AskError(f"“{metric.label}” is known for the last day only. As of then?", (bare,))


def _compared(composed: Composed, parts: Parts, data: Span) -> None:
    question = composed.question
    asked = parts.compare_asked or parts.growth or parts.before or parts.direction or "why" in parts.forms
    if len(parts.periods) > 2 or (len(parts.periods) == 2 and not asked):
        raise UnclearError("I read two periods. Say for example “May compared with April”.")
    if question.form not in {"number", "share"} or not asked or question.period is None:
        if (
            (parts.growth or parts.before or parts.direction)
            and question.form in {"number", "share"}
            and not parts.forms & {"why"}
        ):
            raise UnclearError(
                f"“{METRIC_BY_NAME[question.metric].label}” is known for the last day only, so I cannot compare it."
            )
        return
    if not question.period_given and question.period == data:
        recent = Span(data.last - timedelta(days=RECENT_DAYS - 1), data.last)
        question = replace(question, period=recent)
    period = question.period
    assert period is not None
    if len(parts.periods) == 2:
        other = parts.periods[1]
    elif parts.before == "year":
        other = Span(_year_before(period.first), _year_before(period.last))
    elif question.by and not (parts.growth or parts.before or parts.direction):
        composed.question = question if question.period_given else composed.question
        return
    else:
        other = (parts.periods[0] if parts.periods else period).before()
    if other.first < data.first or other.first > data.last:
        raise UnclearError(f"There is no data of {other.first} to {other.last} to compare with.")
    composed.question = replace(question, compare=other)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _checked(question: Question, metric: Metric | None) -> None:
    """Refuse what a metric cannot be split or filtered by."""
    metric = metric or METRIC_BY_NAME[question.metric]
    label = metric.label.casefold()
    if question.form == "list":
        if _has_titles(question.filters) and question.metric != "viewers":
            raise UnclearError("I can list who watched some titles, but nothing else by titles.")
        return
    if question.every == "weekday" and not all(
        isinstance(each, Sum) for each in (metric.numerator, metric.denominator) if each is not None
    ):
        raise UnclearError(f"I cannot split {label} by weekday, because somebody may be active on several.")
    if question.every and not metric.is_timed:
        raise UnclearError(f"“{metric.label}” is known for the last day only, so I cannot split it by time.")
    about_titles = _has_titles(question.filters) or question.by in TITLE_DIMENSIONS
    if about_titles and "title" not in metric.dimensions:
        raise UnclearError(
            f"I cannot tell {label} by titles. I can tell viewers, watches, hours and ratings."
        )
    if metric.name == "churn_rate" and (question.filters or question.by not in {None, "segment", "band"}):
        raise UnclearError("The churn rate is known in all, by segment and by risk band.")
