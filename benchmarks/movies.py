"""The films people rated, and the protocols by which recommenders are compared on them."""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp

from pipeline.recommend.content import content_features, listed
from pipeline.recommend.variety import Shelf, shelf

SPLIT_SEED = 42
STRONG_SEED = 98765
FEWEST_RATINGS = 5


@dataclass(frozen=True, kw_only=True)
class Films:
    """Ratings and what is known of the films.

    Attributes:
        ratings: Columns ``who``, ``film``, ``rating``, ``at`` (seconds), in the file's own order.
        about: Canonical titles, one row a film: ``title_id``, ``title``, ``genres``, ``tags``.
        liked_from: The lowest rating that is a like.
    """

    name: str
    ratings: pd.DataFrame
    about: pd.DataFrame
    liked_from: float


@dataclass(frozen=True, kw_only=True)
class Split:
    """What is learned from, who is asked, and what he wanted.

    Attributes:
        train: Customers learned from; shape (n, t).
        asked: Likes of the customers tried, known to the recommender; shape (m, t).
        seen: What they are not shown again; shape (m, t).
        truth: What they wanted; shape (m, t).
        wanted: How many titles each wanted, also those the catalogue lacks; shape (m,).
        films: Ids by code; shape (t,).
    """

    train: sp.csr_matrix
    asked: sp.csr_matrix
    seen: sp.csr_matrix
    truth: sp.csr_matrix
    wanted: npt.NDArray[np.int64]
    films: npt.NDArray[np.object_]


def wheel_of(project: str, folder: Path) -> Path:
    """Download a project's wheel, without its dependencies, and nothing else."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        str(folder),
        project,
    ]
    subprocess.run(command, check=True)
    return next(folder.glob(f"{project}-*.whl"))


def movielens_100k(wheel: Path | None) -> Films:
    """MovieLens-100K, out of the wheel of ``recbole``; it may not be carried by this project."""
    with tempfile.TemporaryDirectory() as folder:
        path = wheel or wheel_of("recbole", Path(folder))
        with zipfile.ZipFile(path) as archive:
            raw = archive.read("recbole/dataset_example/ml-100k/ml-100k.inter")
            films = archive.read("recbole/dataset_example/ml-100k/ml-100k.item")
    ratings = pd.read_csv(BytesIO(raw), sep="\t", header=0, names=["who", "film", "rating", "at"])
    about = pd.read_csv(
        BytesIO(films), sep="\t", header=0, names=["film", "title", "year", "genres"], dtype=str
    )
    about["genres"] = about["genres"].fillna("").str.split()
    about["year"] = pd.to_numeric(about["year"], errors="coerce")
    return Films(name="MovieLens-100K", ratings=_texts(ratings), about=_about(about), liked_from=4)


def movielens_small(data: Path) -> Films:
    """MovieLens latest-small."""
    folder = data / "movielens-latest-small"
    ratings = pd.read_csv(folder / "ratings.csv", header=0, names=["who", "film", "rating", "at"])
    about = pd.read_csv(folder / "movies.csv", header=0, names=["film", "title", "genres"], dtype=str)
    about["genres"] = about["genres"].str.split("|")
    tags = pd.read_csv(folder / "tags.csv", dtype=str).groupby("movieId")["tag"].agg(list)
    about["tags"] = [tags.get(film, []) for film in about["film"]]
    return Films(name="MovieLens latest-small", ratings=_texts(ratings), about=_about(about), liked_from=4)


def movietweetings(data: Path) -> Films:
    """MovieTweetings."""
    folder = data / "movietweetings"
    lines = [line.split("::") for line in (folder / "ratings.dat").read_text("utf-8").splitlines()]
    ratings = pd.DataFrame(lines, columns=["who", "film", "rating", "at"])
    ratings = ratings.astype({"rating": float, "at": int})
    rows = [line.split("::") for line in (folder / "movies.dat").read_text("utf-8").splitlines()]
    about = pd.DataFrame([row[:3] for row in rows], columns=["film", "title", "genres"])
    about["genres"] = about["genres"].fillna("").str.split("|")
    return Films(name="MovieTweetings (≥ 7)", ratings=_texts(ratings), about=_about(about), liked_from=7)


def _texts(ratings: pd.DataFrame) -> pd.DataFrame:
    # Numbers in front keep their order as text: the protocols sort by id.
    width = 12
    return ratings.assign(
        who=ratings["who"].astype(str).str.zfill(width), film=ratings["film"].astype(str).str.zfill(width)
    )


def _about(films: pd.DataFrame) -> pd.DataFrame:
    return (
        films.assign(title_id=films["film"].str.zfill(12)).drop_duplicates("title_id").set_index("title_id")
    )


def features_for(films: Films, codes: npt.NDArray[np.object_]) -> sp.csr_matrix:
    """Content of the films of a split; shape (t, f)."""
    about = films.about.reindex(codes).reset_index()
    return content_features(about)


def shelf_for(films: Films, codes: npt.NDArray[np.object_]) -> Shelf:
    """Genres and franchises of the films of a split."""
    about = films.about.reindex(codes).reset_index()
    return shelf([listed(genres) for genres in about["genres"]], about)


def cells(rows: pd.DataFrame, who: npt.NDArray[np.object_], films: npt.NDArray[np.object_]) -> sp.csr_matrix:
    """1 for each row whose customer and film are known; shape (len(who), len(films))."""
    row = pd.Index(who).get_indexer(pd.Index(rows["who"]))
    column = pd.Index(films).get_indexer(pd.Index(rows["film"]))
    known = (row >= 0) & (column >= 0)
    ones = np.ones(int(known.sum()), dtype=np.float32)
    return sp.csr_matrix((ones, (row[known], column[known])), shape=(len(who), len(films)))


def by_film(ratings: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Microsoft Recommenders' stratified split: three quarters of each film's ratings train."""
    numbers = np.random.RandomState(seed).uniform(size=len(ratings))
    shuffled = ratings.assign(number=numbers).sort_values(["film", "number"], kind="stable")
    place = shuffled.groupby("film").cumcount()
    count = shuffled.groupby("film")["film"].transform("size")
    first = place < np.round(0.75 * count)
    return shuffled[first], shuffled[~first]


