"""What a metric cannot be split or filtered by, refused in words."""

from dataclasses import replace

from bot.phrases.devices import check_devices
from bot.phrases.filters import UnclearError
from bot.phrases.naming import AskError, has_titles
from bot.question import Question
from store.results.dimensions import TITLE_DIMENSIONS
from store.results.metrics import METRIC_BY_NAME


def check(question: Question) -> None:
    """Refuse what makes no sense.

    Raises:
        UnclearError: says what, and what would.
        AskError: another number is known that way.
    """
    metric = METRIC_BY_NAME[question.metric]
    label = metric.label.casefold()
    if question.form == "why" and question.by is not None:
        raise UnclearError("I can tell what moved one number, not why some of many are higher or liked more.")
    check_devices(question)
    if question.form == "list":
        if has_titles(question.filters) and question.metric != "viewers":
            raise UnclearError("I can list who watched some titles, but nothing else by titles.")
        return
    if question.every and not metric.is_timed:
        raise UnclearError(f"“{metric.label}” is known for the last day only, so I cannot split it by time.")
    about_titles = has_titles(question.filters) or question.by in TITLE_DIMENSIONS
    if about_titles and "title" not in metric.dimensions:
        raise UnclearError(
            f"I cannot tell {label} by titles. I can tell viewers, watches, hours and ratings."
        )
    if metric.name == "churn_rate" and (question.filters or question.by not in {None, "segment", "band"}):
        other = replace(question, metric="churn_risk", period=None, period_given=False, compare=None)
        raise AskError(
            "The churn rate is known in all, by segment and by risk band. The risk instead?", (other,)
        )
