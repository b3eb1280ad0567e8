"""From a typed line to words, with numbers, names and dates kept whole."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.phrases.months import MONTHS

_SHORT = {
    "no. of": "number of", "no of": "number of",
    "what's": "what is", "whats": "what is", "who's": "who is", "whos": "who is", "how's": "how is",
    "hows": "how is", "didn't": "did not", "didnt": "did not", "don't": "do not", "dont": "do not",
    "doesn't": "does not", "doesnt": "does not", "aren't": "are not", "arent": "are not", "isn't": "is not",
    "isnt": "is not", "haven't": "have not", "havent": "have not", "hasn't": "has not", "hasnt": "has not",
    "hadn't": "had not", "weren't": "were not", "werent": "were not", "wasn't": "was not", "i'd": "i would",
    "there's": "there is", "we've": "we have", "they're": "they are", "it's": "it is", "let's": "let us",
    "where's": "where is", "i'm": "i am", "i've": "i have", "can't": "can not", "cant": "can not",
    "who've": "who have", "w/o": "without", "w/": "with", "&": "and", "ppl": "people", "peeps": "people",
    "hrs": "hours", "hr": "hours", "mins": "minutes", "cust": "customers", "custs": "customers",
    "subs": "subscribers", "rev": "revenue", "yday": "yesterday", "nr": "number", "mnth": "month",
    "mnths": "months", "qtr": "quarter", "n°": "number", "avg": "average", "mean": "average", "vs.": "vs",
    "dau": "active customers daywindow", "nbr": "number", "gimme": "give me", "cud": "could",
    "somethin": "something", "howmany": "how many", "wich": "which", "whcih": "which", "moth": "month",
    "lats": "last", "alst": "last", "teh": "the", "wat": "what", "hw": "how", "wk": "week", "wks": "weeks",
    "yr": "year", "yrs": "years", "pct": "percent", "num": "number", "cnt": "count", "usrs": "users",
    "wau": "active customers weekwindow", "lst": "last", "usr": "user", "ctry": "country", "qty": "number",
    "acct": "account", "accts": "accounts", "amt": "amount", "perc": "percent", "p/w": "per week",
    "p/m": "per month", "p/d": "per day", "shar": "share", "compair": "compare", "comparision": "comparison",
    "mth": "month", "mths": "months", "thru": "to", "tmrw": "tomorrow", "wknd": "weekend",
    "more then": "more than", "less then": "less than", "fewer then": "fewer than",
    "older then": "older than", "younger then": "younger than", "higher then": "higher than",
    "lower then": "lower than", "loose": "lose", "loosing": "losing", "yest": "yesterday",
    "mthly": "monthly", "wkly": "weekly", "nb": "number", "fourty": "forty",
    "cntry": "country", "segs": "segments", "seg": "segment", "prem": "premium",
}  # fmt: skip
_TOKEN = re.compile(
    r'“(?P<quote>[^”]+)”|"(?P<quoted>[^"]+)"'
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}-\d{2}(?![\d-]))"
    r"|(?P<id>#\S+|[a-z]+_[\w-]*\d[\w-]*)"
    r"|(?P<number>[$€£]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[$€£]?\d+(?:\.\d+)?)(?P<unit>\s?%|\s?[$€£]|k\b|m\b)?(?P<nth>st\b|nd\b|rd\b|th\b)?"
    r"|(?P<sign>[<>]=?|[≤≥=])"
    r"|(?P<dash>[–—-])"
    r"|(?P<percent>%)"
    r"|(?P<word>[^\W\d_]+\d\w*|[^\W\d_]+(?:['’][^\W\d_]+)?\+?|[\w+]+)",
    re.IGNORECASE,
)
_SHORTENED = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _SHORT))})(?!\w)", re.IGNORECASE)
UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
NUMBERS: dict[str, float] = {
    **{word: float(number) for number, word in enumerate(UNITS)},
    **{word: float(number) for word, number in TENS.items()},
    "hundred": 100.0, "thousand": 1000.0, "million": 1_000_000.0, "dozen": 12.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One word.

    Attributes:
        text: Lower case, as it is looked up.
        typed: As it was typed.
        number: Its value, where it is a number; a percentage is a share.
        mark: ``%``, ``money``, ``date``, ``id``, ``mail``, ``quote`` or nothing.
    """

    text: str
    typed: str
    number: float | None = None
    mark: str = ""


def tokens_of(line: str) -> tuple[Token, ...]:
    """The words of a line; punctuation falls away."""
    plain = line.replace("’", "'").replace("‘", "'").replace("`", "'")
    plain = _TYPICAL.sub("per active customer", plain)
    plain = _BREAK_DOWN.sub(r"\1 by", plain)
    plain = _MONTH.sub(r"\2-\1", _YEAR.sub("", plain))
    plain = _PER.sub(" per ", _AGED.sub(r"\1 \2", _GLUED.sub(r"\1 \2", plain)))
    plain = _SHORTENED.sub(lambda match: _SHORT[match[0].casefold()], plain)
    found = [token for match in _TOKEN.finditer(plain) for token in _tokens(match)]
    return tuple(_without_hyphens(_joined_numbers(found)))


