"""Features of a few events that a person can check by hand."""

import runpy
from collections.abc import Sequence
from datetime import date
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import ComputeConfig
from pipeline.dataset import DAY_US, Dataset, day_number
from pipeline.features import (
    CHURN_NAMES,
    FEATURES,
    NAMES,
    FeatureTable,
    column,
    context_of,
    data_dictionary,
    feature_context,
    feature_table,
    features_of,
    genres_of_titles,
    one_more_visit,
    taste,
)
from pipeline.features.fixed import running_maximum
from store.records import PROFILE_FEATURES
from tests.pipeline.building import Event, build_dataset, order, rating, refund, watch

ALONE = ComputeConfig(processes=1)
MAY = day_number(date(2026, 5, 1))
TITLES = [
    {"title_id": "heat", "genres": ["Crime", "Drama"]},
    {"title_id": "up", "genres": ["Family", "Drama"]},
]


def features(folder: Path, events: Sequence[Event], *names: str, who: str = "ann") -> dict[str, float]:
    table = feature_table(build_dataset(folder, events, titles=TITLES), [MAY], ALONE)
    row = table.customer_ids.tolist().index(who)
    return {name: float(table.column(name)[row]) for name in names}


def test_measures_days_orders_and_money(tmp_path: Path) -> None:
    events = [
        order("ann", "2026-03-01", 10, items=1),
        order("ann", "2026-04-01", 10, items=1),
        order("ann", "2026-04-21", 40, items=2),
        refund("ann", "2026-04-30", 10),
    ]
    expected = {
        "tenure_days": 61,
        "days_since_last_activity": 10,
        "days_active": 3,
        "days_active_30": 2,
        "days_active_previous_30": None,
        "total_transactions": 3,
        "total_spend": 50,
        "monthly_spend": 50 / 61 * 30,
        "spend_30": 40,
        "average_order_value": 20,
        "first_order_value": 10,
        "last_order_ratio": 2,
        "order_value_cv": sqrt(300) / 20,
        "total_items": 4,
        "gap_mean_days": 25.5,
        "longest_gap_days": 31,
        "last_gap_days": 20,
        "own_gaps_longer_share": 2 / 3,
        "left_censored": 1,
    }
    found = features(tmp_path, events, *expected)

    assert found | {"days_active_previous_30": None} == pytest.approx(
        expected | {"days_active_previous_30": None}
    )


def test_who_always_pays_the_same_varies_by_nothing_however_little_it_is(tmp_path: Path) -> None:
    big = [order("ada", "2026-03-01", 120.5), order("ada", "2026-04-01", 9_999.99)]
    small = [order("ann", f"2026-04-{day}", 0.01) for day in (10, 11, 12)]

    assert features(tmp_path, [*big, *small], "order_value_cv") == {"order_value_cv": 0}


def test_a_window_longer_than_the_history_is_unknown(tmp_path: Path) -> None:
    found = features(
        tmp_path,
        [order("bob", "2026-03-02", 5), watch("ann", "2026-04-30")],
        *(
            "days_active_30",
            "days_active_60",
            "days_active_90",
            "days_active_previous_30",
            "days_active_trend_30",
        ),
        "spend_30",
        "watch_minutes_30",
    )

    assert found == pytest.approx(
        {
            "days_active_30": 1,
            "days_active_60": 1,
            "days_active_90": np.nan,
            "days_active_previous_30": 0,
            "days_active_trend_30": log(3),
            "spend_30": 0,
            "watch_minutes_30": np.nan,
        },
        nan_ok=True,
    )


def test_sessions_are_cut_after_thirty_idle_minutes(tmp_path: Path) -> None:
    events = [
        watch("ann", "2026-04-01 20:00", minutes=120),
        watch("ann", "2026-04-01 20:10", minutes=10),
        # Thirty minutes after the end of the film that was still on: the same session.
        watch("ann", "2026-04-01 22:30", minutes=30),
        watch("ann", "2026-04-01 23:30:00.000001", minutes=30),
        watch("ann", "2026-04-03 00:00:00.000001", minutes=60),
    ]

    assert features(
        tmp_path,
        events,
        *("sessions", "session_minutes_mean", "session_gap_mean_days", "session_gap_spread_days"),
        "session_gap_longest_days",
    ) == pytest.approx(
        {
            "sessions": 3,
            "session_minutes_mean": (180 + 30 + 60) / 3,
            "session_gap_mean_days": (30 + 24 * 60) / 2 / 1440,
            "session_gap_spread_days": (24 * 60 - 30) / sqrt(2) / 1440,
            "session_gap_longest_days": 1,
        },
        rel=1e-6,
    )


def test_taste_counts_titles_and_genres_once(tmp_path: Path) -> None:
    events = [
        watch("ann", "2026-04-01", "heat", progress=1.0),
        watch("ann", "2026-04-02", "heat", progress=0.5),
        rating("ann", "2026-04-02", "up", 5),
        rating("ann", "2026-04-03", "up", 2),
        watch("ann", "2026-04-04", "unheard of"),
        watch("ann", "2026-05-01", "a later title"),
    ]
    expected = {
        "titles_watched": 3,
        "genres_watched": 3,
        "completion_share": 0.5,
        "rating_count": 2,
        "rating_mean": 0.625,
    }

    assert features(tmp_path, events, *expected) == expected


