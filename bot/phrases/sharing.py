"""Shares: what is a part, and of what."""

from dataclasses import replace

from bot.phrases.naming import PEOPLE, AskError, Composed
from bot.phrases.parts import Parts, UnclearError
from bot.question import Question
from store.results.asked import Condition, Span
from store.results.metrics import METRIC_BY_NAME


def _whole_of(parts: Parts, question: Question) -> tuple[str | None, tuple[Condition, ...]]:
    """What a share is of: a metric (None: the same one), and the conditions that hold of the whole."""
    if parts.by and parts.filters and parts.all_before(parts.share_at):
        return None, question.filters  # “Premium customers by age, in percent”
    cut = parts.first_break
    inside = {condition for condition, at in parts.filters if cut is not None and at < cut}
    names = [name for name, _ in parts.metrics]
    whole: str | None = None
    within = tuple(each for each in question.filters if each in inside)
    if question.metric in PEOPLE and question.metric != "customers":
        at = min(place for name, place in parts.metrics if name == question.metric)
        first = min((place for _, place in parts.filters), default=at + 1)
        later = "customers" in names or (cut is not None and at > cut)
        if at > first and not later:
            within = ()  # “share of Poland in active customers”: of these
        elif later or not parts.filters:
            whole = "customers"
            within = tuple(condition for condition, place in parts.filters if place < at)
    if "active_customers" in names and question.metric not in {"active_customers", "active_share"}:
        whole = "active_customers"  # “paying customers as a percentage of active customers”
    if parts.among is not None:
        within = tuple(condition for condition, at in parts.filters if at > parts.among)
    if whole is None and len(within) == len(question.filters):
        within = ()
    return whole, within


def shared(composed: Composed, parts: Parts, data: Span) -> None:
    """“What share of A are B”: B of A ÷ A."""
    del data
    question = composed.question
    if "share" not in parts.forms:
        return
    if question.form == "list":
        raise UnclearError("I cannot take a share of a list.")
    metric = METRIC_BY_NAME[question.metric]
    if metric.is_ratio and metric.unit == "share":
        return
    if metric.is_ratio:
        raise UnclearError(
            f"A share of “{metric.label.casefold()}” means nothing, because it does not add up."
        )
    whole, within = _whole_of(parts, question)
    if whole is None and not question.filters and question.by is None and not parts.weekdays:
        raise UnclearError("A share of what? Say for example “share of customers on Premium”.")
    composed.question = replace(question, form="share", within=within, whole=whole)
    _ask_of_whom(composed.question)


def _ask_of_whom(question: Question) -> None:
    """“Share of women on Premium”: of women, of those on Premium, or of all."""
    if question.within or question.whole or len(question.filters) != 2 or question.metric != "customers":
        return
    parts_of_whole = (*((each,) for each in question.filters), ())
    raise AskError("A share of whom?", tuple(replace(question, within=each) for each in parts_of_whole))
