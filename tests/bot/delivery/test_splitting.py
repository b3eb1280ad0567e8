"""A long text arrives whole, in parts that stand on their own."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.splitting import plain_text, split_html, utf16_length
from tests.standin.rules import plain, utf16

TAGS = ("b", "i", "code", "pre")
letters = st.text(alphabet="ab &<>\"'\n 😀é", max_size=30)


@st.composite
def markup(draw: st.DrawFn, depth: int = 0) -> str:
    """Escaped text with nested tags."""
    pieces = []
    for _ in range(draw(st.integers(0, 6))):
        inner = draw(markup(depth + 1)) if depth < 3 and draw(st.booleans()) else html.escape(draw(letters))
        tag = draw(st.sampled_from([None, *TAGS]))
        pieces.append(f"<{tag}>{inner}</{tag}>" if tag else inner)
    return "".join(pieces)


def letters_of(text: str) -> str:
    """Without blanks, which may go at the border of two parts."""
    return re.sub(r"\s", "", text)


@given(markup(), st.integers(80, 200))
def test_every_part_fits_is_balanced_and_nothing_is_lost(source: str, most: int) -> None:
    parts = split_html(source, most)

    assert all(utf16(part) <= most for part in parts)
    assert all(plain(part).strip() for part in parts)  # raises where a tag is not closed
    assert letters_of("".join(map(plain, parts))) == letters_of(plain(source))


def test_a_short_text_stays_as_it_is() -> None:
    assert split_html("<b>Ann</b> & Ben".replace("&", "&amp;")) == ("<b>Ann</b> &amp; Ben",)


@pytest.mark.parametrize("empty", ["", "  \n", "<b> </b>"])
def test_nothing_to_see_is_no_message(empty: str) -> None:
    assert split_html(empty) == ()


def test_cuts_between_lines_and_opens_the_tags_again() -> None:
    assert split_html("<b>first line\nsecond line\nthird</b>", 32) == (
        "<b>first line\nsecond line</b>",
        "<b>third</b>",
    )


def test_cuts_a_long_line_between_words() -> None:
    assert split_html("one two three four", 9) == ("one two", "three", "four")


def test_cuts_a_long_word_but_never_inside_an_entity() -> None:
    assert split_html("aaaa&amp;bbbb", 8) == ("aaaa", "&amp;bbb", "b")


def test_a_letter_outside_the_basic_plane_counts_twice() -> None:
    assert utf16_length("a😀") == 3
    assert split_html("😀😀😀", 4) == ("😀😀", "😀")


def test_a_person_sees_the_text_without_markup() -> None:
    assert plain_text("<b>Tom &amp; Jerry</b>") == "Tom & Jerry"
