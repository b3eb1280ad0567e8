"""Ways of asking that are said in plainer words before a line is read; what they ask stays the same."""

import re

_THAN = r"(?:more|fewer|less|greater|higher|lower) than|over|under|above|below|at least|at most"
_COUNTED = r"watches|views|plays|orders|purchases|ratings|reviews|hours|minutes|sessions"
_STATUS = r"(?:active|lapsed|inactive|churned)"
_DOING = r"(?:doing|going|looking|performing|faring)"
_OVERVIEW = (
    r"how are we (?:doing|going)|how(?: is| are|'?s) (?:the )?(?:business|it|everything|things|it all) "
    r"(?:doing|going)|(?:give me )?(?:an? )?(?:overview|summary)"
)
_PEOPLE = r"(?: (?:customers|users|members|people|subscribers))?"
_VERSUS = r"(?:vs\.?|versus|against|compared (?:to|with))"
_PLAINER: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        # “More than 20 watches but fewer than 50”: of these too.
        (rf"\b({_THAN}) (\S+) ({_COUNTED}) (?:but|and) ({_THAN}) (\d\S*)(?! *(?:{_COUNTED}|%|years))",
         r"\1 \2 \3 and \4 \5 \3"),
        (r"\b(last|past) 24 ?(?:hours|hrs|h)\b", r"\1 1 day"),
        (r"\b(last|past) 48 ?(?:hours|hrs|h)\b", r"\1 2 days"),
        (r"\b(last|past) 72 ?(?:hours|hrs|h)\b", r"\1 3 days"),
        # “Active vs lapsed customers”.
        (rf"\b{_STATUS} {_VERSUS} {_STATUS}{_PEOPLE}(?=\W*$)", "customers by status"),
        (rf"^\W*(?:{_OVERVIEW})(?: (?:for|of|so far))?(?= |\W*$)", "what changed"),
        (rf"^\W*how(?: (?:is|are|was|were|has|have)|'s) (.+?) (?:been )?{_DOING}(?= |\W*$)", r"\1 growth"),
    )
)  # fmt: skip


def plainer(line: str) -> str:
    """The line with such ways of asking put into plainer words."""
    for pattern, instead in _PLAINER:
        line = pattern.sub(instead, line)
    return line
