"""Whoever has no history, titles like another one, and titles that bring people back."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.taste import listed_for
from bot.commands.variety import PAGE, varied
from bot.queries import Queries
from store.records import Customer, Recommendation, Title
from store.results.packing import packed_codes, packed_numbers
from store.results.rows import customer_values, title_values
from store.results.writing import ResultsWriter
from store.state.records import Feedback, Verdict
from tests.bot.asking import MORNING, NEWCOMER, OWNER, STRANGER, VIEWER, ask, asking, lines_of
from tests.store.publishing import TITLES, small_run

GRACE = Customer(customer_id="user_00999")


def ids(queries: Queries, customer: Customer = GRACE) -> list[str]:
    return [each.title.title_id for each in listed_for(customer, queries)]


def said(queries: Queries, title_id: str, verdict: Verdict, who: str = "user_00999") -> None:
    queries.state.add_feedback(
        Feedback(customer_id=who, title_id=title_id, verdict=verdict, at=MORNING, by=6)
    )


def test_two_taps_give_a_list_of_both_genres_in_turn(chat: Queries) -> None:
    first = ask("/recommend", NEWCOMER, chat)
    comedy = ask(lines_of(first)[0], NEWCOMER, chat)
    both = ask(next(line for line in lines_of(comedy) if line.endswith("Drama")), NEWCOMER, chat)

    assert "Tap two genres" in first.text
    assert "Popular lately in Comedy and Drama" in both.text
    # Toy Story, The Godfather, Amélie, The Godfather Part II: comedy and drama by turns.
    assert ids(chat)[:4] == ["t03", "t01", "t04", "t09"]
    assert len(ids(chat)) == len(set(ids(chat))) == len(TITLES)
    assert lines_of(both)[0] == "/taste"


def test_a_tap_on_a_chosen_genre_takes_it_back(chat: Queries) -> None:
    ask("/taste Comedy", NEWCOMER, chat)
    chosen = ask("/recommend", NEWCOMER, chat)

    assert chosen.buttons[0][0].caption == "✓ Comedy"
    ask(chosen.buttons[0][0].line, NEWCOMER, chat)
    assert chat.state.tastes("user_00999") == ()


def test_the_first_like_changes_the_next_answer_and_what_is_refused_stays_away(chat: Queries) -> None:
    chat.state.set_tastes("user_00999", ("Horror",))
    before = ids(chat)
    said(chat, before[0], "not_interested")
    said(chat, before[1], "like")

    after = listed_for(GRACE, chat)

    assert before[:2] == ["t06", "t18"]
    assert {each.because for each in after[:7]} == {"Get Out"}
    assert not set(before[:2]) & {each.title.title_id for each in after}


def test_genres_of_somebody_with_a_history_are_kept_but_not_needed(chat: Queries) -> None:
    reply = ask("/taste 42 comedy", OWNER, chat)

    assert reply.text.startswith("The list goes by what they watched and liked.")
    assert chat.state.tastes("42") == ("Comedy",)


@pytest.mark.parametrize("line", ["/taste not horror", "/taste comedy after 2000", "/taste comedy films"])
def test_only_genres_are_tastes(line: str, chat: Queries) -> None:
    assert "genres alone" in ask(line, NEWCOMER, chat).text
    assert chat.state.tastes("user_00999") == ()


def test_a_stranger_may_not_ask_for_titles(chat: Queries) -> None:
    from bot.commands import answer

    assert answer("/taste comedy", STRANGER, chat) is None


def publish_popular(folder: Path) -> Path:
    """A run that serves popular titles: nobody has a reason, and there is no kernel."""
    with ResultsWriter(folder) as writer:
        writer.run(replace(small_run(customers=2), titles=6))
        writer.titles(title_values(code, title) for code, title in enumerate(TITLES[:6]))
        writer.customers(map(customer_values, (Customer(customer_id="ann", status="active"), GRACE)))
        codes, falling = packed_codes(range(6)), packed_numbers(1 - code / 6 for code in range(6))
        writer.recommendations(
            [(who, codes, falling, packed_codes([-1] * 6)) for who in ("ann", "user_00999")]
        )
        writer.histories([("ann", packed_codes([2]), 1.0)])
        writer.similar_titles((code, packed_codes([5 - code])) for code in range(6))
        writer.popular(range(6))
        writer.publish()
    return folder / "results.db"


def test_where_popular_titles_are_served_a_first_like_speaks_for_what_is_like_it(tmp_path: Path) -> None:
    with asking(publish_popular(tmp_path), tmp_path) as queries:
        said(queries, "t01", "like")
        said(queries, "t02", "like", "ann")

        listed = listed_for(GRACE, queries)
        assert [each.title.title_id for each in listed] == ["t06", "t02", "t03", "t04", "t05"]
        assert [each.because for each in listed][:2] == ["The Godfather", None]
        assert ids(queries, Customer(customer_id="ann")) == ["t01", "t04", "t05", "t06"]


def test_a_wish_for_titles_like_one_but_without_a_genre(chat: Queries) -> None:
    reply = ask("/recommend like heat but not drama", VIEWER, chat)

    assert reply.text.startswith("<b>For you</b>: like Heat (1995) · not Drama")
    assert "Drama" not in reply.text.split("\n", 1)[1]
    assert ask("/recommend like heat page 2", VIEWER, chat).text.startswith("<b>For you</b>: like Heat")


def test_a_genre_of_which_a_list_has_little_is_filled_up_with_what_is_popular_in_it(chat: Queries) -> None:
    def romances() -> list[str]:
        lines = lines_of(ask("/recommend romance", VIEWER, chat))
        return [line.split()[1] for line in lines if line.startswith("/like")]

    # Casablanca stands on his list; La La Land he has seen; Amélie is popular in its genre.
    assert romances() == ["#t14", "#t04"]
    said(chat, "t14", "not_interested", "user_00042")
    assert romances() == ["#t04"]
    assert "none of your own titles fits" in ask("/recommend romance", VIEWER, chat).text
    said(chat, "t04", "not_interested", "user_00042")
    assert "None of the titles worked out" in ask("/recommend romance", VIEWER, chat).text


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("/similar the godfather", "<b>Like The Godfather (1972)</b>"),
        ("/similar the godfather part ii", "<b>Like The Godfather Part II (1974)</b>"),
        ("/similar mad max: fury road comedy", "<b>Like Mad Max: Fury Road (2015)</b>: Comedy"),
        ("/similar up under 100 minutes", "<b>Like Up (2009)</b>: under 100 minutes"),
        ("/similar paddington 2 but not family", "<b>Like Paddington 2 (2017)</b>: not Family"),
        ("/similar heat not western", "No title here has the genre “western”. Genres here are "),
        ("/similar hete not horror", "No title is exactly “hete”."),
        ("/recommend 42 like", "I do not understand “like”"),
    ],
)
def test_a_name_ends_where_the_wishes_begin(line: str, heading: str, chat: Queries) -> None:
    assert ask(line, OWNER, chat).text.startswith(heading)


def test_what_brings_people_back_is_offered_to_whom_it_may_concern(chat: Queries) -> None:
    def offers(who: str) -> bool:
        return f"/bringback {who}" in lines_of(ask(f"/churn {who}", OWNER, chat))

    assert [offers(who) for who in ("user_00001", "user_00300", "1007", "user_00999")] == [
        True,
        True,
        False,
        False,
    ]


def test_what_was_seen_or_refused_brings_nobody_back(chat: Queries) -> None:
    assert "Airplane!" in ask("/bringback user_00001", OWNER, chat).text
    said(chat, "t07", "not_interested", "user_00001")

    assert "Airplane!" not in ask("/bringback user_00001", OWNER, chat).text


def recommended(rank: int, *genres: str, name: str = "") -> Recommendation:
    title = Title(
        title_id=f"t{rank}", title=name or f"Film {'abcdefghijklmnopqrstuvwxyzäöüß'[rank - 1]}", genres=genres
    )
    return Recommendation(rank=rank, title=title, score=1 / rank, match=0.0)


def test_no_page_holds_more_of_a_genre_than_the_customer_is_used_to() -> None:
    listed = [recommended(rank, "War" if rank <= 15 else "Drama") for rank in range(1, 31)]

    page = varied(listed, [("Drama", 7), ("War", 3)], 20)

    assert [each.rank for each in page[:PAGE]] == [1, 2, 3, 16, 17, 18, 19, 20, 21, 22]
    assert len(page) == 20


def test_a_page_holds_one_title_of_a_franchise() -> None:
    names = ("Heat", "Heat 2", "Up", *(f"Film {letter}" for letter in "abcdefghi"))
    listed = [recommended(rank, name=name) for rank, name in enumerate(names, 1)]

    pages = [each.title.title for each in varied(listed, [], 12)]

    assert "Heat 2" not in pages[:PAGE]
    assert pages[PAGE] == "Heat 2"


def test_what_only_a_like_of_today_speaks_for_takes_three_places_of_ten() -> None:
    listed = [recommended(rank) for rank in range(1, 21)]

    page = varied(listed, [], 20, guests={f"t{rank}" for rank in range(1, 9)})

    assert [each.rank for each in page[:PAGE]] == [1, 2, 3, 9, 10, 11, 12, 13, 14, 15]
    assert len(page) == 20


def test_where_nothing_else_is_left_a_genre_fills_the_page() -> None:
    listed = [recommended(rank, "War") for rank in range(1, 6)] + [recommended(6)]

    assert [each.rank for each in varied(listed, [("Drama", 1)], 50)] == [1, 2, 3, 4, 5, 6]
