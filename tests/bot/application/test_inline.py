"""“@bot heat” in any chat: titles for people who are known, a button for strangers, customers for nobody."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.application.updates import Search, lane_of, read_update
from bot.commands.searching import titles_for
from bot.messages.inline import found
from bot.queries import Queries
from bot.replies import Reply
from store.records import Title
from store.results import Results
from store.state.records import Member
from tests.bot.application.conftest import OWNER, STRANGER, SUPPORT, built, running, until
from tests.bot.asking import MORNING
from tests.bot.asking import STRANGER as NOBODY
from tests.bot.asking import SUPPORT as SAM
from tests.bot.test_message_laws import check, some_titles
from tests.standin import Standin


def types(standin: Standin, user_id: int, text: str, query: str) -> None:
    standin.update(
        inline_query={
            "id": query,
            "from": {"id": user_id, "is_bot": False, "first_name": "P"},
            "query": text,
            "offset": "",
        }
    )


async def test_who_is_known_finds_titles_and_for_himself_only(standin: Standin, queries: Queries) -> None:
    queries.state.save_member(
        Member(user_id=50, chat_id=50, role="viewer", customer_id="42", added_at=MORNING)
    )
    async with running(built(standin, queries)):
        types(standin, SUPPORT, "heat", "a")
        types(standin, 50, "", "b")
        await until(lambda: len(standin.chats.offered) == 2)

    offered = standin.chats.offered["a"]
    assert "Heat" in offered["results"][0]["title"]
    assert (offered["is_personal"], offered["cache_time"], offered["button"]) == ("true", "10", None)
    assert len(standin.chats.offered["b"]["results"]) > 2
    assert "watchers" not in json.dumps(standin.chats.offered)
    assert queries.state.inbox_depth() == 0


async def test_a_stranger_gets_a_button_and_no_title(standin: Standin, queries: Queries) -> None:
    async with running(built(standin, queries)):
        types(standin, STRANGER, "heat", "a")
        await until(lambda: standin.chats.offered)
        standin.says(STRANGER, "/start link")
        standin.says(OWNER, "/whoami")
        await until(lambda: standin.posts(OWNER) and not standin.waiting)

    assert standin.chats.offered["a"]["results"] == []
    assert standin.chats.offered["a"]["button"] == {"text": "Link your account", "start_parameter": "link"}
    assert standin.posts(STRANGER) == []
    assert queries.state.link_failures(STRANGER) is None


async def test_an_answer_that_comes_too_late_is_not_an_error(standin: Standin, queries: Queries) -> None:
    standin.fault("answerInlineQuery", "400", text="Bad Request: query is too old")
    async with running(built(standin, queries)):
        types(standin, SUPPORT, "heat", "a")
        types(standin, SUPPORT, "heat", "b")
        await until(lambda: standin.chats.offered)

    assert set(standin.chats.offered) == {"b"}


@pytest.mark.parametrize("typed", ["42", "user_00301", "Zoë", "zoe@example.org", "Frank"])
def test_a_customer_is_found_by_nobody(typed: str, queries: Queries) -> None:
    known = {each.title_id for each in queries.results.popular(50)}
    offered = titles_for(typed, SAM, queries)

    assert offered is not None
    keys = {
        each.key
        for each in found([queries.results.title(each) or Title(title_id="", title="") for each in known])
    }
    assert {each.key for each in offered} <= keys
    assert not any("Zoë" in each.text or "Frank" in each.text for each in offered)


def test_before_the_first_run_there_is_nothing(queries: Queries, tmp_path: object) -> None:
    bare = Results(queries.state._path.with_name("results.db"))

    assert titles_for("heat", SAM, replace(queries, results=bare)) == ()
    assert titles_for("heat", NOBODY, queries) is None


@given(st.lists(some_titles(), max_size=5))
def test_whatever_a_title_is_called_what_is_written_is_fit_to_be(titles: list[Title]) -> None:
    for each in found(titles):
        check(Reply(text=each.text))
        assert 0 < len(each.key.encode()) <= 64
        assert each.caption


def test_an_inline_query_has_the_lane_of_who_types() -> None:
    raw = {"inline_query": {"id": "q", "from": {"id": 7, "first_name": "Ann", "last_name": "Lee"}}}

    assert lane_of(raw) == 7
    assert lane_of({"inline_query": {"from": None}}) == lane_of({"inline_query": 1}) == 0
    assert read_update(raw, None) == Search(user_id=7, query_id="q", text="", name="Ann Lee")  # type: ignore[arg-type]
