"""Segments as a whole: found, named, described, recognised; and the laws they keep."""

import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import SegmentConfig
from pipeline.segments import ClosedWindow, Segmentation, SegmentModel, find_segments
from tests.pipeline.segment_tables import BIG, FADING, KINDS, POWER, STEADY, Features, business

CONFIG = SegmentConfig()
QUICK = SegmentConfig(most=4)
SIZES = (60, 90, 120, 70)


@pytest.fixture(scope="module")
def shop() -> Features:
    return business(SIZES)


@pytest.fixture(scope="module")
def first(shop: Features) -> Segmentation:
    return find_segments(shop, CONFIG, currency="€")


def test_finds_the_kinds_that_are_there_and_names_them_by_what_their_members_do(first: Segmentation) -> None:
    found = first

    assert [(one.name, one.customers) for one in found.segments] == [
        ("moderate stable", 120),
        ("low-engagement at-risk", 90),
        ("big rare buyers", 70),
        ("high-value power users", 60),
    ]
    assert found.message.startswith("4 segments stand out from chance and come back")
    assert found.segments[0].description == "active every 10 days, 118 minutes and €15 a month"
    assert found.segments[1].description == (
        "active every 49 days, 25 minutes and €1.96 a month, last seen 80 days ago"
    )
    assert sum(one.share for one in found.segments) == pytest.approx(1.0)
    assert found.segments[3].medians["days_active_per_month"] == pytest.approx(12, rel=0.1)
    assert found.metrics["segments.count"] == 4
    assert found.findings == ()


def test_says_who_left_last_time(shop: Features) -> None:
    left = np.concatenate([np.zeros(60), np.tile([1.0, 1.0, np.nan], 30), np.zeros(120), np.full(70, np.nan)])

    found = find_segments(shop, CONFIG, closed=ClosedWindow(table=shop, left=left))

    assert {one.name: one.left_share for one in found.segments} == {
        "moderate stable": 0,
        "low-engagement at-risk": 1,
        "big rare buyers": None,
        "high-value power users": 0,
    }


def test_says_who_moved_by_the_same_model_on_both_days(shop: Features) -> None:
    before = business(SIZES, (POWER, STEADY, STEADY, BIG))

    found = find_segments(shop, CONFIG, earlier=before.rows(np.arange(10, 340)))

    assert [
        (move.from_segment, move.to_segment, move.customers, round(move.share, 2)) for move in found.moves
    ] == [
        (1, 1, 120, 0.57),
        (1, 2, 90, 0.43),
        (3, 3, 70, 1.0),
        (4, 4, 50, 1.0),
    ]


def test_a_history_too_short_for_last_months_trend_tells_no_moves(shop: Features) -> None:
    unknown = np.full(340, np.nan)
    first = shop.changed(days_active_180=unknown, days_active_previous_30=unknown)

    found = find_segments(shop, CONFIG, earlier=first, closed=ClosedWindow(table=first, left=np.zeros(340)))

    assert found.moves == ()
    assert {one.left_share for one in found.segments} == {None}


def test_segments_that_come_back_but_are_small_say_so() -> None:
    found = find_segments(business((20, 90, 120, 70)), SegmentConfig(fewest=4, most=4))

    assert "and come back when customers are drawn anew, though one has only 20 of them" in found.message


def test_data_without_groups_is_served_with_a_caveat() -> None:
    crowd = business((400,), (STEADY,), spread=0.5)

    found = find_segments(crowd, CONFIG)

    assert found.message.startswith("No natural segments: shuffled data groups as well as yours (")
    assert found.message.endswith("are a convenient cut, not kinds of customers.")
    assert "No natural segments were found; they are served as a convenient cut." in found.findings
    assert len(found.segments) >= 3


def test_an_unchanged_retrain_moves_nobody(shop: Features, first: Segmentation) -> None:
    second = find_segments(shop, CONFIG, previous=first.model, currency="€")

    assert (first.number == second.number).all()
    assert first.segments == second.segments
    assert second.metrics["segments.flips"] == 0


def test_segments_keep_their_numbers_while_customers_change_a_little(first: Segmentation) -> None:
    later = find_segments(business(SIZES, seed=2), CONFIG, previous=first.model)

    assert (first.number == later.number).mean() > 0.97
    assert [one.name for one in first.segments] == [one.name for one in later.segments]
    assert later.findings == ()


def test_a_segment_that_is_not_recognised_gets_a_number_never_used_before(first: Segmentation) -> None:
    binge = (1.0, 28.0, 0.2, 0.3, 80, 10)
    later = find_segments(business(SIZES, (binge, FADING, STEADY, BIG)), CONFIG, previous=first.model)

    assert [one.number for one in later.segments] == [1, 2, 3, 5]
    (finding,) = later.findings
    assert finding == (
        "The structure of the segments changed (new: “new or rising”; "
        "no longer there: “high-value power users”)."
    )


def test_a_business_measured_otherwise_starts_anew(shop: Features, first: Segmentation) -> None:
    free = shop.changed(monthly_spend=np.zeros(340), average_order_value=np.full(340, np.nan))

    found = find_segments(free, CONFIG, previous=first.model)

    assert found.model is not None
    assert found.model.measure.worth == "minutes"
    assert "segments.flips" not in found.metrics
    assert "power viewers" in [one.name for one in found.segments]


