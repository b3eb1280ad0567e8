"""What an average may be over, where a line does not say."""

from bot.phrases.parts import Parts
from bot.question import Question, TimeUnit
from store.results.metrics import METRIC_BY_NAME

_PER_HEAD = {
    "revenue": "revenue_per_active_customer", "orders": "orders_per_active_customer",
    "watches": "watches_per_active_customer", "hours_watched": "hours_per_active_customer",
    "minutes_watched": "minutes_per_active_customer", "sessions": "sessions_per_active_customer",
    "ratings": "ratings_per_active_customer", "monthly_fees": "average_monthly_fee",
}  # fmt: skip
_UNITS: tuple[TimeUnit, ...] = ("month", "week", "day")


def averages_of(parts: Parts, name: str) -> tuple[Question, ...]:
    """The averages that may be meant: per active customer, per month, per week, per day."""
    by = parts.by[0] if parts.by else None
    period = parts.periods[0] if parts.periods else None
    common = Question(
        metric=name, filters=parts.conditions, by=by, period=period, period_given=period is not None
    )
    questions: tuple[Question, ...] = ()
    if name in _PER_HEAD:
        questions += (Question(metric=_PER_HEAD[name], filters=common.filters, by=by, period=period,
                               period_given=common.period_given),)  # fmt: skip
    if METRIC_BY_NAME[name].is_timed:
        units = [unit for unit in _UNITS if period is None or period.days > 31 or unit != "month"]
        questions += tuple(
            Question(metric=name, filters=common.filters, by=by, every=unit, form="average", period=period,
                     period_given=common.period_given)
            for unit in units
        )  # fmt: skip
    return questions
