"""Segments under the rules for every model."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from pipeline.config import SegmentConfig
from pipeline.dataset import IntArray
from pipeline.segments import Segmentation, SegmentModel, behaviour_of, find_segments
from tests.model_rules import RULES, Subject, rule_name
from tests.pipeline.segment_tables import Features, business

Segments = Subject[Segmentation, SegmentModel]
CONFIG = SegmentConfig(most=5)
SIZES = (60, 90, 120, 70)


def told(found: Segmentation) -> Mapping[str, object]:
    return {
        "message": found.message,
        "number": found.number,
        "segments": found.segments,
        "metrics": dict(found.metrics),
        "pictures": dict(found.pictures),
    }


def guessed_right(number: IntArray, kind: IntArray) -> float:
    """Share of customers of the kind that is the most frequent one in their segment."""
    right = [np.bincount(kind[number == each]).max() for each in np.unique(number)]
    return float(np.sum(right)) / len(kind)


@pytest.fixture(scope="module")
def subject() -> Segments:
    shop = business(SIZES)
    kind = np.repeat(np.arange(len(SIZES)), SIZES)
    found = find_segments(shop, CONFIG)
    assert found.model is not None

    def numbers(model: SegmentModel, customers: Features) -> IntArray:
        return model.assign(behaviour_of(customers, model.measure).values)

    return Segments(
        findings=found,
        learn_again=lambda: find_segments(shop, CONFIG),
        told=told,
        model=found.model,
        answers=lambda model: numbers(model, shop),
        stranger=lambda model: numbers(model, business((1,), seed=9, kinds=((1.0, 0.1, 0, np.nan, 1, 0),))),
        skill=guessed_right(numbers(found.model, business(SIZES, seed=3)), kind),
        naive_skill=guessed_right(np.zeros(len(kind), dtype=np.int64), kind),
    )


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
def test_segments_pass_the_rules(rule: Callable[[Segments], None], subject: Segments) -> None:
    rule(subject)