def stratified(ratings: pd.DataFrame, seed: int = SPLIT_SEED) -> Split:
    """Learn from the training rows of everybody, ask everybody; all test rows are wanted."""
    train, test = by_film(ratings, seed)
    who, films = np.unique(ratings["who"]), np.unique(train["film"])
    likes = cells(train, who, films)
    wanted = test.groupby("who").size().reindex(who, fill_value=0).to_numpy().astype(np.int64)
    return Split(
        train=likes, asked=likes, seen=likes, truth=cells(test, who, films), wanted=wanted, films=films
    )


def strong(films: Films, share: float, seed: int = STRONG_SEED) -> tuple[Split, Split]:
    """Liang et al. (2018): customers nobody learned from, asked with 80 % of their likes; two groups.

    Args:
        films: Ratings.
        share: Of the customers in each of the two.
        seed: Fixes the draw.
    """
    liked = films.ratings[films.ratings["rating"] >= films.liked_from]
    liked = liked[liked.groupby("who")["film"].transform("size") >= FEWEST_RATINGS]
    random = np.random.RandomState(seed)
    everybody = np.unique(liked["who"])
    everybody = everybody[random.permutation(len(everybody))]
    held = round(share * len(everybody))
    learned = np.sort(everybody[: len(everybody) - 2 * held])
    train = liked[liked["who"].isin(learned)]
    catalogue = np.unique(train["film"])
    likes = cells(train, learned, catalogue)

    def side(people: npt.NDArray[np.object_]) -> Split:
        rows = liked[liked["who"].isin(people) & liked["film"].isin(catalogue)]
        fold_in, hidden = _folded(rows, np.random.RandomState(seed))
        who = np.unique(hidden["who"])
        asked, truth = cells(fold_in, who, catalogue), cells(hidden, who, catalogue)
        wanted = np.diff(truth.indptr).astype(np.int64)
        return Split(train=likes, asked=asked, seen=asked, truth=truth, wanted=wanted, films=catalogue)

    return side(everybody[-2 * held : -held]), side(everybody[-held:])


def _folded(rows: pd.DataFrame, random: np.random.RandomState) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = rows.sort_values("who", kind="stable")
    hidden = np.zeros(len(rows), dtype=np.bool_)
    for place in rows.groupby("who").indices.values():
        if len(place) >= FEWEST_RATINGS:
            hidden[random.choice(place, int(0.2 * len(place)), replace=False)] = True
    return rows[~hidden], rows[hidden]


def sar_scores(split: Split, ratings: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Microsoft's SAR (Jaccard, ratings halved every 30 days): the check that the harness is theirs."""
    train, _ = by_film(ratings, SPLIT_SEED)
    days = (train["at"].max() - train["at"]) / 86_400
    who = np.unique(ratings["who"])
    row = pd.Index(who).get_indexer(pd.Index(train["who"]))
    column = pd.Index(split.films).get_indexer(pd.Index(train["film"]))
    weight = (train["rating"] * 0.5 ** (days / 30)).to_numpy()
    affinity = sp.csr_matrix((weight, (row, column)), shape=split.train.shape)
    together = (split.train.T @ split.train).toarray().astype(np.float64)
    own = np.diag(together)
    return np.asarray(affinity @ (together / (own[:, None] + own[None, :] - together)))


def cold(films: Films, share: float = 0.1, seed: int = STRONG_SEED) -> tuple[Split, npt.NDArray[np.bool_]]:
    """Hide a share of the films from everybody; ask for them by the likes of the others.

    Returns:
        The split, with columns for all films, and which are hidden; shape (t,).
    """
    liked = films.ratings[films.ratings["rating"] >= films.liked_from]
    catalogue, who = np.unique(liked["film"]), np.unique(liked["who"])
    hidden = np.random.RandomState(seed).uniform(size=len(catalogue)) < share
    likes = cells(liked, who, catalogue)
    known = (likes @ sp.diags((~hidden).astype(np.float32))).tocsr()
    known.eliminate_zeros()
    truth = (likes @ sp.diags(hidden.astype(np.float32))).tocsr()
    truth.eliminate_zeros()
    asked = np.flatnonzero((np.diff(truth.indptr) > 0) & (np.diff(known.indptr) > 0))
    wanted = np.diff(truth[asked].indptr).astype(np.int64)
    split = Split(
        train=known, asked=known[asked], seen=known[asked], truth=truth[asked], wanted=wanted, films=catalogue
    )
    return split, hidden


LOADERS: tuple[Callable[[Path], Films], ...] = (movielens_small, movietweetings)
