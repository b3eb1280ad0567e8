"""Lists of customers as a file for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from bot.errors import UserError
from bot.languages import tell
from bot.messages.wording import count, data_until, quoted, safe, whole
from bot.replies import Document, Reply
from store.records import Customer, Run

# What a spreadsheet takes for the beginning of a formula, and would run.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # also as wide characters
COLUMNS = (
    "customer_id",
    "name",
    "email",
    "country",
    "plan",
    "segment",
    "status",
    "churn_probability",
    "band",
    "value",
    "days_since_last_activity",
    "last_active_on",
    "reasons",
)
# Without it, spreadsheets take the bytes of “ö” for two letters.
_MARK = "\ufeff"


def cell(value: object) -> str:
    """A value as a cell that a spreadsheet shows and never runs."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def exported(name: str, customers: Sequence[Customer], run: Run, *, total: int) -> Reply:
    """A list as a CSV file: UTF-8, commas, numbers with a point.

    Args:
        name: Of the list, in words; not escaped.
        customers: Those in the file, in order.
        run: Where they come from.
        total: In the whole list.
    """
    if not customers:
        nobody = tell("There is nobody in the list “{name}”.", name=safe(name))
        return Reply(text=f"{nobody}\n\n{data_until(run)}")
    held = count(len(customers), "customer")
    if total > len(customers):
        held = tell("{customers} of {total}, the first ones", customers=held, total=whole(total))
    caption = f"{safe(name)}: {held}. {data_until(run)}"
    stem = "".join(letter if letter.isalnum() else "-" for letter in name.casefold())
    return Reply(
        text="",
        document=Document(
            filename=f"{stem}-{run.watermark.isoformat()}.csv", content=_csv(customers), caption=caption
        ),
    )


def _csv(customers: Sequence[Customer]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in _row(each)] for each in customers)
    return (_MARK + text.getvalue()).encode("utf-8", "replace")


def _row(customer: Customer) -> tuple[object, ...]:
    quiet = customer.profile.get("days_since_last_activity")
    return (
        customer.customer_id,
        customer.name,
        customer.email,
        customer.country,
        customer.plan,
        customer.segment_name,
        customer.status,
        _number(customer.churn_probability, 4),
        customer.band,
        _number(customer.value, 2),
        _number(quiet, 0),
        _day(customer.last_active_on),
        "; ".join(reason.text for reason in customer.reasons),
    )


def _number(value: float | None, decimals: int) -> str | None:
    return None if value is None else f"{value:.{decimals}f}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def which_list(typed: str) -> UserError:
    """Three lists can be exported."""
    read = tell(", but I read {typed}", typed=quoted(typed)) if typed else ""
    return UserError(
        tell(
            "I can export the customers at risk, the newcomers at risk, or a segment{read}. "
            "Try /export atrisk, /export newcomers or /export segment 1",
            read=read,
        ),
        (
            (tell("At risk"), "/export atrisk"),
            (tell("Newcomers"), "/export newcomers"),
            (tell("A segment"), "/export segment"),
        ),
    )
