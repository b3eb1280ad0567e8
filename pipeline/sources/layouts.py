"""Recognises the layout of a folder: the well-known by their files, others by names and types of columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.config import SourceConfig
from pipeline.errors import DataError
from pipeline.sources.looking import FileLook, look_at
from pipeline.sources.numbers import numbers_of, scale_of
from pipeline.sources.proposing import propose
from pipeline.sources.writing import config_text

__all__ = ["Recognition", "config_text", "recognise"]

Columns = Mapping[str, str | int | tuple[str, ...]]

_GENRES_OF_U_ITEM = (
    *("Unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama"),
    *(
        "Fantasy",
        "Film-Noir",
        "Horror",
        "Musical",
        "Mystery",
        "Romance",
        "Sci-Fi",
        "Thriller",
        "War",
        "Western",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """What a folder was recognised as.

    Attributes:
        layout: ``netflix-2025``, ``MovieLens (csv)`` …, or ``your own``.
        sources: How its files map to the canonical tables.
        notes: Sentences a person should read before trusting it.
    """

    layout: str
    sources: tuple[SourceConfig, ...]
    notes: tuple[str, ...] = ()


def recognise(folder: Path) -> Recognition:
    """Recognise the layout of the files in a folder.

    Raises:
        DataError: it is no folder, it holds no data file, or no file that says who did what and when.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder. Name the folder that holds your CSV, TSV or Parquet files.")
    looks, notes = look_at(folder)
    if not looks:
        detail = " ".join(notes) or "It is empty."
        raise DataError(f"{folder} holds no CSV, TSV, Parquet or SQLite file that can be read. {detail}")
    for layout in _LAYOUTS:
        found = layout(looks)
        if found is not None:
            used = {name for source in found.sources for name in source.files}
            rest = tuple(
                f"{look.path.name} is not used."
                for look in looks
                if look.path.name not in used and not _said(look, found)
            )
            return replace(found, notes=(*found.notes, *rest, *notes))
    proposed, more = propose(looks)
    if not any(source.table == "events" for source in proposed):
        listed = "; ".join(f"{look.path.name} ({', '.join(look.names[:8])})" for look in looks[:6])
        raise DataError(
            f"{folder}: no file says who did what and when. Found: {listed}. Needed is one with a customer, "
            f"a time and perhaps a title, a rating or an amount. {' '.join(notes)}".rstrip()
        )
    return Recognition(layout="your own", sources=proposed, notes=(*more, *notes))


def _said(look: FileLook, found: Recognition) -> bool:
    return any(look.path.name in note for note in found.notes)


def _by_stem(looks: Sequence[FileLook], stem: str, *needed: str) -> FileLook | None:
    for look in looks:
        if look.stem == stem and set(needed) <= set(look.names):
            return look
    return None


def _source(look: FileLook, table: str, columns: Columns, **settings: object) -> SourceConfig:
    source = SourceConfig(table=table, files=(look.path.name,), columns=columns, header=look.header)
    if look.delimiter not in (None, ",") or not look.header:
        source = replace(source, delimiter=look.delimiter)
    return replace(source, **settings)  # type: ignore[arg-type]  # settings are SourceConfig's fields


def rating_scale(look: FileLook, column: str) -> tuple[float, float] | None:
    """The usual scale that the first ratings of a file come from."""
    values, _ = numbers_of(look.sample.column(column).combine_chunks())
    known = values[~np.isnan(values)]
    return (
        scale_of(float(known.min()), float(known.max()), halves=bool((known % 1).any()))
        if len(known)
        else None
    )


_NETFLIX_USERS: Columns = {
    "customer_id": "user_id",
    "name": ("first_name", "last_name"),
    "email": "email",
    "country": "country",
    "plan": "subscription_plan",
    "signed_up_at": "subscription_start_date",
    "age": "age",
    "gender": "gender",
    "monthly_fee": "monthly_spend",
}
_NETFLIX_MOVIES: Columns = {
    "title_id": "movie_id",
    "title": "title",
    "year": "release_year",
    "kind": "content_type",
    "genres": ("genre_primary", "genre_secondary"),
    "language": "language",
    "country": "country_of_origin",
    "duration_minutes": "duration_minutes",
}
_NETFLIX_WATCHES: Columns = {
    "customer_id": "user_id",
    "at": "watch_date",
    "title_id": "movie_id",
    "minutes": "watch_duration_minutes",
    "progress": "progress_percentage",
    "rating": "user_rating",
}


def _netflix(looks: Sequence[FileLook]) -> Recognition | None:
    users = _by_stem(looks, "users", "user_id", "subscription_plan", "subscription_start_date")
    movies = _by_stem(looks, "movies", "movie_id", "title", "genre_primary")
    watches = _by_stem(looks, "watch_history", "user_id", "movie_id", "watch_date")
    if users is None or movies is None or watches is None:
        return None
    watched = dict(_NETFLIX_WATCHES)
    if "device_type" in watches.names:
        watched["device"] = "device_type"
    sources = [
        _source(users, "customers", _NETFLIX_USERS),
        _source(movies, "titles", _NETFLIX_MOVIES),
        _source(watches, "events", watched, kind="watch", progress_scale=100.0, rating_scale=(1.0, 5.0)),
    ]
    reviews = _by_stem(looks, "reviews", "user_id", "movie_id", "rating", "review_date")
    if reviews is not None:
        columns = {"customer_id": "user_id", "at": "review_date", "title_id": "movie_id", "rating": "rating"}
        sources.append(_source(reviews, "events", columns, kind="rating", rating_scale=(1.0, 5.0)))
    searches = _by_stem(looks, "search_logs", "user_id", "search_date")
    if searches is not None:
        sources.append(
            _source(searches, "events", {"customer_id": "user_id", "at": "search_date"}, kind="search")
        )
    notes = [
        "monthly_spend and is_active hold only the present state: they feed profiles, never the churn model."
    ]
    if _by_stem(looks, "recommendation_logs") is not None:
        notes.append(
            "recommendation_logs.csv is left out: what was shown to a customer is not something he did."
        )
    return Recognition(layout="netflix-2025", sources=tuple(sources), notes=tuple(notes))


