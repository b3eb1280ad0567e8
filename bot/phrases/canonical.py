"""A question as a line that is read as the same question: what buttons ask."""

from dataclasses import replace
from datetime import date

from bot.question import Question
from store.results.asked import Bound, Choice, Condition, Did, Span
from store.results.metrics import METRIC_BY_NAME
from store.times import day_of

QUANTITIES = {
    "spent": ("who spent", ""), "ordered": ("with", "orders"), "watched": ("with", "watches"),
    "watched_minutes": ("with", "minutes watched"),
    "rated": ("with", "ratings"),
    "churn_probability": ("with churn risk", ""), "days_since_last_activity": ("quiet for", "days"),
    "age": ("aged", ""), "tenure_days": ("with tenure", "days"), "monthly_fee": ("with monthly fee", ""),
    "rating_mean": ("with average rating", ""), "completion_share": ("with completion rate", ""),
    "value": ("worth", ""), "sessions": ("with", "sessions"), "titles_watched": ("who watched", "titles"),
}  # fmt: skip
_LISTED = {
    "spent": "revenue", "ordered": "orders", "watched": "watches", "watched_minutes": "hours watched",
    "rated": "ratings", "churn_probability": "churn risk", "monthly_fee": "monthly fee",
    "sessions": "sessions",
    "churn_probability * value": "revenue at risk", "rating_mean": "average rating",
    "completion_share": "completion rate", "titles_watched": "titles watched",
    "age": "average age", "tenure_days": "average tenure",
    "average_order_value": "average order value", "session_minutes_mean": "session length",
}  # fmt: skip


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def canonical(question: Question, dimensions: dict[str, str]) -> str:
    """The line.

    Args:
        question: What was read.
        dimensions: Names of dimensions by key.
    """
    if question.form == "changes":
        return f"what changed {_days(question.period)}"
    if question.form == "moves":
        return _moves(question)
    label = METRIC_BY_NAME[question.metric].label.casefold()
    parts = [_opening(question, label, dimensions)]
    if question.form != "share" or _is_spread(question):
        parts += [
            condition_line(each, dimensions) for each in question.filters if not _is_of_other_days(each)
        ]
    if question.by and question.having is None and question.form not in {"list", "yes_no"}:
        parts.append(f"by {dimensions[question.by]}")
    if question.every == "part of the week":
        parts.append("weekend vs weekdays")
    elif question.every:
        parts.append(f"per {question.every}")
    parts += _when(question)
    parts += [_other_days(each) for each in question.filters if isinstance(each, Did) and each.when]
    parts += _wanted(question)
    return " ".join(part for part in parts if part)


def _wanted(question: Question) -> list[str]:
    """How the answer is to come."""
    wishes = (
        ("in percent", _is_spread(question)),
        (f"page {question.page}", question.page > 1),
        ("as csv", question.as_csv),
        ("as a chart", question.as_chart),
    )
    return [words for words, is_wanted in wishes if is_wanted]


def _when(question: Question) -> list[str]:
    weekdays = bool(question.period and question.period.weekdays)
    shaped = question.form in {"series", "average"} or question.compare is not None
    parts = []
    if question.period is not None and (question.period_given or shaped or weekdays):
        parts.append(_days(question.period))
    if question.compare is not None:
        parts.append(f"compared with {_days(replace(question.compare, weekdays=()))}")
    return parts


def _is_spread(question: Question) -> bool:
    """“Premium customers by age in percent”: shares of those alone."""
    of_these = bool(question.filters) and question.within == question.filters and question.whole is None
    return question.form == "share" and question.by is not None and of_these


def _is_of_other_days(condition: Condition) -> bool:
    return isinstance(condition, Did) and condition.when is not None


def _other_days(did: Did) -> str:
    return f"{'but not' if did.negated else 'and also'} {_days(did.when)}"


def _opening(question: Question, label: str, dimensions: dict[str, str]) -> str:
    if question.having is not None:
        return _groups(question, question.having, dimensions)
    limit = "" if question.limit is None else f"{question.limit} "
    ordered = {"most": f"top {limit}", "least": f"bottom {limit}", None: limit}[question.order]
    if question.form == "list":
        by = f" by {_LISTED[question.by]}" if question.by else ""
        return f"list {ordered}{label}{by}"
    if question.form == "share" and not _is_spread(question):
        return _share(question, label, dimensions)
    moved = "fall" if question.direction == "down" else "rise"
    if question.form == "number" and question.direction:
        return f"{ordered}{moved} in {label}"
    return {
        "yes_no": f"is {label} {'less' if question.direction == 'down' else 'more'} than"
        if question.by
        else f"did {label} {moved}",
        "why": f"why did {label} {moved}" if question.direction else f"why {label}",
        "average": f"average {label}",
    }.get(question.form, f"{ordered}{label}")


