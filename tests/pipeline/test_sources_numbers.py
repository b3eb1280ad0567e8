import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.numbers import decimal_sign_of, number_from, numbers_of, scale_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" 12 ", 12),
        ("9.99", 9.99),
        ("€ 9.99", 9.99),
        ("9.99 EUR", 9.99),
        ("USD 5", 5),
        ("45 %", 45),
        ("1,234.50", 1234.5),
        ("1,234,567", 1234567),
        ("(7.50)", -7.5),
        ("−3", -3),
        ("1e3", 1000),
    ],
)
def test_reads_numbers_as_people_write_them(text: str, value: float) -> None:
    assert number_from(text, ".") == value


@pytest.mark.parametrize(("text", "value"), [("9,99", 9.99), ("1.234,50", 1234.5), ("12", 12)])
def test_reads_decimal_commas(text: str, value: float) -> None:
    assert number_from(text, ",") == value


@pytest.mark.parametrize("text", ["", "-", "N/A", "null", "NaN", "unknown"])
def test_words_for_missing_are_missing(text: str) -> None:
    value = number_from(text, ".")

    assert value is not None
    assert math.isnan(value)


def test_a_word_is_no_number() -> None:
    assert number_from("plenty", ".") is None


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["9,99", "12"], ","),
        (["1.234,50"], ","),
        (["1.234.567,8"], ","),
        (["1,234", "5"], "."),
        (["9.99"], "."),
        (["1,234.50"], "."),
    ],
)
def test_finds_the_decimal_sign(texts: list[str], sign: str) -> None:
    assert decimal_sign_of(texts) == sign


def test_points_at_what_it_cannot_read() -> None:
    values, unreadable = numbers_of(pa.array(["1.5", None, "abc", "inf", "NULL"]))

    np.testing.assert_array_equal(values, [1.5, np.nan, np.nan, np.nan, np.nan])
    assert unreadable is not None
    assert unreadable.tolist() == [False, False, True, True, False]


def test_a_given_decimal_comma_is_believed_even_where_points_could_be_read() -> None:
    values, unreadable = numbers_of(pa.array(["1.234", "2,5"]), decimal=",")

    assert values.tolist() == [1234, 2.5]
    assert unreadable is not None
    assert not unreadable.any()


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, None], pa.int32()),
        pa.array([True, None]),
        pa.array([1.0, None]),
        pa.array(["1", None], pa.large_string()),
        pa.array([1, None], pa.decimal128(5, 0)),
    ],
)
def test_reads_typed_columns(column: pa.Array) -> None:
    values, unreadable = numbers_of(column)

    np.testing.assert_array_equal(values, [1, np.nan])
    assert unreadable is None


def test_infinite_numbers_of_a_typed_column_are_unreadable() -> None:
    values, unreadable = numbers_of(pa.array([1.0, float("inf")]))

    np.testing.assert_array_equal(values, [1, np.nan])
    assert unreadable is not None
    assert unreadable.tolist() == [False, True]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1))
def test_what_python_writes_is_read_back(numbers: list[float]) -> None:
    values, unreadable = numbers_of(pa.array([repr(number) for number in numbers]))

    assert values.tolist() == numbers
    assert unreadable is None


@pytest.mark.parametrize(
    ("lowest", "highest", "scale"),
    [
        (0, 1, (0, 1)),
        (1, 5, (1, 5)),
        (0.5, 5, (0.5, 5)),
        (0, 5, (0, 5)),
        (2, 9, (1, 10)),
        (0, 10, (0, 10)),
        (0, 88, (0, 100)),
        (-5, 5, (-5, 5)),
        (-3, -3, (-3, -2)),
    ],
)
def test_guesses_the_usual_scale(lowest: float, highest: float, scale: tuple[float, float]) -> None:
    assert scale_of(lowest, highest) == scale


def test_halves_mean_the_scale_of_movielens() -> None:
    assert scale_of(1, 4.5, halves=True) == (0.5, 5)
