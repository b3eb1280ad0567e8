"""Who is at high risk after a first look: listed apart from the established, and counted beside them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.digest import news
from bot.messages.digest import told
from bot.messages.news import Standing
from bot.queries import Queries
from tests.bot.asking import OWNER, SUPPORT, ask, asking, lines_of, shown
from tests.bot.test_exports import rows_of
from tests.store.publishing import publish_small

GOLDEN = Path(__file__).parents[1] / "golden" / "chat"
NEWCOMERS = ("user_00200", "user_00001", "user_00007")
"""All at high risk; who came last first."""


@pytest.fixture(scope="module")
def with_newcomers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_small(tmp_path_factory.mktemp("newcomers"), newcomers=NEWCOMERS)


@pytest.fixture
def young(with_newcomers: Path, tmp_path: Path) -> Iterator[Queries]:
    with asking(with_newcomers, tmp_path) as queries:
        yield queries


@pytest.mark.parametrize(
    ("name", "line"),
    {
        "newcomers": "/newcomers",
        "newcomers_page_2": "/newcomers 1 2",
        "newcomers_beyond": "/newcomers 10 9",
        "atrisk_beside_newcomers": "/atrisk",
        "digest_with_newcomers": "/digest",
    }.items(),
)
def test_newcomers_are_answered_as_written_down(name: str, line: str, young: Queries) -> None:
    assert shown(ask(line, OWNER, young)) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_every_newcomer_at_risk_stands_in_one_list_and_opens_with_one_tap(young: Queries) -> None:
    counted = {one.band: one.customers for one in young.results.risk_counts() if one.status == "active"}
    opened = [line for line in lines_of(ask("/newcomers 20", SUPPORT, young)) if line.startswith("/user")]

    assert opened == [f"/user {one}" for one in NEWCOMERS]
    assert young.results.count_at_risk() + young.results.count_newcomers_at_risk() == counted["high"]
    assert not {one.customer_id for one in young.results.at_risk(20)} & set(NEWCOMERS)


def test_pages_lead_to_each_other(young: Queries) -> None:
    assert "/newcomers 1 2" in lines_of(ask("/newcomers 1", SUPPORT, young))
    assert {"/newcomers 1 1", "/newcomers 1 3"} <= set(lines_of(ask("/newcomers 1 2", SUPPORT, young)))
    assert "I can list 1 to 20 customers, but I read “0”" in ask("/newcomers 0", SUPPORT, young).text


def test_who_stood_in_the_list_or_the_file_was_looked_at(young: Queries) -> None:
    ask("/newcomers 2", SUPPORT, young)
    reply = ask("/export newcomers", SUPPORT, young)

    assert [row["customer_id"] for row in rows_of(reply.document)] == list(NEWCOMERS)
    looked = sorted((one.action, one.customer_id) for one in young.state.audit(limit=100))
    assert looked == sorted(
        [*(("newcomers", one) for one in NEWCOMERS[:2]), *(("export", one) for one in NEWCOMERS)]
    )


def test_a_snoozed_newcomer_is_marked(young: Queries) -> None:
    ask("/snooze user_00007 7", SUPPORT, young)

    assert "snoozed until 30 Nov 2026" in ask("/newcomers", SUPPORT, young).text


def test_where_only_newcomers_are_at_risk_the_other_list_says_so(tmp_path: Path) -> None:
    path = publish_small(tmp_path, newcomers=(*NEWCOMERS, "42"))
    with asking(path, tmp_path) as queries:
        reply = ask("/atrisk", SUPPORT, queries)

    assert "<b>Nobody established is at high risk</b> right now." in reply.text
    assert "And 4 newcomers at high risk, with fewer than 3 active days: /newcomers" in reply.text
    assert lines_of(reply) == ["/newcomers"]


def test_where_no_newcomer_is_at_risk_it_is_said(
    chat: Queries, published_without_signal: Path, tmp_path: Path
) -> None:
    assert "<b>No newcomer is at high risk</b> right now." in ask("/newcomers", SUPPORT, chat).text
    assert "/newcomers" not in ask("/atrisk", SUPPORT, chat).text
    assert "/newcomers" not in lines_of(ask("/digest", SUPPORT, chat))
    with asking(published_without_signal, tmp_path / "state") as queries:
        assert ask("/newcomers", SUPPORT, queries).text.startswith("<b>No risk list</b>: There is no signal")


def test_a_change_is_told_where_the_digest_before_counted_newcomers(young: Queries) -> None:
    now = news(young)
    before = Standing.read(replace(now.now, newcomers=5).to_json())
    earlier = Standing.read(now.now.to_json().replace('"newcomers": 3, ', ""))

    assert (
        "At high risk: 1 established customer (=) and 3 newcomers (▼ 2)"
        in told(replace(now, before=before)).text
    )
    assert "1 established customer (=) and 3 newcomers\n" in told(replace(now, before=earlier)).text
