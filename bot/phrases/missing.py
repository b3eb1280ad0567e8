"""What this business’s data lacks: said instead of a nought."""

from math import isnan

from bot.messages import answers
from bot.phrases.naming import IN_PERIOD
from bot.question import Question
from store.results import Results
from store.results.asked import Bound, Choice, Did
from store.results.dimensions import DEVICE, QUANTITIES, TITLE_DIMENSIONS
from store.results.metric import Distinct, People, Sum
from store.results.metrics import METRIC_BY_NAME

_BY_BAND = frozenset({"at_risk_customers"})
_BY_PROBABILITY = frozenset({"churn_risk", "expected_losses", "revenue_at_risk"})


_STREAMS = {"watch": ("watch_count", "watches"), "rating": ("rating_count", "ratings")}
_NAMES = {
    "plan": "plans", "country": "countries", "gender": "genders", "age_band": "ages", "genre": "genres",
    "kind": "kinds of titles", "language": "languages", "title": "titles", "signup_month": "sign-up days",
    "signup_year": "sign-up days",
}  # fmt: skip


def missing_for(question: Question, results: Results) -> str | None:
    """Why a question cannot be answered from this run; None where it can."""
    metric = METRIC_BY_NAME[question.metric]
    run = results.run()
    limits = {each.quantity for each in question.filters if isinstance(each, Bound)} | {question.by}
    is_money = metric.group == "money" and metric.name not in {"monthly_fees", "average_monthly_fee"}
    orders = any(isinstance(each, Did) and each.stream == "order" for each in question.filters)
    if not run.has_money and (is_money or orders or limits & {"spent", "ordered"}):
        return "Your data has no orders, so I know nothing of money."
    dimensions = {each.dimension for each in question.filters if isinstance(each, Choice)} | {question.by}
    if metric.name in _BY_PROBABILITY or limits & {"churn_probability", "churn_probability * value"}:
        if all(map(isnan, results.quantity("churn_probability"))):
            return f"This run has no churn probabilities: {run.churn_message}"
    elif (metric.name in _BY_BAND or "band" in dimensions) and not any(
        each.band for each in results.risk_counts()
    ):
        return f"This run has no risk bands: {run.churn_message}"
    if metric.name == "churn_rate" and run.base_rate is None:
        return "There is no closed window yet from which a churn rate could be known."
    return _without_column(question, results)


def _without_column(question: Question, results: Results) -> str | None:
    metric = METRIC_BY_NAME[question.metric]
    if question.metric == "new_customers" and not results.grouping("signup_year").labels:
        return "Your data does not say when customers signed up."
    columns = [part.column for part in (metric.numerator,) if isinstance(part, People) and part.column]
    columns += [each.quantity for each in question.filters if isinstance(each, Bound)]
    for name in columns:
        if name in QUANTITIES and name not in IN_PERIOD and all(map(isnan, results.quantity(name))):
            return f"Your data has no {answers.QUANTITIES.get(name, name.replace('_', ' '))}."
    for stream, (column, what) in _STREAMS.items():
        if stream in _streams_of(question) and not any(value > 0 for value in results.quantity(column)):
            return f"Your data has no {what}."
    if question.form != "list" and question.by not in {None, DEVICE}:
        assert question.by is not None
        known = (
            results.title_grouping(question.by).labels
            if question.by in TITLE_DIMENSIONS
            else results.grouping(question.by).labels
        )
        if not known:
            return f"Your data has no {_NAMES.get(question.by, question.by.replace('_', ' '))}."
    return None


def _streams_of(question: Question) -> set[str]:
    """The kinds of events a question needs."""
    metric = METRIC_BY_NAME[question.metric]
    needed: set[str] = {each.stream for each in question.filters if isinstance(each, Did)}
    for part in (metric.numerator, metric.denominator):
        if isinstance(part, Sum):
            needed |= set(part.streams)
        elif isinstance(part, Distinct):
            needed.add(part.stream)
    return needed
