"""Who is in a segment, who left it, who moved."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.dataset import FloatArray, IntArray
from pipeline.segments.behaviour import Behaviour, FeatureColumns, behaviour_of, knows_trend
from pipeline.segments.model import SegmentModel
from pipeline.segments.naming import describe
from store.records import Segment, SegmentMove

# Of fewer who could leave, a share says nothing.
FEWEST_TO_JUDGE = 10


@dataclass(frozen=True, kw_only=True)
class ClosedWindow:
    """Customers at the last closed anchor, and who of them left.

    Attributes:
        left: One value a row of ``table``: 1 left, 0 stayed, NaN was not active enough to leave.
    """

    table: FeatureColumns
    left: FloatArray


def left_shares(model: SegmentModel, closed: ClosedWindow | None) -> dict[int, float]:
    """By segment, of the customers who were in it then and could leave, those who did."""
    if closed is None or not knows_trend(closed.table, model.measure):
        return {}
    then = behaviour_of(closed.table, model.measure)
    number = model.assign(then.values)
    left = np.asarray(closed.left, dtype=np.float64)[np.argsort(closed.table.customer_ids, kind="stable")]
    return {
        int(one): float(np.nanmean(left[number == one]))
        for one in np.unique(number)
        if np.isfinite(left[number == one]).sum() >= FEWEST_TO_JUDGE
    }


def moves_between(
    behaviour: Behaviour, number: IntArray, model: SegmentModel, earlier: FeatureColumns | None
) -> tuple[SegmentMove, ...]:
    """Row-normalised moves of the customers known on both days.

    The same model judges both days: a changed definition would look like moving customers.
    """
    if earlier is None or not knows_trend(earlier, model.measure):
        return ()
    then = behaviour_of(earlier, model.measure)
    _, before, now = np.intersect1d(
        then.customer_ids.astype(str), behaviour.customer_ids.astype(str), return_indices=True
    )
    old, new = model.assign(then.values)[before], number[now]
    moves = []
    for start in np.unique(old):
        ends, counts = np.unique(new[old == start], return_counts=True)
        moves += [
            SegmentMove(
                from_segment=int(start), to_segment=int(end), customers=int(count), share=count / counts.sum()
            )
            for end, count in zip(ends, counts, strict=True)
        ]
    return tuple(moves)


def segment_records(
    behaviour: Behaviour,
    number: IntArray,
    model: SegmentModel,
    left_shares: Mapping[int, float],
    currency: str,
) -> tuple[Segment, ...]:
    """One record per segment that has members, by number."""
    records = []
    for one, name in sorted(zip(model.numbers, model.names, strict=True)):
        members = number == one
        if not members.any():
            continue
        medians = np.median(behaviour.values[members], axis=0)
        minutes = behaviour.minutes_per_month
        description = describe(
            medians,
            model.measure,
            minutes_a_month=None if minutes is None else float(np.median(minutes[members])),
            currency=currency,
        )
        records.append(
            Segment(
                number=one,
                name=name,
                description=description,
                customers=int(members.sum()),
                share=float(members.mean()),
                left_share=left_shares.get(one),
                medians=dict(zip(model.measure.names, (float(x) for x in medians), strict=True)),
            )
        )
    return tuple(records)