def test_below_fifty_customers_fixed_rules_serve() -> None:
    found = find_segments(business((6, 5, 8, 4)), CONFIG)

    assert found.message == (
        "23 customers are too few to find groups in; these follow fixed rules of how lately, how often "
        "and for how much."
    )
    assert [(one.number, one.name, one.customers) for one in found.segments] == [
        (1, "best customers", 6),
        (2, "occasional customers", 11),
        (3, "gone quiet", 6),
    ]
    assert found.pictures == {}


def test_a_business_that_grows_gets_new_numbers_beside_those_of_the_rules(shop: Features) -> None:
    small = find_segments(business((6, 5, 8, 4)), CONFIG)
    grown = find_segments(shop, CONFIG, previous=small.model)

    assert [one.number for one in grown.segments] == [4, 5, 6, 7]
    assert "no longer there: “best customers”" in grown.findings[0]


def test_a_rule_keeps_its_number_and_one_that_wins_customers_gets_the_next() -> None:
    first = find_segments(business((6, 8), (POWER, FADING)), CONFIG)
    later = find_segments(business((6, 6, 8), (POWER, STEADY, FADING)), CONFIG, previous=first.model)

    known = [(1, "best customers"), (2, "gone quiet")]
    assert [(one.number, one.name) for one in first.segments] == known
    assert [(one.number, one.name) for one in later.segments] == [*known, (3, "occasional customers")]


def test_a_business_that_shrinks_uses_no_number_twice(first: Segmentation) -> None:
    small = find_segments(business((6, 5, 8, 4)), CONFIG, previous=replace_next(first.model, 9))

    assert small.model is not None
    assert [one.number for one in small.segments] == [9, 10, 11]
    assert small.model.next_number == 12


def replace_next(model: SegmentModel | None, number: int) -> SegmentModel:
    assert model is not None
    return replace(model, next_number=number)


def test_an_earlier_day_without_customers_is_no_obstacle(shop: Features) -> None:
    nobody = business((0,), (STEADY,))

    found = find_segments(shop, CONFIG, earlier=nobody)

    assert found.moves == ()
    assert found.model is not None
    assert found.model.measure.trend_days == 90


def test_nobody_and_one_customer_are_answered() -> None:
    nobody = find_segments(business((0,), (STEADY,)), CONFIG)
    one = find_segments(business((1,), (STEADY,)), CONFIG)

    assert nobody.message == "No customer has a history yet, so there are no segments."
    assert (nobody.segments, nobody.model, len(nobody.number)) == ((), None, 0)
    assert [(segment.name, segment.customers) for segment in one.segments] == [("occasional customers", 1)]


def test_customers_who_are_all_alike_are_one_segment() -> None:
    found = find_segments(business((80,), (STEADY,), spread=0.0), CONFIG)

    assert found.message == "In this data all customers behave the same."
    assert [one.customers for one in found.segments] == [80]
    assert "Everybody has the same days since last activity" in found.findings[0]


def test_duplicates_allow_no_more_segments_than_there_are_kinds() -> None:
    two = find_segments(business((40, 40), (STEADY, POWER), spread=0.0), CONFIG)
    three = find_segments(business((40, 40, 40), (STEADY, POWER, FADING), spread=0.0), CONFIG)

    assert two.message == "In this data there are only two kinds of customers."
    assert [one.customers for one in two.segments] == [40, 40]
    assert [one.customers for one in three.segments] == [40, 40, 40]


def test_a_constant_feature_is_named_and_weighs_nothing(shop: Features) -> None:
    found = find_segments(shop.changed(average_order_value=np.full(340, 7.0)), CONFIG)

    assert found.findings == ("Everybody has the same average order value; segments leave it out.",)
    assert len(found.segments) >= 3


def test_a_short_history_makes_segments_without_trends(shop: Features) -> None:
    unknown = np.full(340, np.nan)
    young = shop.changed(days_active_180=unknown, days_active_previous_30=unknown)

    found = find_segments(young, CONFIG)

    assert found.model is not None
    assert found.model.measure.trend_days == 0
    assert "The history is too short for trends, so segments do without." in found.findings


def test_pictures_are_wide_png_files(first: Segmentation) -> None:
    assert set(first.pictures) == {"segment_map", "segment_choice"}
    for png in first.pictures.values():
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">I", png[16:20])[0] >= 1_000


@settings(max_examples=3)
@given(order=st.permutations(range(120)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    shop = business((30, 30, 30, 30))
    first, mixed = find_segments(shop, QUICK), find_segments(shop.rows(np.asarray(order)), QUICK)

    assert (first.customer_ids == mixed.customer_ids).all()
    assert (first.number == mixed.number).all()
    assert first.segments == mixed.segments


@settings(max_examples=3)
@given(seed=st.integers(0, 1_000), sizes=st.tuples(*[st.integers(5, 60)] * 4))
def test_a_retrain_flips_nobody_and_no_segment_is_empty(seed: int, sizes: tuple[int, int, int, int]) -> None:
    shop = business(sizes, KINDS, seed=seed, spread=0.4)
    config = SegmentConfig(seed=seed, most=4)

    first = find_segments(shop, config)
    retrained = find_segments(shop, config, previous=first.model)

    assert (first.number == retrained.number).all()
    assert len(set(first.number.tolist())) == len(first.segments)
