"""What is spelled nearly so."""

from hypothesis import given
from hypothesis import strategies as st

from store.results.matching import MOST_COMPARED, nearest, same_number

TITLES = ["heat", "the godfather", "the godfather part ii", "heathers", "toy story"]


def found(wanted: str, limit: int = 5) -> list[str]:
    return [TITLES[place] for place in nearest(wanted, TITLES, limit)]


def test_a_typing_error_is_forgiven_and_the_shorter_title_comes_first() -> None:
    assert found("godfahter", 2) == ["the godfather", "the godfather part ii"]


def test_the_whole_title_comes_before_one_that_holds_it() -> None:
    assert found("heat", 2) == ["heat", "heathers"]


def test_something_else_entirely_is_not_found() -> None:
    assert found("zzzqqq") == []


def test_among_very_many_keys_a_part_with_a_typing_error_is_still_found() -> None:
    keys = [f"user {number:06d}" for number in range(MOST_COMPARED + 1)] + ["grace hopper"]

    assert nearest("grace hoper", keys, 1) == [len(keys) - 1]


@given(st.lists(st.text(max_size=12), max_size=20), st.integers(1, 5))
def test_a_key_typed_exactly_is_found_first(keys: list[str], limit: int) -> None:
    for key in keys:
        if key:
            first = nearest(key, keys, limit)[0]
            assert keys[first] == key
            assert first == keys.index(key)


def test_a_number_means_the_id_that_ends_in_just_it() -> None:
    assert same_number("user_00042", "42")
    assert same_number("42", "042")
    assert same_number("user_000", "0")
    assert not same_number("user_00142", "42")
    assert not same_number("user", "0")
