"""Numbers as people write them, read in bulk; what cannot be read becomes NaN and is pointed at."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MISSING_WORDS = frozenset(
    (
        "",
        "-",
        "--",
        ".",
        "?",
        "na",
        "n/a",
        "#n/a",
        "nan",
        "null",
        "none",
        "nil",
        "\\n",
        "<na>",
        "missing",
        "unknown",
    )
)
_DECORATION = re.compile(r"[\s€$£¥₹%'’]|[A-Za-z]{3}$|^[A-Za-z]{3}(?=[\s\d.,+-])")
_GROUPED_BY_COMMA = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$")
_GROUPED_BY_POINT = re.compile(r"^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$")


def numbers_of(column: pa.Array, *, decimal: str | None = None) -> tuple[FloatArray, BoolArray | None]:
    """Read a column as float64.

    Args:
        column: Numbers, truth values or text; shape (n,).
        decimal: The decimal sign; None: a lone comma is one unless exactly three digits follow everywhere.

    Returns:
        The values, NaN where missing or unreadable, and a mask of the unreadable (infinite ones among them),
        None where there are none; shape (n,).
    """
    if pa.types.is_boolean(column.type) or not (_is_text(column.type) or _is_number(column.type)):
        column = column.cast(pa.string() if not pa.types.is_boolean(column.type) else pa.int8())
    unreadable: BoolArray | None = None
    try:
        values = _as_floats(column.cast(pa.float64(), safe=False))
    except pa.ArrowInvalid:
        values, unreadable = _by_distinct_text(column, decimal)
    else:
        if decimal == "," and _is_text(column.type):
            # “1.234” was read, but means more than a thousand.
            values, unreadable = _by_distinct_text(column, decimal)
    infinite = np.isinf(values)
    if infinite.any():
        values = np.where(infinite, np.nan, values)
        unreadable = infinite if unreadable is None else unreadable | infinite
    return values, unreadable


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _as_floats(column: pa.Array) -> FloatArray:
    values: FloatArray = column.to_numpy(zero_copy_only=False)
    return values


def _by_distinct_text(column: pa.Array, decimal: str | None) -> tuple[FloatArray, BoolArray]:
    encoded = column.dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    sign = decimal or decimal_sign_of(texts)
    readings = [number_from(text, sign) for text in texts]
    values = np.array([np.nan if value is None else value for value in readings] + [np.nan])
    bad = np.array([value is None for value in readings] + [False])
    codes = encoded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return values[codes], bad[codes]


def decimal_sign_of(texts: list[str]) -> str:
    """“,” where commas stand as decimal signs do, else “.”."""
    for text in texts:
        bare = _DECORATION.sub("", text)
        if "," in bare and "." not in bare and not _GROUPED_BY_COMMA.match(bare):
            return ","
        if _GROUPED_BY_POINT.match(bare) and "," in bare:
            return ","
    return "."


def number_from(text: str, decimal: str) -> float | None:
    """Read one number; NaN for a word that means missing, None for what is no number."""
    bare = text.strip()
    if bare.lower() in MISSING_WORDS:
        return float("nan")
    bare = _DECORATION.sub("", bare).replace("−", "-")
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare.strip("()")
    if decimal == ",":
        bare = bare.replace(".", "").replace(",", ".")
    elif _GROUPED_BY_COMMA.match(bare):
        bare = bare.replace(",", "")
    try:
        value = float(bare)
    except ValueError:
        return None
    return -value if negative else value


_SCALES = ((0.0, 1.0), (1.0, 5.0), (0.5, 5.0), (0.0, 5.0), (1.0, 10.0), (0.0, 10.0), (0.0, 100.0))


def scale_of(lowest: float, highest: float, *, halves: bool = False) -> tuple[float, float]:
    """The usual scale that ratings between two values come from; halves mean MovieLens' 0.5 to 5."""
    if halves and lowest >= 0.5 and 1 < highest <= 5:
        return 0.5, 5.0
    for least, most in _SCALES:
        if lowest >= least and highest <= most:
            return least, most
    return lowest, max(highest, lowest + 1)
