"""The whole of segmentation, from features to named groups."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from pipeline.config import SegmentConfig
from pipeline.dataset import FloatArray, IntArray
from pipeline.segments.behaviour import Behaviour, FeatureColumns, behaviour_of, choose_measure
from pipeline.segments.choosing import choose, settle
from pipeline.segments.continuity import numbers_for
from pipeline.segments.members import ClosedWindow, left_shares, moves_between, segment_records
from pipeline.segments.model import Scaling, SegmentModel, logs, nearest, rules_for
from pipeline.segments.naming import name_segments
from pipeline.segments.pictures import choice_picture, map_picture
from pipeline.segments.verdict import constants_of, findings_of, message_of, metrics_of
from store.records import Segment, SegmentMove

# Below this, groups found by K-Means would not be found again.
FEWEST_FOR_CLUSTERS = 50


@dataclass(frozen=True, kw_only=True)
class Segmentation:
    """Who belongs to which segment, and what is worth knowing about it.

    Attributes:
        customer_ids: Everybody with a history, sorted; shape (n,).
        number: Of each customer's segment; shape (n,).
        segments: By number, only those with members.
        message: What the segments are worth, in one sentence.
        moves: Over 30 days, by the same model on both days; those who stayed too.
        pictures: PNG files by name.
        findings: Sentences people should know.
        model: For the next retrain; None when there was nobody.
    """

    customer_ids: npt.NDArray[np.object_]
    number: IntArray
    segments: tuple[Segment, ...]
    message: str
    moves: tuple[SegmentMove, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    model: SegmentModel | None = None


@dataclass(frozen=True, kw_only=True)
class _Found:
    model: SegmentModel
    message: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[str, ...] = ()


def find_segments(
    table: FeatureColumns,
    config: SegmentConfig,
    *,
    previous: SegmentModel | None = None,
    earlier: FeatureColumns | None = None,
    closed: ClosedWindow | None = None,
    currency: str = "",
) -> Segmentation:
    """Find groups of customers who behave alike; the order of rows changes nothing.

    Args:
        table: Features as of the run; one row per customer with a history.
        config: How many to try.
        previous: The last run's model, whose segments are recognised.
        earlier: Features 30 days before, to see who moved.
        closed: The last closed anchor, to see who left.
        currency: A symbol or a code; may be empty.

    References:
        CHURN.md §5 with its measurements.
    """
    others = [
        one
        for one in (earlier, closed.table if closed else None)
        if one is not None and len(one.customer_ids)
    ]
    measure = choose_measure(table, others, None if previous is None else previous.measure)
    behaviour = behaviour_of(table, measure)
    if len(behaviour.customer_ids) == 0:
        return Segmentation(
            customer_ids=behaviour.customer_ids,
            number=np.zeros(0, dtype=np.int64),
            segments=(),
            message="No customer has a history yet, so there are no segments.",
            model=previous,
        )
    if previous is not None and previous.measure != measure:
        previous = None  # measured differently, nothing can be recognised
    with threadpool_limits(limits=1):  # sums of several threads differ in the last bit
        found = _found(behaviour, config, previous, currency)
    number = found.model.assign(behaviour.values)
    return Segmentation(
        customer_ids=behaviour.customer_ids,
        number=number,
        segments=segment_records(behaviour, number, found.model, left_shares(found.model, closed), currency),
        message=found.message,
        moves=moves_between(behaviour, number, found.model, earlier),
        pictures=found.pictures,
        metrics=dict(found.metrics) | _flips(behaviour, number, previous),
        findings=found.findings,
        model=found.model,
    )


def _found(
    behaviour: Behaviour, config: SegmentConfig, previous: SegmentModel | None, currency: str
) -> _Found:
    customers = len(behaviour.values)
    if customers < FEWEST_FOR_CLUSTERS:
        return _Found(
            model=rules_for(behaviour.values, behaviour.measure, previous),
            message=f"{'1 customer is' if customers == 1 else f'{customers} customers are'} too few to find "
            "groups in; these follow fixed rules of how lately, how often and for how much.",
        )
    log_values = logs(behaviour.values)
    scaling = Scaling.fit(log_values)
    points = scaling.scaled(log_values)
    distinct = len(np.unique(points, axis=0))
    counts = [count for count in range(config.fewest, config.most + 1) if count <= distinct]
    if not counts:
        return _few_kinds(behaviour, (scaling, points), previous, currency)
    known = previous if previous is not None and previous.kind == "centres" else None
    warm = None if known is None or known.centres is None else scaling.scaled(known.centres)
    choice = choose(points, counts, config.seed, warm)
    centres = settle(points, choice.chosen.centres)
    model = _model(behaviour, (scaling, points, centres), previous, currency)
    return _Found(
        model=model,
        message=message_of(choice),
        pictures={
            "segment_map": map_picture(points, model, config.seed),
            "segment_choice": choice_picture(choice),
        },
        metrics=metrics_of(choice),
        findings=findings_of(model, previous, behaviour, choice),
    )


def _few_kinds(
    behaviour: Behaviour,
    scaled: tuple[Scaling, FloatArray],
    previous: SegmentModel | None,
    currency: str,
) -> _Found:
    """Every customer is like one of very few: each kind is a segment."""
    scaling, points = scaled
    centres = np.unique(points, axis=0)
    model = _model(behaviour, (scaling, points, centres), previous, currency)
    kinds = "all customers behave the same" if len(centres) == 1 else "there are only two kinds of customers"
    return _Found(model=model, message=f"In this data {kinds}.", findings=constants_of(model))


def _model(
    behaviour: Behaviour,
    space: tuple[Scaling, FloatArray, FloatArray],
    previous: SegmentModel | None,
    currency: str,
) -> SegmentModel:
    scaling, points, centres = space
    known = previous if previous is not None and previous.centres is not None else None
    place = nearest(points, centres)
    sizes = np.bincount(place, minlength=len(centres))
    before = scaling.scaled(known.centres) if known is not None and known.centres is not None else None
    numbers, next_number = numbers_for(centres, sizes, previous, before)
    old_names = dict(zip(known.numbers, known.names, strict=True)) if known is not None else {}
    medians = np.vstack(
        [
            np.median(behaviour.values[place == k], axis=0) if sizes[k] else np.zeros(5)
            for k in range(len(centres))
        ]
    )
    names = name_segments(
        centres,
        medians,
        np.median(behaviour.values, axis=0),
        measure=behaviour.measure,
        kept=[old_names.get(number) for number in numbers],
        currency=currency,
    )
    return SegmentModel(
        kind="centres",
        measure=behaviour.measure,
        numbers=numbers,
        names=names,
        next_number=next_number,
        scaling=scaling,
        centres=scaling.unscaled(centres),
    )


def _flips(behaviour: Behaviour, number: IntArray, previous: SegmentModel | None) -> dict[str, float]:
    """Share of customers whom the new model puts elsewhere than the previous one would today."""
    if previous is None or previous.kind != "centres":
        return {}
    return {"segments.flips": float((previous.assign(behaviour.values) != number).mean())}