def _share(question: Question, label: str, dimensions: dict[str, str]) -> str:
    whole = METRIC_BY_NAME[question.whole].label.casefold() if question.whole else label
    within = " ".join(condition_line(each, dimensions) for each in question.within)
    rest = " ".join(
        condition_line(each, dimensions) for each in question.filters if each not in question.within
    )
    part = label if question.whole and question.whole != question.metric else ""
    if not part and not rest:
        return f"share of {whole}"
    return " ".join(word for word in (f"share of {whole}", within, "that are", part, rest) if word)


def condition_line(condition: Condition, dimensions: dict[str, str]) -> str:
    """A condition as it can be typed."""
    if isinstance(condition, Choice):
        words = " or ".join(_value(condition.dimension, value, dimensions) for value in condition.values)
        return f"not {words}" if condition.negated else words
    if isinstance(condition, Did):
        return _deed_line(condition, dimensions)
    return bound_line(condition)


def _deed_line(did: Did, dimensions: dict[str, str]) -> str:
    verb = {"watch": "watch", "rating": "rate", "order": "order", "any": "do"}[did.stream]
    of = " ".join(
        f"{' or '.join(_value(each.dimension, value, dimensions) for value in each.values)}"
        for each in did.titles
    )
    how = "who never" if did.negated and did.ever else "who did not" if did.negated else "who did"
    return f"{how} {verb} {of or 'anything'}"


def _value(dimension: str, value: str, dimensions: dict[str, str]) -> str:
    plain = {
        "title": f"#{value}", "customer": f"user {value}", "band": f"{value} band",
        "status": f"status {value}",
    }.get(dimension)  # fmt: skip
    if plain is not None:
        return plain
    if dimension.startswith("attribute:") and value.replace(".", "", 1).isdecimal():
        return f"{dimensions[dimension]} {float(value):g}"
    if dimension in {"genre", "kind", "country", "plan", "gender", "device"} or dimension.startswith(
        "attribute:"
    ):
        return f'{dimensions[dimension]} "{value}"'
    return f'"{value}"'


def bound_line(bound: Bound) -> str:
    """A limit of people as it can be typed."""
    if bound.quantity == "signed_up_day" and bound.low is not None and bound.high is not None:
        return f"joined {_days(Span(day_of(int(bound.low)), day_of(int(bound.high))))}"
    before, unit = QUANTITIES[bound.quantity]
    low, high = bound.low, bound.high
    if bound.quantity == "age" and low is not None and high == low + 1 and not bound.high_included:
        high = low
    limits = _limits(replace(bound, high=high, high_included=bound.high_included or high == low))
    return " ".join(word for limit in limits for word in (before, limit, unit) if word)


def _limits(bound: Bound, factor: float = 1, mark: str = "") -> list[str]:
    """One limit on both sides, or one on each."""
    low, high = (None if each is None else f"{each * factor:g}{mark}" for each in (bound.low, bound.high))
    if low is not None and low == high:
        return [f"exactly {low}"]
    if low is not None and high is not None and bound.low_included and bound.high_included:
        return [f"between {low} and {high}"]
    limits = []
    if low is not None:
        limits.append(f"{'at least' if bound.low_included else 'more than'} {low}")
    if high is not None:
        limits.append(f"{'at most' if bound.high_included else 'less than'} {high}")
    return limits


def _groups(question: Question, having: Bound, dimensions: dict[str, str]) -> str:
    """“Country with more than 30 customers”."""
    metric = METRIC_BY_NAME[question.metric]
    is_share = metric.unit == "share"
    (limit, *_) = _limits(having, *((100, " %") if is_share else ()))
    return f"{dimensions[question.by or '']} with {limit} {metric.label.casefold()}"


def _days(span: Span | None) -> str:
    if span is None:
        return ""
    days = " ".join(f"on {_WEEKDAYS[day]}s" for day in span.weekdays)
    if span.first == span.last:
        return f"on {_day(span.first)} {days}".rstrip()
    return f"from {_day(span.first)} to {_day(span.last)} {days}".rstrip()


def _day(day: date) -> str:
    return day.isoformat()


def _moves(question: Question) -> str:
    if not question.filters:
        return "moves between segments"
    condition = question.filters[0]
    assert isinstance(condition, Choice)
    return f'who {"moved into" if question.order == "most" else "moved out of"} "{condition.values[0]}"'
