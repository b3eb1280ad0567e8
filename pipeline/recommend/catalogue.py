"""What is known of the titles themselves, as the recommender needs it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp

from pipeline.dataset import Dataset
from pipeline.recommend.content import content_features, content_neighbours, listed
from pipeline.recommend.variety import Shelf, shelf

UNAVAILABLE = frozenset({"0", "0.0", "false", "no", "n", "off"})


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """What is known of the titles themselves.

    Attributes:
        title_ids: By code; shape (t,).
        genres: By code.
        features: From ``content_features``; None where titles are only ids.
        alike: From ``content_neighbours``; None where titles are only ids; shape (t, t).
        shelf: For re-ranking.
        available: What may be shown; shape (t,).
    """

    title_ids: tuple[str, ...]
    genres: tuple[tuple[str, ...], ...]
    features: sp.csr_matrix | None
    alike: sp.csr_matrix | None
    shelf: Shelf
    available: npt.NDArray[np.bool_]


def available_titles(titles: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which titles may be shown: all, unless the source's column ``available`` says no; shape (t,)."""
    if "available" not in titles:
        return np.ones(len(titles), dtype=np.bool_)
    shown = [str(value).strip().casefold() not in UNAVAILABLE for value in titles["available"]]
    return np.array(shown, dtype=np.bool_)


def catalogue_of(dataset: Dataset, neighbours: int) -> Catalogue:
    """Read the titles and describe them; of each the ``neighbours`` most alike are found."""
    titles = dataset.titles()
    genres = tuple(tuple(listed(row)) for row in titles["genres"])
    described = dataset.manifest.has_titles and len(titles) > 0
    features = content_features(titles) if described else None
    return Catalogue(
        title_ids=tuple(titles["title_id"]),
        genres=genres,
        features=features,
        alike=None if features is None else content_neighbours(features, neighbours),
        shelf=shelf(genres, titles),
        available=available_titles(titles),
    )
