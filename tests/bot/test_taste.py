"""A list of titles after what somebody said a minute ago."""

from datetime import timedelta
from time import process_time

import pytest

from bot.commands.searching import titles_for as inline_titles
from bot.commands.taste import listed_for
from bot.queries import Queries
from store.records import Customer
from store.state.records import Feedback, Verdict
from tests.bot.asking import MORNING, NEWCOMER, OWNER, VIEWER, ask, lines_of


def said(chat: Queries, customer_id: str, title_id: str, verdict: Verdict, *, days_ago: int = 0) -> None:
    at = MORNING - timedelta(days=days_ago)
    chat.state.add_feedback(
        Feedback(customer_id=customer_id, title_id=title_id, verdict=verdict, at=at, by=5)
    )


def titles_for(chat: Queries, customer_id: str) -> list[str]:
    customer = chat.results.customer(customer_id)
    assert customer is not None
    return [each.title.title_id for each in listed_for(customer, chat)]


@pytest.mark.parametrize("verdict", ["like", "dislike", "seen", "not_interested"])
def test_a_title_with_a_verdict_never_comes_back(verdict: Verdict, chat: Queries) -> None:
    first = titles_for(chat, "user_00042")[0]

    said(chat, "user_00042", first, verdict)

    assert first not in titles_for(chat, "user_00042")
    assert first in titles_for(chat, "1007") + titles_for(chat, "user_00001") + titles_for(chat, "42")


def test_a_like_of_today_moves_what_is_near_up(chat: Queries) -> None:
    before = titles_for(chat, "user_00301")

    said(chat, "user_00301", "t10", "like")

    after = listed_for(Customer(customer_id="user_00301"), chat)
    assert (before[0], before[10]) == ("t11", "t01")
    assert [each.title.title_id for each in after][:3] == ["t11", "t01", "t12"]
    assert after[1].because == "Parasite"
    assert {each.title.title_id for each in after} - set(before) == {"t06"}


def test_a_like_the_model_has_learned_from_does_not_count_twice(chat: Queries) -> None:
    before = titles_for(chat, "user_00042")

    said(chat, "user_00042", "t20", "like", days_ago=3)

    assert titles_for(chat, "user_00042") == before


def test_the_first_like_of_a_newcomer_makes_the_list_his(chat: Queries) -> None:
    assert all(each.because is None for each in listed_for(Customer(customer_id="user_00999"), chat))

    said(chat, "user_00999", "t15", "like")

    listed = listed_for(Customer(customer_id="user_00999"), chat)
    assert [each.because for each in listed[:8]] == ["Up"] * 8
    assert listed[8].because is None
    assert [each.rank for each in listed] == list(range(1, len(listed) + 1))
    assert listed[0].match == 1.0


def test_a_reason_somebody_dislikes_is_no_reason_any_more(chat: Queries) -> None:
    reasons = {each.because for each in listed_for(Customer(customer_id="user_00042"), chat)}
    assert "Paddington 2" in reasons

    said(chat, "user_00042", "t17", "dislike")

    assert "Paddington 2" not in {
        each.because for each in listed_for(Customer(customer_id="user_00042"), chat)
    }


def test_a_like_of_a_title_the_run_does_not_know_changes_nothing(chat: Queries) -> None:
    before = titles_for(chat, "user_00042")

    said(chat, "user_00042", "gone", "like")

    assert titles_for(chat, "user_00042") == before


def test_the_order_is_total_and_repeatable(chat: Queries) -> None:
    said(chat, "user_00999", "t15", "like")
    said(chat, "user_00999", "t03", "like")

    assert titles_for(chat, "user_00999") == titles_for(chat, "user_00999")
    assert len(titles_for(chat, "user_00999")) == len(set(titles_for(chat, "user_00999")))


def test_a_tap_shows_the_list_it_was_tapped_in(chat: Queries) -> None:
    shown = ask("/recommend 3 comedy", VIEWER, chat)
    tapped = lines_of(shown)[3]

    again = ask(tapped, VIEWER, chat)

    assert tapped == "/notinterested #t07 3 comedy"
    assert again.text.startswith("<b>Airplane! (1980)</b> will not come back.\n\n<b>For you</b>: Comedy")
    assert "#t07" not in " ".join(lines_of(again))
    assert [each.verdict for each in chat.state.feedback("user_00042")] == ["not_interested"]


