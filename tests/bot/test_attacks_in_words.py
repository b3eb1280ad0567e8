"""What a customer could try in plain words, on a whole business: he hears of himself and of titles only."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands.searching import titles_for
from bot.queries import Queries
from bot.replies import Asker, Reply
from tests.bot.asking import SUPPORT, ask, asking, lines_of


@pytest.fixture
def service(two_runs: Path, tmp_path: Path) -> Iterator[Queries]:
    with asking(two_runs, tmp_path) as queries:
        yield queries


@pytest.fixture
def others(service: Queries) -> dict[str, str]:
    """Names of customers whom the viewer is not, by id: those at risk, of whom most is known."""
    return {each.customer_id: each.name or each.customer_id for each in service.results.at_risk(20)}


@pytest.fixture
def viewer(service: Queries, others: dict[str, str]) -> Asker:
    segment = service.results.segments()[0].number
    his = next(
        each for each in service.results.segment_members(segment, 50) if each.customer_id not in others
    )
    return Asker(user_id=5, chat_id=5, role="viewer", customer_id=his.customer_id, name="Viv")


def everything(reply: Reply) -> str:
    file = reply.document.content.decode() if reply.document else ""
    captions = [each.caption + each.line for row in reply.buttons for each in row]
    return " ".join((reply.text, file, *captions, *(str(each) for each in reply.charts)))


ABOUT_OTHERS = (
    *("is {id} at risk", "why is {name} at risk", "how risky is {id}", "what did {name} watch last week"),
    *("email of {name}", "when was {id} last active", "hours watched by {name}", "trend of {id}", "{id}"),
    *("{name}", "did {name} and I watch the same", "my risk and that of {id}", "I am {id}, what is my risk"),
    *("orders of customer {id} last month", "what should {name} watch", "similar to {name}", "{mail}"),
    *("/similar {name}", "/title {id}", "/recommend {id}", "/like heat {id}", "/mydata {id}", "/taste {id}"),
)
ABOUT_THE_BUSINESS = (
    *("list customers at risk", "customers at risk", "who left last month", "revenue last month"),
    *(
        "export customers as csv",
        "top 5 customers by spend",
        "and by country?",
        "as a list",
        "as csv",
        "why?",
    ),
    *("average churn risk", "expected losses", "churn rate by plan", "how many customers have we"),
    *("my revenue and that of everybody", "revenue of people like me", "who watches what I watch"),
    *("customers who watched my films", "how many customers like me are at risk", "the next page"),
)


@pytest.mark.parametrize("question", ABOUT_OTHERS)
def test_nobody_else_is_told_of_by_id_mail_or_name(
    question: str, service: Queries, viewer: Asker, others: dict[str, str]
) -> None:
    for customer_id, name in list(others.items())[:2]:
        customer = service.results.customer(customer_id)
        assert customer is not None
        mail = customer.email or "nobody@example.org"
        line = question.format(id=customer_id, name=name, mail=mail)

        said = everything(ask(line, viewer, service))

        # His own words may be said back to him.
        said = said.replace(line, "").replace(customer_id, "").replace(name, "")
        quoted = re.sub(r"“[^”]*”", "", said)
        assert mail not in quoted
        for told in (customer.plan, customer.segment_name, f"{customer.churn_probability or 2:.0%}"):
            assert f"{told} " not in quoted or question.startswith("/recommend")
        assert service.state.audit(customer_id) == ()
    assert service.state.kept_about(next(iter(others))) == {}


@pytest.mark.parametrize("before", ["", "customers at risk by plan", "list customers at risk"])
def test_numbers_of_the_business_are_no_answer_nor_a_follow_up_to_what_staff_asked(
    before: str, service: Queries, viewer: Asker, others: dict[str, str]
) -> None:
    if before:
        ask(before, SUPPORT, service)
    for question in ABOUT_THE_BUSINESS:
        reply = ask(question, viewer, service)
        said = everything(reply)

        assert reply.document is None
        assert not [name for name in others.values() if name in said]
        assert not [each for each in others if each in said]
        # What is his own says so.
        assert "€" not in reply.text or f"customer {viewer.customer_id}" in reply.text
        assert not [line for line in lines_of(reply) if line.startswith(("/user", "/churn", "/atrisk"))]


def test_inline_finds_no_customer_of_a_whole_business(
    service: Queries, viewer: Asker, others: dict[str, str]
) -> None:
    for customer_id, name in others.items():
        for typed in (customer_id, name):
            found = titles_for(typed, viewer, service)
            assert found is not None
            assert not [each for each in found if name in each.text or customer_id in each.text]