def test_titles_too_many_for_one_number_are_counted_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taste, "_KEY_BITS", 1)
    events = [watch("ann", f"2026-04-{day:02}", title) for day, title in enumerate("abcab", start=1)]
    events += [watch("bob", "2026-04-09", "a")]

    assert features(tmp_path, events, "titles_watched") == {"titles_watched": 3}
    assert features(tmp_path, events, "titles_watched", who="bob") == {"titles_watched": 1}


def test_a_bot_of_a_hundred_thousand_events_is_one_customer_like_any_other(tmp_path: Path) -> None:
    start = day_number(date(2026, 4, 1)) * DAY_US
    clicks = [Event(who="bot", at=start + 25_000_000 * click, kind="search") for click in range(100_000)]
    found = features(
        tmp_path, [*clicks, watch("ann", "2026-04-29")], "event_count", "days_active", "sessions", who="bot"
    )

    assert found == {"event_count": 100_000, "days_active": 29, "sessions": 1}


def test_the_usual_gap_of_a_newcomer_is_everybodys(tmp_path: Path) -> None:
    events = [watch("ann", "2026-04-30")] + [watch("bob", f"2026-04-{day:02}") for day in (1, 5, 9, 13)]
    names = ("usual_gap_days", "overdue_ratio", "overdue_z", "usual_gap_log_spread", "own_gaps_longer_share")

    assert features(tmp_path, events, *names) == pytest.approx(
        {
            "usual_gap_days": 4,
            "overdue_ratio": 0.25,
            "overdue_z": -log(4) / 0.1,
            "usual_gap_log_spread": 0.1,
            "own_gaps_longer_share": 0,
        }
    )


def test_an_event_at_the_moment_is_not_yet_known(tmp_path: Path) -> None:
    dataset = build_dataset(
        tmp_path, [watch("ann", "2026-04-30 23:59:59.999999"), watch("bob", "2026-05-01")]
    )
    table = feature_table(dataset, [MAY], ALONE)

    assert table.customer_ids.tolist() == ["ann"]
    assert len(table) == 1
    assert table.columns(["days_since_last_activity", "tenure_days"]).tolist() == [[1, 1]]


def test_an_empty_data_set_has_an_empty_table(tmp_path: Path) -> None:
    dataset = build_dataset(tmp_path, [], customers=[{"customer_id": "ann"}], partitions=3)

    assert feature_table(dataset, [MAY], ALONE).values.shape == (0, len(NAMES))
    assert feature_table(dataset, [], ALONE).values.shape == (0, len(NAMES))


def one_more(dataset: Dataset) -> FeatureTable:
    return one_more_visit(dataset.partition(0), [MAY], feature_context(dataset, [MAY], ALONE))


def test_one_more_visit_is_like_the_others(tmp_path: Path) -> None:
    past = [
        order("ann", "2026-03-01", 10, items=1),
        order("ann", "2026-04-01", 20, items=2),
        watch("ann", "2026-04-02", "heat", minutes=50),
        watch("bob", "2026-04-02", "heat", minutes=50),
        refund("cat", "2026-04-02", 5),
    ]
    later = [watch("cat", "2026-06-01"), watch("ann", "2026-07-01")]
    after = one_more(build_dataset(tmp_path / "one", past + later))
    visits = [
        order("ann", "2026-04-30 23:59:59.999999", 15, items=1.5),
        watch("bob", "2026-04-30 23:59:59.999999", minutes=50),
    ]
    expected = build_dataset(tmp_path / "two", past + visits)
    context = feature_context(build_dataset(tmp_path / "three", past), [MAY], ALONE)

    assert after.customer_ids.tolist() == ["ann", "bob"]
    assert after.values.tobytes() == features_of(expected.partition(0), [MAY], context).values.tobytes()


def test_partitions_at_hand_have_the_context_of_their_data_set(tmp_path: Path) -> None:
    events = [watch(who, f"2026-04-{day:02}", "up") for who in ("ann", "bob") for day in (1, 4, 9)]
    dataset = build_dataset(tmp_path, events, titles=TITLES, partitions=2)
    parts = [dataset.partition(number) for number in dataset.numbers]
    genres = genres_of_titles(dataset)
    at_hand, read = context_of(parts, [MAY], genres), feature_context(dataset, [MAY], ALONE)

    assert (at_hand.rhythm, at_hand.known_from) == (read.rhythm, read.known_from)


def test_the_largest_so_far_also_where_numbers_are_huge() -> None:
    values = np.array([5, 2**61, 3, 7, 1, 9, 2**62, 0])

    assert running_maximum(values, np.array([0, 3, 5, 5, 8])).tolist() == [
        5, 2**61, 2**61, 7, 7, 9, 2**62, 2**62,
    ]  # fmt: skip


def test_every_published_feature_exists_and_churn_learns_from_forty_nine() -> None:
    assert set(PROFILE_FEATURES) <= set(NAMES)
    assert len(CHURN_NAMES) == 49
    assert {feature.family for feature in FEATURES if feature.churn} == {
        "quiet now", "late versus own rhythm", "activity level", "trend", "spend", "rhythm", "tenure",
    }  # fmt: skip
    assert len(set(NAMES)) == len(NAMES)
    with pytest.raises(KeyError):
        column("zodiac_sign")


def test_the_data_dictionary_is_the_page_of_the_package() -> None:
    page = Path(__file__).parents[3] / "pipeline" / "features" / "README.md"

    assert page.read_text(encoding="utf-8") == data_dictionary(), "run python -m pipeline.features"
    runpy.run_module("pipeline.features", run_name="__main__")
    assert page.read_text(encoding="utf-8") == data_dictionary()
