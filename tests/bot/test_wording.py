"""Numbers, money, days and names as people read them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.command import words_of
from bot.messages import wording


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0 %"), (0.001, "under 1 %"), (0.784, "78 %"), (0.996, "over 99 %"), (1, "100 %")],
)
def test_a_share_is_whole_per_cent_and_never_pretends_to_be_certain(share: float, words: str) -> None:
    assert wording.percent(share) == words


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (29.5, "EUR", "€29.50"),
        (30, "eur", "€30"),
        (1234.56, "USD", "$1,235"),
        (-5, "GBP", "−£5"),
        (-0.001, "GBP", "£0"),
        (12, "CHF", "12 CHF"),
        (12, "", "12"),
    ],
)
def test_money_carries_its_currency_and_cents_only_where_they_matter(
    amount: float, currency: str, words: str
) -> None:
    assert wording.money(amount, currency) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1 customer"), (0, "0 customers"), (2000, "2,000 customers"), (1.2, "1 customer")],
)
def test_one_is_singular(number: float, words: str) -> None:
    assert wording.count(number, "customer") == words


@pytest.mark.parametrize(
    ("change", "words", "mark"),
    [
        (0.17, "up 17 points", "▲"),
        (-0.01, "down 1 point", "▼"),
        (0.004, "unchanged", "="),
        (-0.004, "unchanged", "="),
    ],
)
def test_a_change_has_a_direction_that_agrees_with_its_rounded_size(
    change: float, words: str, mark: str
) -> None:
    assert (wording.points(change), wording.arrow(change)) == (words, mark)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7_300, "2 hours ago"),
        (90_000, "1 day ago"),
        (-5, "just now"),
    ],
)
def test_how_long_ago_in_the_unit_that_fits(seconds: float, words: str) -> None:
    assert wording.ago(seconds) == words


def test_days_and_moments_are_written_out() -> None:
    assert wording.day(date(2026, 6, 30)) == "30 Jun 2026"
    assert wording.moment(datetime(2026, 6, 30, 3, 5, tzinfo=UTC)) == "30 Jun 2026, 03:05"
    assert (wording.days(1), wording.days(2.4), wording.days(21.3)) == ("1 day", "2.4 days", "21 days")
    assert (wording.quiet_days(0.4), wording.quiet_days(21.9)) == ("less than a day", "21 days")


@pytest.mark.parametrize(("part", "whole", "words"), [(47, 60, "47 of 60"), (156, 200, "78 of 100")])
def test_a_share_a_person_can_repeat_rests_on_counts_that_exist(part: int, whole: int, words: str) -> None:
    assert wording.out_of(part, whole) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  Ann\n\tLee ", "Ann Lee"),
        ("a\u202eb\u2066c\x00d", "abcd"),
        ("\ud800x", "x"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("x" * 41, "x" * 39 + "…"),
    ],
)
def test_a_value_is_one_line_that_cannot_rewrite_the_message(text: str, words: str) -> None:
    assert wording.clip(text) == words


def test_without_a_name_the_id_is_the_name() -> None:
    assert wording.name_of("42", None) == wording.name_of("42", " \u202e ") == "42"
    assert wording.name_of("\x00", None) == "?"


@given(
    st.lists(
        st.text(st.characters(exclude_characters='"', exclude_categories=["Cs"]), min_size=1), max_size=5
    )
)
def test_a_button_line_reads_as_the_words_it_was_made_of(words: list[str]) -> None:
    kept = [word for word in words if word.strip()]

    assert list(words_of(wording.line(*kept))) == kept


def test_what_does_not_fit_is_left_out_by_whole_lines_and_the_ending_stays() -> None:
    lines = [f"<b>{'🎬' * 40}</b>" for _ in range(100)]

    text = wording.fit(lines, ending="<i>Data up to 30 Jun 2026</i>")

    assert wording.units(text) <= 4096
    assert text.endswith("…\n\n<i>Data up to 30 Jun 2026</i>")
    assert text.count("<b>") == text.count("</b>") > 30
