"""A title is found however it is written, a typing error loses nobody, and data without titles says so."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.queries import Queries
from store.records import Customer, Title
from store.results.rows import customer_values, title_values
from store.results.writing import ResultsWriter
from store.title_records import plain_spelling, spellings
from tests.bot.asking import OWNER, VIEWER, ask, asking, lines_of
from tests.store.publishing import small_run

ANN = Customer(customer_id="user_00042", status="active")
NAMES = (
    ("a", "Heat", 1995, 90),
    ("b", "The Heat", 2013, 6),
    ("c", "Seven (a.k.a. Se7en)", 1995, 200),
    ("d", "Seven Up!", 1964, 3),
    ("e", "Léon: The Professional (Léon)", 1994, 130),
    ("f", "Go", 1999, 50),
    ("g", "O", 2001, 40),
    ("h", "The Godfather", 1972, 180),
    ("i", "Star Wars: Episode IV - A New Hope", 1977, 250),
    ("j", "The Star Wars Holiday Special", 1978, 2),
    ("k", "E.T. the Extra-Terrestrial", 1982, 120),
    ("l", "Film, the 7th", 2001, 1),
)


def publish(folder: Path, titles: tuple[Title, ...]) -> Path:
    with ResultsWriter(folder) as writer:
        writer.run(replace(small_run(customers=1), titles=len(titles)))
        writer.titles(title_values(code, title) for code, title in enumerate(titles))
        writer.customers([customer_values(ANN)])
        writer.popular(range(len(titles)))
        writer.publish()
    return folder / "results.db"


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    titles = tuple(
        Title(title_id=title_id, title=name, year=year, genres=("Drama",), watchers=watchers)
        for title_id, name, year, watchers in NAMES
    )
    return publish(tmp_path_factory.mktemp("named"), titles)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("heat", "Heat"),
        ("HEAT 1995", "Heat"),
        ("the heat", "The Heat"),
        ("seven", "Seven (a.k.a. Se7en)"),
        ("se7en", "Seven (a.k.a. Se7en)"),
        ("leon", "Léon: The Professional (Léon)"),
        ("léon the professional", "Léon: The Professional (Léon)"),
        ("film the 7th", "Film, the 7th"),
        ("E.T. the extra terrestrial", "E.T. the Extra-Terrestrial"),
        ("godfather", "The Godfather"),
    ],
)
def test_case_accents_punctuation_and_other_names_are_the_same_title(
    typed: str, title: str, named: Path, tmp_path: Path
) -> None:
    with asking(named, tmp_path) as queries:
        assert ask(f"/title {typed}", OWNER, queries).text.startswith(f"<b>{title} (")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("godfahter", "h"),
        ("haet", "a"),
        # The best known of those that hold the words, not the shortest.
        ("star wars", "i"),
        ("e.t.", "k"),
    ],
)
def test_what_is_meant_is_offered_first(typed: str, first: str, named: Path, tmp_path: Path) -> None:
    with asking(named, tmp_path) as queries:
        reply = ask(f"/title {typed}", OWNER, queries)
        assert reply.text.startswith("No title is exactly")
        assert lines_of(reply)[0] == f"/title #{first}"
        assert "/title #g" not in lines_of(reply)


def test_spellings_of_a_name() -> None:
    assert plain_spelling("Tom & Jerry’s  “Day”") == "tom and jerrys day"
    assert plain_spelling("???") == "???"
    assert spellings("Seven (a.k.a. Se7en) (1995)") == ("seven aka se7en 1995", "seven", "se7en")
    assert spellings("قفص الصمت") == ("قفص الصمت",)


@pytest.mark.parametrize(
    ("typed", "asker", "button"),
    [
        (
            "/recommend 42 3 like haet but not horror",
            OWNER,
            "/recommend 42 3 like #t02 but not horror",
        ),
        ("/recommend 3 like haet but not horror", VIEWER, "/recommend 3 like #t02 but not horror"),
        ("like haet but not horror", VIEWER, "/recommend 5 like #t02 but not horror"),
        ("/similar haet not comedy", OWNER, "/similar #t02 not comedy"),
        ("/like haet 42 5 drama", OWNER, "/like #t02 42 5 drama"),
    ],
)
def test_a_mistyped_title_keeps_the_customer_and_the_wishes(
    typed: str, asker: object, button: str, chat: Queries
) -> None:
    assert button in lines_of(ask(typed, asker, chat))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ("like Heat but not drama", "<b>For you</b>: like Heat (1995) · not Drama"),
        ("Something like Heat, please", "No title is exactly “Heat, please”"),
        ("recommend me something like heat", "<b>For you</b>: like Heat (1995)"),
        ("comedy after 2000", "<b>For you</b>: Comedy · after 2000"),
        ("Recommend me a comedy.", "<b>For you</b>: Comedy"),
        ("what should I watch?", "<b>For you</b>"),
        ("heat", "<b>Heat (1995)</b>"),
        ("like", "No title is exactly “like”"),
    ],
)
def test_a_viewer_wishes_in_plain_words(typed: str, heading: str, chat: Queries) -> None:
    assert ask(typed, VIEWER, chat).text.startswith(heading)


@pytest.mark.parametrize("asker", [OWNER, VIEWER], ids=["staff", "customer"])
@pytest.mark.parametrize(
    "typed",
    [
        "/title heat",
        "/similar heat",
        "/recommend {}",
        "/recommend {} comedy",
        "/recommend {} like heat",
        "/trending",
        "/trending comedy",
        "/taste {} comedy",
        "/like heat {}",
    ],
)
def test_data_without_titles_says_so_whatever_is_asked(typed: str, asker: object, tmp_path: Path) -> None:
    customer = "42" if asker is OWNER else ""
    with asking(publish(tmp_path, ()), tmp_path) as queries:
        reply = ask(typed.format(customer), asker, queries)  # type: ignore[arg-type]
        assert reply.text.startswith("The data has no titles")


def test_data_without_titles_serves_no_recommender(tmp_path: Path) -> None:
    with asking(publish(tmp_path, ()), tmp_path) as queries:
        told = ask("/model", OWNER, queries).text.split("<b>Recommendations</b>")[1]
        assert "Served" not in told
        assert ask("/bringback 42", OWNER, queries).text.startswith("The data has no titles")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("/recommend 42 under 100 minutes", "The data does not tell how long titles are."),
        ("/trending drama under 2 hours", "The data does not tell how long titles are."),
        ("/recommend 42 before 1900", "None of the titles worked out for this list fits."),
        ("/recommend 42 western", "No title here has the genre “western”. Genres here are Drama."),
        ("/recommend 42 nonsense", "I do not understand “nonsense” as a wish."),
    ],
)
def test_a_wish_the_data_cannot_meet_is_told_from_one_it_does_not_meet(
    typed: str, words: str, named: Path, tmp_path: Path
) -> None:
    with asking(named, tmp_path) as queries:
        assert words in ask(typed, OWNER, queries).text
