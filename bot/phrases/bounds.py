"""Limits on numbers: “who spent more than 50”, “quiet for over 2 weeks”, “under 25”."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.phrases.months import MONTHS
from bot.phrases.tokens import Token
from store.results.asked import Bound
from store.results.metrics import METRICS

Words = tuple[str, ...]
_ABOVE, _FROM, _BELOW, _UP_TO, _JUST = ">", "≥", "<", "≤", "="
_SIGNS: Mapping[Words, str] = {
    tuple(words.split()): sign
    for sign, phrases in {
        _ABOVE: (
            "more than,over,above,greater than,higher than,exceeding,older than,longer than,bigger than,>,"
            "larger than,for more than,for over,for longer than,of more than,of over,beyond,past"
        ),
        _FROM: "at least,minimum,min,no less than,not less than,>=,≥,for at least,of at least,from",
        _BELOW: (
            "less than,under,below,fewer than,lower than,younger than,smaller than,shorter than,<,"
            "for less than,of less than,of under"
        ),
        _UP_TO: "at most,up to,maximum,max,no more than,not more than,<=,≤,for at most",
        _JUST: "exactly,=,equal to,precisely,only",
    }.items()
    for words in phrases.split(",")
}
_AFTER: Mapping[Words, str] = {
    ("or", "more"): _FROM, ("and", "more"): _FROM, ("or", "over"): _FROM, ("and", "over"): _FROM,
    ("or", "older"): _FROM, ("+",): _FROM, ("or", "less"): _UP_TO,
    ("or", "fewer"): _UP_TO, ("or", "younger"): _UP_TO, ("and", "under"): _UP_TO, ("and", "above"): _FROM,
    ("or", "above"): _FROM, ("or", "below"): _UP_TO, ("or", "under"): _UP_TO, ("plus",): _FROM,
    ("and", "older"): _FROM, ("and", "younger"): _UP_TO, ("years", "or", "older"): _FROM,
    ("years", "and", "older"): _FROM, ("or", "higher"): _FROM, ("or", "lower"): _UP_TO,
}  # fmt: skip
_DAYS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30, "year": 365, "years": 365}
# What a number counts when one of these words stands behind it.
_UNITS: Mapping[str, tuple[str, float]] = {
    **dict.fromkeys(("watches", "views", "plays", "streams"), ("watched", 1.0)),
    **dict.fromkeys(("orders", "purchases", "transactions", "payments", "order"), ("ordered", 1.0)),
    **dict.fromkeys(("ratings", "reviews", "rating"), ("rated", 1.0)),
    **dict.fromkeys(("hours", "hour"), ("watched_minutes", 60.0)),
    **dict.fromkeys(("minutes", "minute"), ("watched_minutes", 1.0)),
    **dict.fromkeys(("sessions", "sittings"), ("sessions", 1.0)),
}
# Words before a limit that say what is limited; longer ones win.
CUES: Mapping[Words, str] = {
    tuple(words.split()): quantity
    for quantity, phrases in {
        "spent": (
            "spent,spend,spending,paid us,who spent,who spend,spends,has spent,have spent,who have spent,"
            "total spend,bought for,who paid"
        ),
        "churn_probability": (
            "churn risk,risk,churn probability,chance of leaving,risk of leaving,probability,churn risk of,"
            "risk of,risk score,churn score,with a risk,with risk,whose risk is,with churn risk,"
            "probability of leaving,risk is,churn risk is"
        ),
        "days_since_last_activity": (
            "quiet,gone quiet,inactive,silent,not seen,absent,away,not active,idle,unseen,dormant,last seen,"
            "without activity,no activity,not been seen,not been active,who are quiet,who have been quiet,"
            "been quiet,been inactive,been away,who have not been seen,not done anything,last active,"
            "was last seen,were last seen,last activity"
        ),
        "age": "aged,age,ages,years old,whose age is,age is",
        "tenure_days": (
            "tenure,customers for,members for,with us,been with us,been customers,customer for,"
            "been a customer,been members,subscribed for,member for,with us for,joined,signed up"
        ),
        "monthly_fee": (
            "fee,monthly fee,fees,pay,pays,paying,who pay,who pays,who are paying,a fee,a monthly fee"
        ),
        "watched": "watched,watch,viewed,played,who watched,who watch",
        "ordered": "ordered,bought,purchased,who ordered,who bought",
        "rated": "rated,reviewed,who rated",
        "rating_mean": "average rating,mean rating,rate on average,an average rating",
        "completion_share": "completion rate,completion,completion share",
        "value": "worth,value,monthly value,customer value",
    }.items()
    for words in phrases.split(",")
}
_OF_AGES = frozenset({"under", "over", "above", "below", "older", "younger", "between"})
# “65 or older”, “40+”, “18–24”: a number that opens a limit of age.
_AGES = range(5, 101)
_COUNTED = frozenset({"watched", "ordered", "rated"})
_TENS = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties")
_DECADES: Mapping[str, float] = {
    word: 10.0 * tens for tens, name in enumerate(_TENS, 2) for word in (name, f"{tens}0s")
}
# A number before one of these counts it.
_COUNTABLE = frozenset(
    {
        *("customers", "users", "people", "titles", "countries", "genres", "plans", "times", "stars"),
        *("members", "subscribers", "segments", "films", "movies", "euros", "dollars", "percent", "to"),
        *MONTHS,
    }
)
# Behind what is counted or measured, a number limits that, and neither the age nor the spending of people.
_MEASURED = frozenset(
    synonym.split()[-1]
    for metric in METRICS
    if metric.unit not in {"customers", "years"}
    for synonym in (metric.label.casefold(), *metric.synonyms.split(","))
    if synonym.strip()
) - {"customer", "user", "users", "customers", "by", "subscriber", "member", "viewer"}


_GLUE = frozenset(
    {"for", "is", "of", "a", "an", "are", "was", "were", "been", "have", "has", "in", "with", "who"}
)


@dataclass(frozen=True, slots=True)
class FoundBound:
    """A limit, and how many words it takes."""

    words: int
    bound: Bound


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers that limit something, and how many words they take."""

    words: int
    low: float
    high: float
    sign: str
    mark: str

    def bound(self, quantity: str, factor: float = 1.0) -> Bound:
        """As a limit of a quantity, in units that hold ``factor`` of ours."""
        return _bound(quantity, self.low * factor, self.high * factor, self.sign)


