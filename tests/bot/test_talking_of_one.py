"""“He” and “her”, behind a card: the customer whom one talked about last, and nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.phrases.pronouns import with_name
from bot.phrases.synonyms import vocabulary_served
from bot.queries import Queries
from bot.replies import Asker
from tests.bot.asking import MORNING, OWNER, SUPPORT, ask, asking


@pytest.fixture
def service(two_runs: Path, tmp_path: Path) -> Iterator[Queries]:
    with asking(two_runs, tmp_path) as queries:
        ticks = count()
        yield replace(queries, now=lambda: MORNING + timedelta(seconds=next(ticks)))


def later(queries: Queries, minutes: int) -> Queries:
    now = queries.now()
    return replace(queries, now=lambda: now + timedelta(minutes=minutes))


def reply_to(line: str, queries: Queries, asker: Asker = SUPPORT) -> str:
    return ask(line, asker, queries).text


@pytest.mark.parametrize(
    ("line", "same_as"),
    [
        ("what should he watch?", "/recommend user_00042"),
        ("is she likely to leave", "/churn user_00042"),
        ("why?", "/why user_00042"),
        ("her segment", "/segment user_00042"),
        ("this customer's trend", "/trend user_00042"),
        ("how many hours did he watch in may", "how many hours did user user_00042 watch in may"),
        ("his revenue last month", "revenue of user user_00042 last month"),
    ],
)
def test_a_pronoun_is_the_customer_looked_at_last(line: str, same_as: str, service: Queries) -> None:
    reply_to("/user 41", service)
    reply_to("/user 42", service)

    assert reply_to(line, service) == reply_to(same_as, service)


def test_a_number_of_his_goes_on_like_any_other(service: Queries) -> None:
    reply_to("user 42", service)
    reply_to("his watches in may", service)

    assert "customer user_00042 · 1–30 Jun 2026" in reply_to("and in june?", service)


def test_why_is_about_what_was_asked_last(service: Queries) -> None:
    reply_to("revenue in may", service)
    reply_to("user 42", service)
    assert reply_to("why", service).startswith("Why: ")

    reply_to("revenue in may", service)
    assert "Revenue · why" in reply_to("why", service)


def test_a_list_is_nobody_in_particular(service: Queries) -> None:
    reply_to("/atrisk 5", service)

    assert "whom you mean by “he”" in reply_to("what should he watch", service)


def test_what_others_look_at_and_what_was_long_ago_is_not_meant(service: Queries) -> None:
    reply_to("user 42", service)

    assert "whom you mean by “her”" in reply_to("her watches", service, OWNER)
    assert "whom you mean by “her”" in reply_to("her watches", later(service, 31))
    assert "customer user_00042" in reply_to("her watches", later(service, 20))


def test_a_pronoun_in_a_title_is_nobody(service: Queries) -> None:
    vocabulary = vocabulary_served(service)
    assert vocabulary is not None
    titles = {**vocabulary.titles, ("his", "girl", "friday"): ("t00001",), ("call", "her"): ("t00002",)}
    known = replace(vocabulary, titles=titles)
    reply_to("user 42", service)

    for line in ("who watched His Girl Friday", "watches of call her in may"):
        assert with_name(line, SUPPORT, service, known, None) == line
    for line, meant in (
        ("did she watch His Girl Friday", "did user user_00042 watch His Girl Friday"),
        ("does he like her", "does user user_00042 like "),
        ("his watches", "user user_00042 watches"),
    ):
        assert with_name(line, SUPPORT, service, known, None) == meant
