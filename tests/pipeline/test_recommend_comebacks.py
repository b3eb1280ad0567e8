"""Titles with which people came back after they had gone quiet."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import ComputeConfig
from pipeline.recommend.catalogue import catalogue_of
from pipeline.recommend.comebacks import Comebacks, comebacks, openings
from tests.pipeline.building import Event, build_dataset, order, rating, refund, watch

ALONE = ComputeConfig(processes=1)
START = date(2026, 1, 1)
FILMS = [
    {"title_id": "a_daily", "title": "Daily", "genres": ["Comedy"]},
    {"title_id": "b_return", "title": "The Return", "genres": ["Crime"]},
    {"title_id": "d_noir", "title": "Noir", "genres": ["Crime"]},
    {"title_id": "c_rare", "title": "Rare", "genres": ["Crime", "Comedy"]},
]


def on(day: int) -> date:
    return START + timedelta(days=day)


def returner(who: str, title: str = "b_return", *, quiet: int = 20) -> list[Event]:
    """Watches the daily title on three days, a day apart, is quiet, and comes back with a title."""
    habit = [watch(who, on(day), "a_daily") for day in (0, 1, 2)]
    return [*habit, watch(who, on(2 + quiet), title)]


def found_in(
    folder: Path, events: list[Event], *, partitions: int = 1
) -> dict[str, list[tuple[str, int, float]]]:
    dataset = build_dataset(folder, events, titles=FILMS, partitions=partitions)
    ids = list(dataset.titles()["title_id"])
    return {
        each.genre: shown(each, ids) for each in comebacks(dataset, catalogue_of(dataset, 200).genres, ALONE)
    }


def shown(found: Comebacks, ids: list[str]) -> list[tuple[str, int, float]]:
    rows = zip(found.titles, found.returns, found.lift, strict=True)
    return [(ids[code], int(returns), round(float(lift), 6)) for code, returns, lift in rows]


def test_returns_are_counted_against_how_often_a_title_begins_any_day(tmp_path: Path) -> None:
    events = [event for number in range(6) for event in returner(f"c{number}")]

    # 24 days begin with a title, 6 of them with The Return; all 6 returns do: 6 · 6/24 = 1.5 by chance.
    lift = round((6 + 5) / (1.5 + 5), 6)
    # A Comedy and a Crime title each: the favourite is the first by name.
    assert found_in(tmp_path, events) == {"": [("b_return", 6, lift)], "Comedy": [("b_return", 6, lift)]}


def test_people_of_another_favourite_genre_are_another_group(tmp_path: Path) -> None:
    lovers = [f"c{number}" for number in range(5)]
    events = [event for who in lovers for event in returner(who)]
    events += [rating(who, on(1), "d_noir", 5) for who in lovers]
    events += [event for number in range(4) for event in returner(f"d{number}")]

    found = found_in(tmp_path, events)

    assert {genre: [each[:2] for each in titles] for genre, titles in found.items()} == {
        "": [("b_return", 9)],
        "Crime": [("b_return", 5)],
    }


def test_too_few_returns_are_left_out(tmp_path: Path) -> None:
    events = [event for number in range(4) for event in returner(f"c{number}")]

    assert found_in(tmp_path, events) == {}


def test_a_title_that_begins_returns_as_often_as_any_day_is_left_out(tmp_path: Path) -> None:
    events = [event for number in range(30) for event in returner(f"c{number:02d}", "a_daily")]

    assert found_in(tmp_path, events) == {}


@pytest.mark.parametrize(("quiet", "counts"), [(14, False), (15, True)])
def test_two_weeks_are_no_long_quiet(tmp_path: Path, quiet: int, counts: bool) -> None:
    events = [event for number in range(5) for event in returner(f"c{number}", quiet=quiet)]

    assert bool(found_in(tmp_path, events)) == counts


@pytest.mark.parametrize(("quiet", "counts"), [(30, False), (31, True)])
def test_quiet_is_measured_by_his_own_rhythm(tmp_path: Path, quiet: int, counts: bool) -> None:
    events = []
    for number in range(5):
        habit = [watch(f"c{number}", on(day), "a_daily") for day in (0, 4, 20)]
        events += [*habit, watch(f"c{number}", on(20 + quiet), "b_return")]

    # Gaps of 4 and 16 days: 10 on average, and three times that is 30.
    assert bool(found_in(tmp_path, events)) == counts


def test_who_has_no_rhythm_yet_does_not_come_back(tmp_path: Path) -> None:
    events = []
    for number in range(9):
        events += [watch(f"c{number}", on(day), title) for day, title in ((0, "a_daily"), (1, "a_daily"))]
        events.append(watch(f"c{number}", on(90), "b_return"))

    assert found_in(tmp_path, events) == {}


def test_the_first_title_of_the_day_counts_and_a_refund_is_no_visit(tmp_path: Path) -> None:
    events = []
    for number in range(5):
        who = f"c{number}"
        events += [watch(who, on(day), "a_daily") for day in (0, 1, 2)]
        events += [refund(who, on(10), 5.0), order(who, f"{on(30)} 08:00", 5.0)]
        events += [watch(who, f"{on(30)} 09:00", "c_rare"), watch(who, f"{on(30)} 10:00", "b_return")]

    assert [title for title, _, _ in found_in(tmp_path, events)[""]] == ["c_rare"]


def test_partitions_and_doubled_rows_change_nothing(tmp_path: Path) -> None:
    events = [
        event
        for number in range(30)
        for event in returner(f"c{number:02d}", ("b_return", "c_rare")[number % 2])
    ]

    one = found_in(tmp_path / "one", events)

    assert found_in(tmp_path / "five", events, partitions=5) == one
    assert found_in(tmp_path / "double", events * 2, partitions=2) == one
    assert [title for title, _, _ in one[""]] == ["b_return", "c_rare"]


def test_nothing_is_counted_where_there_are_no_titles(tmp_path: Path) -> None:
    dataset = build_dataset(tmp_path, [order("ann", on(0), 5.0)])
    genres = catalogue_of(dataset, 200).genres

    assert comebacks(dataset, genres, ALONE) == ()


def test_titles_without_genres_are_ranked_for_everybody(tmp_path: Path) -> None:
    events = [event for number in range(6) for event in returner(f"c{number}")]
    dataset = build_dataset(tmp_path, events)

    (found,) = comebacks(dataset, catalogue_of(dataset, 200).genres, ALONE)

    assert (found.genre, list(found.returns)) == ("", [6])
    assert openings(0, dataset, np.zeros((2, 0), dtype=np.int64)).returns.sum() == 6