def bound_at(tokens: Sequence[Token], before: str = "") -> FoundBound | None:
    """The limit that the words begin with; None where there is none, or nobody can know of what.

    Args:
        tokens: From there on.
        before: The word before: “orders over 50” is not about ages.
    """
    texts = [token.text for token in tokens[:14]]
    quantity, at = _cue(texts)
    decade = _decade(texts[at:], quantity)
    if decade is not None:
        return FoundBound(at + decade[0], decade[1])
    limits = limits_at(_with_one(tokens[at:], quantity), quantity)
    if limits is None:
        return None
    at += limits.words
    unit, factor, unit_words = _unit(texts[at:], quantity, limits.mark)
    if quantity is None and before in _MEASURED:
        return None  # “orders over 50 euros”: what is limited is each order, not what people spent in all
    bare = texts[0] in _OF_AGES or (texts[0].isdecimal() and limits.sign != _JUST)
    if unit is None and quantity is None and not limits.mark and bare and limits.low in _AGES:
        # “women under 25”: of people, nothing else is meant by a bare number.
        unit = None if at < len(texts) and texts[at] in {*_DAYS, *_UNITS, *_COUNTABLE} else "age"
    if unit is None:
        return None
    at += unit_words
    return FoundBound(at, limits.bound(unit, factor))


def _decade(texts: Sequence[str], quantity: str | None) -> tuple[int, Bound] | None:
    """“in their thirties”, “in their 30s”."""
    start = 1 if texts[:1] == ["in"] else 0
    if quantity not in {None, "age"} or texts[start : start + 1] not in (["their"], ["the"]):
        return None
    low = _DECADES.get(texts[start + 1]) if len(texts) > start + 1 else None
    words = start + 2
    if low is None and texts[start + 2 : start + 3] == ["s"]:
        low, words = _DECADES.get(f"{texts[start + 1]}s"), start + 3
    return None if low is None else (words, Bound("age", low, low + 10, high_included=False))


def _with_one(tokens: Sequence[Token], quantity: str | None) -> Sequence[Token]:
    """“For over a year”: of times, “a” is one."""
    if quantity not in _SPANS:
        return tokens
    return [
        replace(token, number=1.0)
        if token.text in {"a", "an"} and place + 1 < len(tokens) and tokens[place + 1].text in _DAYS
        else token
        for place, token in enumerate(tokens[:5])
    ] + list(tokens[5:])


def _cue(texts: Sequence[str]) -> tuple[str | None, int]:
    for length in range(5, 0, -1):
        quantity = CUES.get(tuple(texts[:length]))
        if quantity is not None:
            at = length
            while at < len(texts) and texts[at] in _GLUE and _sign(texts[at:])[1] < 2:
                if texts[at] in {"a", "an"} and at + 1 < len(texts) and texts[at + 1] in _DAYS:
                    break
                at += 1
            return quantity, at
    return None, 0


