"""What titles are about: words, genres, tags and people, without a download."""

import numpy as np
import pandas as pd
import pytest

from pipeline.recommend.catalogue import available_titles
from pipeline.recommend.content import content_features, content_neighbours, listed, words_of

FILMS = pd.DataFrame(
    {
        "title_id": ["a", "b", "c", "d"],
        "title": ["Heat", "Ronin", "Amélie", None],
        "genres": [["Crime", "Thriller"], ["Crime", "Thriller"], ["Romance"], []],
        "tags": [["heist"], ["heist", "cars"], ["paris"], []],
        "description": ["Thieves plan robberies", "A thief plans a robbery", "A waitress in Paris", None],
        "year": [1995, 1998, 2001, np.nan],
    }
)


def likeness(titles: pd.DataFrame) -> np.ndarray:
    features = content_features(titles)
    return np.asarray((features @ features.T).todense())


def test_words_are_stemmed_and_empty_ones_left_out() -> None:
    assert words_of("The Running of Wild Horses, 2") == ["run", "wild", "hors", "2"]


def test_what_shares_words_genres_and_tags_is_alike() -> None:
    found = likeness(FILMS)
    assert found[0, 1] > 0.5 > found[0, 2]
    assert np.diag(found)[:3] == pytest.approx(1)
    assert found.max() <= 1 + 1e-6


def test_a_title_nothing_is_known_about_is_like_nothing() -> None:
    assert not likeness(FILMS)[3].any()


def test_further_columns_of_people_count() -> None:
    played = FILMS.assign(cast=["Robert De Niro, Al Pacino", "Robert De Niro", "Audrey Tautou", ""])
    assert likeness(played)[0, 1] != likeness(FILMS)[0, 1]


def test_one_word_in_common_makes_titles_less_alike_than_two() -> None:
    named = pd.DataFrame({"title": ["Heat", "The Heat", "Ronin", "Toy Story", "The Toy Story", "Alien"]})
    named["genres"] = [["Crime"], ["Comedy"], ["Crime"], ["Family"], ["Animation"], ["Horror"]]
    found = likeness(named)

    assert found[0, 2] > found[0, 1]
    assert found[3, 4] > found[0, 1]


def test_titles_without_any_description_give_no_features() -> None:
    assert content_features(pd.DataFrame({"title_id": ["a", "b"]})).nnz == 0


def test_the_nearest_titles_leave_out_only_the_title_itself() -> None:
    nearest = content_neighbours(content_features(FILMS), 2)
    assert nearest[0].indices.tolist() == [1]
    assert nearest.diagonal().tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("entry", "texts"),
    [("Crime|Drama", ["Crime", "Drama"]), (["Crime", ""], ["Crime"]), (None, []), (np.array(["a"]), ["a"])],
)
def test_reads_lists_however_they_are_written(entry: object, texts: list[str]) -> None:
    assert list(listed(entry)) == texts


def test_a_source_may_say_what_is_not_available() -> None:
    assert available_titles(FILMS).all()
    told = FILMS.assign(available=["yes", False, "no", "1"])
    assert available_titles(told).tolist() == [True, False, False, True]
