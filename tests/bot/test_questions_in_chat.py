"""Questions in plain words beside the commands: who may ask, what is remembered, what is written down."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.question_suite import numbers_in, oracle
from bot.queries import Queries
from bot.replies import Asker, Chart
from tests.bot.asking import MORNING, OWNER, SUPPORT, VIEWER, ask, asking, lines_of


@pytest.fixture(scope="module")
def files(service_files: Path, two_runs: Path) -> Path:
    assert two_runs.exists()  # the files are simulated with the runs
    return service_files


@pytest.fixture(scope="module")
def served(two_runs: Path) -> Path:
    return two_runs


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


OTHERS = "I answer you about yourself and about titles only."


@pytest.mark.parametrize(
    "line",
    [
        "how many customers", "revenue last month", "hours watched in Germany", "who watched Bitter Frontier",
        "how many hours did user 41 watch", "list customers at risk", "my churn risk", "delete user 42",
        "hours watched by plan", "how many people watched Bitter Frontier",
    ],
)  # fmt: skip
def test_a_viewer_is_told_nothing_of_others(service: Queries, line: str) -> None:
    assert ask(line, VIEWER, service).text == OTHERS


@pytest.mark.parametrize(
    ("line", "sql"),
    [
        (
            "how many hours did I watch last month?",
            "SELECT sum(minutes) / 60 FROM watches WHERE day BETWEEN '2026-05-01' AND '2026-05-31' AND {}",
        ),
        ("my average rating", "SELECT avg(rating) FROM ratings WHERE {}"),
        ("how much did I spend this year", "SELECT sum(amount) FROM sales WHERE day >= '2026-01-01' AND {}"),
        (
            "how many titles did I watch in 2026",
            "SELECT count(DISTINCT title_id) FROM watches WHERE day >= '2026-01-01' AND {}",
        ),
    ],
)  # fmt: skip
def test_a_viewer_asks_about_himself(service: Queries, files: Path, line: str, sql: str) -> None:
    with oracle(files) as numbers:
        (expected,) = numbers.execute(sql.format("customer_id = 'user_00042'")).fetchone() or (None,)

    reply = ask(line, VIEWER, service)

    assert numbers_in(reply.text.splitlines()[0])[0] == pytest.approx(expected, abs=0.051)
    assert "customer user_00042" in reply.text
    assert reply.buttons == ()
    assert service.state.questions(5) == ()


def test_a_viewer_asks_about_titles(service: Queries) -> None:
    assert (
        "Watches · genre Comedy · by title" in ask("most watched comedies last month", VIEWER, service).text
    )
    assert "Average rating · title" in ask("average rating of Bitter Frontier", VIEWER, service).text
    assert ask("what should I watch", VIEWER, service).text.startswith("<b>For you")
    assert "what titles" not in ask("Bitter Frontier", VIEWER, service).text


def test_a_question_about_one_customer_counts_him_alone_and_is_written_down(
    service: Queries, files: Path
) -> None:
    with oracle(files) as numbers:
        (hours,) = numbers.execute(
            "SELECT sum(minutes) / 60 FROM watches WHERE customer_id = 'user_00042'"
        ).fetchone() or (None,)

    reply = ask("how many hours did user 42 watch", SUPPORT, service)
    titles = ask("what did user 42 watch last month", SUPPORT, service)

    assert numbers_in(reply.text.splitlines()[0])[0] == pytest.approx(hours, abs=0.051)
    assert "by title" in titles.text
    assert [entry.action for entry in service.state.audit(limit=5)] == ["question", "question"]
    assert "do not know “pregnant”" in ask("is user 42 pregnant", SUPPORT, service).text


def test_what_a_command_answers_already_is_left_to_it(service: Queries) -> None:
    assert ask("who should I call first", SUPPORT, service).text == ask("/atrisk", SUPPORT, service).text
    assert ask("describe the segments", SUPPORT, service).text == ask("/segment", SUPPORT, service).text
    assert (
        ask("is maya ferrari likely to leave", SUPPORT, service).text
        == ask("/churn user_00004", SUPPORT, service).text
    )
    assert "Felix" in ask("how is felix doing", SUPPORT, service).text + str(
        ask("how is felix doing", SUPPORT, service).buttons
    )


def test_a_word_that_is_nobodys_name_is_no_customer(service: Queries) -> None:
    assert "I do not understand “ebitda”" in ask("ebitda", SUPPORT, service).text
    assert "Maya Ferrari" in str(ask("maya ferari", SUPPORT, service).buttons)


def test_a_refusal_offers_what_was_understood(service: Queries) -> None:
    reply = ask("customers on Premium with a dog", SUPPORT, service)

    assert "I do not understand “dog”" in reply.text
    assert [button.caption for button in reply.buttons[0]] == ["Customers · plan Premium"]


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

    assert [chart.title for chart in reply.charts if isinstance(chart, Chart)] == [
        "Hours watched: Italy is highest with 1,542"
    ]
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


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (("customers in Poland", "how many of those are on Premium?"), "premium customers in Poland"),
        (("watches in june", "for premium customers"), "watches in june on Premium"),
        (("no. of women in Brazil",), "women in Brazil"),
    ],
)
def test_some_of_those_meant_before_are_counted_like_the_whole_question(
    lines: tuple[str, ...], whole: str, service: Queries
) -> None:
    *_, last = [first_line(line, service) for line in lines]

    assert last == first_line(whole, service, SUPPORT)


def test_a_country_nobody_is_from_is_known_by_its_name(service: Queries) -> None:
    assert first_line("revenue in the USA", service) == "Nobody in the data is from “USA”."
    assert first_line("canadian customers", service) == "Nobody in the data is from “canadian”."
    assert first_line("klingon customers", service) == "I do not understand “klingon”."