# “The average customer watches …”.
_TYPICAL = re.compile(
    r"\b(?:the|an) (?:average|typical) (?:customer|user|viewer|subscriber|member)\b", re.IGNORECASE
)
# “Break revenue down by plan”.
_BREAK_DOWN = re.compile(r"\bbreak (\S+(?: \S+){0,3}) down (?:by|per|into)\b", re.IGNORECASE)
# “In 02/2026”.
_MONTH = re.compile(r"(?<![\d/.-])(0[1-9]|1[0-2])/((?:19|20)\d\d)\b")
# “In the year 2025”.
_YEAR = re.compile(r"\b(?:the )?year (?=(?:19|20)\d\d\b)", re.IGNORECASE)
# “Hours / user”; a date has its slashes between digits.
_PER = re.compile(r"(?<=[^\W\d_])\s*/\s*(?=[^\W\d_]{2})|(?<=\s)/\s+(?=[^\W\d_])")
# “For under 25s”.
_AGED = re.compile(r"\b(under|over) (\d\d)s\b", re.IGNORECASE)
_GLUED = re.compile(r"\b(top|last|bottom|first|past)(\d+)\b", re.IGNORECASE)


def _without_hyphens(found: list[Token]) -> list[Token]:
    """A dash between numbers or days means “to”; between words it joins them."""

    def is_end(place: int) -> bool:
        if not 0 <= place < len(found):
            return False
        one = found[place]
        return one.number is not None or one.mark == "date" or one.text in MONTHS

    return [
        token
        for place, token in enumerate(found)
        if token.text != "-" or (is_end(place - 1) and is_end(place + 1))
    ]


MOST_REMEMBERED = 50_000
_PLAIN = re.compile(r"[a-z]+(?: [a-z]+)*(?: \d{1,4})?")
_READ = frozenset((*NUMBERS, *_SHORT))


# The same names night after night: what was read once need not be read again after the next publish.
@lru_cache(maxsize=MOST_REMEMBERED)
def words_in(text: str) -> tuple[str, ...]:
    """A value or phrase as the lower-case words that a line would have for it."""
    low = text.casefold()
    # Most names are plain words, and there are ten thousands of them: read twenty times as fast.
    if _PLAIN.fullmatch(low) and _READ.isdisjoint(words := low.split()):
        return tuple(words)
    return tuple(token.text for token in tokens_of(text.replace('"', " ")) if token.text != "-")


def _tokens(match: re.Match[str]) -> list[Token]:
    typed = match[0]
    kind = match.lastgroup if match.lastgroup not in {"unit", "nth"} else "number"
    if kind in {"quote", "quoted"}:
        return [Token(match[kind].casefold(), match[kind], mark="quote")]
    if kind in {"mail", "date", "id"}:
        return [Token(typed.casefold(), typed, mark=kind)]
    if kind == "number":
        return [_number(match)]
    if kind == "dash":
        return [Token("-", "-")]
    if kind == "percent":
        return [Token("percent", "%")]
    word = typed.casefold()
    word = word.removesuffix("'s").removesuffix("s'") + ("s" if word.endswith("s'") else "")
    return [Token(word, typed, number=NUMBERS.get(word))]


def _number(match: re.Match[str]) -> Token:
    text, unit = match["number"], (match["unit"] or "").strip().casefold()
    value = float(text.strip("$€£").replace(",", ""))
    if unit == "%":
        return Token(match[0], match[0], value / 100, "%")
    value *= {"k": 1000.0, "m": 1_000_000.0}.get(unit, 1.0)
    money = text[0] in "$€£" or unit in {"$", "€", "£"}
    return Token(text.strip("$€£").replace(",", ""), match[0], value, "money" if money else "")


def _joined_numbers(found: list[Token]) -> list[Token]:
    """“twenty five”, “two hundred”, “5 thousand” and “60 percent” as one number each."""
    joined: list[Token] = []
    for place, token in enumerate(found):
        ones = place + 1 < len(found) and found[place + 1].text in UNITS[1:10]
        if token.text == "-" and joined and joined[-1].text in TENS and ones:
            continue  # sixty-five
        before = joined[-1] if joined else None
        value = None if before is None or before.mark not in {"", "money"} else before.number
        if before is not None and value is not None:
            text = f"{before.typed} {token.typed}"
            if token.text in {"hundred", "thousand", "million", "dozen"}:
                joined[-1] = Token(
                    f"{value * NUMBERS[token.text]:g}", text, value * NUMBERS[token.text], before.mark
                )
                continue
            if before.text in TENS and token.number is not None and token.text in UNITS[1:10]:
                joined[-1] = Token(f"{value + token.number:g}", text, value + token.number)
                continue
            if token.text in {"percent", "pct"} or (token.text == "cent" and before.text == "per"):
                joined[-1] = Token(text, text, value / 100, "%")
                continue
            if token.text in {"euro", "euros", "dollar", "dollars", "eur", "usd", "pounds", "bucks"}:
                joined[-1] = Token(before.text, text, value, "money")
                continue
        joined.append(token)
    return joined
