"""Wishes in words: what is understood, said back, and refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.filters import fits, wishes_from
from bot.commands.vocabulary import begins_wish
from bot.errors import UserError
from bot.messages.wishes import in_words
from store.records import Title

GENRES = (
    "Comedy",
    "Drama",
    "Horror",
    "Sci-Fi",
    "Action & Adventure",
    "Science Fiction TV",
    "Documentary",
    "War",
)
WORDS = ("comedy", "war", "not", "and", "or", ",", "but", "after", "under", "2000", "100", "between", "90s")


def understood(text: str) -> str:
    return in_words(wishes_from(text.split(), GENRES))


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("", ""),
        ("comedy", "Comedy"),
        ("Comedies", "Comedy"),
        ("scifi", "Sci-Fi"),
        ("science fiction", "Sci-Fi"),
        ("sci-fi", "Sci-Fi"),
        ("action & adventure", "Action & Adventure"),
        ("documentaries", "Documentary"),
        ("comedy drama", "Comedy or Drama"),
        ("comedy, drama", "Comedy or Drama"),
        ("comedy or drama", "Comedy or Drama"),
        ("comedy and drama", "Comedy and Drama"),
        ("comedy & drama", "Comedy and Drama"),
        ("not horror", "not Horror"),
        ("no horror or war", "not Horror or War"),
        ("not horror and war", "not Horror or War"),
        ("not horror comedy", "Comedy · not Horror"),
        ("comedy but not horror", "Comedy · not Horror"),
        ("not horror and after 2000", "after 2000 · not Horror"),
        (
            "comedy after 2000 under 100 minutes not horror",
            "Comedy · after 2000 · under 100 minutes · not Horror",
        ),
        ("a comedy please", "Comedy"),
        ("comedy movies", "Comedy · films"),
        ("series", "series"),
        ("since 1990", "since 1990"),
        ("from 1990", "since 1990"),
        ("before 1990", "before 1990"),
        ("older than 1990", "before 1990"),
        ("newer than 1990", "after 1990"),
        ("in 1999", "from 1999"),
        ("1999", "from 1999"),
        ("90s", "since 1990 · up to 1999"),
        ("1980s", "since 1980 · up to 1989"),
        ("from the 90’s", "since 1990 · up to 1999"),
        ("in the 10s", "since 2010 · up to 2019"),
        ("from 1990 to 1999", "since 1990 · up to 1999"),
        ("between 1990 and 1999", "since 1990 · up to 1999"),
        ("between 90 and 120 minutes", "at least 90 minutes · at most 120 minutes"),
        ("between 1 and 2 hours", "at least 60 minutes · at most 120 minutes"),
        ("under 2 hours", "under 120 minutes"),
        ("under 1.5h", "under 90 minutes"),
        ("under 90min", "under 90 minutes"),
        ("shorter than 100", "under 100 minutes"),
        ("at most 100 min", "at most 100 minutes"),
        ("at least 2 hours", "at least 120 minutes"),
        ("longer than 100 minutes comedy", "Comedy · over 100 minutes"),
        ("< 100 minutes", "under 100 minutes"),
        (">100 minutes", "over 100 minutes"),
    ],
)
def test_what_is_understood_is_said_back(text: str, reading: str) -> None:
    assert understood(text) == reading


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("comdy", "Did you mean Comedy?"),
        ("long", "Genres here are Comedy, Drama"),
        ("witty", "I do not understand “witty”"),
        ("not horor", "“not horor” as a wish. Did you mean Horror"),
        ("not after 2000", "“not after”"),
        ("not", "a genre after it"),
        ("after", "a year, e.g. “after 1999”"),
        ("after tuesday", "“after tuesday”"),
        ("after 99", "a year"),
        ("in french", "a year"),
        ("under", "a length, e.g. “under 100 minutes”"),
        ("under ten minutes", "“under ten”"),
        ("under 2000", "or “before 2000”"),
        ("under 100 euros", "I do not understand “euros”"),
        ("under 100x", "minutes or hours"),
        ("between 1990", "two years or lengths"),
        ("between comedy and drama", "two years or lengths"),
        ("comedy not comedy", "Comedy and not Comedy"),
        ("comedy and drama or war", "not both"),
        ("90 minutes", "I do not understand “90”"),
    ],
)
def test_what_is_not_understood_is_refused_and_never_dropped(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        understood(text)


def title(**known: object) -> Title:
    return Title(**({"title_id": "t", "title": "T"} | known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "known", "fitting"),
    [
        ("comedy", {"genres": ("Comedy", "War")}, True),
        ("comedy", {"genres": ()}, False),
        ("comedy drama", {"genres": ("Drama",)}, True),
        ("comedy and drama", {"genres": ("Drama",)}, False),
        ("not war", {"genres": ("Comedy", "War")}, False),
        ("after 2000", {"year": 2000}, False),
        ("after 2000", {"year": 2001}, True),
        ("after 2000", {}, False),
        ("under 100 minutes", {"duration_minutes": 99.5}, True),
        ("at most 100 minutes", {"duration_minutes": 100.0}, True),
        ("under 100 minutes", {"duration_minutes": 100.0}, False),
        ("series", {"kind": "TV Show"}, True),
        ("series", {"kind": "Movie"}, False),
        ("films", {}, True),
    ],
)
def test_a_title_fits_when_all_wishes_do(text: str, known: dict[str, object], fitting: bool) -> None:
    assert fits(wishes_from(text.split(), GENRES), title(**known)) is fitting


@given(st.lists(st.sampled_from(WORDS)))
def test_any_words_are_either_read_or_refused_and_what_is_said_back_reads_the_same(words: list[str]) -> None:
    try:
        wishes = wishes_from(words, GENRES)
    except UserError:
        return
    again = wishes_from(in_words(wishes).replace("·", " ").replace("up to", "before").split(), GENRES)

    assert (again.genres, again.without, again.every) == (wishes.genres, wishes.without, wishes.every)


@pytest.mark.parametrize(
    ("word", "begins"),
    [("comedy", True), ("10", True), ("after", True), ("older", True), ("garza", False), ("max", False)],
)
def test_a_name_ends_where_a_wish_begins(word: str, begins: bool) -> None:
    assert begins_wish(word, GENRES) is begins
