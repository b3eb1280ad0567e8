"""Awkward events for hypothesis: midnights, ties, missing and infinite values, refunds."""

from math import inf, nan

from hypothesis import strategies as st

from pipeline.dataset import DAY_US
from tests.pipeline.building import Event

FIRST_DAY = 20_000
KINDS = ("watch", "rating", "order", "refund", "search", "other")
TITLES = [
    {"title_id": "alien", "genres": ["Horror", "Science Fiction"]},
    {"title_id": "heat", "genres": ["Crime", "Drama"]},
    {"title_id": "up", "genres": ["Family", "Drama"]},
    {"title_id": "untold", "genres": []},
]


def moments(first: int, last: int) -> st.SearchStrategy[int]:
    """Microseconds from day ``first`` to before day ``last``; often at midnight, often close together."""
    day = st.integers(first, last - 1)
    within = st.sampled_from((0, 1, DAY_US - 1, 30 * 60_000_000)) | st.integers(0, DAY_US - 1)
    return st.builds(lambda number, rest: number * DAY_US + rest, day, within)


def events_between(first: int, last: int, *, at_least: int = 0) -> st.SearchStrategy[list[Event]]:
    """Events of four customers from day ``first`` to before day ``last``."""
    event = st.builds(
        Event,
        who=st.sampled_from(("ann", "bob", "cat", "dan")),
        at=moments(first, last),
        kind=st.sampled_from(KINDS),
        title=st.sampled_from((None, "alien", "heat", "up", "untold")),
        minutes=st.sampled_from((nan, 0.0, 1.5, 90.0, 2000.0, inf)),
        progress=st.sampled_from((nan, 0.0, 0.9, 1.0, 0.899)),
        rating=st.sampled_from((nan, 0.0, 0.25, 0.7, 1.0)),
        amount=st.sampled_from((nan, 0.0, 9.99, -9.99, 120.5, 0.01, -inf)),
        items=st.sampled_from((nan, 1.0, 3.0)),
    )
    return st.lists(event, min_size=at_least, max_size=40)
