"""The words that all messages share: numbers, money, days, names, and how a message is put together."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from html import escape

from bot.languages import counted, spoken, tell
from bot.replies import Button
from store.records import SYMBOLS, RiskBand, Run

MOST_UNITS = 4096
"""UTF-16 code units of one Telegram message, counted after escaping to be on the safe side."""

MOST_NAME = 40
MOST_SENTENCE = 300
MOST_READ = 10
MOST_CAPTION = 24
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BANDS: dict[RiskBand, str] = {"high": "High risk", "medium": "Medium risk", "low": "Low risk"}
SPANS_AGO = (
    (86_400, "day ago", "days ago"),
    (3_600, "hour ago", "hours ago"),
    (60, "minute ago", "minutes ago"),
)
UP, DOWN, LEVEL = "▲", "▼", "="
NEXT, BACK = "Next ›", "‹ Back"
"""In English; to be told in the reader's language."""

# Characters that turn the reading direction and would let a name rewrite the message around it.
_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def clip(text: str, most: int = MOST_NAME) -> str:
    """One line of at most ``most`` characters; control characters and reading directions are left out."""
    # A name of a megabyte costs no more than a long one.
    text = text[: MOST_READ * most]
    kept = text if text.isprintable() else _harmless(text)
    line = " ".join(kept.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _harmless(text: str) -> str:
    return "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace()
        or (character not in _DIRECTION and unicodedata.category(character) not in {"Cc", "Cs"})
    )


def safe(value: object, most: int = MOST_NAME) -> str:
    """A value from outside, clipped to one line and escaped for Telegram's HTML."""
    return escape(clip(str(value), most), quote=False)


def sentence(text: str, most: int = MOST_SENTENCE) -> str:
    """What a run says of itself, escaped, and with the full stop it may lack; empty where it says nothing."""
    # The name of a file that stands first is no word to be begun with a capital.
    word = text.partition(" ")[0]
    begun = text if "." in word or "_" in word else text[:1].upper() + text[1:]
    said = safe(begun, most)
    return f"{said}." if said and said[-1] not in ".!?…" else said


def quoted(text: str) -> str:
    """What somebody typed, to be said back to him; not escaped."""
    return tell("“{text}”", text=clip(text, 60))


def bold(value: object, most: int = MOST_NAME) -> str:
    """A value in bold type, escaped."""
    return f"<b>{safe(value, most)}</b>"


def code(value: object, most: int = MOST_NAME) -> str:
    """A value that is copied by a tap, escaped."""
    return f"<code>{safe(value, most)}</code>"


def line(*words: object) -> str:
    """A command line for a button; a word with blanks in it stands in double quotes."""
    return " ".join(
        f'"{word}"' if any(map(str.isspace, str(word))) else str(word) for word in words if word != ""
    )


def title_word(title_id: str) -> str:
    """A title's id as a word of a line, marked because it could be taken for a name: "1984" is a film too."""
    return f"#{title_id}"


def name_of(customer_id: str, name: str | None) -> str:
    """What to call a customer; not escaped."""
    return clip(name or "") or clip(customer_id) or "?"


def whole(number: float) -> str:
    """A count with thousands separated."""
    return f"{number:,.0f}".replace(",", spoken().thousands)


def decimal(number: float, places: int = 1) -> str:
    """A number with its decimals."""
    return f"{number:.{places}f}".replace(".", spoken().decimal)


def count(number: float, one: str, many: str | None = None) -> str:
    """A count with its noun: "1 customer", "2,000 customers"; a translation may place the number itself."""
    form = counted(round(number), one, many or one + "s")
    return form.format(number=whole(number)) if "{number}" in form else f"{whole(number)} {form}"


def days(number: float) -> str:
    """A span in days; under ten with one decimal where that says more."""
    if number < 10 and abs(number - round(number)) >= 0.05:
        return f"{decimal(number)} {counted(2, 'day', 'days')}"
    return count(number, "day")


def percent(share: float) -> str:
    """A share in whole per cent; what is not quite nothing or all is not called so."""
    if 0 < share < 0.005:
        return tell("under 1 %")
    if 0.995 < share < 1:
        return tell("over 99 %")
    return f"{share * 100:.0f} %"


