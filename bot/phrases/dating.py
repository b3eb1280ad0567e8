"""Which days a line is about, and which it compares them with."""

from dataclasses import replace
from datetime import date, timedelta

from bot.phrases.naming import IN_PERIOD, AskError, Composed
from bot.phrases.parts import Parts, UnclearError
from bot.phrases.times import LONG_AGO
from bot.phrases.units import start_of
from bot.question import Question
from store.results.asked import Bound, Choice, Condition, Did, Span, month_end
from store.results.metric import Joined, Metric
from store.results.metrics import METRIC_BY_NAME

RECENT_DAYS = 30
# So many days after the first of a unit lies in the next one.
UNIT_DAYS = {"week": 7, "month": 32, "quarter": 93, "year": 366}
# Without a period these mean the last 30 days; what adds up means all there is.
_RECENT = frozenset({"active_customers", "new_customers", "active_share", "retention"})


def dated(composed: Composed, parts: Parts, data: Span) -> None:
    """Set the period: the one asked for, else the last 30 days of what is lately so, else all there is.

    Raises:
        UnclearError: there is no data of that time.
        AskError: the metric is about the last day only.
    """
    question = composed.question
    metric = METRIC_BY_NAME[question.metric]
    period = _after(parts.periods[0], data) if _is_compared_with(parts) else (*parts.periods, None)[0]
    if (parts.growth or parts.direction) and parts.ends is not None and len(parts.periods) == 1:
        period = parts.ends[1]
    if period is not None and not metric.is_timed:
        question = replace(question, filters=tuple(map(_in_period, question.filters)))
        composed.question = question
    counted = is_counted(question)
    if not metric.is_timed and period is not None and not counted:
        if period in {Span(data.last, data.last), data}:
            # “Today”, “in total”.
            period = None
        elif parts.growth or parts.direction:
            raise _cannot_compare(question, parts, data)
        else:
            raise _as_of_last_day(question, metric, period)
    if period is not None:
        composed.question = replace(question, period=_within(period, data, composed), period_given=True)
        if parts.is_merged and metric.unit == "customers" and not isinstance(metric.numerator, Joined):
            raise AskError("In both, or in the whole time? I know the whole time.", (composed.question,))
    elif metric.is_timed and _is_recent(question, parts) and not counted:
        recent = Span(data.last - timedelta(days=RECENT_DAYS - 1), data.last)
        composed.question = replace(question, period=recent, period_given="lately" in parts.forms)
    elif metric.is_timed or counted:
        composed.question = replace(question, period=_all(question, data))


def _is_recent(question: Question, parts: Parts) -> bool:
    return "lately" in parts.forms or (
        question.metric in _RECENT and question.form not in {"series", "average"}
    )


def data_of(parts: Parts, question: Question) -> Span | None:
    """The period that a choice of readings keeps."""
    return parts.periods[0] if parts.periods and is_counted(question) else None


def is_counted(question: Question) -> bool:
    """Whether customers as they stand are asked for by what they did in a period: “who spent over 50”."""
    if question.form == "list" and question.by in IN_PERIOD:
        return True
    return any(
        (isinstance(each, Bound) and each.quantity in IN_PERIOD)
        or (isinstance(each, Did) and not each.ever and not each.when)
        for each in question.filters
    )


def _in_period(condition: Condition) -> Condition:
    """“Never watched since June” is about the time since June."""
    return replace(condition, ever=False) if isinstance(condition, Did) else condition


def on_weekdays(composed: Composed, parts: Parts, data: Span) -> None:
    """Leave only some days of the week in the periods.

    Raises:
        UnclearError: the number is about the last day.
    """
    del data
    question = composed.question
    if not parts.weekdays:
        return
    if question.period is None:
        label = METRIC_BY_NAME[question.metric].label
        raise UnclearError(f"“{label}” is known for the last day only, so days of the week change nothing.")
    compare = None if question.compare is None else replace(question.compare, weekdays=parts.weekdays)
    period = replace(question.period, weekdays=parts.weekdays)
    composed.question = replace(question, period=period, compare=compare)


def averaged_over(composed: Composed, parts: Parts, data: Span) -> None:
    """Cut the period of an average to whole weeks, months, quarters or years.

    Raises:
        UnclearError: there is none in the period.
    """
    del parts, data
    question = composed.question
    if question.form != "average" or question.period is None or question.every in {None, "day"}:
        return
    unit = str(question.every)
    first = start_of(unit, question.period.first)
    if first < question.period.first:
        first = start_of(unit, first + timedelta(days=UNIT_DAYS[unit]))
    last = start_of(unit, question.period.last + timedelta(days=1)) - timedelta(days=1)
    if last < first:
        raise UnclearError(f"There is no whole {unit} in that time to average over.")
    composed.question = replace(question, period=replace(question.period, first=first, last=last))


def _all(question: Question, data: Span) -> Span:
    """All there is; of a series by day or week, what fits a picture."""
    lengths = {"day": 30, "week": 84}
    # The best day of all is sought in all the days.
    if question.form != "series" or question.every not in lengths or question.order is not None:
        return data
    return Span(max(data.first, data.last - timedelta(days=lengths[question.every] - 1)), data.last)


def _within(period: Span, data: Span, composed: Composed) -> Span:
    if isinstance(METRIC_BY_NAME[composed.question.metric].numerator, Joined):
        if period == data and composed.question.form != "series":
            return Span(LONG_AGO, data.last)
        data = Span(LONG_AGO, data.last)  # people sign up before the first event
    if period.first > data.last or period.last < data.first:
        raise UnclearError(f"There is no data of that time. It reaches from {data.first} to {data.last}.")
    if period.last > data.last:
        composed.notes.append("The period is cut where the data ends.")
    if LONG_AGO < period.first < data.first:
        composed.notes.append("The data begins within the period.")
    return Span(max(period.first, data.first), min(period.last, data.last))