def _movielens_csv(looks: Sequence[FileLook]) -> Recognition | None:
    ratings = _by_stem(looks, "ratings", "userId", "movieId", "rating", "timestamp") or _by_stem(
        looks, "rating", "userId", "movieId", "rating", "timestamp"
    )
    movies = _by_stem(looks, "movies", "movieId", "title", "genres") or _by_stem(
        looks, "movie", "movieId", "title", "genres"
    )
    if ratings is None or movies is None:
        return None
    rated = {"customer_id": "userId", "at": "timestamp", "title_id": "movieId", "rating": "rating"}
    sources = [
        _source(ratings, "events", rated, kind="rating", rating_scale=(0.5, 5.0)),
        _source(movies, "titles", {"title_id": "movieId", "title": "title", "genres": "genres"}),
    ]
    tags = _by_stem(looks, "tags", "movieId", "tag") or _by_stem(looks, "tag", "movieId", "tag")
    if tags is not None:
        sources.append(_source(tags, "titles", {"title_id": "movieId", "tags": "tag"}))
    return Recognition(layout="MovieLens (csv)", sources=tuple(sources))


def _dat(looks: Sequence[FileLook]) -> Recognition | None:
    """``ratings.dat`` and ``movies.dat`` with “::”: MovieLens 1M and 10M, and MovieTweetings."""
    ratings, movies = _by_stem(looks, "ratings", "4"), _by_stem(looks, "movies", "3")
    if ratings is None or movies is None or ratings.delimiter != "::":
        return None
    scale = rating_scale(ratings, "3") or (1.0, 5.0)
    tweets = scale[1] > 5
    sources = [
        _source(
            ratings,
            "events",
            {"customer_id": 1, "title_id": 2, "rating": 3, "at": 4},
            kind="rating",
            rating_scale=(0.0, 10.0) if tweets else scale,
        ),
        _source(movies, "titles", {"title_id": 1, "title": 2, "genres": 3}),
    ]
    users = _by_stem(looks, "users")
    if users is not None and len(users.names) == 5:
        sources.append(
            _source(
                users,
                "customers",
                {"customer_id": 1, "gender": 2, "age": 3},
                names=("user_id", "gender", "age", "occupation", "zip_code"),
            )
        )
    elif users is not None and len(users.names) == 2:
        sources.append(_source(users, "customers", {"customer_id": 1}, names=("user_id", "twitter_id")))
    tags = _by_stem(looks, "tags", "4")
    if tags is not None:
        sources.append(_source(tags, "titles", {"title_id": 2, "tags": 3}))
    name = "MovieTweetings" if tweets else "MovieLens (.dat)"
    return Recognition(layout=name, sources=tuple(sources))


def _u_data(looks: Sequence[FileLook]) -> Recognition | None:
    """MovieLens 100k: ``u.data`` by tabs, ``u.item`` and ``u.user`` by bars."""
    named = {look.path.name.lower(): look for look in looks}
    ratings = named.get("u.data")
    if ratings is None or len(ratings.names) != 4:
        return None
    sources = [
        _source(
            ratings,
            "events",
            {"customer_id": 1, "title_id": 2, "rating": 3, "at": 4},
            kind="rating",
            rating_scale=(1.0, 5.0),
        )
    ]
    item = named.get("u.item")
    if item is not None and len(item.names) == 24:
        names = ("movie_id", "title", "release_date", "video_release_date", "imdb_url", *_GENRES_OF_U_ITEM)
        columns: Columns = {"title_id": "movie_id", "title": "title", "genres": _GENRES_OF_U_ITEM}
        sources.append(_source(item, "titles", columns, names=names))
    user = named.get("u.user")
    if user is not None and len(user.names) == 5:
        columns = {"customer_id": 1, "age": 2, "gender": 3}
        described = ("user_id", "age", "gender", "occupation", "zip_code")
        sources.append(_source(user, "customers", columns, names=described))
    return Recognition(layout="MovieLens (u.data)", sources=tuple(sources))


def _own(looks: Sequence[FileLook]) -> Recognition | None:
    """The tables of Matinee's own simulated service, under their canonical names."""
    tables = [look for look in looks if look.stem in ("customers", "titles", "watches", "ratings", "orders")]
    events = [look for look in tables if {"customer_id", "at"} <= set(look.names)]
    if not events or _by_stem(tables, "customers", "customer_id") is None:
        return None
    sources, _ = propose(tables)
    return Recognition(layout="Matinee", sources=sources)


_LAYOUTS: tuple[Callable[[Sequence[FileLook]], Recognition | None], ...] = (
    _netflix,
    _movielens_csv,
    _dat,
    _u_data,
    _own,
)
