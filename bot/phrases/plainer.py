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
_NOT_A_PART = "".join(
    f"(?<!{word})"
    for word in ("day", "days", "week", "weeks", "month", "quarter", "half", "end", "start", "part", "time",
                 "beginning", "rest", "months")
)  # fmt: skip
_SHARE = r"(?:share|percentage|proportion|percent|fraction|portion)"
_ORDERED = r"(?:have |has )?(?:ordered|bought|paid|purchased)(?: us)?"
_SOME = r"(customers?|users?|people|members?|subscribers?|accounts?)"
_DISTINCT = r"(?:distinct|unique|different)"
_NUMBER = r"(?:number of |how many )?"
_SEEN = r"(?:watched|viewed|seen)"
_SPAN = r"\b(?:(?:last|past) \d+|since|from|between)\b"
_SITTING = r"(?:sessions?|visits?|sittings?)"
_MIGHT = r"(?:could|might|may|can|would|will)"
_WE_LOSE = rf"(?:{_MIGHT} (?:we|i)|do (?:we|i) stand to) loo?se"
_PLAINER = {
    # Times.
    r"\b(last|past) 24 ?(?:hours|hrs|h)\b": r"\1 1 day",
    r"\b(last|past) 48 ?(?:hours|hrs|h)\b": r"\1 2 days",
    r"\b(last|past) 72 ?(?:hours|hrs|h)\b": r"\1 3 days",
    r"\b(?:these days|nowadays|as of late|(?<!seen )(?<!active )(?<!been )(?:lately|recently))\b": (
        "in the last 30 days"
    ),
    rf"{_NOT_A_PART} of the (year|quarter|month|week)\b": r" this \1",
    r"\b(?:since|from) (?:the )?(?:beginning|start) of (?:the |this )?(year|quarter|month)\b": r"this \1",
    r"\bsaturdays? (?:and|&|or) sundays?\b": "weekends",
    r"\bsince new year(?:['’]?s(?: day| eve)?)?\b": "this year",
    r"\b(what (?:has )?changed) since last (year|quarter|month|week)\b": r"\1 this \2",
    rf"\bdau\b(?=.*{_SPAN}|.*\b(?:last week|last month|this month|this week)\b)": "active users per day",
    rf"\bwau\b(?=.*{_SPAN})": "active users per week",
    rf"\bmau\b(?=.*{_SPAN})": "active users per month",
    r"^(.*\bwhat.*) since (?:the |our )?last (?:run|time|update|retrain)\b": r"\1",
    # How things stand, and what moved.
    rf"^\W*(?:{_OVERVIEW})(?: (?:for|of|so far))?(?= |\W*$)": "what changed",
    rf"^\W*how(?: (?:is|are|was|were|has|have)|'s) (.+?) (?:been )?{_DOING}(?= |\W*$)": r"\1 growth",
    r"^\W*(?:is there )?anything (?:unusual|strange|odd|interesting|notable|special)\b": "what changed",
    r"^\W*how did (.+?) go\b": r"what changed in \1",
    rf"^\W*are we loo?sing{_PEOPLE}(?=\W*$| in | on )": "did active customers fall",
    rf"^\W*are we (?:gaining|winning){_PEOPLE}(?=\W*$| in | on )": "did active customers rise",
    rf"^\W*why (?:are|do|did)(?: our| the)?{_PEOPLE} "
    r"(?:leaving|leave|churn\w*|cancel\w*|quit\w*)(?=\W*$)": "why churn rate",
    r"^\W*(?:which|what) (?:drivers?|factors?) (?:pushe?s?|drives?|raises?|lifts?|moves?) ": "why ",
    r"\bfastest[- ](growing|shrinking)\b": r"most \1",
    r"\b(?:loo?ses?|lost|loo?sing) (?:the )?(most )?(revenue|money|sales|income|hours|watches|viewers)\b": (
        r"\1drop \2"
    ),
    r"\bby (?:what|which|how many) (?:percentage|percent|share|amount|%)": "by how much",
    r"\bmoved from one segment to another(?: since the last run)?": "moved between segments",
    r"\bhow (?:did|have|has|do) (?:the |our )?segments? (?:sizes? )?chang\w+": "segment moves",
    rf"\bthis (week|month|quarter|year) (?:over|{_VERSUS}) last(?=\W*$)": r"this \1 compared with last \1",
    r"^\W*(?:reverse|flip|invert)(?: it| that| the order)?\W*$": "the other way round",
    # Comparing.
    rf"\b{_STATUS} {_VERSUS} {_STATUS}{_PEOPLE}(?=\W*$)": "customers by status",
    r"\bdifference in (.+?) between (.+?) and (.+)": r"\1 \2 vs \3",
    r"\bratio (?:of|between) (.+?) (?:to|and|vs) (.+)": r"\1 vs \2",
    rf"\bloo?s(?:es?|ing) more{_PEOPLE}": "more lapsed customers",
    r"\b(more|less) likely to (?:leave|churn|cancel|quit)\b": r"\1 churn risk",
    # Limits, and of whom.
    rf"\b({_THAN}) (\S+) ({_COUNTED}) (?:but|and) ({_THAN}) (\d\S*)(?!\S)(?! *(?:{_COUNTED}|%|years))": (
        r"\1 \2 \3 and \4 \5 \3"
    ),
    rf"\b({_SHARE}\b.*\bwho) {_ORDERED}(?= in | on | last | this |\W*$)": r"\1 ordered anything",
    r"\b(over|above|more than|at least|under|below|less than) (\d+) ?(?:%|percent) (?:churn )?risk\b": (
        r"churn risk \1 \2 %"
    ),
    r"(\d+) ?(days|weeks|months)\+": r"at least \1 \2",
    r"\b(?:inactive|quiet|silent|away|gone) since\b": "not active since",
    r"\b(\d+) ?(?:to|-|–) ?(\d+)[- ]?(?:year|yr)s?[- ]olds?\b": r"aged \1 to \2",
    r"\b(\w+)[- ](?:year|yr)s?[- ]olds?\b": r"aged \1",
    r"\bteenagers\b": "customers aged 13 to 19",
    r"\brepeat (?:customers|buyers|users)\b": "customers with at least 2 orders",
    r"\bone[- ]?time (?:customers|buyers|users)\b": "customers with exactly 1 order",
    # Shares and splits.
    r"\b(plan|country|gender|age|segment) mix\b": r"share of customers by \1",
    r"\b(genre|device) mix\b": r"share of watches by \1",
    r"\bdistribution of (.+?) over ": r"\1 by ",
    r"\b(?!other|like)(\w+)[- ]wise\b": r"by \1",
    # Lists.
    rf"^\W*(?:sort|rank|order) (?:the |our |all )?{_SOME} by ": r"top \1 by ",
    rf"\b(top|bottom) ((?:\w+ ){{0,2}}){_SOME} by age\b": r"\1 \2\3 by average age",
    rf"\boldest ((?:\w+ )?){_SOME}\b": r"top \1\2 by average age",
    rf"\byoungest ((?:\w+ )?){_SOME}\b": r"bottom \1\2 by average age",
    rf"\b(?:longest[- ](?:standing|serving)|most loyal) ((?:\w+ )?){_SOME}\b": r"top \1\2 by average tenure",
    rf"\b(?:newest|most recent|latest) ((?:\w+ )?){_SOME}\b": r"bottom \1\2 by average tenure",
    r"^\W*anything (trending|popular|hot)\b": r"\1",
    # Money and risk.
    rf"\b(?:revenue|money|income) (?:we|i) {_MIGHT} loo?se\b": "revenue at risk",
    rf"\bhow much (?:revenue|money|income|sales) {_WE_LOSE}\b": "revenue at risk",
    rf"\bhow many{_PEOPLE} {_WE_LOSE}\b": "expected losses",
    r"\bloo?s(?:es?|ing|t) (?:the )?most (?:customers|users|people|members|subscribers)\b": (
        "most lapsed customers"
    ),
    r"\bhow risky (?:is|are) (?:the |an? |our )?(?:average |typical )?": "average churn risk of ",
    rf"\bhow much (?:does|do|did) (?:an?|the|each) (?:average |active |typical |single )?{_SOME} "
    r"(?:bring in|bring us|earn us|make us|generate)\b": "revenue per active customer",
    r"\bhow much (?:does|do) (?:an?|the) average (.*?)(?:customer|user|member|subscriber) pay\b": (
        r"average monthly fee \1customers"
    ),
    r"\bhow much (?:does|do) (?:an?|the) average (.*?)(?:customer|user|member|subscriber) spend\b": (
        r"revenue per customer \1"
    ),
    # Viewing, ratings, age.
    r"^\W*what (?:are|were) (.+?) watching\b": r"what did \1 watch",
    r"\bhow many (minutes|hours) (?:do|did) (?:people|they|customers|users|members|viewers) watch each\b": (
        r"\1 per active customer"
    ),
    rf"\b{_NUMBER}{_DISTINCT} titles(?: {_SEEN})?\b": "titles watched",
    rf"\b{_NUMBER}{_DISTINCT} (films|movies|series|shows)(?: {_SEEN})?\b": r"titles watched \1",
    r"^\W*(?:do|did) (?:people|customers|users|viewers) (?:finish|complete) ": "completion rate of ",
    rf"\bhow long (?:is|are|was|were) (?:an? |the |our )?(?:typical |average |usual |normal )?{_SITTING}\b": (
        "average session length"
    ),
    rf"\bhow long do (?:people|they|users|customers) (?:stay|watch) (?:per|in an?|each) {_SITTING}\b": (
        "average session length"
    ),
    r"\bratings? (?:avg|average|mean)\b": "average rating",
    r"\b(risk|order value|age|session length|fee) (?:avg|average|mean)\b": r"average \1",
    r"\b(?:usual|typical|normal) number of\b": "average number of",
    r"\bhow old (?:are|is|were) (.+?)(?: on average)?(?=\W*$)": r"average age \1",
    r"\bdid something\b": "were active",
    r" \+ ": " and ",
}
"""Ways of asking, and the same in plainer words."""

_PATTERNS = tuple((re.compile(asked, re.IGNORECASE), plain) for asked, plain in _PLAINER.items())
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
# A character that nobody types, and that is no part of a word.
_PLACE = "\ue000"


def plainer(line: str) -> str:
    """The line with such ways of asking put into plainer words; what stands in quotes stays."""
    line = line.replace(_PLACE, "")
    quoted = iter(_QUOTED.findall(line))
    line = _QUOTED.sub(_PLACE, line)
    for pattern, instead in _PATTERNS:
        line = pattern.sub(instead, line)
    return re.sub(_PLACE, lambda _: next(quoted, ""), line)
