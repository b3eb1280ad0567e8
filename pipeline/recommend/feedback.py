"""What people said about titles in the chat: one more source beside the business's own events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.dataset import BoolArray, CodeArray, FloatArray, IntArray

MICROSECOND = 1_000_000


class Feedback(Protocol):
    """What somebody said in the chat about a title, as ``store`` keeps it."""

    @property
    def customer_id(self) -> str:
        """Who."""

    @property
    def title_id(self) -> str:
        """About which title."""

    @property
    def verdict(self) -> Literal["like", "dislike", "seen", "not_interested"]:
        """What he said."""

    @property
    def at(self) -> datetime:
        """When, with time zone."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """Feedback as arrays, in order of time.

    Attributes:
        rating: 1 for a like, 0 for a dislike, NaN for what was only seen or refused.
    """

    customer_ids: npt.NDArray[np.object_]
    title: CodeArray
    at: IntArray
    rating: FloatArray
    refused: BoolArray


def said(feedback: Sequence[Feedback], title_ids: Sequence[str], *, before: int) -> Said:
    """Turn feedback into arrays; what speaks of titles the catalogue does not have is left out.

    Args:
        feedback: In any order.
        title_ids: By code.
        before: What was said at this moment or later counts as said just before it; µs since 1970-01-01, UTC.
    """
    codes = {title_id: code for code, title_id in enumerate(title_ids)}
    known = sorted(
        (row for row in feedback if row.title_id in codes),
        key=lambda row: (row.at, row.customer_id, row.title_id, row.verdict),
    )
    ratings = {"like": 1.0, "dislike": 0.0}
    return Said(
        customer_ids=np.array([row.customer_id for row in known], dtype=object),
        title=np.array([codes[row.title_id] for row in known], dtype=np.int32),
        at=np.array(
            [min(int(row.at.timestamp() * MICROSECOND), before - 1) for row in known], dtype=np.int64
        ),
        rating=np.array([ratings.get(row.verdict, np.nan) for row in known], dtype=np.float64),
        refused=np.array([row.verdict == "not_interested" for row in known], dtype=np.bool_),
    )