def _as_of_last_day(question: Question, metric: Metric, period: Span) -> Exception:
    bare = replace(question, period=None)
    titles = [
        each for each in question.filters if isinstance(each, Bound) and each.quantity == "titles_watched"
    ]
    if titles:
        watches = tuple(
            replace(each, quantity="watched") if each in titles else each for each in question.filters
        )
        instead = replace(question, filters=watches, period=period, period_given=True)
        raise AskError(
            "How many titles each watched is known in all; of a time I know watches.", (instead, bare)
        )
    if question.metric == "customers" and question.form == "number":
        questions = tuple(
            replace(bare, metric=name, period=period, period_given=True)
            for name in ("active_customers", "new_customers")
        )
        return AskError("In a period I know active and new customers. Which do you mean?", questions)
    return AskError(f"“{metric.label}” is known for the last day only. As of then?", (bare,))


def compared(composed: Composed, parts: Parts, data: Span) -> None:
    """Set the period to compare with.

    Raises:
        UnclearError: there is none, or there are too many.
    """
    question = composed.question
    asked = parts.compare_asked or parts.growth or parts.before or parts.direction or "why" in parts.forms
    if _compares_values(question) and not (parts.growth or parts.before or len(parts.periods) > 1):
        return
    if len(parts.periods) > 2 or (len(parts.periods) == 2 and not asked):
        raise UnclearError("I read two periods. Say for example “May compared with April”.")
    if question.form not in {"number", "share"} or not asked or question.period is None:
        if (
            (parts.growth or parts.before or parts.direction)
            and question.form in {"number", "share"}
            and not parts.forms & {"why"}
        ):
            raise _cannot_compare(question, parts, data)
        return
    if not question.period_given and question.period == data:
        recent = Span(data.last - timedelta(days=RECENT_DAYS - 1), data.last)
        question = replace(question, period=recent)
    other = _other_period(question, parts)
    if other is None:
        composed.question = question if question.period_given else composed.question
        return
    if other.first < data.first or other.first > data.last:
        raise UnclearError(f"There is no data of {other.first} to {other.last} to compare with.")
    composed.question = replace(question, compare=other)


def _cannot_compare(question: Question, parts: Parts, data: Span) -> Exception:
    """“Customers grew”: not known, but those active and those who came are."""
    reason = f"“{METRIC_BY_NAME[question.metric].label}” is known for the last day only; I cannot compare."
    if question.metric != "customers" or question.filters or question.form != "number":
        return UnclearError(reason)
    recent = Span(data.last - timedelta(days=RECENT_DAYS - 1), data.last)
    period = parts.periods[0] if parts.periods else recent
    bare = replace(
        question,
        period=period,
        period_given=True,
        compare=period.before(),
        direction=parts.direction if question.by else None,  # type: ignore[arg-type]
    )
    names = ("active_customers", "new_customers")
    return AskError(f"{reason} One of these?", tuple(replace(bare, metric=name) for name in names))


def ranked_by_change(composed: Composed, parts: Parts, data: Span) -> None:
    """“Which country grew most”, “biggest drop by plan”: groups in the order of what became of them.

    Raises:
        UnclearError: times are to be put in that order.
    """
    del data
    question = composed.question
    growth = {"most": "up", "least": "down"}.get(parts.order or "") if parts.growth else None
    direction = parts.direction or growth
    if direction is not None and parts.order is not None and question.every is not None:
        raise UnclearError("I cannot put times in the order of how a number changed, only groups.")
    if direction is None or question.by is None or question.compare is None or question.form != "number":
        return
    if not _compares_values(question):
        composed.question = replace(question, direction=direction, order="most")  # type: ignore[arg-type]


def _other_period(question: Question, parts: Parts) -> Span | None:
    """The period to compare with; None where groups are compared, not periods."""
    period = question.period
    assert period is not None
    if len(parts.periods) == 2:
        return parts.periods[1]
    if (parts.growth or parts.direction) and parts.ends is not None:
        return parts.ends[0]
    if _is_compared_with(parts):
        return parts.periods[0]
    if parts.before == "year":
        return Span(_year_before(period.first), _year_before(period.last))
    if question.by and not (parts.growth or parts.before or parts.direction):
        return None
    return (parts.periods[0] if parts.periods else period).before()


def _compares_values(question: Question) -> bool:
    """“Premium vs Basic”, “do women watch more than men”: values are compared, not periods."""
    return any(
        isinstance(each, Choice)
        and each.dimension == question.by
        and len(each.values) > 1
        and not each.negated
        for each in question.filters
    )


def _is_compared_with(parts: Parts) -> bool:
    """“Revenue compared with last month”: the one period there is, is the one before."""
    return len(parts.periods) == 1 and parts.is_compared_with


def _after(period: Span, data: Span) -> Span:
    """The period as long, just behind one; cut where the data ends.

    Raises:
        UnclearError: there is no data behind it.
    """
    first = period.last + timedelta(days=1)
    last = first + timedelta(days=period.days - 1)
    if period.is_months:
        months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month
        number = first.year * 12 + first.month - 1 + months
        last = month_end(date(number // 12, number % 12 + 1, 1))
    if first > data.last:
        raise UnclearError("There is no data after that to compare with it. Name both periods.")
    return Span(first, min(last, data.last))


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
