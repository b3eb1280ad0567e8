"""Sessions: sittings, cut where thirty minutes pass with nothing going on."""

from dataclasses import dataclass

import numpy as np

from pipeline.dataset import BoolArray, IntArray, Partition
from pipeline.features.fixed import MICRO, running_maximum

MINUTE_US = 60_000_000
IDLE_US = 30 * MINUTE_US
# Nobody watches longer at a stretch; a wrong entry must not swallow weeks of sessions.
LONGEST_WATCH_MINUTES = 1440


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """What each event adds to its customer's sessions; every array has shape (n,).

    Attributes:
        starts: The event starts a session.
        length_us: By how much it prolongs a session.
        gap_us: Idle time before the session it starts; 0 for others and a customer's first.
    """

    starts: BoolArray
    length_us: IntArray
    gap_us: IntArray


def cut_sessions(partition: Partition, active: BoolArray, minutes: IntArray) -> Sessions:
    """Cut each customer's activity into sessions.

    An event lasts its minutes; a session ends when the last of its events has. What an event adds depends
    only on events before it, so that a running sum up to any moment describes what was known then.

    Args:
        partition: n events.
        active: Which events are activity; others neither start nor prolong a session; shape (n,).
        minutes: How long each lasted, in ``MICRO``; 0 where unknown; shape (n,).
    """
    if not len(partition.at):
        empty = np.zeros(0, dtype=np.int64)
        return Sessions(starts=active, length_us=empty, gap_us=empty)
    # Counted from just before the first event, so that 0 means "nothing yet".
    start = partition.at - (int(partition.at.min()) - 1)
    lasting = np.clip(minutes, 0, LONGEST_WATCH_MINUTES * MICRO) * (MINUTE_US // MICRO)
    end = np.where(active, start + lasting, 0)
    latest = running_maximum(end, partition.offsets)
    before = np.empty_like(latest)
    before[1:] = latest[:-1]
    first = partition.offsets[:-1]
    before[first[first < len(before)]] = 0
    idle = start - before
    starts = active & ((before == 0) | (idle > IDLE_US))
    return Sessions(
        starts=starts,
        length_us=np.where(starts, end - start, latest - before),
        gap_us=np.where(starts & (before > 0), idle, 0),
    )
