"""How days, counts, money and shares are written for people."""


def counted(number: float, one: str, many: str | None = None) -> str:
    """``1 day``, ``21 days``, ``1,204 customers``."""
    whole = round(number)
    return f"{whole:,} {one if whole == 1 else many or one + 's'}"


def every(days: float) -> str:
    """``about every day``, ``about every 6 days``."""
    return "about every day" if days < 1.5 else f"about every {round(days):,} days"


def ago(days: float) -> str:
    """``today``, ``yesterday``, ``5 days ago``; day 1 is the last complete day."""
    whole = round(days)
    return {0: "today", 1: "yesterday"}.get(whole, f"{whole:,} days ago")


def span(days: float) -> str:
    """``12 days``, ``5 months``, ``2 years``."""
    if days < 60:
        return counted(days, "day")
    if days < 700:
        return counted(days / 30.44, "month")
    return counted(days / 365.25, "year")


def money(amount: float, currency: str) -> str:
    """``€40``, ``€7.50``, ``40 CHF``, as in the chat; the currency may be empty."""
    whole = round(amount)
    text = f"{whole:,}" if abs(amount - whole) < 0.005 or abs(amount) >= 100 else f"{amount:,.2f}"
    return f"{currency}{text}" if len(currency) == 1 else f"{text} {currency}".strip()


def percent(share: float) -> str:
    """``63 %``; never 0 or 100 for what is only nearly so."""
    if 0 < share < 0.01:
        return "under 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{share:.0%}".replace("%", " %")