def _sign(texts: Sequence[str]) -> tuple[str | None, int]:
    for length in range(3, 0, -1):
        sign = _SIGNS.get(tuple(texts[:length]))
        if sign is not None:
            return sign, length
    return None, 0


def limits_at(tokens: Sequence[Token], quantity: str | None) -> Limits | None:
    """The limits that the words begin with, of a quantity named before or of anything; None without any."""
    texts = [token.text for token in tokens[:14]]
    if not texts:
        return None
    start = 1 if texts[0] in {"between", "from"} else 0
    if len(texts) > start + 2 and texts[start + 1] in {"and", "to", "-"}:
        low, high = tokens[start].number, tokens[start + 2].number
        joined = start == 1 or quantity in {"age", *_SPANS} or texts[start + 1] == "-"
        if joined and low is not None and high is not None and "date" not in tokens[start].mark:
            mark = tokens[start + 2].mark
            if mark == "%" and not tokens[start].mark:
                low /= 100
            return Limits(start + 3, low, high, "between", mark)
    sign, words = _sign(texts)
    if len(tokens) <= words or tokens[words].number is None or tokens[words].mark in {"date", "id"}:
        return None
    number, mark = tokens[words].number, tokens[words].mark
    assert number is not None
    words += 1
    if sign is None:
        sign, more = _sign_after(texts[words:])
        words += more
    sign = sign or _ASSUMED.get(quantity or "")
    return None if sign is None else Limits(words, number, number, sign, mark)


# “quiet for 30 days” means at least so long; “aged 30” means just so old.
_ASSUMED = {"days_since_last_activity": _FROM, "tenure_days": _FROM, "age": _JUST, "monthly_fee": _JUST}


def _sign_after(texts: Sequence[str]) -> tuple[str | None, int]:
    """“or more” behind a number."""
    for after, meant in _AFTER.items():
        if tuple(texts[: len(after)]) == after:
            return meant, len(after)
    return None, 0


_NONE: tuple[None, float, int] = (None, 1.0, 0)
_SPANS = frozenset({"days_since_last_activity", "tenure_days"})
_SHARES = frozenset({"churn_probability", "completion_share"})


def _unit(texts: Sequence[str], quantity: str | None, mark: str) -> tuple[str | None, float, int]:
    """What is limited, the factor from the typed unit to ours, and the words the unit takes."""
    word = texts[0] if texts else ""
    found: tuple[str | None, float, int] = _NONE
    if quantity in _SPANS:
        words = 2 if texts[1:2] == ["ago"] else 1
        found = (quantity, float(_DAYS[word]), words) if word in _DAYS else _NONE
    elif word in {"years", "year", "yrs"} and quantity in {None, "age"}:
        found = "age", 1.0, 2 if texts[1:2] == ["old"] else 1
    elif mark == "%":
        found = (quantity, 1.0, 0) if quantity in _SHARES else _NONE
    elif quantity is None or quantity in _COUNTED:
        found = _counted(texts, quantity, mark)
    elif quantity == "monthly_fee" and list(texts[:2]) == ["a", "month"]:
        found = quantity, 1.0, 2
    elif word not in _UNITS and word not in _DAYS:
        found = quantity, 1.0, 0
    return found


def _counted(texts: Sequence[str], quantity: str | None, mark: str) -> tuple[str | None, float, int]:
    """The unit tells what is counted: watches, orders, hours; or money, where nothing does."""
    word = texts[0] if texts else ""
    if word == "times" and quantity is not None:
        return quantity, 1.0, 1
    if word in _UNITS and (quantity is None or quantity == _UNITS[word][0] or quantity == "watched"):
        unit, factor = _UNITS[word]
        return unit, factor, 2 if texts[1:2] == ["watched"] else 1
    if word in {"titles", "title", "things"} and quantity in {"watched", "rated"}:
        return {"watched": "titles_watched", "rated": "rated"}[str(quantity)], 1.0, 1
    return ("spent", 1.0, 0) if quantity is None and mark == "money" else _NONE


def _bound(quantity: str, low: float, high: float, sign: str) -> Bound:
    if quantity in {"churn_probability", "completion_share"} and max(low, high) > 1:
        low, high = low / 100, high / 100
    if sign == "between":
        return Bound(quantity, min(low, high), max(low, high))
    if sign in {_ABOVE, _FROM}:
        return Bound(quantity, low=low, low_included=sign == _FROM)
    if sign in {_BELOW, _UP_TO}:
        return Bound(quantity, high=high, high_included=sign == _UP_TO)
    if quantity == "age":
        return Bound(quantity, low, low + 1, high_included=False)
    return Bound(quantity, low, high)
