"""A question in plain words, as it was read."""

from dataclasses import dataclass
from typing import Literal

from store.results.asked import Bound, Condition, Span

Form = Literal["number", "share", "average", "series", "list", "yes_no", "why", "moves", "changes"]
Order = Literal["most", "least"]
TimeUnit = Literal["day", "week", "month", "quarter", "year", "weekday", "part of the week"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is asked; every part is shown to who asked.

    Attributes:
        metric: Name of a certified metric.
        filters: All must hold.
        within: For a share: what holds of the whole that the share is of.
        whole: For a share: the metric of the whole; None: the same.
        by: A dimension to split by; for a list, the quantity it is ordered by.
        having: Of groups: only those whose number lies within are shown.
        every: A unit of time to split by; of an average, what it is the average over.
        period: None where the metric is about the last day.
        period_given: The period was asked for, not assumed.
        compare: The period to compare with.
        order, limit: Of a ranking or a list.
        direction: For yes or no: whether it rose or fell; of groups, those come first that did most.
        page: Of a list, from 1.
        as_csv, as_chart: How the answer is wanted.
    """

    metric: str
    filters: tuple[Condition, ...] = ()
    within: tuple[Condition, ...] = ()
    whole: str | None = None
    by: str | None = None
    having: Bound | None = None
    every: TimeUnit | None = None
    period: Span | None = None
    period_given: bool = False
    compare: Span | None = None
    order: Order | None = None
    limit: int | None = None
    form: Form = "number"
    direction: Literal["up", "down"] | None = None
    page: int = 1
    as_csv: bool = False
    as_chart: bool = False
