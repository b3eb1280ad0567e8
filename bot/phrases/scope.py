"""What no data of the past can answer, said politely."""

import re

_SCOPE = "I answer from the data: customers, risk, money, viewing, taste and segments."
_BEYOND: tuple[tuple[str, str], ...] = (
    (
        (
            r"\b(forecast\w*|predict\w*|projection|tomorrow|in the future|going to (earn|make|grow)|"
            r"(next|coming|upcoming) (day|week|month|quarter|year|summer|winter)s?|"
            r"wh(?:at|o) will (be|the|our)\b(?!.*\b(los|leav|churn)).*|"
            r"will (our|we|the|revenue|sales|hours|watch\w*)\b(?!.*\b(los|leav|churn)).*)\b"
        ),
        "I do not forecast. What I know of the future is each customer’s churn risk and the expected losses.",
    ),
    (
        (
            r"\b(because of|due to|thanks to|as a result of|caused by|effect of|impact of|campaigns?|"
            r"advert\w*|marketing)\b"
        ),
        "I cannot tell causes: the data shows what moved, not why people did it.",
    ),
    (
        (
            r"^(please |pls |can you |could you |would you )*(delete|remove|cancel|ban|block|update|"
            r"refund(?![-\w])(?! (amounts?|rates?|sum|total|per|by|in)\b)|"
            r"change the|set|send(?! me )|(e-?)?mail(?! (of|for))|call|charge|"
            r"upgrade|downgrade|create|add|reset|insert|"
            r"drop table|write|ping|notify|text(?! me)|remind(?! me)|invite|"
            r"compose|translate|sing|book|buy|order (a|some|me|us)|turn|switch|open)\b"
        ),
        "I only answer; I change and send nothing.",
    ),
    (
        r"^how many (people|persons|humans) (are living|live) in \w+( \w+)?\W*$|\b(population|inhabitants)\b",
        "I know customers, not everybody: say for example “customers in …”.",
    ),
    (
        (
            r"\b(weather|joke|poem|song|recipe|news|stock price|bitcoin|capital of|who are you|how are you|"
            r"your name|meaning of life|password\w*|phone numbers?|address(es)?|credit cards?|iban|"
            r"card numbers?|salary|salaries|employees?|staff|competitors?|disney|hulu|"
            r"incomes? of (our |the )?(customers|users|people|subscribers|members)|"
            r"(customers|users|people|subscribers|members) by income|"
            r"income (groups?|bands?|brackets?|levels?)|"
            r"profit\w*|market share|margin|costs?|tax(es)?|ceo|lawsuit|religion|politic\w*)\b"
        ),
        "That is nothing I have data about.",
    ),
)


def out_of_scope(line: str) -> str | None:
    """Why a line is beyond what can be answered; None where it may be answered."""
    text = line.casefold().replace("’", "'")
    for pattern, reason in _BEYOND:
        if re.search(pattern, text):
            return f"{reason} {_SCOPE}"
    return None
