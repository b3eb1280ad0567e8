"""Past scores are kept of whole runs: whoever left since must not stand for everybody of then."""

from datetime import date, timedelta

import numpy as np

from pipeline.customer_rows import score_columns
from pipeline.dataset import day_number
from pipeline.monitoring import ScoreHistory

FIRST = date(2026, 4, 19)
IDS = ("ann", "ben", "cid")
RUNS, HORIZON = 20, 30


def test_an_older_run_is_kept_of_everybody_or_of_nobody() -> None:
    """Cid is scored in the first five runs only: then he has left."""
    past: dict[str, tuple[bytes, bytes]] = {}
    for run in range(RUNS):
        chances = np.array([0.1, 0.2, 0.9 if run < 5 else np.nan])
        day = FIRST + timedelta(days=2 * run)
        days, values = score_columns(IDS, chances, past, day, HORIZON)
        past = {
            one: (known, chance)
            for one, known, chance in zip(IDS, days, values, strict=True)
            if known is not None and chance is not None
        }

    history = ScoreHistory.of(past)

    assert set(IDS) == set(past)
    for day_kept in history.days:
        was_there = day_kept < day_number(FIRST) + 10
        assert list(history.at(day_kept).customer_ids) == list(IDS[: 3 if was_there else 2])
    assert history.days[0] == day_number(FIRST)
    assert len(history.days) < RUNS
