"""What this business’s data lacks: said instead of a nought."""

from math import isnan

from bot.question import Question
from store.results import Results
from store.results.asked import Bound, Choice
from store.results.metrics import METRIC_BY_NAME

_BY_BAND = frozenset({"at_risk_customers"})
_BY_PROBABILITY = frozenset({"churn_risk", "expected_losses", "revenue_at_risk"})


def missing_for(question: Question, results: Results) -> str | None:
    """Why a question cannot be answered from this run; None where it can."""
    metric = METRIC_BY_NAME[question.metric]
    run = results.run()
    limits = {each.quantity for each in question.filters if isinstance(each, Bound)} | {question.by}
    is_money = metric.group == "money" and metric.name != "monthly_fees"
    if not run.has_money and (is_money or limits & {"spent", "ordered"}):
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
    if question.metric == "new_customers" and not results.grouping("signup_year").labels:
        return "Your data does not say when customers signed up."
    if question.metric == "monthly_fees" and all(map(isnan, results.quantity("monthly_fee"))):
        return "Your data has no monthly fees."
    if question.form != "list" and question.by is not None:
        known = (
            results.title_grouping(question.by).labels
            if question.by in {"genre", "kind", "language", "title"}
            else results.grouping(question.by).labels
        )
        if not known:
            return f"Your data has no {question.by.replace('_', ' ')}."
    return None
