"""Questions in plain words beside the commands: who may ask, what is remembered, what is written down."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.question_suite import publish
from bot.queries import Queries
from bot.replies import Asker, Chart
from tests.bot.asking import MORNING, OWNER, SUPPORT, VIEWER, ask, asking, lines_of


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("output"))


@pytest.fixture
def service(served: Path, tmp_path: Path) -> Iterator[Queries]:
    with asking(served, tmp_path) as queries:
        yield queries


def first_line(line: str, queries: Queries, asker: Asker = OWNER) -> str:
    return ask(line, asker, queries).text.splitlines()[0]


def test_every_metric_is_explained(service: Queries) -> None:
    text = ask("/metrics", SUPPORT, service).text

    assert "Revenue: orders less refunds" in text
    assert "Retention: active in the period as long before and in this one" in text


def test_the_owner_sees_what_people_could_not_get(service: Queries) -> None:
    ask("revenue by zodiac sign", SUPPORT, service)
    ask("customers", SUPPORT, service)

    text = ask("/questions", OWNER, service).text
    assert "revenue by zodiac sign" in text.partition("Answered")[0]
    assert "customers → <i>Customers</i>" in text
    assert "not open to you" in ask("/questions", SUPPORT, service).text


def test_a_greeting_is_met_with_help(service: Queries) -> None:
    assert ask("Hello!", OWNER, service).text == ask("/help", OWNER, service).text


def test_a_viewer_asks_about_titles_and_himself_only(service: Queries) -> None:
    assert (
        "No title" in ask("how many customers", VIEWER, service).text
        or "know no title" in ask("how many customers", VIEWER, service).text
    )
    assert "customers" not in first_line("revenue last month", service, VIEWER)


def test_the_question_before_is_forgotten_after_half_an_hour_and_on_demand(
    served: Path, tmp_path: Path
) -> None:
    with asking(served, tmp_path) as early:
        ask("active customers last month", OWNER, early)
        assert "country Germany · 1–31 May 2026" in ask("and in Germany?", OWNER, early).text
        late = Queries(early.results, early.state, lambda: MORNING + timedelta(minutes=31))
        assert "no question before" in ask("and in Spain?", OWNER, late).text
        ask("new question", OWNER, early)
        assert "no question before" in ask("and in Spain?", OWNER, early).text


def test_chats_do_not_mix(service: Queries) -> None:
    ask("active customers last month", OWNER, service)

    assert "no question before" in ask("and in Germany?", SUPPORT, service).text


def test_whoever_stands_in_a_list_was_looked_at(service: Queries) -> None:
    reply = ask("list customers on Premium", OWNER, service)

    assert reply.document is not None
    assert {entry.action for entry in service.state.audit(limit=500)} == {"question"}


def test_a_table_of_groups_comes_with_a_chart(service: Queries) -> None:
    reply = ask("hours watched by country", OWNER, service)

    assert [chart.title for chart in reply.charts if isinstance(chart, Chart)] == ["Hours watched: Italy is highest with 1,542"]
    assert "<pre>" in reply.text


def test_buttons_ask_what_they_say(service: Queries) -> None:
    reply = ask("customers last month", OWNER, service)

    first = lines_of(reply)[0]
    assert first == "active customers from 2026-05-01 to 2026-05-31"
    assert "Active customers · 1–31 May 2026" in ask(first, OWNER, service).text


def test_small_groups_are_marked(service: Queries) -> None:
    reply = ask("average rating by women under 19 in Spain", OWNER, service)

    assert "Fewer than 5 customers" in reply.text or "not known" in reply.text


def test_a_run_without_facts_answers_as_before(chat: Queries) -> None:
    assert (
        "know no customer" in ask("revenue last month", OWNER, chat).text
        or "No customer" in ask("revenue last month", OWNER, chat).text
    )
