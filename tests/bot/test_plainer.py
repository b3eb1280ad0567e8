"""What is put into plainer words, and what is left as it was typed."""

import pytest

from bot.phrases.plainer import plainer


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("how's revenue looking", "revenue growth"),
        ("orders in the past 24h", "orders in the past 1 day"),
        (
            "customers with over 20 watches and under 50",
            "customers with over 20 watches and under 50 watches",
        ),
        ("oldest premium customers", "top premium customers by average age"),
        ("film of the year", "film this year"),
        ("country-wise revenue", "by country revenue"),
    ],
)
def test_says_it_plainer(line: str, plain: str) -> None:
    assert plainer(line) == plain


@pytest.mark.parametrize(
    "line",
    [
        "how is user 42", "revenue per month of the customers in spain", "best month of the year",
        "otherwise", "oldest title watched by customers",
        "most recent orders of premium customers in germany",
        "customers with over 20 watches and under 50 ratings", "how many customers do we lose",
        'customers "recently lapsed" aged 30', "active customers vs last month",
        "revenue without germany", "not active since may",
    ],
)  # fmt: skip
def test_leaves_what_is_plain(line: str) -> None:
    assert plainer(line) == line
