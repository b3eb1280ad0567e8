"""On real data: noise is called noise, and what is claimed is what the split shows."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.config import ComputeConfig, RecommendConfig
from pipeline.recommend import recommend
from tests.pipeline.building import build_dataset

CHANCE = 10 / 1_040
"""Ten titles of 1,040: on uniform noise no recommender hits more often than this, but by luck."""


@pytest.mark.real_data
def test_noise_is_answered_with_no_better_than_popular_titles(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "netflix-2025"
    watched = pd.read_csv(folder / "watch_history.csv").drop_duplicates("session_id")
    films = pd.read_csv(folder / "movies.csv").drop_duplicates("movie_id")
    count = len(watched)
    at = pd.to_datetime(watched["watch_date"]).to_numpy().astype("datetime64[us]").astype(np.int64)
    events = pd.DataFrame(
        {
            "who": watched["user_id"].to_numpy(dtype=object),
            "at": at,
            "kind": np.zeros(count, dtype=np.int8),
            "title": watched["movie_id"].to_numpy(dtype=object),
            "rating": (watched["user_rating"].to_numpy() - 1) / 4,
            "progress": watched["progress_percentage"].to_numpy() / 100,
        }
        | {name: np.full(count, np.nan) for name in ("minutes", "rating_raw", "amount", "items")}
    )
    titles = [
        {
            "title_id": film.movie_id,
            "title": film.title,
            "genres": [film.genre_primary],
            "year": film.release_year,
        }
        for film in films.itertuples()
    ]
    dataset = build_dataset(tmp_path, events, titles=titles)
    found = recommend(dataset, RecommendConfig(), ComputeConfig(processes=1))

    assert found.message.startswith("no better than popular titles: ")
    assert found.model_name == "popular lately"
    hits = {name: value for name, value in found.metrics.items() if name.endswith("last_like_hr_10")}
    assert len(hits) == 2
    assert max(hits.values()) < 1.4 * CHANCE, hits
