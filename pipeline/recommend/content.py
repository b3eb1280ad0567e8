"""What a title is about: its words, genres, tags and people as weighted features.

Nothing is downloaded: NLTK's tokeniser and stemmer are rules, and the stop words are scikit-learn's.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
import scipy.sparse as sp
from nltk.stem.snowball import SnowballStemmer
from nltk.tokenize import RegexpTokenizer
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer
from sklearn.preprocessing import normalize
from sparse_dot_topn import sp_matmul_topn

PEOPLE_COLUMNS = ("director", "directors", "cast", "actors", "writer", "writers", "creators")
FIELD_WEIGHTS = {"genres": 1.0, "tags": 1.0, "people": 0.7, "description": 0.6, "facts": 0.4, "title": 0.2}
"""Share of a title's likeness each field can give; a field a title lacks gives its share to the others.
Words of titles are rare and say little: whoever likes “Heat” does not ask for “Red Heat”."""
UNSAID_WORDS = 1
"""Each text counts as if it had this many words more, which no other has."""

_TOKENISER = RegexpTokenizer(r"[^\W_]+")
_STEMMER = SnowballStemmer("english")
_SEPARATORS = r"[|,;/]"


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    return str(_STEMMER.stem(word))


def words_of(text: str) -> list[str]:
    """Stems of the words of a text that carry meaning; ``"Running Wild 2"`` → ``["run", "wild", "2"]``."""
    words = (word for word in _TOKENISER.tokenize(text.lower()) if word not in ENGLISH_STOP_WORDS)
    return [_stem(word) for word in words]


def content_features(titles: pd.DataFrame) -> sp.csr_matrix:
    """Describe each title by TF-IDF weights, so that a product of two rows is their likeness, 0 to 1.

    Args:
        titles: The canonical titles and any further column; the row is the title's code; shape (t, …).

    Returns:
        shape (t, f), float32; rows have length 1, or 0 where nothing is known about the title.
    """
    parts = []
    for field, weight in FIELD_WEIGHTS.items():
        lists = _FIELDS[field](titles)
        if any(lists):
            weights = _weights(lists) * np.float32(np.sqrt(weight))
            parts.append(_drawn_in(weights, lists) if field == "title" else weights)
    if not parts:
        return sp.csr_matrix((len(titles), 1), dtype=np.float32)
    return normalize(sp.hstack(parts, format="csr")).astype(np.float32)


def content_neighbours(features: sp.csr_matrix, most: int) -> sp.csr_matrix:
    """The titles most alike in content, without the title itself; shape (t, t), float32, cosine 0 to 1."""
    titles = features.shape[0]
    nearest = sp_matmul_topn(features, features.T.tocsr(), top_n=most + 1, threshold=0.0, sort=False)
    entries = nearest.tocoo()
    other = entries.row != entries.col
    # Among many exact equals a title may not have found itself; then it keeps one neighbour more.
    kernel = sp.csr_matrix(
        (entries.data[other], (entries.row[other], entries.col[other])), shape=(titles, titles)
    )
    kernel.sort_indices()
    return kernel


def _weights(lists: Sequence[Sequence[str]]) -> sp.csr_matrix:
    vectoriser = TfidfVectorizer(analyzer=_as_it_is, sublinear_tf=True, dtype=np.float32)
    return vectoriser.fit_transform(lists)


def _drawn_in(weights: sp.csr_matrix, lists: Sequence[Sequence[str]]) -> sp.csr_matrix:
    """Shorten the rows of few words: “The Heat” is little like “Heat”, two words in common are more."""
    count = np.array([len(set(words)) for words in lists], dtype=np.float32)
    return sp.diags(np.sqrt(count / (count + UNSAID_WORDS)).astype(np.float32)) @ weights


def _as_it_is(tokens: Sequence[str]) -> Sequence[str]:
    return tokens


def _texts(titles: pd.DataFrame, column: str) -> list[str]:
    if column not in titles:
        return [""] * len(titles)
    return [value if isinstance(value, str) else "" for value in titles[column]]


def _words(column: str) -> Callable[[pd.DataFrame], list[list[str]]]:
    def tokens(titles: pd.DataFrame) -> list[list[str]]:
        return [words_of(text) for text in _texts(titles, column)]

    return tokens


def _lists(column: str, prefix: str) -> Callable[[pd.DataFrame], list[list[str]]]:
    def tokens(titles: pd.DataFrame) -> list[list[str]]:
        if column not in titles:
            return [[]] * len(titles)
        return [[prefix + value.strip().casefold() for value in listed(entry)] for entry in titles[column]]

    return tokens


def listed(entry: object) -> Sequence[str]:
    """The texts of a list column's cell, whether it holds a list or text like ``"Crime|Drama"``."""
    if isinstance(entry, str):
        return [text for text in pd.Series([entry]).str.split(_SEPARATORS, regex=True)[0] if text.strip()]
    if isinstance(entry, list | tuple | np.ndarray):
        return [text for text in entry if isinstance(text, str) and text.strip()]
    return []


def _people(titles: pd.DataFrame) -> list[list[str]]:
    columns = [_lists(column, "people:")(titles) for column in PEOPLE_COLUMNS if column in titles]
    return (
        [[name for names in row for name in names] for row in zip(*columns, strict=True)] if columns else []
    )


def _facts(titles: pd.DataFrame) -> list[list[str]]:
    kinds, languages, countries = (_texts(titles, name) for name in ("kind", "language", "country"))
    years = titles["year"].to_numpy(dtype=np.float64) if "year" in titles else np.full(len(titles), np.nan)
    decades = [f"{int(year) // 10}0s" if year > 0 else "" for year in years]
    rows = zip(kinds, languages, countries, decades, strict=True)
    names = ("kind", "language", "country", "decade")
    return [
        [f"{name}:{value.casefold()}" for name, value in zip(names, row, strict=True) if value]
        for row in rows
    ]


_FIELDS: dict[str, Callable[[pd.DataFrame], list[list[str]]]] = {
    "genres": _lists("genres", "genre:"),
    "tags": _lists("tags", "tag:"),
    "people": _people,
    "description": _words("description"),
    "facts": _facts,
    "title": _words("title"),
}
