"""What each command does, with a line that works: for the menu, /help and whoever forgets a word."""

from collections.abc import Mapping
from dataclasses import dataclass

from store.records import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """One command as it is taught.

    Attributes:
        summary: For the menu and /help; what it does.
        example: A line that works.
        needs: What is said when it is asked without the words it needs; None where it needs none.
    """

    name: str
    summary: str
    example: str
    needs: str | None = None


_CUSTOMER = "I need a customer: an id, a mail or a name."
_TITLE = "I need a title: a few words of its name."

_ALL = (
    Lesson(name="start", summary="begin", example="/start"),
    Lesson(name="help", summary="what I can do, with examples", example="/help"),
    Lesson(name="user", summary="everything about one customer", example="/user 42", needs=_CUSTOMER),
    Lesson(
        name="churn",
        summary="how likely a customer is to leave, and why",
        example="/churn 42",
        needs=_CUSTOMER,
    ),
    Lesson(name="atrisk", summary="whom to call first", example="/atrisk 10"),
    Lesson(name="newcomers", summary="who may not come back after the first days", example="/newcomers 10"),
    Lesson(name="recommend", summary="what to watch next", example="/recommend 42 5 comedy", needs=_CUSTOMER),
    Lesson(
        name="taste",
        summary="the genres a newcomer likes, for a first list",
        example="/taste 42 comedy drama",
        needs=_CUSTOMER,
    ),
    Lesson(
        name="bringback",
        summary="titles with which people like this came back",
        example="/bringback 42",
        needs=_CUSTOMER,
    ),
    Lesson(
        name="segment", summary="the groups of customers, or the one somebody is in", example="/segment 42"
    ),
    Lesson(name="members", summary="who is in a segment", example="/members 1"),
    Lesson(name="why", summary="what speaks for and against leaving", example="/why 42", needs=_CUSTOMER),
    Lesson(name="trend", summary="a chart of a customer's risk", example="/trend 42", needs=_CUSTOMER),
    Lesson(name="digest", summary="the day in numbers", example="/digest"),
    Lesson(name="trending", summary="what is watched most lately", example="/trending"),
    Lesson(name="title", summary="one film or series", example="/title godfather", needs=_TITLE),
    Lesson(name="similar", summary="what is like a title", example="/similar godfather", needs=_TITLE),
    Lesson(name="like", summary="a title was liked", example="/like heat 42", needs=_TITLE),
    Lesson(name="dislike", summary="a title was not liked", example="/dislike heat 42", needs=_TITLE),
    Lesson(name="seen", summary="a title was seen already", example="/seen heat 42", needs=_TITLE),
    Lesson(
        name="notinterested",
        summary="never show a title again",
        example="/notinterested heat 42",
        needs=_TITLE,
    ),
    Lesson(
        name="contacted", summary="note that you wrote or called", example="/contacted 42", needs=_CUSTOMER
    ),
    Lesson(name="saved", summary="note that a customer stays", example="/saved 42", needs=_CUSTOMER),
    Lesson(name="lost", summary="note that a customer has left", example="/lost 42", needs=_CUSTOMER),
    Lesson(name="wrong", summary="note that an alarm was wrong", example="/wrong 42", needs=_CUSTOMER),
    Lesson(
        name="snooze",
        summary="no alerts about a customer for some days",
        example="/snooze 42 7",
        needs=_CUSTOMER,
    ),
    Lesson(
        name="resolve",
        summary="note what came of an alert, where it stands",
        example="/resolve saved 42",
        needs="I need what came of it, and the customer.",
    ),
    Lesson(name="subscribe", summary="get the digest or the alerts here", example="/subscribe digest 09:00"),
    Lesson(name="unsubscribe", summary="stop getting them", example="/unsubscribe digest"),
    Lesson(name="quiet", summary="hours in which nothing is pushed to you", example="/quiet 22-7"),
    Lesson(name="zone", summary="the time zone you live in", example="/zone Europe/Berlin"),
    Lesson(name="language", summary="the language I answer in", example="/language Deutsch"),
    Lesson(name="export", summary="a list as a file for a spreadsheet", example="/export atrisk"),
    Lesson(
        name="link",
        summary="a one-time link for a customer, to his own account",
        example="/link 42",
        needs=_CUSTOMER,
    ),
    Lesson(name="invite", summary="a one-time link for a colleague", example="/invite support Ann"),
    Lesson(name="who", summary="who may ask me, and who let him in", example="/who"),
    Lesson(
        name="revoke",
        summary="shut somebody out",
        example="/revoke 123456789",
        needs="I need a person: the Telegram id or the name that /who shows.",
    ),
    Lesson(name="audit", summary="who looked at what", example="/audit 42"),
    Lesson(name="forget", summary="delete what is kept about a customer", example="/forget 42"),
    Lesson(name="retrain", summary="learn anew now, not at night", example="/retrain"),
    Lesson(name="model", summary="how far the numbers can be trusted", example="/model"),
    Lesson(name="metrics", summary="every number you can ask for in plain words", example="/metrics"),
    Lesson(name="questions", summary="what people asked, and could not get", example="/questions"),
    Lesson(name="status", summary="whether everything runs", example="/status"),
    Lesson(name="mydata", summary="what is stored about you", example="/mydata"),
    Lesson(name="whoami", summary="who you are to me", example="/whoami"),
)
LESSONS: Mapping[str, Lesson] = {each.name: each for each in _ALL}

# A viewer is his own customer: he names none, and is taught so.
_OWN: Mapping[str, Lesson] = {
    each.name: each
    for each in (
        Lesson(name="recommend", summary="what you might like", example="/recommend 5 comedy after 2000"),
        Lesson(name="taste", summary="the genres you like, for a first list", example="/taste comedy drama"),
        Lesson(name="forget", summary="ask to be forgotten", example="/forget me"),
        Lesson(name="like", summary="you liked a title", example="/like heat", needs=_TITLE),
        Lesson(name="dislike", summary="you did not like a title", example="/dislike heat", needs=_TITLE),
        Lesson(name="seen", summary="you have seen a title", example="/seen heat", needs=_TITLE),
        Lesson(
            name="notinterested",
            summary="never show a title again",
            example="/notinterested heat",
            needs=_TITLE,
        ),
    )
}


def lesson_for(name: str, role: Role) -> Lesson:
    """How a command is taught to somebody of a role."""
    return _OWN.get(name, LESSONS[name]) if role == "viewer" else LESSONS[name]