def test_pages_of_a_list_hold_each_title_once(chat: Queries) -> None:
    first = ask("/recommend 5", VIEWER, chat)
    second = ask(lines_of(first)[-1], VIEWER, chat)
    third = ask("/recommend 5 page 3", VIEWER, chat)

    titles = [
        line for reply in (first, second, third) for line in lines_of(reply) if line.startswith("/like")
    ]
    assert len(titles) == len(set(titles)) == 12
    assert "/recommend 5 page 1" in lines_of(second)


def test_beyond_the_last_page_it_is_said(chat: Queries) -> None:
    assert "That was the end of the list." in ask("/recommend 5 page 9", VIEWER, chat).text


def test_a_mistyped_line_keeps_no_verdict(chat: Queries) -> None:
    reply = ask("/like #t05 nonsense", VIEWER, chat)

    assert "“nonsense”" in reply.text
    assert chat.state.feedback("user_00042") == ()


def test_staff_must_say_whose_verdict_it_is(chat: Queries) -> None:
    assert ask("/like heat", OWNER, chat).text == (
        "I need the customer who thinks so as well. Try /like #t02 42"
    )
    assert ask("/like heat 42", OWNER, chat).text.startswith("Noted: likes <b>Heat (1995)</b>.")


def test_a_film_named_like_a_number_is_found_by_its_name(chat: Queries) -> None:
    assert "Paddington 2" in ask("/like Paddington 2", VIEWER, chat).text
    assert ask("/like #t99", VIEWER, chat).text.startswith("I know no title “#t99”")


def test_trending_leaves_out_what_a_viewer_has_settled(chat: Queries) -> None:
    ask("/seen the godfather", VIEWER, chat)

    assert "/title #t01" not in lines_of(ask("/trending", VIEWER, chat))
    assert "/title #t01" in lines_of(ask("/trending", OWNER, chat))
    assert "/title #t01" not in lines_of(ask("/similar heat", VIEWER, chat))


def test_an_unlinked_viewer_is_served_what_is_popular(chat: Queries) -> None:
    unlinked = NEWCOMER.__class__(user_id=77, chat_id=77, role="viewer")

    assert "Popular lately" in ask("/recommend", unlinked, chat).text
    assert ask("/mydata", unlinked, chat).text.startswith("Nothing is stored about you in the present data.")


def test_a_name_of_several_words_ends_where_the_wishes_begin(chat: Queries) -> None:
    reply = ask("/recommend Grace Hopper 3 comedy", OWNER, chat)

    assert reply.text.startswith("<b>For Grace Hopper</b>: Comedy")


@pytest.mark.parametrize("line", ["/recommend 42 0", "/recommend 42 51"])
def test_a_count_out_of_bounds_is_refused(line: str, chat: Queries) -> None:
    assert ask(line, OWNER, chat).text.startswith("I can list 1 to 50 titles")


def test_folding_a_like_in_is_a_matter_of_milliseconds(chat: Queries) -> None:
    said(chat, "user_00999", "t15", "like")
    customer = Customer(customer_id="user_00999")
    listed_for(customer, chat)

    fastest = min(_seconds(lambda: listed_for(customer, chat)) for _ in range(5))

    assert fastest < 0.05


def _seconds(work: object) -> float:
    began = process_time()
    work()  # type: ignore[operator]
    return process_time() - began


@pytest.mark.parametrize("verdict", ["like", "dislike", "seen", "not_interested"])
def test_what_a_viewer_settled_comes_back_nowhere(verdict: Verdict, chat: Queries) -> None:
    def offered() -> str:
        lines = [
            line
            for typed in ("/recommend", "/recommend like heat", "/similar heat", "/trending")
            for line in lines_of(ask(typed, VIEWER, chat))
        ]
        captions = [each.caption for each in inline_titles("", VIEWER, chat) or ()]
        assert captions
        found = (
            title.title_id
            for title in chat.results.popular(50)
            if f"{title.title} ({title.year})" in captions
        )
        return " ".join((*lines, *(f"#{title_id}" for title_id in found)))

    everything = {title.title_id for title in chat.results.popular(50)}
    shown = sorted(each for each in everything if f"#{each} " in f"{offered()} ")
    assert len(shown) > 5
    for title_id in shown[:5]:
        chat.state.add_feedback(
            Feedback(customer_id="user_00042", title_id=title_id, verdict=verdict, at=MORNING, by=5)
        )
    after = f"{offered()} "
    assert [each for each in shown[:5] if f"#{each} " in after] == []