def points(change: float) -> str:
    """A change of a share in percentage points, with its direction."""
    size = round(abs(change) * 100)
    if size == 0:
        return tell("unchanged")
    size_said = count(size, "point")
    return tell("up {points}", points=size_said) if change > 0 else tell("down {points}", points=size_said)


def arrow(change: float) -> str:
    """The direction of a change that would show after rounding to a point."""
    if round(abs(change) * 100) == 0:
        return LEVEL
    return UP if change > 0 else DOWN


def money(amount: float, currency: str) -> str:
    """An amount; cents only where they matter. Without a known currency the bare number."""
    number = f"{abs(amount):,.0f}" if abs(amount) >= 100 else f"{abs(amount):,.2f}".removesuffix(".00")
    sign = "−" if amount < 0 and float(number.replace(",", "")) else ""
    number = number.translate({ord(","): spoken().thousands, ord("."): spoken().decimal})
    mark = clip(currency, 8)
    if not mark:
        return sign + number
    symbol = SYMBOLS.get(mark.upper(), mark)
    if len(symbol) == 1:
        return sign + tell("{symbol}{number}", symbol=symbol, number=number)
    return f"{sign}{number} {symbol}"


def value_of(value: float, run: Run) -> str:
    """What a customer is worth: money a month, or active days where there is no money; not escaped."""
    if run.has_money:
        return tell("{money} a month", money=money(value, run.currency))
    if 0 < value < 1:
        return tell("less than one active day a month")
    return tell("{days} a month", days=count(value, "active day"))


def day(when: date) -> str:
    """A day: "30 Jun 2026"."""
    return tell("{day} {month} {year}", day=when.day, month=tell(MONTHS[when.month - 1]), year=when.year)


def moment(when: datetime) -> str:
    """A moment in the zone it carries: "30 Jun 2026, 03:05"."""
    return f"{day(when)}, {when:%H:%M}"


def quiet_days(number: float) -> str:
    """How long nothing was seen, in whole days: nobody counts hours here."""
    return tell("less than a day") if number < 1 else count(int(number), "day")


def ago(seconds: float) -> str:
    """How long ago: "just now", "3 hours ago"."""
    for size, one, many in SPANS_AGO:
        if seconds >= size:
            return count(seconds // size, one, many)
    return tell("just now")


def age(seconds: float) -> str:
    """How long, in the unit that fits."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return count(seconds // size, unit)
    return count(max(seconds, 0) // 1, "second")


def out_of(part: int, whole_number: int) -> str:
    """A share a person can repeat: "78 of 100", or the bare counts where there are fewer than 100."""
    of = whole_number if whole_number < 100 else 100
    return tell("{part} of {total}", part=part if of < 100 else round(100 * part / whole_number), total=of)


def data_until(run: Run) -> str:
    """The last line of every reply: the day the data ends."""
    return tell("<i>Data up to {day}</i>", day=day(run.watermark))


def rows(buttons: Sequence[Button], wide: int = 2) -> tuple[tuple[Button, ...], ...]:
    """Buttons in rows of ``wide``."""
    return tuple(tuple(buttons[start : start + wide]) for start in range(0, len(buttons), wide))


def turn(asked: str, page: int, *, more: bool) -> tuple[tuple[Button, ...], ...]:
    """Back and next of a list that is asked for page by page, where there is something to go to."""
    row = []
    if page > 1:
        row.append(Button(tell(BACK), f"{asked} page {page - 1}"))
    if more:
        row.append(Button(tell(NEXT), f"{asked} page {page + 1}"))
    return (tuple(row),) if row else ()


def fit(lines: Iterable[str], *, ending: str = "", most: int = MOST_UNITS) -> str:
    """Put lines together into one message that is not too long.

    Each line has its tags closed, so that leaving out whole lines leaves the HTML balanced.

    Args:
        lines: Escaped.
        ending: Stays whatever has to go.
        most: UTF-16 code units.
    """
    closing = f"\n\n{ending}" if ending else ""
    kept: list[str] = []
    room = most - units(closing) - 2
    for line in lines:
        room -= units(line) + 1
        if room < 0:
            kept.append("…")
            break
        kept.append(line)
    return "\n".join(kept) + closing
