"""Devices of events: few keep their name, the rare ones are “other”."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MOST_DEVICES = 60
OTHERS = "other"


@dataclass(frozen=True, kw_only=True)
class Devices:
    """All devices that events name.

    Attributes:
        labels: In alphabetical order; at most ``MOST_DEVICES``, and “other”.
        ranks: For each number of the spill, its place among all names; shape (t,).
        codes: For each such place, the place in ``labels``; shape (t,).
    """

    labels: tuple[str, ...]
    ranks: npt.NDArray[np.int32]
    codes: npt.NDArray[np.int16]


def devices_of(names: Sequence[str], counts: npt.NDArray[np.int64]) -> Devices:
    """Keep the names with most events.

    Args:
        names: In order of appearance.
        counts: Events of each; shape (t,).
    """
    order = sorted(range(len(names)), key=names.__getitem__)
    ranks = np.empty(len(names), dtype=np.int32)
    ranks[order] = np.arange(len(names))
    often = sorted(range(len(names)), key=lambda place: (-int(counts[place]), names[place]))[:MOST_DEVICES]
    kept = {names[place] for place in often}
    rest = {OTHERS} if len(names) > MOST_DEVICES else set()
    labels = tuple(sorted(kept | rest))
    place = {label: code for code, label in enumerate(labels)}
    codes = [place[names[one] if names[one] in kept else OTHERS] for one in order]
    return Devices(labels=labels, ranks=ranks, codes=np.array(codes, dtype=np.int16))
