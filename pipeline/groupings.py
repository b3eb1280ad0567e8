"""What customers and titles can be split and filtered by, as one small number for each of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.dataset import BoolArray, day_from_number
from pipeline.tables import CUSTOMERS

# A column of more different values is no way to group customers.
MOST_VALUES = 100
AGE_BANDS = ((18, "under 18"), (25, "18–24"), (35, "25–34"), (45, "35–44"), (55, "45–54"), (65, "55–64"))
AGE_OVER = "65 and over"
TENURE_BANDS = (
    (30, "under 1 month"),
    (91, "1–3 months"),
    (183, "3–6 months"),
    (365, "6–12 months"),
    (731, "1–2 years"),
)
TENURE_OVER = "over 2 years"


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """To which value each customer belongs.

    Attributes:
        labels: The values, in the order in which they are shown.
        codes: Place in ``labels``, ``len(labels)`` where it is not known; shape (n,).
        ordered: The labels have an order of their own (ages, months), which rankings keep.
    """

    name: str
    labels: tuple[str, ...]
    codes: npt.NDArray[np.uint16]
    ordered: bool = False


@dataclass(frozen=True, kw_only=True)
class TitleGrouping:
    """To which values each title belongs.

    Attributes:
        members: For each label, which titles; shape (t,) each.
    """

    name: str
    labels: tuple[str, ...]
    members: tuple[BoolArray, ...]


def by_text(name: str, texts: Iterable[object], *, ordered: bool = False) -> Grouping:
    """Values as they are written, in alphabetical order; empty ones are not known."""
    column = pd.Series(list(texts), dtype=object)
    column = column.where(column.notna() & (column != ""), None)
    labels = sorted(column.dropna().unique())
    codes = pd.Categorical(column, categories=labels).codes
    return _grouping(name, labels, codes, ordered=ordered)


def by_number(name: str, numbers: npt.ArrayLike, names: Mapping[int, str]) -> Grouping:
    """Values by their number, NaN for not known, in the order of ``names``."""
    codes = pd.Categorical(np.asarray(numbers, dtype=float), categories=[float(one) for one in names]).codes
    return _grouping(name, tuple(names.values()), codes)


def by_band(name: str, numbers: npt.ArrayLike, bands: Sequence[tuple[int, str]], over: str) -> Grouping:
    """Numbers in bands, each below its limit, NaN for not known."""
    values = np.asarray(numbers, dtype=float)
    codes = np.searchsorted([limit for limit, _ in bands], values, side="right")
    labels = (*(label for _, label in bands), over)
    return _grouping(name, labels, np.where(np.isnan(values), -1, codes), ordered=True)


def by_signup(days: Sequence[int | None]) -> Iterator[Grouping]:
    """Months and years of days since 1970-01-01."""
    for name, form in (("signup_month", "%Y-%m"), ("signup_year", "%Y")):
        known = {day: day_from_number(day).strftime(form) for day in set(days) if day is not None}
        yield by_text(name, [None if day is None else known[day] for day in days], ordered=True)


def _grouping(
    name: str, labels: Sequence[str], codes: npt.NDArray[np.integer], *, ordered: bool = False
) -> Grouping:
    known = np.where(codes < 0, len(labels), codes).astype(np.uint16)
    return Grouping(name=name, labels=tuple(map(str, labels)), codes=known, ordered=ordered)


def by_own_columns(people: pd.DataFrame) -> Iterator[Grouping]:
    """The source's own columns that have few values.

    Args:
        people: All customers; canonical columns and the source's own.
    """
    for name in people.columns:
        if CUSTOMERS.column(name) is not None:
            continue
        texts = people[name].where(people[name].notna(), None).map(str, na_action="ignore")
        if 2 <= texts[texts != ""].nunique() <= MOST_VALUES:
            yield by_text(f"attribute:{name}", texts)


def of_titles(titles: pd.DataFrame) -> Iterator[TitleGrouping]:
    """By genre, of which a title may have several, kind and language."""
    yield _of_titles("genre", titles["genres"])
    for name in ("kind", "language"):
        known = titles[name].notna()
        yield _of_titles(
            name, [(str(one),) if is_known else () for one, is_known in zip(titles[name], known, strict=True)]
        )


def _of_titles(name: str, values: Iterable[Iterable[str]]) -> TitleGrouping:
    lists = [frozenset(filter(None, each)) for each in values]
    labels = sorted(frozenset().union(*lists))
    members = tuple(np.array([label in its for its in lists], dtype=bool) for label in labels)
    return TitleGrouping(name=name, labels=tuple(labels), members=members)
