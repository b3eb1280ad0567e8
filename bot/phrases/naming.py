"""Which metric a line is about."""

from dataclasses import dataclass, field

from bot.phrases.parts import Parts, UnclearError
from bot.question import Question
from store.results.asked import Bound, Choice, Condition, Did
from store.results.dimensions import TITLE_DIMENSIONS
from store.results.metrics import METRIC_BY_NAME

# Metrics of people that also describe some of them: “revenue of lapsed customers”.
_AS_FILTER = {
    "lapsed_customers": (Choice("status", ("lapsed",)),),
    "at_risk_customers": (Choice("status", ("active",)), Choice("band", ("high",))),
}
PEOPLE = frozenset(
    {
        *("customers", "new_customers", "active_customers", "lapsed_customers", "at_risk_customers"),
        *("paying_customers", "viewers"),
    }
)
# By what customers can be listed, in the order of a metric.
LISTED_BY = {
    "revenue": "spent", "orders": "ordered", "watches": "watched", "hours_watched": "watched_minutes",
    "minutes_watched": "watched_minutes", "ratings": "rated", "churn_risk": "churn_probability",
    "monthly_fees": "monthly_fee", "sessions": "sessions", "average_rating": "rating_mean",
    "revenue_at_risk": "churn_probability * value", "completion_rate": "completion_share",
    "titles_watched": "titles_watched", "average_order_value": "average_order_value",
    "session_minutes": "session_minutes_mean", "average_age": "age", "average_tenure": "tenure_days",
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


def metric_of(parts: Parts) -> tuple[str, tuple[Condition, ...]]:
    """The metric, and what other words for customers mean as conditions: “revenue of lapsed customers”.

    Raises:
        AskError: several metrics, or only a verb.
        UnclearError: none.
    """
    names = list(dict.fromkeys(name for name, _ in parts.metrics))
    others, filters = _narrowed([name for name in names if name != "customers"])
    if len(others) > 1:
        questions = tuple(_asked(parts, name) for name in others)
        raise AskError("I can answer one thing at a time. Which one?", questions)
    people = "customers" in names or "list" in parts.forms
    if (
        others == ["titles_watched"]
        and parts.order is not None
        and parts.by in ([], ["title"])
        and not people
    ):
        # “Which titles were watched most”.
        parts.by = ["title"]
        return "watches", filters
    if others == ["watches"] and "list" in parts.forms and parts.order is not None and parts.by == ["title"]:
        # “Who watched the most titles”.
        parts.by = []
        return "titles_watched", filters
    if others == ["viewers"] and parts.says_how_much:
        raise _ask_what_of_watching(parts)
    if others:
        return others[0], filters
    return _unnamed(parts, is_about_people="customers" in names), filters


def _narrowed(names: list[str]) -> tuple[list[str], tuple[Condition, ...]]:
    """Metrics without those that only say of whom or how, and these as conditions."""
    others = list(names)
    viewing = all(METRIC_BY_NAME[name].group == "viewing" for name in others)
    # “Hours watched by viewers”, “who watched the most hours”: the same said twice.
    for name in ("viewers", "watches"):
        if name in others and len(others) == 2 and viewing:
            others.remove(name)
    filters: tuple[Condition, ...] = ()
    for name, conditions in _AS_FILTER.items():
        if name in others and len(others) > 1:
            others.remove(name)
            filters += conditions
    if "active_customers" in others and len(others) == 2:
        others.remove("active_customers")
        # Whoever watches or pays in a period is active in it; whoever signed up in it need not be active now.
        if not METRIC_BY_NAME[others[0]].is_timed or others[0] == "new_customers":
            filters += (Choice("status", ("active",)),)
    return others, filters


def _unnamed(parts: Parts, *, is_about_people: bool) -> str:
    """The metric where none is named but people, a verb, or something to rank."""
    if parts.order is not None and not is_about_people and _ranks_titles(parts):
        rated = [each for each in parts.filters if each[0] == Did("rating")]
        if rated and "list" not in parts.forms:
            # “Which titles were rated most”.
            parts.filters.remove(rated[0])
            return "ratings"
        return "watches"
    people = (is_about_people or "list" in parts.forms) and not parts.counts_kind
    if (
        parts.watched
        and people
        and not any(isinstance(each, Did) and not each.when for each in parts.conditions)
    ):
        if parts.says_how_much:
            raise _ask_what_of_watching(parts)
        if parts.asks_what and not parts.by and parts.every is None and "share" not in parts.forms:
            # “What did people watch yesterday” asks for titles.
            parts.by, parts.order = ["title"], parts.order or "most"
            return "watches"
        return "viewers"
    if parts.watched and not people:
        bare = not (parts.by or parts.every or parts.order or "share" in parts.forms)
        if parts.asks_what and bare:
            parts.by, parts.order = ["title"], "most"  # “what do Germans watch”
        elif not (parts.says_how_much and has_titles(parts.conditions)):
            raise _ask_what_of_watching(parts)
        return "watches"  # also “is action watched more than drama”
    grows = bool(parts.by and (parts.direction or parts.growth))
    if people or grows or _is_about_people(parts):
        return "watches" if grows and parts.by[0] in TITLE_DIMENSIONS else "customers"
    raise UnclearError("I do not know what to count.")


def _ask_what_of_watching(parts: Parts) -> AskError:
    names = ("watches", "titles_watched", "hours_watched", "viewers")
    return AskError("Watched: what shall I count?", tuple(_asked(parts, name) for name in names))


def _ranks_titles(parts: Parts) -> bool:
    """“Top 10 movies last month”."""
    return bool(parts.by and parts.by[0] in TITLE_DIMENSIONS) or (
        not parts.by and parts.every is None and has_titles(parts.conditions)
    )


def _asked(parts: Parts, name: str) -> Question:
    period = parts.periods[0] if parts.periods and METRIC_BY_NAME[name].is_timed else None
    return Question(metric=name, filters=parts.conditions, period=period, period_given=period is not None)


def _is_about_people(parts: Parts) -> bool:
    """“How many women in Canada?”, “segments”: of customers, if of nothing else."""
    conditions = parts.conditions
    if has_titles(conditions):
        return False
    if any(
        isinstance(each, Did) or (isinstance(each, Bound) and each.quantity in IN_PERIOD)
        for each in conditions
    ):
        return True
    is_split = bool(parts.by) and not parts.opens_with_by and parts.by[0] not in TITLE_DIMENSIONS
    return (bool(conditions) or is_split) and not parts.periods


def has_titles(conditions: tuple[Condition, ...]) -> bool:
    """Whether a condition is about titles."""
    return any(isinstance(each, Choice) and each.dimension in TITLE_DIMENSIONS for each in conditions)
